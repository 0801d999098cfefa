"""A stretch of one channel: what was observed there, what was expected, and which rows are normal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.magnitudes import powers
from anomalyst.modalities.series.sample import SeriesSample

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Stretch:
    """Rows [start, stop) of one channel: `observed`, `expected` (T,), and `normal` (T,), the rows in no finding."""

    observed: Values
    expected: Values
    start: int
    stop: int
    normal: NDArray[np.bool_]

    @property
    def inside(self) -> Values:
        """The stretch's observed values."""
        return self.observed[self.start : self.stop]

    @property
    def residual(self) -> Values:
        """observed − expected over all rows; NaN where either is missing."""
        return self.observed - self.expected

    @property
    def spread(self) -> float:
        """Robust standard deviation of the residual over normal rows, never 0."""
        return spread_of(self.residual[self.normal])

    def with_margin(self) -> Values:
        """The residual of the stretch and half its length on either side; missing values as 0, i.e. as expected."""
        margin = max(2, (self.stop - self.start) // 2)
        return np.nan_to_num(self.residual[max(0, self.start - margin) : self.stop + margin])


def spread_of(values: Values) -> float:
    """Half the width of the central 95 %, in standard deviations of a normal distribution; never 0."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 1.0
    low, high = np.quantile(finite, (0.025, 0.975))
    return float((high - low) / 3.92 or finite.std() or 1e-9 * (1 + abs(low)))


def stretch_of(
    sample: SeriesSample, score_map: ScoreMap, rows: slice, normal: NDArray[np.bool_], channel: int
) -> Stretch:
    """Some rows of a channel, without its power of two; `normal` (T,): the rows that are in no finding."""
    power = power_of(sample, channel)
    observed, expected = sample.values[:, channel], score_map.expected[:, channel].astype(np.float64)
    return Stretch(np.ldexp(observed, -power), np.ldexp(expected, -power), rows.start, rows.stop, normal)


def power_of(sample: SeriesSample, channel: int) -> int:
    """The power of two that is taken off a channel's values while they are summed and squared."""
    return int(powers(sample.values[:, [channel]])[0]) + 1
