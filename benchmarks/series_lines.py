"""Lines across scores of rows: what lies above one alarms. And the scores of peers that are one line themselves.

Peers state few lines of their own. PyOD (Zhao, Nasrullah & Li 2019, JMLR 20) draws it where `contamination`, 0.1 unless
told, of the scores that were learned from lie above; others three standard deviations above the mean of those, as
TSB-UAD does (Paparrizos et al. 2022, PVLDB 15). Of distances between windows the highest that do not overlap are the
discords (Yeh et al. 2016, ICDM): three are told. Learned from is the train part, or the series itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from benchmarks.peers_series import knn_windows
from benchmarks.series_data import Case
from benchmarks.series_matching import Interval, joined, near

WINDOW = 32
CONTAMINATION, SIGMAS, DISCORDS = 0.1, 3.0, 3
TO_SIGMA = 1.4826  # median absolute deviation → standard deviation of a Gaussian

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """Scores of a series' rows (T,), the highest of normal rows that were not learned from, and these (N,), where they
    are known."""

    rows: Scores
    highest: float | None = None
    normal: Scores | None = None

    def above_own(self, deviations: float) -> list[Interval]:
        """Events above the median + so many median absolute deviations of the series' own scores."""
        middle = float(np.median(self.rows))
        return self.above(middle + deviations * max(TO_SIGMA * float(np.median(np.abs(self.rows - middle))), 1e-12))

    def above_normal(self, factor: float) -> list[Interval]:
        """Events above a multiple of the highest normal row."""
        return [] if self.highest is None else self.above(factor * self.highest)

    def by_contamination(self) -> list[Interval]:
        """Events above the line that PyOD draws."""
        known = self.rows if self.normal is None else self.normal
        return self.above(float(np.quantile(known, 1 - CONTAMINATION)))

    def by_deviations(self) -> list[Interval]:
        """Events three standard deviations above the mean."""
        known = self.rows if self.normal is None else self.normal
        return self.above(float(known.mean() + SIGMAS * known.std()))

    def discords(self) -> list[Interval]:
        """The highest windows of WINDOW rows that are clear of one another."""
        left, found = self.rows.copy(), []
        for _ in range(min(DISCORDS, len(left) // WINDOW)):
            start = int(np.clip(int(left.argmax()) - WINDOW // 2, 0, len(left) - WINDOW))
            found.append((start, start + WINDOW))
            left[max(0, start - WINDOW) : start + 2 * WINDOW] = -np.inf
        return sorted(found)

    def above(self, line: float) -> list[Interval]:
        """Events above a line."""
        return joined(self.rows > line, near(len(self.rows)))


def standardised(values: Scores, by: Scores) -> Scores:
    """Channels in deviations of `by`; one that never moved there in its own range."""
    scale = by.std(0)
    range_ = np.ptp(values, axis=0)
    return (values - by.mean(0)) / np.where(scale > 0, scale, np.where(range_ > 0, range_, 1.0))


def moving_variance(values: Scores) -> Scores:
    """Mean over channels of the variance within WINDOW rows."""
    mean = uniform_filter1d(values, WINDOW, axis=0)
    return np.clip(uniform_filter1d(values**2, WINDOW, axis=0) - mean**2, 0, None).mean(1)


def squared_difference(values: Scores) -> Scores:
    """Mean over channels of the squared step."""
    return np.square(np.diff(values, axis=0, prepend=values[:1])).mean(1)


def one_liner(score: Callable[[Scores], Scores]) -> Callable[[Case], Scored]:
    """A peer whose score of a row needs no learning."""

    def run(case: Case) -> Scored:
        by = case.test if case.train is None else case.train
        own = None if case.train is None else score(standardised(by, by))
        return Scored(score(standardised(case.test, by)), None if own is None else float(own.max()), own)

    return run


def knn(case: Case) -> Scored:
    """k-NN of windows; the train part's own scores leave out what overlaps."""
    rows = knn_windows(case)()
    if case.train is None:
        return Scored(rows)
    blank = np.zeros(len(case.train), dtype=np.int64)
    own = knn_windows(replace(case, train=None, test=case.train, label=blank))()
    return Scored(rows, float(own.max()), own)


LINE_PEERS: dict[str, Callable[[Case], Scored]] = {
    "moving variance": one_liner(moving_variance),
    "squared difference": one_liner(squared_difference),
    "k-NN of windows": knn,
}
DEVIATIONS: Sequence[float] = (2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 30, 40, 60, 100, 200, 500)
FACTORS: Sequence[float] = (0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 5, 10, 20, 50)
