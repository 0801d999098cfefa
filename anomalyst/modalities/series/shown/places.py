"""Place words: where in a series a region lies, from a closed set that a checker can read back."""

from __future__ import annotations

import numpy as np

SERIES_PLACES: tuple[str, ...] = (
    "at the start", "early", "in the middle", "late", "at the end", "over most of the series"
)  # fmt: skip
MOST = 0.6  # a region longer than this share of the series is "most of" it
SERIES_BOUNDS = (0.1, 0.4, 0.6, 0.9)  # shares of the rows at which one word gives way to the next


def series_place(start: int, stop: int, rows: int) -> str:
    """The word for the middle of rows [start, stop) among `rows`, or "over most of the series"."""
    if stop - start > MOST * rows:
        return SERIES_PLACES[5]
    middle = (start + stop) / 2 / rows
    return SERIES_PLACES[int(np.searchsorted(SERIES_BOUNDS, middle, side="right"))]
