"""Place words: where in an image or a series a region lies, from two closed sets that a checker can read back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

IMAGE_PLACES: tuple[str, ...] = (
    "upper left", "upper centre", "upper right",
    "centre left", "centre", "centre right",
    "lower left", "lower centre", "lower right",
    "most of the image",
)  # fmt: skip
SERIES_PLACES: tuple[str, ...] = (
    "at the start", "early", "in the middle", "late", "at the end", "over most of the series"
)  # fmt: skip
PLACES: tuple[str, ...] = IMAGE_PLACES + SERIES_PLACES

MOST = 0.6  # a region larger than this share of the sample is "most of" it
SERIES_BOUNDS = (0.1, 0.4, 0.6, 0.9)  # shares of the rows at which one word gives way to the next


def image_place(mask: NDArray[np.bool_]) -> str:
    """The cell of a 3 × 3 grid that holds the centroid of `mask` (H, W), or "most of the image"."""
    if mask.mean() > MOST:
        return IMAGE_PLACES[9]
    height, width = mask.shape
    rows, columns = np.nonzero(mask)
    down = min(2, int(3 * (rows.mean() + 0.5) / height))
    across = min(2, int(3 * (columns.mean() + 0.5) / width))
    return IMAGE_PLACES[3 * down + across]


def series_place(start: int, stop: int, rows: int) -> str:
    """The word for the middle of rows [start, stop) among `rows`, or "over most of the series"."""
    if stop - start > MOST * rows:
        return SERIES_PLACES[5]
    middle = (start + stop) / 2 / rows
    return SERIES_PLACES[int(np.searchsorted(SERIES_BOUNDS, middle, side="right"))]
