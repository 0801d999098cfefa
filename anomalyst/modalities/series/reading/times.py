"""Finding the time column of a table and reading its stamps."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.modalities.files import display_name
from anomalyst.modalities.series.reading.columns import is_time_name, plain
from anomalyst.modalities.tables import looks_like_date

# Unix time by its size: seconds from 1973 on, and the same in ms, µs and ns.
_EPOCHS = ((1e8, 1e10, 10**9), (1e11, 1e13, 10**6), (1e14, 1e16, 10**3), (1e17, 1e19, 1))
_OFFSET = re.compile(r":\d\d(?:[.,]\d+)?\s*([+-]\d\d(?::?\d\d)?)\s*$")  # 12:00:00+01:00
_TIME_ONLY = re.compile(r"\s*\d{1,2}:\d{2}")
_EARLIEST, _LATEST = pd.Timestamp("1678-01-01", tz="UTC"), pd.Timestamp("2262-01-01", tz="UTC")


def is_number_column(column: pd.Series[Any]) -> bool:
    """Whether a column holds real numbers or booleans."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_complex_dtype(column)


def time_columns(frame: pd.DataFrame) -> list[str]:
    """The column that holds the time; two if date and time of day are apart; none if there is none.

    A column named so comes first, else the first column of dates.
    """
    named = [c for c in frame.columns if is_time_name(c)]
    parts = {plain(c): c for c in named}
    if {"date", "time"} <= set(parts) and not any(is_number_column(frame[parts[p]]) for p in ("date", "time")):
        return [parts["date"], parts["time"]]
    if named:
        return [_best_named(frame, named)]
    for column in frame.columns:
        cells = frame[column]
        if pd.api.types.is_datetime64_any_dtype(cells):
            return [column]
        if not is_number_column(cells) and len(cells) and cells.map(looks_like_date).all():
            return [column]
    return []


def _best_named(frame: pd.DataFrame, named: list[str]) -> str:
    """Of several columns with a time's name: one of dates before one of numbers, then the first."""
    dates = [c for c in named if not is_number_column(frame[c])]
    return (dates or named)[0]


def read_times(frame: pd.DataFrame, columns: list[str], name: str, notes: list[str]) -> NDArray[np.generic]:
    """Stamps of shape (time,): datetime64[ns] in UTC, or float64 for numbers that are no Unix time."""
    cells = frame[columns[0]]
    if not is_time_name(columns[0]):
        notes.append(f"{display_name(columns[0])!r} was taken as the time, as it holds dates")
    if len(columns) == 2:
        cells = cells.astype(str) + " " + frame[columns[1]].astype(str)
    label = display_name(columns[0])
    if bool(cells.isna().any()):
        row = int(np.flatnonzero(cells.isna())[0]) + 1
        raise InputError(f"{name}: the time in column {label!r} is missing in data row {row}; fill it or drop the row.")
    if is_number_column(cells):
        return _from_numbers(cells.to_numpy(dtype=np.float64), cells, columns[0], name, notes)
    return _from_text(cells, label, name, notes)


def _from_numbers(
    values: NDArray[np.float64], cells: pd.Series[Any], column: str, name: str, notes: list[str]
) -> NDArray[np.generic]:
    """Unix time (told by its size) as datetime64[ns]; other numbers as they are."""
    if not np.isfinite(values).all():
        raise InputError(f"{name}: the time column {display_name(column)!r} holds an infinite value; repair it.")
    if plain(column) == "date" and ((values > 1.6e7) & (values < 2.3e7)).all():  # 20240131
        days = pd.to_datetime(pd.Series(values).astype("int64").astype(str), format="%Y%m%d", errors="coerce")
        if not days.isna().any():
            notes.append(f"numbers in {display_name(column)!r} were read as days written 20240131")
            return np.asarray(days.to_numpy(), dtype="datetime64[ns]")
    middle = float(np.median(values)) if len(values) else 0.0
    for low, high, nanoseconds in _EPOCHS:
        if low <= middle < high and float(values.min()) >= 0 and float(values.max()) < 9.2e18 / nanoseconds:
            unit = {10**9: "seconds", 10**6: "milliseconds", 10**3: "microseconds", 1: "nanoseconds"}[nanoseconds]
            notes.append(f"numbers in {display_name(column)!r} were read as Unix time in {unit}, by their size")
            if cells.dtype.kind in "iu":
                whole = cells.to_numpy(dtype=np.int64) * nanoseconds
            else:
                whole = np.rint(values * nanoseconds).astype(np.int64)
            return whole.astype("datetime64[ns]")
    return values


def _from_text(cells: pd.Series[Any], label: str, name: str, notes: list[str]) -> NDArray[np.generic]:
    """Dates in words or as datetimes; InputError names the first that cannot be read."""
    times = _parsed(cells, dayfirst=False)
    if _slashed(cells):
        by_day = _parsed(cells, dayfirst=True)
        if times.isna().sum() > by_day.isna().sum():
            times = by_day
            notes.append(f"dates in {label!r} were read day-first; month-first fits fewer of them")
        elif not by_day.isna().any() and not times.equals(by_day):
            notes.append(
                f"dates in {label!r} were read month-first, as month/day/year; write year-month-day if that is wrong"
            )
    if bool(times.isna().any()):
        row = int(np.flatnonzero(times.isna())[0])
        raise InputError(
            f"{name}: {display_name(cells.iloc[row], 40)!r} in data row {row + 1} of the time column {label!r} is no "
            "time; write times as 2024-05-01 12:00:00."
        )
    if len(times) and not (times.min() >= _EARLIEST and times.max() < _LATEST):
        raise InputError(f"{name}: the time column {label!r} leaves the years 1678 to 2261; repair the dates.")
    notes += _clock_notes(cells, label)
    return np.asarray(times.dt.tz_localize(None).to_numpy(), dtype="datetime64[ns]")


def _clock_notes(cells: pd.Series[Any], label: str) -> list[str]:
    """That stamps with an offset were turned into UTC, and that times of day got a date."""
    zone = getattr(cells.dtype, "tz", None)
    if zone is not None:
        return [] if str(zone) == "UTC" else [f"times in {label!r} ({zone}) were turned into UTC"]
    if pd.api.types.is_datetime64_any_dtype(cells):
        return []
    text, notes = cells.astype(str), []
    offsets = text.str.extract(_OFFSET)[0].dropna().unique()
    shifted = [offset for offset in offsets if offset.strip("+-0:")]
    if shifted:
        notes.append(f"times in {label!r} carry an offset ({', '.join(shifted[:3])}) and were turned into UTC")
    if len(text) and bool(text.str.match(_TIME_ONLY).all()):
        notes.append(f"times in {label!r} have no date; the day of reading was put before them")
    return notes


def _slashed(cells: pd.Series[Any]) -> bool:
    """Whether dates begin like 01/02/2024, where day and month may be confused."""
    return bool(len(cells)) and bool(re.match(r"^\s*\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}", str(cells.iloc[0])))


def _parsed(cells: pd.Series[Any], dayfirst: bool) -> pd.Series[Any]:
    """Times in UTC, NaT where a cell is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            times = pd.to_datetime(cells, utc=True, errors="coerce", dayfirst=dayfirst)
            if times.isna().any() and not _slashed(cells):
                times = pd.to_datetime(cells, utc=True, errors="coerce", format="ISO8601")
        except (ValueError, TypeError, OverflowError):
            return pd.Series(pd.NaT, index=cells.index, dtype="datetime64[ns, UTC]")
    return times
