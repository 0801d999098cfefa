"""A part of a grid is judged as in the whole; what is computed here is what libraries say that take long to load."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import f, false_discovery_control, genpareto
from sklearn.metrics import roc_auc_score

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.calibration.unlike import group_p
from anomalyst.detectors.contract import RULES
from anomalyst.detectors.denoisers.judges import EmpiricalJudge, GaussianJudge, Judge
from anomalyst.detectors.effort import Effort
from anomalyst.evidence.findings import simes
from anomalyst.modalities.image.space.choose import _area, _damage

BOXES = [(slice(2, 5), slice(0, 4)), (slice(0, 8), slice(0, 9)), (slice(7, 8), slice(8, 9))]


def judge(kind: str, vectors: torch.Tensor) -> Judge:
    if kind == "gaussian":
        return GaussianJudge.fit(vectors)
    return EmpiricalJudge.fit(vectors, kind, 500, Effort(2), seed=0)


@pytest.mark.parametrize("kind", ["aligned", "global", "gaussian"])
@pytest.mark.parametrize("leave_out", [None, 3])
def test_a_part_is_judged_as_in_the_whole(kind: str, leave_out: int | None) -> None:
    vectors = torch.randn(12, 8, 9, 6, generator=torch.Generator().manual_seed(1))
    asked = judge(kind, vectors)
    whole = asked.scores(RULES, vectors[3], leave_out)
    for box in BOXES:
        for all_, some in zip(whole, asked.scores(RULES, vectors[3], leave_out, box), strict=True):
            torch.testing.assert_close(some, all_[box], atol=1e-3, rtol=1e-3)


def test_damage_is_the_box_of_all_that_is_shown_otherwise() -> None:
    whole = [torch.zeros(6, 7, 3), torch.zeros(6, 7, 2)]
    damaged = [view.clone() for view in whole]
    damaged[0][2, 3, 1] = 1.0
    damaged[1][4, 1, 0] = -1.0
    damaged[1][5, 6, 0] = 1e-6  # rounding
    assert _damage(whole, damaged) == (slice(2, 5), slice(1, 4))
    assert _damage(whole, whole) == (slice(0, 1), slice(0, 1)), "a box cannot be empty"


def test_what_takes_long_to_load_would_say_the_same() -> None:
    rng = np.random.default_rng(0)
    labels, scores = rng.random(500) < 0.3, np.round(rng.normal(size=500), 1)
    assert _area(labels, scores) == pytest.approx(roc_auc_score(labels, scores))
    p_values = rng.random(300) ** 2
    assert simes(p_values) == pytest.approx(false_discovery_control(p_values).min())
    known = Conformal.fit(rng.exponential(size=200))
    share, threshold, shape, scale = known.tail
    beyond = known.kept[-1] + np.array([0.1, 2.0, 9.0])
    wanted = share * genpareto.sf(beyond - threshold, shape, scale=scale)
    assert known.p_values(beyond) == pytest.approx(np.minimum(wanted, 1 / 201))
    falling = np.sort(rng.exponential(size=40))[::-1].copy()
    excess = falling[:20] - np.median(falling)
    ratio = (excess[0] - excess[1]) / ((excess.sum() - excess[0] + excess[1]) / 19)
    assert group_p(falling)[0] == pytest.approx(f.sf(ratio, 2, 38))
