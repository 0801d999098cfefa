"""A beat that fails: the pause is an alarm, told from its first row to its last."""

from __future__ import annotations

import numpy as np
import pytest

from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.kinds.rest import long_rest
from anomalyst.modalities.series.kinds.stretch import Stretch
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.space.plain import WIDTHS, widths_in


def beats(count: int, period: int, seed: int, without: int | None = None) -> tuple[np.ndarray, list[int]]:
    """A peak and a wave every so many rows, somewhat irregularly; and where each began."""
    rng = np.random.default_rng(seed)
    starts = np.cumsum([10, *np.round(rng.normal(period, period / 40, count - 1)).astype(int)]).tolist()
    values = rng.normal(0, 0.03, starts[-1] + period)
    for place, start in enumerate(starts):
        if place != without:
            values[start : start + 8] += 1.2 * np.hanning(8)
            values[start + 14 : start + 30] += 0.3 * np.hanning(16)
    return values, starts


def as_series(values: np.ndarray) -> SeriesSample:
    return SeriesSample(values[:, None], ("pulse",), np.arange(len(values), dtype=np.float64), ("",))


@pytest.mark.parametrize("period", [50, 200])
def test_a_beat_that_fails_raises_the_alarm_and_its_pause_is_told(period: int) -> None:
    detector = detector_class("series-density")()
    detector.fit([as_series(beats(75, period, 0)[0])])
    calm = detector.score(as_series(beats(40, period, 1)[0]))
    values, starts = beats(40, period, 2, without=20)
    sample = as_series(values)
    found = detector.score(sample)
    assert calm.sample_p > 0.05 >= found.sample_p
    (finding,) = modality("series").locate(sample, found, 0.05, 0.05).findings
    assert isinstance(finding.region, SeriesRegion)
    assert starts[19] + 6 <= finding.region.start <= starts[19] + 40  # its faint wave may count for rest
    assert abs(finding.region.stop - starts[21]) <= 10


def test_a_pause_is_told_from_rests_as_long_as_others_and_from_slow_moves() -> None:
    values, starts = beats(40, 80, 0, without=20)
    pause, usual = (starts[19] + 60, starts[19] + 70), (starts[5] + 40, starts[5] + 50)
    normal = np.ones(len(values), dtype=bool)
    normal[starts[19] + 30 : starts[21]] = False
    rest = long_rest(Stretch(values, np.zeros(len(values)), *pause, normal))
    assert rest is not None and rest[0] <= pause[0] and rest[1] >= pause[1]
    assert long_rest(Stretch(values, np.zeros(len(values)), *usual, np.ones(len(values), dtype=bool))) is None
    slow = np.sin(np.arange(600) / 50)
    slow[300] = 20.0
    normal = np.ones(600, dtype=bool)
    normal[300] = False
    assert long_rest(Stretch(slow, np.zeros(600), 300, 301, normal)) is None


def test_widths_need_normals_that_tell_of_them() -> None:
    assert widths_in(100) == WIDTHS[:1] and widths_in(100_000) == WIDTHS
