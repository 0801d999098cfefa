"""A stretch of a series as a series of its own, by its rows or by its times."""

from __future__ import annotations

import numpy as np

from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.units import moment
from anomalyst.modalities.sources import Part

LEAST = 8  # rows that can be judged at all


def part(sample: SeriesSample, start: float, stop: float, rows: bool) -> Part | None:
    """The stretch, both ends in it; None where fewer than LEAST rows lie there. Times are seconds since 1970 by the
    clock of the series, or numbers of its index where it has no clock."""
    if rows:
        first, last = max(0, int(start)), min(len(sample.values) - 1, int(stop))
    else:
        index = sample.index.astype("datetime64[ns]").astype(np.int64) / 1e9 if sample.has_times else sample.index
        line = np.asarray(index, dtype=np.float64)
        inside = np.flatnonzero((line >= start) & (line <= stop))
        if not inside.size:
            return None
        first, last = int(inside[0]), int(inside[-1])
    if last - first + 1 < LEAST:
        return None
    if rows:
        return Part(sample.part(first, last + 1), first, last, "row")
    (begins, unit), (ends, _) = moment(sample, first), moment(sample, last)
    return Part(sample.part(first, last + 1), begins, ends, unit)
