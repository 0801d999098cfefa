"""Rows of a series in strictly increasing time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def in_order(
    values: NDArray[np.float64], index: NDArray[np.generic], labels: dict[str, NDArray[np.bool_]], notes: list[str]
) -> tuple[NDArray[np.float64], NDArray[np.generic], dict[str, NDArray[np.bool_]]]:
    """Rows in strictly increasing time: sorted, and rows of one time made one (mean of values, any of labels)."""
    ticks = index.astype(np.int64) if index.dtype.kind == "M" else index
    if bool((np.diff(ticks) < 0).any()):
        order = np.argsort(ticks, kind="stable")
        values, index, ticks = values[order], index[order], ticks[order]
        labels = {k: v[order] for k, v in labels.items()}
        notes.append("rows were sorted by time")
    fresh = np.concatenate([[True], np.diff(ticks) > 0])
    if fresh.all():
        return values, index, labels
    starts = np.flatnonzero(fresh)
    present = np.isfinite(values)
    counts = np.add.reduceat(present, starts, axis=0, dtype=np.int64)
    infinite = np.add.reduceat(np.where(np.isinf(values), values, 0.0), starts, axis=0)
    sums = np.add.reduceat(np.where(present, values, 0.0), starts, axis=0) + infinite
    merged = np.where((counts > 0) | np.isinf(sums), sums / np.maximum(counts, 1), np.nan)
    notes.append(f"rows of the same time were averaged: {len(fresh)} rows became {len(starts)}")
    return merged, index[starts], {k: np.logical_or.reduceat(v, starts) for k, v in labels.items()}
