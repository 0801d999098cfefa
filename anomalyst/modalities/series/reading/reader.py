"""Tables to series: which column is the time, which are labels, which are values; sorted, checked, with units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.modalities.files import display_name
from anomalyst.modalities.rows.tables import Table, check_cells, default_columns, read_table, table_of_array
from anomalyst.modalities.series.reading.absent import with_absent_rows
from anomalyst.modalities.series.reading.columns import (
    LABEL_NAMES,
    is_label_name,
    is_time_name,
    plain,
    unique_names,
)
from anomalyst.modalities.series.reading.counters import with_named_counters
from anomalyst.modalities.series.reading.fillers import filler_note, missing_note, without_fillers
from anomalyst.modalities.series.reading.long import key_column, widened
from anomalyst.modalities.series.reading.numbers import Cells, file_decimal, is_number_column, read_cells
from anomalyst.modalities.series.reading.rates import gap_note
from anomalyst.modalities.series.reading.rows import in_order
from anomalyst.modalities.series.reading.timecolumns import TimeColumns, find_time
from anomalyst.modalities.series.reading.times import Stamps, read_times
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.unit_names import unit_of

MIN_ROWS = 2
_UNSET = ("0000-00-00", "9999-12-31", "1970-01-01 00:00:00", "1970-01-01T00:00:00", "1900-01-00")
_ROW_NUMBERS = frozenset({"", "index", "id", "row", "row_id", "rowid", "row_number", "no", "nr", "record", "#"})
_TRUE, _FALSE = (
    frozenset({"1", "1.0", "true", "yes", "anomaly", "anomalous"}),
    frozenset({"0", "0.0", "false", "no", "normal", ""}),
)


@dataclass(frozen=True)
class ReadSeries:
    """A series and the label columns that stood beside it, each bool of shape (time,)."""

    sample: SeriesSample
    labels: dict[str, NDArray[np.bool_]]


def read_series(path: Path) -> ReadSeries:
    """Read a series file (CSV, TSV, JSON, Parquet, NPY)."""
    return series_of_table(read_table(path))


def series_from_array(array: NDArray[Any], name: str = "series") -> SeriesSample:
    """An array of shape (time,) or (time, channels) as a series."""
    return series_of_table(table_of_array(array, name)).sample


def series_from_frame(frame: pd.DataFrame | pd.Series[Any], name: str = "series") -> SeriesSample:
    """A pandas object as a series; an index of times is the time if no column is."""
    if isinstance(frame, pd.Series):
        frame = pd.DataFrame({"value" if frame.name is None else str(frame.name): frame})
    return series_of_table(Table(frame, name)).sample


def series_of_table(table: Table, extra_labels: frozenset[str] = frozenset()) -> ReadSeries:
    """Understand a table's columns.

    Rows are sorted by time; rows of the same time are averaged (a label is set if it was in any of them). Labels are
    columns named as in LABEL_NAMES or `extra_labels`. Missing cells stay NaN; so do fillers, such as 9999.
    """
    name = repr(display_name(table.name))
    notes = list(table.notes)
    frame = _without_empty(_named(table.frame, name), notes)
    time = find_time(frame)
    frame = _without_row_numbers(_with_set_clock(frame, time, notes), time, notes)
    marked = [c for c in frame.columns if c not in time.names and (is_label_name(c) or c in extra_labels)]
    second = [c for c in frame.columns if time.names and c not in time.names and _second_time(frame[c], c)]
    if second:
        notes.append(f"left out as other columns of times: {', '.join(repr(display_name(c)) for c in second)}")
    frame = frame.drop(columns=second)
    measured = [c for c in frame.columns if c not in time.names and c not in marked]
    frame, measured = _wide(frame, time, measured, marked, name, notes)
    _check_shape(len(frame), measured, marked, name)
    stamps = _stamps(frame, time, name, notes)
    if marked:
        notes.append(f"left out as labels: {', '.join(repr(display_name(c)) for c in marked)}")
    columns = _channels(frame[measured], table, name, notes)
    values = np.column_stack([cells.values for cells in columns.values() if cells.values is not None])
    labels = {c: _flags(frame[c], c, name) for c in marked}
    values, index, labels = in_order(values, stamps.index, labels, notes)
    _check_values(values, name)
    sample = SeriesSample(
        values,
        unique_names(list(columns)),
        index,
        units=tuple(unit_of(c) or table.units.get(c, "") or cells.unit for c, cells in columns.items()),
        name=display_name(table.name) or "series",
        zone=stamps.zone,
        dates=stamps.dates,
        dates_guessed=stamps.dates_guessed,
    )
    return _noted(sample, labels, notes)


def _noted(sample: SeriesSample, labels: dict[str, NDArray[np.bool_]], notes: list[str]) -> ReadSeries:
    """The sample without its fillers, with absent rows as missing and counters as rises, and with all notes."""
    cleaned = [without_fillers(column) for column in sample.values.T]
    found = {name: fillers for name, (_, fillers) in zip(sample.columns, cleaned, strict=True) if fillers}
    values = np.column_stack([cells for cells, _ in cleaned]) if found else sample.values
    whole, labels, absent = with_absent_rows(replace(sample, values=values), labels)
    told = (filler_note(found), missing_note(values, sample.columns), absent or gap_note(sample.index))
    told_all = (*notes, *(note for note in told if note))
    return ReadSeries(with_named_counters(replace(whole, notes=told_all)), labels)


def _named(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The frame with text column names, each once; an index of times, or one with a name, becomes columns."""
    frame = frame.copy(deep=False)
    if isinstance(frame.columns, pd.MultiIndex):
        frame.columns = pd.Index([" ".join(str(part) for part in c if str(part)) for c in frame.columns], dtype=object)
    frame.columns = pd.Index(
        ["" if str(c).startswith("Unnamed: ") else str(c).strip() for c in frame.columns], dtype=object
    )
    index = frame.index.to_timestamp() if isinstance(frame.index, pd.PeriodIndex) else frame.index
    if isinstance(index, pd.MultiIndex):
        named = [str(n or f"level {i}") for i, n in enumerate(index.names)]
        frame = frame.reset_index(names=[n if n not in frame.columns else f"index {n}" for n in named])
    elif isinstance(index, pd.DatetimeIndex) and not find_time(frame).names:
        frame.insert(0, "timestamp", index if isinstance(frame.index, pd.DatetimeIndex) else index.to_numpy())
    elif not isinstance(index, pd.RangeIndex) and _dated(index) and not find_time(frame).names:
        frame.insert(0, str(index.name or "timestamp"), index.to_numpy())
    filled = frame.columns[frame.columns != ""]
    twice = filled[filled.duplicated()].tolist()
    if twice:
        raise InputError(f"{name}: the column {display_name(twice[0])!r} occurs twice; rename one of them.")
    blank = [i for i, c in enumerate(frame.columns) if c == ""]
    if len(blank) > 1:
        frame.columns = pd.Index([c or f"column {i + 1}" for i, c in enumerate(frame.columns)], dtype=object)
    return frame.reset_index(drop=True)


def _dated(index: pd.Index[Any]) -> bool:
    """Whether an index of words or numbers holds times."""
    return bool(find_time(pd.DataFrame({str(index.name or "timestamp index"): index.to_numpy()})).by_values)


def _without_empty(frame: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Without nameless columns and rows that hold nothing."""
    nameless = [c for c in frame.columns if (c == "" or c.startswith("column ")) and frame[c].isna().all()]
    if nameless and len(nameless) < frame.shape[1]:
        frame = frame.drop(columns=nameless)
        notes.append("left out a column without a name and without values")
    if len(frame) and frame.shape[1] and bool(frame.iloc[:, 0].isna().any()):
        empty = frame.isna().all(axis=1)
        if 0 < int(empty.sum()) < len(frame) and frame.shape[1] > 1:
            notes.append(f"left out {int(empty.sum())} row{'s' * (int(empty.sum()) > 1)} without any cell")
            frame = frame[~empty].reset_index(drop=True).infer_objects()
    return frame


def _without_row_numbers(frame: pd.DataFrame, time: TimeColumns, notes: list[str]) -> pd.DataFrame:
    """Without a first column that only counts the rows, as pandas writes it without a name beside the data."""
    if frame.shape[1] < 2 or frame.columns[0] in time.names or plain(frame.columns[0]) not in _ROW_NUMBERS:
        return frame
    first, name = frame.iloc[:, 0], frame.columns[0]
    if not is_number_column(first) or len(first) < 2 or not (np.diff(first.to_numpy(dtype=np.float64)) == 1).all():
        return frame
    notes.append(f"left out the {'unnamed column' if not name else f'column {display_name(name)!r}'} of row numbers")
    return frame.iloc[:, 1:]


def _with_set_clock(frame: pd.DataFrame, time: TimeColumns, notes: list[str]) -> pd.DataFrame:
    """Without a few rows whose stamp is what clocks and data bases write for none, such as 0000-00-00."""
    if time.kind != "stamps" or not time.names or len(frame) < 2:
        return frame
    cells = frame[time.names[0]]
    if is_number_column(cells):
        unset = (cells == 0).to_numpy() if float(cells.max()) > 1e8 else np.zeros(len(cells), dtype=bool)
    else:
        texts = [cell for cell in cells.tolist() if isinstance(cell, str)]
        if len(texts) < len(cells) or not (min(texts).startswith(_UNSET) or max(texts).startswith(_UNSET)):
            return frame
        unset = np.array([text.startswith(_UNSET) for text in texts], dtype=bool)
    count = int(unset.sum())
    if not 0 < count <= max(1, len(cells) // 10):
        return frame
    notes.append(
        f"left out {count} row{'s' * (count > 1)} whose time is {display_name(cells[unset].iloc[0], 40)!r}, as of a "
        f"clock that was not set (row {int(np.argmax(unset)) + 1}{' first' * (count > 1)})"
    )
    return frame[~unset].reset_index(drop=True)


def _second_time(cells: pd.Series[Any], name: str) -> bool:
    """Whether a column beside the time holds times too: datetimes, or rising numbers under a name of time."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        return True
    if not is_time_name(name) or not is_number_column(cells) or len(cells) < 3:
        return False
    return bool((np.diff(cells.to_numpy(dtype=np.float64, na_value=np.nan)) >= 0).all())


def _wide(
    frame: pd.DataFrame, time: TimeColumns, measured: list[str], marked: list[str], name: str, notes: list[str]
) -> tuple[pd.DataFrame, list[str]]:
    """(the table with one column a sensor if it has one row a reading, its columns of values)."""
    if not time.names or marked or len(time.names) + len(measured) != frame.shape[1]:
        return frame, measured
    stamps = frame[time.names[0]] if len(time.names) == 1 else frame[list(time.names)].astype(str).agg(" ".join, axis=1)
    key = key_column(frame, measured, stamps)
    if key is None:
        return frame, measured
    wide, note = widened(frame, key, list(time.names), [c for c in measured if c != key], name)
    notes.append(note)
    return wide, [c for c in wide.columns if c not in time.names]


def _stamps(frame: pd.DataFrame, time: TimeColumns, name: str, notes: list[str]) -> Stamps:
    """The stamps of the rows; row numbers where no column holds the time."""
    if time.names:
        return read_times(frame, time, name, notes)
    names = list(frame.columns)
    if len(names) > 1 and names != list(default_columns(len(names))):
        notes.append("no column was taken as the time; rows are counted from 0")
    return Stamps(np.arange(len(frame), dtype=np.float64))


def _check_shape(rows: int, measured: list[str], marked: list[str], name: str) -> None:
    """Refuse tables without values, with one row, or too large."""
    if not measured:
        what = f" beside the labels {marked!r}" if marked else ""
        raise InputError(f"{name}: got no column of values{what}; a series needs at least one column of numbers.")
    if rows < MIN_ROWS:
        raise InputError(f"{name}: got {rows} data row{'s' * (rows != 1)}; a series needs at least {MIN_ROWS}.")
    check_cells(rows, len(measured), name)


def _channels(frame: pd.DataFrame, table: Table, name: str, notes: list[str]) -> dict[str, Cells]:
    """The columns of numbers by name; those of words are left out and named. InputError if no number remains."""
    texts = [frame[c] for c in frame.columns if not is_number_column(frame[c])]
    decimal = file_decimal(texts)
    cells = {c: read_cells(frame[c], decimal, table.decimal_comma) for c in frame.columns}
    words = [c for c, read in cells.items() if read.values is None]
    numbers = {c: read for c, read in cells.items() if read.values is not None}
    if words and not any(np.isfinite(read.values).any() for read in numbers.values() if read.values is not None):
        raise _no_number(frame[words[0]], cells[words[0]].bad, name)
    notes += _cell_notes(numbers, {c: frame[c].iloc[cells[c].bad] for c in words})
    return numbers


def _no_number(cells: pd.Series[Any], row: int, name: str) -> InputError:
    return InputError(
        f"{name}: the column {display_name(cells.name)!r} holds {display_name(cells.iloc[row], 40)!r} in data row "
        f"{row + 1}, not a number; drop the column, or, if it is a label, name it one of "
        f"{', '.join(sorted(LABEL_NAMES))}."
    )


def _cell_notes(numbers: dict[str, Cells], words: dict[str, Any]) -> list[str]:
    """How cells were read as numbers, and which columns are none."""

    def names(of: list[str]) -> str:
        more = f" and {len(of) - 5} more" if len(of) > 5 else ""
        return ", ".join(repr(display_name(c)) for c in of[:5]) + more

    notes = []
    for said, of in (
        ("decimal commas were read in {}", [c for c, read in numbers.items() if read.comma]),
        ("separators of thousands were taken off in {}", [c for c, read in numbers.items() if read.thousands]),
        ("units behind numbers were taken off in {}", [c for c, read in numbers.items() if read.unit]),
        ("two words were read as 1 and 0 in {}", [c for c, read in numbers.items() if read.switch]),
    ):
        if of:
            notes.append(said.format(names(of)))
    for column, read in list(numbers.items())[:100]:
        if read.odd:
            notes.append(f"cells of {display_name(column)!r} without a number were read as missing: {read.odd}")
        if read.infinite:
            notes.append(f"infinite values of {display_name(column)!r} were read as missing, in {read.infinite} rows")
    if words:
        cells = ", ".join(
            f"{display_name(c)!r} (such as {display_name(cell, 40)!r})" for c, cell in list(words.items())[:5]
        )
        more = f" and {len(words) - 5} more" if len(words) > 5 else ""
        notes.append(f"left out, as they hold no numbers: {cells}{more}")
    return notes


def _flags(cells: pd.Series[Any], column: str, name: str) -> NDArray[np.bool_]:
    """A label column as bool of shape (time,): 0/1, true/false, yes/no, normal/anomaly; missing is false."""
    if is_number_column(cells):
        set_cells: NDArray[np.bool_] = np.nan_to_num(cells.to_numpy(dtype=np.float64, na_value=np.nan)) != 0
        return set_cells
    words = cells.fillna("").astype(str).str.strip().str.lower()
    unknown = words[~words.isin(_TRUE | _FALSE)]
    if len(unknown):
        raise InputError(
            f"{name}: the label column {display_name(column)!r} holds {display_name(unknown.iloc[0], 40)!r}; "
            "use 0 and 1."
        )
    flags: NDArray[np.bool_] = words.isin(_TRUE).to_numpy(dtype=np.bool_)
    return flags


def _check_values(values: NDArray[np.float64], name: str) -> None:
    """Refuse a series of one time or without any value."""
    if len(values) < MIN_ROWS:
        raise InputError(f"{name}: all rows carry the same time stamp; a series needs at least {MIN_ROWS} times.")
    if np.isnan(values).all():
        raise InputError(f"{name}: its columns hold no value at all; a series needs at least one column of numbers.")
