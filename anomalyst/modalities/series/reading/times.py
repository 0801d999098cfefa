"""Reading the stamps of the columns that hold the time."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.modalities.files import display_name
from anomalyst.modalities.series.reading import stamps
from anomalyst.modalities.series.reading.columns import plain
from anomalyst.modalities.series.reading.dates import date_note, in_doubt, read_dates
from anomalyst.modalities.series.reading.numbers import is_number_column
from anomalyst.modalities.series.reading.timecolumns import TimeColumns, is_clock
from anomalyst.modalities.series.reading.zones import clock_of, local, own_offset, with_offsets, zone_name
from anomalyst.modalities.series.sample import DateOrder

_CLOCK = re.compile(r"^\s*(\d{1,3}):(\d{2})(?::(\d{2}(?:[.,]\d{1,9})?))?\s*([AaPp][Mm])?\s*$")
_APACHE = re.compile(r"^(\s*\d{1,2}/[A-Za-z]{3}/\d{4}):", re.MULTILINE)
_COMMA_SECONDS = re.compile(r"(:\d{2}),(\d{1,9})")
_ISO = re.compile(r"^\s*\d{4}-\d\d-\d\d")
_QUARTER = re.compile(r"^\s*\d{4}-?Q[1-4]\s*$")
_NO_YEAR = re.compile(r"^\s*(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} +\d{1,2} \d{1,2}:\d{2}(:\d{2})?(\.\d+)?\s*$")
_EARLIEST, _LATEST = pd.Timestamp("1678-01-01", tz="UTC"), pd.Timestamp("2262-01-01", tz="UTC")
_DAY = 86_400.0


@dataclass(frozen=True)
class Stamps:
    """`index`: (time,) datetime64[ns], or float64 for numbers that are no times and for times without a date; `zone`,
    `dates` and `dates_guessed` as in `SeriesSample`."""

    index: NDArray[np.generic]
    zone: str = ""
    dates: DateOrder = ""
    dates_guessed: bool = False


def read_times(frame: pd.DataFrame, columns: TimeColumns, name: str, notes: list[str]) -> Stamps:
    """The stamps of a table; what was guessed goes to the notes."""
    label = display_name(columns.names[0])
    _check_filled(frame, columns, name)
    if columns.kind != "stamps":
        shown = ", ".join(repr(display_name(c)) for c in columns.names)
        notes.append(f"the time was put together from {shown}")
        return _put_together(frame, columns, name, notes)
    if columns.by_values:
        what = repr(label) if label else "the column without a name"
        notes.append(f"{what} was taken as the time, as it holds dates")
    return _of_cells(frame[columns.names[0]], columns.names[0], name, notes)


def _check_filled(frame: pd.DataFrame, columns: TimeColumns, name: str) -> None:
    for column in columns.names:
        empty = frame[column].isna()
        if bool(empty.any()):
            row = int(np.flatnonzero(empty)[0]) + 1
            raise InputError(
                f"{name}: the time in column {display_name(column)!r} is missing in data row {row}; fill it or drop "
                "the row."
            )


def _put_together(frame: pd.DataFrame, columns: TimeColumns, name: str, notes: list[str]) -> Stamps:
    """The stamps of a time that is spread over columns."""
    if columns.kind == "parts":
        return Stamps(_of_calendar(frame, columns.names, name))
    date, clock, *rest = columns.names
    if columns.kind == "date and time":
        return _of_cells(_date_texts(frame[date]) + " " + frame[clock].astype(str).str.strip(), date, name, notes)
    days = _of_cells(_date_texts(frame[date]), date, name, notes)
    shift = frame[clock].to_numpy(dtype=np.int64) * 3600
    for size, column in zip((60, 1), rest, strict=False):
        shift = shift + frame[column].to_numpy(dtype=np.int64) * size
    index = np.asarray(days.index.astype("datetime64[ns]") + shift.astype("timedelta64[s]"), dtype="datetime64[ns]")
    return Stamps(index, days.zone, days.dates, days.dates_guessed)


def _of_calendar(frame: pd.DataFrame, names: tuple[str, ...], name: str) -> NDArray[np.generic]:
    """Stamps of the columns year, month, day, hour, minute and second, as far as they are there."""
    keys = {"stunde": "hour", "hr": "hour", "heure": "hour", "hour_of_day": "hour"}
    parts = pd.DataFrame({keys.get(plain(c), plain(c)): frame[c] for c in names})
    shift = parts.pop("hour") if "hour" in parts else None
    parts = parts.assign(day=1) if "day" not in parts else parts
    times = pd.to_datetime(parts, errors="coerce")
    if times.isna().any():
        row = int(np.flatnonzero(times.isna())[0]) + 1
        raise InputError(f"{name}: the columns {', '.join(names)} give no date in data row {row}; repair them.")
    index = np.asarray(times.to_numpy(), dtype="datetime64[ns]")
    return index if shift is None else index + shift.to_numpy(dtype=np.int64).astype("timedelta64[h]")


def _date_texts(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Dates as text: numbers such as 20240414 and dates of a frame as 2024-04-14."""
    if is_number_column(cells):
        cells = pd.to_datetime(cells.astype("int64").astype(str), format="%Y%m%d", errors="coerce")
    if pd.api.types.is_datetime64_any_dtype(cells):
        cells = cells.dt.strftime("%Y-%m-%d")
    texts: pd.Series[Any] = cells.astype(str).str.strip()
    return texts


def _of_cells(cells: pd.Series[Any], column: str, name: str, notes: list[str]) -> Stamps:
    """Stamps of one column of numbers, datetimes or words."""
    label = display_name(column)
    if pd.api.types.is_timedelta64_dtype(cells):
        return Stamps(cells.dt.total_seconds().to_numpy(dtype=np.float64))
    if is_number_column(cells):
        return Stamps(_from_numbers(cells, column, name, notes))
    if pd.api.types.is_datetime64_any_dtype(cells):
        return _from_datetimes(cells, label, notes)
    cells = cells.astype(str)
    first = cells.iloc[0].strip()
    if len(first) > 4 and first.replace(",", "").replace(".", "").replace("'", "").isdigit():
        digits = pd.to_numeric(cells.str.replace(r"(?<=\d)[,'](?=\d{3}(?!\d))", "", regex=True), errors="coerce")
        if not digits.isna().any():
            return Stamps(_from_numbers(digits, column, name, notes))
    if is_clock(cells.iloc[0]) and cells.map(is_clock).all():
        return Stamps(_from_clock(cells, label, name, notes))
    return _from_text(cells, label, name, notes)


def _from_numbers(cells: pd.Series[Any], column: str, name: str, notes: list[str]) -> NDArray[np.generic]:
    """Numbers that are times by their size or form as datetime64[ns]; others as they are."""
    values = cells.to_numpy(dtype=np.float64)
    if not np.isfinite(values).all():
        raise InputError(f"{name}: the time column {display_name(column)!r} holds an infinite value; repair it.")
    word = plain(column)
    calendar = word in ("date", "datetime", "timestamp", "date_time", "datum", "month", "day")
    exact = cells.to_numpy(dtype=np.int64) if cells.dtype.kind == "i" else None
    read = stamps.as_digits(values) or stamps.as_epoch(values, exact)
    if read is None and calendar:
        read = stamps.as_months(values) or stamps.as_sheet_days(values) or stamps.as_matlab_days(values)
    if read is None and word in ("date", "year", "jahr"):
        read = stamps.as_years(values)
    if read is None and word in ("time", "datenum"):
        read = stamps.as_matlab_days(values)
    if read is None:
        return values
    notes.append(f"numbers in {display_name(column)!r} were read as {read.how}")
    return read.index


def _from_datetimes(cells: pd.Series[Any], label: str, notes: list[str]) -> Stamps:
    """Datetimes of a frame, by their own clock where its offset is the same for all."""
    zone = getattr(cells.dtype, "tz", None)
    naive = cells if zone is None else cells.dt.tz_convert("UTC").dt.tz_localize(None)
    index = np.asarray(naive.to_numpy(), dtype="datetime64[ns]")
    if zone is None:
        return Stamps(index)
    offsets = own_offset(cells)
    if len(offsets) == 1:
        _note_clock(offsets[0], label, notes)
        return Stamps(local(index, offsets[0]), zone_name(offsets[0]))
    notes.append(f"times in {label!r} ({zone}) were turned into UTC, as their offset changes")
    return Stamps(index, "UTC")


def _from_clock(cells: pd.Series[Any], label: str, name: str, notes: list[str]) -> NDArray[np.float64]:
    """Times without a date as seconds from the first midnight on, float64 (time,), rows in their order: where the clock
    goes back a new day begins."""
    found = cells.str.extract(_CLOCK.pattern)
    seconds = pd.to_numeric(found[0]) * 3600 + pd.to_numeric(found[1]) * 60
    seconds = seconds + pd.to_numeric(found[2].str.replace(",", ".")).fillna(0)
    half = found[3].str.lower()
    seconds = seconds.where(half.isna(), seconds % (_DAY / 2) + half.eq("pm").astype(float) * (_DAY / 2))
    values = seconds.to_numpy(dtype=np.float64)
    if np.isnan(values).any():
        raise _no_time(cells, int(np.flatnonzero(np.isnan(values))[0]), label, name)
    days = np.concatenate([[0], np.cumsum(np.diff(values) < 0)])
    nights = int(days[-1])
    over = f", over {nights} midnight{'s' * (nights > 1)}" if nights else ""
    notes.append(
        f"times in {label!r} have no date; none was put before them: rows keep their order and are counted in seconds "
        f"from the first midnight on{over}"
    )
    return np.asarray(values + days * _DAY, dtype=np.float64)


def _from_text(cells: pd.Series[Any], label: str, name: str, notes: list[str]) -> Stamps:
    """Dates in words; InputError names the first that cannot be read."""
    joined = "\n".join(cells.tolist())
    plain_text = _in_usual_form(joined, cells.iloc[0])
    texts = cells if plain_text is joined else _again(plain_text, cells)
    first = texts.iloc[0]
    if _NO_YEAR.match(first):
        raise InputError(
            f"{name}: the times in column {label!r} have no year, such as {display_name(first, 40)!r}; write them as "
            "2024-05-01 12:00:00."
        )
    dates = read_dates(texts, first) if in_doubt(first) else None
    times = _parsed(texts) if dates is None else dates.times
    if bool(times.isna().any()):
        raise _no_time(cells, int(np.flatnonzero(times.isna())[0]), label, name)
    if len(times) and not (times.min() >= _EARLIEST and times.max() < _LATEST):
        raise InputError(f"{name}: the time column {label!r} leaves the years 1678 to 2261; repair the dates.")
    if dates is not None and (note := date_note(dates, label)):
        notes.append(note)
    clock = clock_of(plain_text, len(cells))
    index = np.asarray(times.dt.tz_localize(None).to_numpy(), dtype="datetime64[ns]")
    order: tuple[DateOrder, bool] = (dates.order, dates.guessed) if dates else ("", False)
    if clock.offset is not None:
        _note_clock(clock.offset, label, notes)
        return Stamps(local(index, clock.offset), zone_name(clock.offset), *order)
    if set(clock.offsets) - {"+00:00"}:
        notes.append(f"times in {label!r} carry offsets ({', '.join(clock.offsets[:3])}) and were turned into UTC")
    return Stamps(index, "UTC" if clock.offsets else "", *order)


def _in_usual_form(joined: str, first: str) -> str:
    """Stamps, one a line, with a blank before the time of day, a point before parts of seconds and zones as offsets."""
    usual = _APACHE.sub(r"\1 ", joined) if _APACHE.match(first) else joined
    usual = _COMMA_SECONDS.sub(r"\1.\2", usual) if "," in usual else usual
    return with_offsets(usual, first)


def _note_clock(offset: str, label: str, notes: list[str]) -> None:
    if offset != "+00:00":
        notes.append(f"times in {label!r} are told by the file's own clock, {zone_name(offset)}")


def _again(joined: str, cells: pd.Series[Any]) -> pd.Series[Any]:
    """Changed texts, one a line, in the place of the cells."""
    lines = joined.split("\n")
    return pd.Series(lines, index=cells.index, dtype=object) if len(lines) == len(cells) else cells


def _no_time(cells: pd.Series[Any], row: int, label: str, name: str) -> InputError:
    return InputError(
        f"{name}: {display_name(cells.iloc[row], 40)!r} in data row {row + 1} of the time column {label!r} is no "
        "time; write times as 2024-05-01 12:00:00."
    )


def _parsed(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Times in UTC, NaT where a cell is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if len(cells) and _QUARTER.match(cells.iloc[0]):
                quarters = pd.PeriodIndex(cells.str.strip().str.replace("-", ""), freq="Q")
                return pd.Series(quarters.to_timestamp(), index=cells.index).dt.tz_localize("UTC")
            times = pd.to_datetime(cells, utc=True, errors="coerce")
            if times.isna().any():
                iso = pd.to_datetime(cells, utc=True, errors="coerce", format="ISO8601")
                times = iso if iso.isna().sum() < times.isna().sum() else times
            if times.isna().any() and not times.isna().all() and _ISO.match(cells.iloc[0]):
                other = read_dates(cells, cells.iloc[0]).times
                times = times if other.isna().any() else other
        except (ValueError, TypeError, OverflowError):
            return pd.Series(pd.NaT, index=cells.index, dtype="datetime64[ns, UTC]")
    return times
