"""Stretches of rows from a mask of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects, label


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """[start, stop) of each run of True in a mask (T,), which may be empty."""
    if not mask.any():
        return []
    return [(int(part[0].start), int(part[0].stop)) for part in find_objects(label(mask)[0])]
