"""Names of channels, times and durations of a series as they are printed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anomalyst.evidence.units import clean_name, rounded
from anomalyst.modalities.series.sample import SeriesSample


def channel_names(sample: SeriesSample) -> tuple[str, ...]:
    """One safe and unique name per column, in their order; a name that is empty or taken gets its number."""
    names: list[str] = []
    for number, column in enumerate(sample.columns, start=1):
        name = clean_name(column) or f"column {number}"
        names.append(f"{name} ({number})" if name in names else name)
    return tuple(names)


def moment(sample: SeriesSample, row: int) -> tuple[str | int, str]:
    """(value, unit) of a row: its time stamp as text with "", or its number with "row"."""
    if not sample.has_times:
        return int(row), "row"
    stamp = sample.index[row].astype(f"datetime64[{_time_unit(sample)}]")
    return str(stamp).replace("T", " "), ""


def _time_unit(sample: SeriesSample) -> str:
    """The coarsest unit that prints every time stamp exactly: days, seconds, ms, µs or ns."""
    nanoseconds = sample.index.astype("datetime64[ns]").astype(np.int64)
    for unit, size in (("D", 86_400 * 10**9), ("s", 10**9), ("ms", 10**6), ("us", 10**3)):
        if not np.any(nanoseconds % size):
            return unit
    return "ns"


def duration(sample: SeriesSample, start: int, stop: int) -> tuple[float | int, str]:
    """(value, unit) of rows [start, stop): each row lasts the median step; in s, min or h, else in rows."""
    if not sample.has_times or len(sample.index) < 2:
        return stop - start, "rows"
    seconds = _seconds(sample)
    return _spoken(float(seconds[stop - 1] - seconds[start] + np.median(np.diff(seconds))))


def lag(sample: SeriesSample, row: int, later: int) -> tuple[float | int, str]:
    """(value, unit) of the time from a row to a later one; in s, min or h, else in rows."""
    if not sample.has_times:
        return later - row, "rows"
    seconds = _seconds(sample)
    return _spoken(float(seconds[later] - seconds[row]))


def _seconds(sample: SeriesSample) -> NDArray[np.float64]:
    return np.asarray(sample.index.astype("datetime64[ns]").astype(np.int64) / 1e9)


def _spoken(length: float) -> tuple[float, str]:
    """Seconds in the unit that suits them."""
    for unit, size in (("h", 3600), ("min", 60)):
        if length >= 2 * size:
            return rounded(length / size), unit
    return rounded(length), "s"
