"""Values of any magnitude: powers of two that are taken off before anything squares or sums, and put back after.

A power of two changes no digit, so whatever is computed from values of usual size comes out as without it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

DRAWN = 100  # decades to either side of 1 in which values are drawn as they are


def drawn_in(values: NDArray[np.float64]) -> float:
    """What values are divided by to be drawn: 1, or a power of ten where an axis could not count them."""
    largest = float(np.where(np.isfinite(values), np.abs(values), 0.0).max(initial=0.0))
    decade = math.floor(math.log10(largest)) if largest > 0 else 0
    return 10.0**decade if abs(decade) > DRAWN else 1.0


def powers(values: NDArray[np.float64]) -> NDArray[np.int32]:
    """The power of two just above the largest finite magnitude of each column (N, C): (C,); 0 for a column of zeros."""
    largest = np.where(np.isfinite(values), np.abs(values), 0.0).max(axis=0, initial=0.0)
    found: NDArray[np.int32] = np.frexp(largest)[1].astype(np.int32)
    return found
