"""The period of series: how many steps until they are alike again, by their autocorrelation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, find_peaks
from torch import Tensor

from anomalyst.modalities.series.space.scores import Pieces

LEAST = 0.3  # autocorrelation of what counts as a period
NEARLY = 0.8  # of the highest: the first lag that reaches as much is the period, not a multiple of it
TIMES = 3  # a period is seen so often at least
ONE = 1.5  # times the first: peaks up to there are the same one, ragged by noise
APART = 20  # steps between two peaks
LEAST_LAGS = 3

Lags = NDArray[np.int64]
Floats = NDArray[np.float64]


def period(series: Tensor, pieces: Pieces, beyond: int) -> int | None:
    """The period of series (C, G), in steps, if it is longer than `beyond`; None where there is none.

    The autocorrelation is the mean over channels that move, each lag divided by the steps that it compares.
    """
    peaks, correlation = _peaks(series, pieces)
    peaks = peaks[peaks > beyond]
    if not len(peaks):
        return None
    first = peaks[np.argmax(correlation[peaks] > NEARLY * correlation[peaks].max())]
    return _raggedly(first, peaks, correlation)


def periods(series: Tensor, pieces: Pieces, least: int) -> list[int]:
    """All that may be a period of series (C, G), `least` steps or more, the shortest first."""
    peaks, correlation = _peaks(series, pieces)
    peaks, found = peaks[peaks >= least], []
    while len(peaks):
        found.append(_raggedly(peaks[0], peaks, correlation))
        peaks = peaks[peaks >= ONE * peaks[0]]
    return found


def _raggedly(first: int, peaks: Lags, correlation: Floats) -> int:
    """The highest of the peaks that are the same one as the `first`."""
    about = peaks[(peaks >= first) & (peaks < ONE * first)]
    return int(about[np.argmax(correlation[about])])


def _peaks(series: Tensor, pieces: Pieces) -> tuple[Lags, Floats]:
    """The lags at which the autocorrelation of series (C, G) peaks, and all of it."""
    start, stop = max(pieces, key=lambda piece: piece[1] - piece[0])
    lags = (stop - start) // TIMES
    values = series[:, start:stop].double().numpy()
    values = values[np.ptp(values, axis=1) > 0]
    if lags < LEAST_LAGS or not len(values):
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    values -= values.mean(1, keepdims=True)
    count = values.shape[1]
    products = fftconvolve(values, values[:, ::-1], axes=1)[:, count - 1 : count - 1 + lags]
    correlation = (products / products[:, :1] * count / (count - np.arange(lags))).mean(0)
    return find_peaks(correlation, height=LEAST, distance=APART)[0], correlation
