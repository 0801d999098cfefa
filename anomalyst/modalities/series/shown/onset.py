"""When a channel left what was expected of it: which of several moved first is read from this.

A channel has moved at the first row at which |observed − expected| is beyond OUT standard deviations and stays so for
one more of the HELD − 1 rows after it, so that an isolated row of noise is no move. The standard deviation is that of
normal rows or of the posterior samples within the finding, whichever is larger: rows that are imputed keep all of their
noise, rows that are denoised do not. What is told is exact to one row at best, and a slow move is seen late.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anomalyst.modalities.series.kinds.stretch import Stretch

OUT = 4.0
HELD = 3


def onset(stretch: Stretch, draws: NDArray[np.float64]) -> int | None:
    """The row at which a channel left what was expected, within a stretch or half its length before it as far as that
    is normal; None if it did not, or at the first row there is, before which nothing is known.

    `draws` (K, n): the posterior samples of the stretch.
    """
    spread = np.nanstd(draws, axis=0) if len(draws) > 1 else np.zeros(1)
    scale = max(stretch.spread, float(np.nan_to_num(np.nanmedian(spread))))
    before = ~stretch.normal[: stretch.start]
    last = int(np.flatnonzero(before)[-1]) + 1 if before.any() else 0
    first = max(last, stretch.start - (stretch.stop - stretch.start) // 2)
    out = np.nan_to_num(np.abs(stretch.residual[first : stretch.stop + HELD - 1])) > OUT * scale
    after = np.concatenate([out, np.zeros(HELD, dtype=bool)])
    held = out & np.any([after[k : k + len(out)] for k in range(1, HELD)], axis=0)
    rows = first + np.flatnonzero(held[: stretch.stop - first])
    return int(rows[0]) if rows.size and rows[0] > 0 else None
