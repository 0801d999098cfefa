"""Place words: where in an image a region lies, from a closed set that a checker can read back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

IMAGE_PLACES: tuple[str, ...] = (
    "upper left", "upper centre", "upper right",
    "centre left", "centre", "centre right",
    "lower left", "lower centre", "lower right",
    "most of the image",
)  # fmt: skip
MOST = 0.6  # a region larger than this share of the image is "most of" it


def image_place(mask: NDArray[np.bool_]) -> str:
    """The cell of a 3 × 3 grid that holds the centroid of `mask` (H, W), or "most of the image"."""
    if mask.mean() > MOST:
        return IMAGE_PLACES[9]
    height, width = mask.shape
    rows, columns = np.nonzero(mask)
    down = min(2, int(3 * (rows.mean() + 0.5) / height))
    across = min(2, int(3 * (columns.mean() + 0.5) / width))
    return IMAGE_PLACES[3 * down + across]
