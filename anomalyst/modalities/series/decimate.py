"""Drawing long series with few points, such that every spike and every gap stays visible."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BUCKETS = 700
LONG_STEP = 5.0  # a step in time this many times the median one is a gap
MAX_GAPS = 200
BAND = (5.0, 95.0)  # percent of the posterior samples
P_FLOOR = 1e-12

Floats = NDArray[np.float64]


def bucket_edges(length: int, buckets: int = BUCKETS) -> NDArray[np.int64]:
    """First positions of at most `buckets` near-equal buckets of `length` ≥ 1 elements, strictly increasing."""
    return np.linspace(0, length, min(length, buckets), endpoint=False).astype(np.int64)


def extremes(x: Floats, y: NDArray[np.floating], buckets: int = BUCKETS) -> tuple[Floats, Floats]:
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


def band(samples: NDArray[np.floating], buckets: int = BUCKETS) -> tuple[NDArray[np.int64], Floats, Floats]:
    """What 90 % of the posterior samples (K, n) lie in, by buckets: their first rows, lowest and highest values."""
    low, high = np.percentile(samples, BAND, axis=0)
    edges = bucket_edges(len(low), buckets)
    return edges, np.fmin.reduceat(low, edges), np.fmax.reduceat(high, edges)


def strongest(p_values: NDArray[np.floating], buckets: int = BUCKETS) -> tuple[NDArray[np.int64], Floats]:
    """The strongest evidence, −log10 p, of each bucket: its first row, and the value."""
    strength: Floats = -np.log10(np.clip(p_values, P_FLOOR, 1)).astype(np.float64)
    edges = bucket_edges(len(strength), buckets)
    return edges, np.maximum.reduceat(strength, edges)


def breaks(x: Floats, y: NDArray[np.floating]) -> tuple[Floats, Floats]:
    """The same line with a missing point in every long step of time, so that it is not drawn across."""
    jumps = long_steps(x) + 1
    return np.insert(x, jumps, x[jumps - 1]), np.insert(y.astype(np.float64), jumps, np.nan)


def long_steps(x: Floats) -> NDArray[np.int64]:
    """Positions i where the step from x[i] to x[i + 1] is much longer than usual."""
    if len(x) < 3:
        return np.empty(0, dtype=np.int64)
    steps = np.diff(x)
    return np.flatnonzero(steps > LONG_STEP * np.median(steps))


def gap_spans(x: Floats, y: NDArray[np.floating]) -> list[tuple[float, float]]:
    """Intervals of x without data: runs of missing values and long steps; the longest MAX_GAPS of them."""
    missing = np.concatenate([[False], np.isnan(y), [False]])
    flips = np.flatnonzero(missing[1:] != missing[:-1])
    runs = [
        (float(x[max(0, a - 1)]), float(x[min(len(x) - 1, b)])) for a, b in zip(flips[::2], flips[1::2], strict=True)
    ]
    spans = runs + [(float(x[i]), float(x[i + 1])) for i in long_steps(x)]
    return sorted(sorted(spans, key=lambda span: span[0] - span[1])[:MAX_GAPS])
