"""Which columns of a table hold the time: by their names, by their values under any name, or in parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from anomalyst.modalities.rows.layout import looks_like_date
from anomalyst.modalities.series.reading.columns import hints_at_time, is_time_name, plain
from anomalyst.modalities.series.reading.numbers import is_number_column
from anomalyst.modalities.series.reading.stamps import surely_times

_DATES = frozenset({"date", "day_date", "datum", "fecha", "calendar_date", "local_date", "utc_date"})
_TIMES = frozenset({"time", "time_of_day", "uhrzeit", "clock", "local_time", "utc_time", "hora"})
_HOURS = frozenset({"hour", "hr", "hour_of_day", "stunde", "heure"})
_MOST_HOUR = 24


@dataclass(frozen=True)
class TimeColumns:
    """The columns that hold the time, in order, and what they are: one column of stamps; a date and a time of day; a
    date and an hour (and a minute); the parts year, month, day … `by_values`: the name did not tell."""

    names: tuple[str, ...] = ()
    kind: str = "stamps"
    by_values: bool = False


def find_time(frame: pd.DataFrame) -> TimeColumns:
    """The columns that hold the time; none if there is none. Parts come first, then names, then values."""
    parts = _parts(frame)
    if parts is not None and not any(_is_whole_stamp(frame[c]) for c in frame.columns if c not in parts.names):
        return parts
    named = [c for c in frame.columns if is_time_name(c)]
    dates = [c for c in named if not is_number_column(frame[c])]
    if dates:
        return TimeColumns((dates[0],))
    dated = next((c for c in frame.columns if _all_dates(frame[c])), None)
    if dated is not None:
        return TimeColumns((dated,), by_values=True)
    if named:
        return TimeColumns((named[0],))
    hinted = sorted((c for c in frame.columns if is_number_column(frame[c])), key=lambda c: not hints_at_time(c))
    told = next((c for c in hinted if _sure(frame[c], hints_at_time(c))), None)
    if told is not None:
        return TimeColumns((told,), by_values=True)
    years = next((c for c in frame.columns if plain(c) == "year" and _rising_years(frame[c])), None)
    return TimeColumns() if years is None else TimeColumns((years,))


def is_clock(cell: object) -> bool:
    """Whether a cell is a time of day or a time that has passed, without a date."""
    return bool(re.match(r"^\s*\d{1,3}:\d{2}(?!\d)", str(cell)))


def _all_dates(cells: pd.Series[Any]) -> bool:
    """Whether a column holds dates: all cells that are filled, and those are most."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        return True
    if is_number_column(cells) or not len(cells) or pd.api.types.is_timedelta64_dtype(cells):
        return False
    if not looks_like_date(_text(cells.iloc[0])) or not looks_like_date(_text(cells.iloc[-1])):
        return False
    return bool(cells.map(lambda cell: looks_like_date(_text(cell))).all())


def _text(cell: object) -> object:
    """A cell as text where it is a date, a time or a period in a column of objects."""
    return str(cell) if not isinstance(cell, str) and hasattr(cell, "strftime") else cell


def _sure(cells: pd.Series[Any], hinted: bool) -> bool:
    return cells.dtype.kind in "iuf" and surely_times(cells.to_numpy(dtype=np.float64, na_value=np.nan), hinted)


def _rising_years(cells: pd.Series[Any]) -> bool:
    if not is_number_column(cells) or len(cells) < 2:
        return False
    values = cells.to_numpy(dtype=np.float64, na_value=np.nan)
    return bool((np.diff(values) > 0).all() and values[0] >= 1678 and values[-1] <= 2261)


def _parts(frame: pd.DataFrame) -> TimeColumns | None:
    """A time that is spread over columns."""
    of = {plain(c): c for c in reversed(frame.columns)}
    calendar = [of[p] for p in ("year", "month", "day") if p in of and _whole(frame[of[p]])]
    clock = [of[p] for p in ("minute", "second") if p in of and _whole(frame[of[p]])]
    hour = next((of[p] for p in of if p in _HOURS and _is_hour(frame[of[p]])), None)
    date = next((of[p] for p in of if p in _DATES and _is_date_only(frame[of[p]])), None)
    time = next((of[p] for p in of if p in _TIMES and not is_number_column(frame[of[p]])), None)
    if date is not None and time is not None and is_clock(frame[time].iloc[0] if len(frame) else ""):
        return TimeColumns((date, time), "date and time")
    if len(calendar) >= 2 and "month" in of and calendar[0] == of["year" if "year" in of else "month"]:
        return TimeColumns((*calendar, *((hour, *clock) if hour else ())), "parts")
    if date is not None and hour is not None:
        return TimeColumns((date, hour, *clock), "date and hour")
    return None


def _is_whole_stamp(cells: pd.Series[Any]) -> bool:
    """Whether a column holds dates with a time of day, beside which the parts of a date only repeat it."""
    return _all_dates(cells) and not _is_date_only(cells) and not is_clock(cells.iloc[0])


def _whole(cells: pd.Series[Any]) -> bool:
    return cells.dtype.kind in "iu" and len(cells) > 0


def _is_hour(cells: pd.Series[Any]) -> bool:
    return _whole(cells) and int(cells.min()) >= 0 and int(cells.max()) <= _MOST_HOUR


def _is_date_only(cells: pd.Series[Any]) -> bool:
    """Whether a column of dates has no time of day."""
    if not len(cells):
        return False
    if pd.api.types.is_datetime64_any_dtype(cells):
        return bool((cells.dt.normalize() == cells).all())
    if is_number_column(cells):
        return bool(((cells >= 19_000_101) & (cells < 21_010_101)).all())
    return ":" not in str(cells.iloc[0])
