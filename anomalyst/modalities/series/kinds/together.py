"""How the channels of a series go together in normal rows, and which of them left where they come apart.

With P the precision of normal rows (Lauritzen 1996, Graphical Models, ch. 5), rows x about their mean are off by xᵀPx,
and by (Px)_c² / P_cc less where channel c were what the others say of it. It left if that makes the rows usual again,
and if it does so for no other: of two channels that only come apart from each other nobody can say which one did.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anomalyst.modalities.series.kinds.stretch import Values

RIDGE = 1e-3  # of a channel's variance: what the others say of it is no closer
USUAL = 0.95  # of normal rows are off by less
FAR = 1e6  # standard deviations


def together(values: Values, normal: NDArray[np.bool_]) -> tuple[Values, Values]:
    """Values (T, C) about the mean of normal rows (T,) in standard deviations of them, and the precision (C, C) of
    these; what is missing is as expected."""
    known = np.nan_to_num(values)
    usual = known[normal]
    with np.errstate(all="ignore"):
        scaled = np.nan_to_num((known - usual.mean(axis=0)) / usual.std(axis=0)).clip(-FAR, FAR)
    rows = scaled[normal]
    covariance = rows.T @ rows / len(rows) + RIDGE * np.eye(rows.shape[1])
    return scaled, np.linalg.inv(covariance)


def who_left(values: Values, rows: slice, normal: NDArray[np.bool_]) -> int | None:
    """The only channel without whose move some rows of values (T, C) are usual, most of them; None where there is none,
    or more than one. `normal` (T,): the rows in no finding."""
    if values.shape[1] < 3 or not normal.any():
        return None
    scaled, precision = together(values, normal)
    weighed = scaled @ precision
    off = (scaled * weighed).sum(axis=1)
    usual = float(np.quantile(off[normal], USUAL))
    without = off[rows, None] - np.square(weighed[rows]) / precision.diagonal()
    put_right = np.flatnonzero(np.median(without, axis=0) <= usual)
    return int(put_right[0]) if len(put_right) == 1 else None
