"""Values of any magnitude: powers of two that are taken off before anything squares or sums, and put back after.

A power of two changes no digit, so whatever is computed from values of usual size comes out as without it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def powers(values: NDArray[np.float64]) -> NDArray[np.int32]:
    """The power of two just above the largest finite magnitude of each column (N, C): (C,); 0 for a column of zeros."""
    largest = np.where(np.isfinite(values), np.abs(values), 0.0).max(axis=0, initial=0.0)
    found: NDArray[np.int32] = np.frexp(largest)[1].astype(np.int32)
    return found
