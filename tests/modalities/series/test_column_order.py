"""A series with the normals' columns in another order is judged as if they stood in theirs, and answered in its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from anomalyst.detectors.registry import detector_class, load_detector
from anomalyst.errors import InputError
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import channel_scores


def recording(seed: int, rows: int = 400) -> SeriesSample:
    rng, t = np.random.default_rng(seed), np.arange(rows)
    values = np.stack([np.sin(t / 6), 100 + 5 * np.cos(t / 9), 1e3 * np.sin(t / 15)], 1)
    values += rng.normal(size=values.shape) * [0.1, 0.5, 50]
    return SeriesSample(values, ("a", "b", "c"), t.astype(float), ("V", "°C", ""))


def reordered(sample: SeriesSample) -> SeriesSample:
    order = [2, 0, 1]
    names, units = (tuple(part[i] for i in order) for part in (sample.columns, sample.units))
    return replace(sample, values=sample.values[:, order], columns=names, units=units)


@pytest.mark.parametrize("name", ["series-density", "series-ddim", "series-fusion"])
def test_a_saved_detector_takes_its_columns_in_any_order(tmp_path: Path, name: str) -> None:
    kind = detector_class(name)
    options = {"time_limit": 2.0} if "time_limit" in kind.defaults() else {}
    kind(**options).fit([recording(0), reordered(recording(1))]).save_pretrained(tmp_path / "saved")
    detector = load_detector(tmp_path / "saved")
    test = recording(2)
    test.values[200:210, 1] += 30
    own, other = detector.score(test), detector.score(reordered(test))
    np.testing.assert_array_equal(other.scores, own.scores)
    np.testing.assert_array_equal(other.expected, own.expected[:, [2, 0, 1]])
    np.testing.assert_array_equal(other.samples, own.samples[..., [2, 0, 1]])
    blame = channel_scores(own), channel_scores(other)
    assert blame[0] is not None and blame[1] is not None
    np.testing.assert_array_equal(blame[1], blame[0][:, [2, 0, 1]])
    assert int(blame[1][200:210].sum(0).argmax()) == 2  # b stands last there
    with pytest.raises(InputError, match="missing"):
        detector.score(replace(test, columns=("a", "b", "d")))
