"""Fillers: values such as 9999 or −999 that loggers write where there is no reading."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FAR = 10.0  # a single one lies so many times the range of the others away from them,
FAR_REPEATED = 3.0  # one that repeats so many times
_NINES = [10.0**k - 1 for k in range(3, 11)]
_SHARED = [*_NINES, *(n + 0.9 for n in _NINES[:3]), 99.99, 999.99, 9999.99, 999.25, 9999.25, 8888.0, 7777.0, 88888.0]
_LARGE = [float(f"1e{k}") for k in (20, 25, 30, 31, 32, 35, 36, 37, 38, 300, 308)]
_LIMITS = [2.0**15 - 1, -(2.0**15), 2.0**16 - 1, 2.0**31 - 1, -(2.0**31), 2.0**32 - 1, 2.0**63, -(2.0**63)]
_LIMITS += [9.969209968386869e36, 3.4028234663852886e38, -3.4028234663852886e38, float(np.float32(9.96921e36))]
SHAPES = frozenset([*_SHARED, *(-v for v in _SHARED), *_LARGE, *(-v for v in _LARGE), *_LIMITS])


def without_fillers(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], dict[float, int]]:
    """(a column (time,) with NaN for fillers, each filler and in how many rows it stood).

    A filler is of a shape that loggers write and lies far outside all others: it is the largest or the smallest value.
    """
    found: dict[float, int] = {}
    cells = values
    while (filler := _outermost(cells)) is not None:
        at = cells == filler
        found[filler] = int(at.sum())
        cells = np.where(at, np.nan, cells)
    return cells, found


def _outermost(cells: NDArray[np.float64]) -> float | None:
    """A largest or smallest value that is a filler beside the others, else None."""
    with np.errstate(all="ignore"):
        ends = [float(np.fmax.reduce(cells)), float(np.fmin.reduce(cells))] if len(cells) else []
    for end in ends:
        if end not in SHAPES:
            continue
        rest = cells[np.isfinite(cells) & ~np.isin(cells, _ENDS)]
        if len(rest) < 2:
            continue
        low, high = float(rest.min()), float(rest.max())
        span = max(high / 2 - low / 2, abs(low) / 20, abs(high) / 20, 1e-300)
        factor = FAR_REPEATED if int((cells == end).sum()) > 1 else FAR
        if min(abs(end / 2 - low / 2), abs(end / 2 - high / 2)) > factor * span:
            return end
    return None


_ENDS = np.array(sorted(SHAPES))
