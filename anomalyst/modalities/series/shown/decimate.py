"""Drawing long series with few points, such that every spike and every gap stays visible."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LONG_STEP = 5.0  # a step in time this many times the median one is a gap
MAX_GAPS = 200
BAND = (5.0, 95.0)  # percent of the posterior samples
P_FLOOR = 1e-12

Floats = NDArray[np.float64]
Span = tuple[float, float]


def bucket_edges(length: int, buckets: int) -> NDArray[np.int64]:
    """First positions of at most `buckets` near-equal buckets of `length` ≥ 1 elements, strictly increasing."""
    return np.linspace(0, length, min(length, buckets), endpoint=False).astype(np.int64)


def extremes(x: Floats, y: NDArray[np.floating], buckets: int) -> tuple[Floats, Floats]:
    """The lowest and the highest point of each bucket, in order; a short series as it is."""
    line: Floats = y.astype(np.float64)
    if len(line) <= 2 * buckets:
        return x, line
    edges = bucket_edges(len(line), buckets)
    low, high = np.where(np.isnan(line), np.inf, line), np.where(np.isnan(line), -np.inf, line)
    kept = set[int]()
    for start, stop in zip(edges, [*edges[1:], len(line)], strict=True):
        kept |= {int(start + np.argmin(low[start:stop])), int(start + np.argmax(high[start:stop]))}
    order = sorted(kept)
    return x[order], line[order]


def band(samples: NDArray[np.floating], buckets: int) -> tuple[NDArray[np.int64], Floats, Floats]:
    """What 90 % of the posterior samples (K, n) lie in, by buckets: their first rows, lowest and highest values."""
    low, high = np.percentile(samples, BAND, axis=0)
    edges = bucket_edges(len(low), buckets)
    return edges, np.fmin.reduceat(low, edges), np.fmax.reduceat(high, edges)


def strongest(p_values: NDArray[np.floating], buckets: int) -> tuple[NDArray[np.int64], Floats]:
    """The strongest evidence, −log10 p, of each bucket: its first row, and the value."""
    strength: Floats = -np.log10(np.clip(p_values, P_FLOOR, 1)).astype(np.float64)
    edges = bucket_edges(len(strength), buckets)
    return edges, np.maximum.reduceat(strength, edges)


def outline(x: Floats, y: NDArray[np.floating], buckets: int) -> tuple[Floats, Floats]:
    """A line of few points that keeps every spike, with a missing point in each long step of time, so that it is not
    drawn across."""
    kept_x, kept_y = extremes(x, y, buckets)
    before = np.array([left for left, _ in _longest(long_steps(x))])
    at = np.searchsorted(kept_x, before, side="right")
    return np.insert(kept_x, at, before), np.insert(kept_y, at, np.nan)


def long_steps(x: Floats) -> list[Span]:
    """The steps of time that are much longer than usual, each from where to where."""
    if len(x) < 3:
        return []
    steps = np.diff(x)
    return [(float(x[i]), float(x[i + 1])) for i in np.flatnonzero(steps > LONG_STEP * np.median(steps))]


def gap_spans(x: Floats, y: NDArray[np.floating]) -> list[Span]:
    """Intervals of x without data: runs of missing values and long steps; the longest MAX_GAPS of them."""
    missing = np.concatenate([[False], np.isnan(y), [False]])
    flips = np.flatnonzero(missing[1:] != missing[:-1])
    runs = [
        (float(x[max(0, a - 1)]), float(x[min(len(x) - 1, b)])) for a, b in zip(flips[::2], flips[1::2], strict=True)
    ]
    return _longest([*runs, *long_steps(x)])


def _longest(spans: list[Span]) -> list[Span]:
    """The longest MAX_GAPS of some intervals, in order."""
    return sorted(sorted(spans, key=lambda span: span[0] - span[1])[:MAX_GAPS])
