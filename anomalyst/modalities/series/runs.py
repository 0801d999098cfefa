"""Stretches of rows from a mask of rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NEAR_SHARE, NEAR_LEAST, NEAR_MOST = 0.01, 5, 50  # of the rows


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """[start, stop) of each run of True in a mask (T,), which may be empty."""
    turns = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    return list(zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True))


def near(rows: int) -> int:
    """How many rows apart is still the same event, in a series of so many."""
    return int(np.clip(round(NEAR_SHARE * rows), NEAR_LEAST, NEAR_MOST))


def joined(intervals: Sequence[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """Rising intervals [start, stop), those less than `gap` apart as one."""
    found: list[tuple[int, int]] = []
    for start, stop in intervals:
        if found and start - found[-1][1] < gap:
            found[-1] = (found[-1][0], stop)
        else:
            found.append((start, stop))
    return found
