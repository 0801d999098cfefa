"""A whole sample's fused p-value holds its level whatever the dependence, and is kept when a fusion is saved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from anomalyst.detectors.calibration.combine import cauchy, harmonic
from anomalyst.detectors.calibration.joint import LEAST, calibrated_p, common_scores
from anomalyst.detectors.registry import load_detector
from tests.helpers.detectors import ImageFusion
from tests.helpers.fault_data import image

DRAWS, NORMALS = 4000, 39


@pytest.mark.parametrize("combine", [cauchy, harmonic])
@pytest.mark.parametrize("correlation", [-0.9, 0.0, 0.5, 0.9])
def test_false_alarms_stay_at_the_level(combine, correlation: float) -> None:  # type: ignore[no-untyped-def]
    """Within three binomial errors of at most the level: exact but for ties."""
    rng = np.random.default_rng(0)
    mixing = np.linalg.cholesky([[1.0, correlation], [correlation, 1.0]])
    p_values = []
    for _ in range(DRAWS):
        scores = mixing @ rng.normal(size=(2, NORMALS + 1))
        p_values.append(calibrated_p(scores[:, :-1], scores[:, -1].tolist(), combine))
    for level in (0.05, 0.1, 0.25):
        alarms = float((np.array(p_values) <= level + 1e-9).mean())
        assert alarms <= level + 3 * (level * (1 - level) / DRAWS) ** 0.5
        assert alarms >= 0.5 * level, "it is not merely silent"


def test_only_normals_that_all_held_out_count() -> None:
    first = {i: float(i) for i in range(20)}
    second = {i: -float(i) for i in range(5, 25)}
    shared = common_scores([first, second])
    np.testing.assert_array_equal(shared, [np.arange(5.0, 20), -np.arange(5.0, 20)])
    few = {i: 0.0 for i in range(20 - LEAST + 1, 40)}
    assert common_scores([first, few]).shape == (2, 0)
    assert common_scores([first, {}]).shape == (2, 0)


def test_an_image_fusion_reads_its_normals_and_keeps_them(tmp_path: Path) -> None:
    normals = [image(100 + i) for i in range(12)]
    fused = ImageFusion().fit(normals)
    assert fused.normals_.shape == (2, 12)
    member = fused.members_["image-density"]
    assert sorted(member.held_out_) == list(range(12))
    clean, bad = fused.score(image(1)), fused.score(image(1, True))
    assert bad.sample_p <= 1 / 13 < clean.sample_p + 1e-9
    assert round(clean.sample_p * 13, 9) == round(clean.sample_p * 13), "a place among the normals"
    fused.save_pretrained(tmp_path)
    assert load_detector(tmp_path).score(image(1)).sample_p == clean.sample_p
