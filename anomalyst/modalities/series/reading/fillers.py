"""Fillers: values such as 9999 or −999 that loggers write where there is no reading; what is missing, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

MAX_COLUMNS = 5  # named in a note
FAR = 10.0  # a single one lies so many times the range of the others away from them,
FAR_REPEATED = 3.0  # one that repeats so many times
LEAST_OTHERS = 20  # fewer other values do not show what is far
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


def filler_note(fillers: Mapping[str, Mapping[float, int]]) -> str:
    """Which values were taken as fillers for missing ones, by channel; "" if none."""
    parts = [
        f"{value:g} in {count} row{'s' * (count > 1)} of {name!r}"
        for name, found in fillers.items()
        for value, count in found.items()
    ]
    more = f" and {len(parts) - MAX_COLUMNS} more" if len(parts) > MAX_COLUMNS else ""
    return (
        f"read as missing, as loggers write it where there is no reading: {', '.join(parts[:MAX_COLUMNS])}{more}"
        if parts
        else ""
    )


def missing_note(values: NDArray[np.float64], columns: Sequence[str]) -> str:
    """Which channels miss values, and in how many rows; "" if none does. A channel without any is named as such."""
    missing = np.isnan(values).sum(axis=0).tolist()
    dead = [f"{columns[i]!r}" for i, count in enumerate(missing) if count == len(values)]
    parts = [f"{columns[i]!r} in {count}" for i, count in enumerate(missing) if 0 < count < len(values)]
    more = f" and {len(parts) - MAX_COLUMNS} more columns" if len(parts) > MAX_COLUMNS else ""
    said = [f"values are missing of {len(values)} rows: {', '.join(parts[:MAX_COLUMNS])}{more}"] if parts else []
    none = [f"no value at all is there of {', '.join(dead[:MAX_COLUMNS])}"] if dead else []
    return "; ".join(none + said)


def _outermost(cells: NDArray[np.float64]) -> float | None:
    """A largest or smallest value that is a filler beside the others, else None."""
    with np.errstate(all="ignore"):
        ends = [float(np.fmax.reduce(cells)), float(np.fmin.reduce(cells))] if len(cells) else []
    for end in ends:
        if end not in SHAPES:
            continue
        rest = cells[np.isfinite(cells) & ~np.isin(cells, _ENDS)]
        if len(rest) < LEAST_OTHERS:
            continue
        low, high = float(rest.min()), float(rest.max())
        span = max(high / 2 - low / 2, abs(low) / 20, abs(high) / 20, 1e-300)
        factor = FAR_REPEATED if int((cells == end).sum()) > 1 else FAR
        if min(abs(end / 2 - low / 2), abs(end / 2 - high / 2)) > factor * span:
            return end
    return None


_ENDS = np.array(sorted(SHAPES))
