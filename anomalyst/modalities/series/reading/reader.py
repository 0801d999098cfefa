"""Tables to series: which column is the time, which are labels, which are values; sorted, checked, with units."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.modalities.files import display_name
from anomalyst.modalities.series.reading.columns import LABEL_NAMES, is_label_name, unique_names, unit_of
from anomalyst.modalities.series.reading.rates import gap_note
from anomalyst.modalities.series.reading.times import is_number_column, read_times, time_columns
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.tables import Table, check_cells, default_columns, read_table, table_of_array

MIN_ROWS = 2
MAX_COLUMNS = 5  # named in a note
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
    """Read a series file (CSV, TSV, Parquet, NPY)."""
    return series_of_table(read_table(path))


def series_from_array(array: NDArray[Any], name: str = "series") -> SeriesSample:
    """An array of shape (time,) or (time, channels) as a series."""
    return series_of_table(table_of_array(array, name)).sample


def series_from_frame(frame: pd.DataFrame | pd.Series[Any], name: str = "series") -> SeriesSample:
    """A pandas object as a series; a DatetimeIndex is the time if no column is."""
    if isinstance(frame, pd.Series):
        frame = pd.DataFrame({"value" if frame.name is None else str(frame.name): frame})
    return series_of_table(Table(frame, name)).sample


def series_of_table(table: Table, extra_labels: frozenset[str] = frozenset()) -> ReadSeries:
    """Understand a table's columns.

    Rows are sorted by time; rows of the same time are averaged (a label is set if it was in any of them). Labels are
    columns named as in LABEL_NAMES or `extra_labels`. Missing cells stay NaN.
    """
    name = repr(display_name(table.name))
    frame, notes = _named(table.frame, name), list(table.notes)
    frame = _without_row_numbers(frame, notes)
    stamps = time_columns(frame)
    if stamps:
        index = read_times(frame, stamps, name, notes)
    else:
        index = np.arange(len(frame), dtype=np.float64)
        notes += _no_time_note(frame)
    marked = [c for c in frame.columns if c not in stamps and (is_label_name(c) or c in extra_labels)]
    measured = [c for c in frame.columns if c not in stamps and c not in marked]
    if marked:
        notes.append(f"left out as labels: {', '.join(repr(display_name(c)) for c in marked)}")
    _check_shape(len(frame), measured, marked, name)
    if table.decimal_comma:
        notes += _comma_notes(frame[measured])
    values = np.column_stack([_numbers(frame[c], c, table.decimal_comma, name) for c in measured])
    labels = {c: _flags(frame[c], c, name) for c in marked}
    values, index, labels = _ordered(values, index, labels, notes)
    _check_values(values, measured, name)
    notes += _filling_notes(values, index, [display_name(c) for c in measured])
    columns = unique_names(measured)
    sample = SeriesSample(
        values,
        columns,
        index,
        units=tuple(unit_of(c) for c in measured),
        name=display_name(table.name) or "series",
        notes=tuple(notes),
    )
    return ReadSeries(sample, labels)


def _named(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The frame with text column names, each once; a DatetimeIndex becomes the column "timestamp"."""
    frame = frame.copy(deep=False)
    if isinstance(frame.columns, pd.MultiIndex):
        raise InputError(f"{name}: got columns with several levels; give one name per column.")
    frame.columns = pd.Index([str(c).strip() for c in frame.columns], dtype=object)
    if isinstance(frame.index, pd.DatetimeIndex) and not time_columns(frame):
        frame.insert(0, "timestamp", frame.index)
    twice = frame.columns[frame.columns.duplicated()].tolist()
    if twice:
        raise InputError(f"{name}: the column {display_name(twice[0])!r} occurs twice; rename one of them.")
    return frame.reset_index(drop=True)


def _without_row_numbers(frame: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Without the unnamed first column 0, 1, 2, … that pandas writes beside the data."""
    if not len(frame.columns) or frame.columns[0] not in ("", "Unnamed: 0") or not is_number_column(frame.iloc[:, 0]):
        return frame
    first = frame.iloc[:, 0].to_numpy(dtype=np.float64)
    if len(first) > 1 and np.array_equal(np.diff(first), np.ones(len(first) - 1)):
        notes.append("left out the unnamed column of row numbers")
        return frame.iloc[:, 1:]
    return frame


def _no_time_note(frame: pd.DataFrame) -> list[str]:
    """That no column of a table with names was taken as the time."""
    names = list(frame.columns)
    if len(names) < 2 or names == list(default_columns(len(names))):
        return []
    return ["no column was taken as the time; rows are counted from 0"]


def _filling_notes(values: NDArray[np.float64], index: NDArray[np.generic], columns: list[str]) -> list[str]:
    """Which values are missing, and where rows are."""
    missing = np.isnan(values).sum(axis=0)
    parts = [f"{columns[i]!r} in {count}" for i, count in enumerate(missing) if count]
    more = f" and {len(parts) - MAX_COLUMNS} more columns" if len(parts) > MAX_COLUMNS else ""
    cells = f"values are missing of {len(values)} rows: {', '.join(parts[:MAX_COLUMNS])}{more}" if parts else ""
    return [note for note in (cells, gap_note(index)) if note]


def _check_shape(rows: int, measured: list[str], marked: list[str], name: str) -> None:
    """Refuse tables without values, with one row, or too large."""
    if not measured:
        what = f" beside the labels {marked!r}" if marked else ""
        raise InputError(f"{name}: got no column of values{what}; a series needs at least one column of numbers.")
    if rows < MIN_ROWS:
        raise InputError(f"{name}: got {rows} data row{'s' * (rows != 1)}; a series needs at least {MIN_ROWS}.")
    check_cells(rows, len(measured), name)


def _numbers(cells: pd.Series[Any], column: str, decimal_comma: bool, name: str) -> NDArray[np.float64]:
    """A column as float64 of shape (time,), NaN where missing; InputError where it holds text."""
    if is_number_column(cells):
        return cells.to_numpy(dtype=np.float64, na_value=np.nan)
    text = cells
    if decimal_comma:
        text = cells.map(lambda cell: cell.replace(",", ".", 1) if isinstance(cell, str) else cell)
    with_numbers = pd.to_numeric(text, errors="coerce")
    if pd.api.types.is_datetime64_any_dtype(cells) or bool((with_numbers.isna() & cells.notna()).any()):
        bad = int(np.flatnonzero(with_numbers.isna() & cells.notna())[0]) if len(cells) else 0
        raise InputError(
            f"{name}: the column {display_name(column)!r} holds {display_name(cells.iloc[bad], 40)!r} in data row "
            f"{bad + 1}, not a number; drop the column, or, if it is a label, name it one of "
            f"{', '.join(sorted(LABEL_NAMES))}."
        )
    return with_numbers.to_numpy(dtype=np.float64, na_value=np.nan)


def _comma_notes(cells: pd.DataFrame) -> list[str]:
    """In which columns decimal commas were read."""
    texts = [c for c in cells.columns if not is_number_column(cells[c])]
    found = [c for c in texts if cells[c].map(lambda cell: isinstance(cell, str) and "," in cell).any()]
    return [f"decimal commas were read in {', '.join(repr(display_name(c)) for c in found)}"] if found else []


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


def _ordered(
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


def _check_values(values: NDArray[np.float64], columns: list[str], name: str) -> None:
    """Refuse infinite values and columns without any value."""
    if len(values) < MIN_ROWS:
        raise InputError(f"{name}: all rows carry the same time stamp; a series needs at least {MIN_ROWS} times.")
    infinite = np.isinf(values)
    if infinite.any():
        row, column = np.argwhere(infinite)[0]
        raise InputError(
            f"{name}: the column {display_name(columns[column])!r} holds an infinite value in data row {row + 1} "
            "(by time); leave the cell empty if the value is missing."
        )
    empty = np.isnan(values).all(axis=0)
    if empty.any():
        column = columns[int(np.argmax(empty))]
        raise InputError(f"{name}: the column {display_name(column)!r} holds no value at all; drop it.")
