"""What each column of a table is: numbers, categories, dates; what names a row, labels it, or is free text is left out
and said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.modalities.files import display_name, some_names
from anomalyst.modalities.rows.layout import looks_like_date
from anomalyst.modalities.rows.tables import Table, check_cells
from anomalyst.modalities.series.reading.columns import is_label_name, plain, unique_names
from anomalyst.modalities.series.reading.numbers import file_decimal, is_number_column, read_cells
from anomalyst.modalities.table.sample import Column, TableSample
from anomalyst.modalities.unit_names import unit_of

Floats = NDArray[np.float64]
MOST_COLUMNS = 10_000
MOST_LEVELS = 2_000  # words of a category; a column with more names things or is text
MOST_LABELS = 200_000  # rows whose own names are kept
DISTINCT = 0.5  # of the rows: words of which more are different name rows or are text
LEAST_TOLD = 20  # rows from which on the share of different words tells something
LONG, WORDY = 60, 4  # characters, and words, of a cell of free text on average
MOST_WORD = 80  # characters of a word that are kept
DATED = 0.9  # of the filled cells of a column of dates
LABELS = frozenset({
    "is_outlier", "outlier", "is_fraud", "fraud", "fraudulent", "is_anomalous", "anomalous", "ground_truth",
})  # fmt: skip
_ID = re.compile(
    r"(^|_)(id|ids|uuid|guid|key|pk|index|row|rowid|row_number|number|no|nr|record|reference|ref|hash)$|^#?$"
)
_MISSING = frozenset({"", "-", "--", "n/a", "na", "nan", "null", "none", "nil", "?", "#n/a", "unknown", "missing"})


@dataclass
class Read:
    """What has been found so far. `aside`: columns that are left out, by why."""

    columns: list[Column] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)
    labels: tuple[str, ...] = ()
    aside: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, column: Column, values: Floats) -> None:
        """One more column."""
        self.columns.append(column)
        self.values.append(values)

    def leave(self, why: str, name: str) -> None:
        """One that is left out."""
        self.aside.setdefault(why, []).append(name)


def table_of(table: Table) -> TableSample:
    """Understand a table's columns; InputError if none is left to judge rows by, or there is no row."""
    name, frame = repr(display_name(table.name)), _framed(table.frame)
    if not len(frame) or not frame.shape[1]:
        raise InputError(f"{name}: got {len(frame)} rows and {frame.shape[1]} columns; give a table with rows.")
    if frame.shape[1] > MOST_COLUMNS:
        raise InputError(f"{name}: got {frame.shape[1]:,} columns; at most {MOST_COLUMNS:,} are read: drop some.")
    check_cells(len(frame), frame.shape[1], name)
    read = Read(notes=list(table.notes))
    names = unique_names([str(column) for column in frame.columns])
    decimal = file_decimal([cells for _, cells in frame.items() if _is_text(cells)])
    for called, (_, cells) in zip(names, frame.items(), strict=True):
        _take(read, called, cells, table, decimal)
    if not read.columns:
        left = "; ".join(f"{why}: {some_names(some, 3)}" for why, some in read.aside.items())
        raise InputError(f"{name}: no column is left to judge rows by ({left}); give numbers or categories.")
    read.notes += [f"left out as {why}: {some_names(some)}" for why, some in read.aside.items()]
    return TableSample(
        np.column_stack(read.values), tuple(read.columns), read.labels,
        name=display_name(table.name) or "table", notes=tuple(read.notes),
    )  # fmt: skip


def _framed(frame: pd.DataFrame) -> pd.DataFrame:
    """With plain names, an index of names as a column."""
    frame = frame.copy(deep=False)
    if isinstance(frame.columns, pd.MultiIndex):
        frame.columns = pd.Index([" ".join(str(part) for part in c if str(part)) for c in frame.columns], dtype=object)
    if not isinstance(frame.index, pd.RangeIndex) and not pd.api.types.is_integer_dtype(frame.index):
        frame = (
            frame.reset_index(names=_free(frame, str(frame.index.name or "row"))) if frame.index.nlevels == 1 else frame
        )
    frame.columns = pd.Index(
        ["" if str(c).startswith("Unnamed: ") else str(c).strip() for c in frame.columns], dtype=object
    )
    return frame.reset_index(drop=True)


def _free(frame: pd.DataFrame, name: str) -> str:
    return name if name not in frame.columns else f"{name} (index)"


def _take(read: Read, name: str, cells: pd.Series[Any], table: Table, decimal: Any) -> None:
    """One column, as what it is."""
    if cells.isna().all():
        return read.leave("columns without any value", name)
    if is_label_name(name) or plain(name) in LABELS:
        return read.leave("labels", name)
    if pd.api.types.is_bool_dtype(cells):
        words = cells.map({True: "yes", False: "no"})
        return _category(read, name, words, keep_all=True)
    if isinstance(cells.dtype, pd.CategoricalDtype):
        return _category(read, name, cells.astype(object), keep_all=True)
    if _is_date(cells):
        return _dates(read, name, cells)
    numbers = read_cells(cells, decimal, table.decimal_comma)
    if numbers.values is None or numbers.switch:
        return _category(read, name, cells, keep_all=False)
    if _names_rows(name, numbers.values):
        return _names(read, name, cells)
    read.add(Column(name, unit=unit_of(name) or table.units.get(name, "") or numbers.unit), numbers.values)


def _is_text(cells: pd.Series[Any]) -> bool:
    return not is_number_column(cells) and not pd.api.types.is_datetime64_any_dtype(cells)


def _names_rows(name: str, values: Floats) -> bool:
    """Whether whole numbers name the rows: each once, and counting up or under such a name."""
    if len(values) < 3 or not np.isfinite(values).all() or (values != np.floor(values)).any():
        return False
    steps = np.diff(values)
    counts = bool((steps == 1).all())
    named = bool(_ID.search(plain(name)))
    return counts or (named and len(np.unique(values)) == len(values))


def _names(read: Read, name: str, cells: pd.Series[Any]) -> None:
    """A column that names the rows: the first one is shown beside them."""
    if not read.labels and len(cells) <= MOST_LABELS:
        read.labels = tuple(display_name(cell, MOST_WORD) for cell in cells.tolist())
    read.leave("names of rows", name)


def _category(read: Read, name: str, cells: pd.Series[Any], keep_all: bool) -> None:
    """A column of words, unless they name the rows or are free text. `keep_all`: it is known to be a category."""
    texts = [_word(cell) for cell in cells.tolist()]
    held = [text for text in texts if text]
    levels = sorted(set(held))
    if not levels:
        return read.leave("columns without any value", name)
    many = len(levels) > MOST_LEVELS or (len(held) >= LEAST_TOLD and len(levels) > DISTINCT * len(held))
    few = len(held) < LEAST_TOLD and len(levels) == len(held) > 2 and bool(_ID.search(plain(name)))
    if not keep_all and (many or few):
        wordy = float(np.mean([len(text.split()) for text in held[:1000]]))
        long = float(np.mean([len(text) for text in held[:1000]]))
        if wordy >= WORDY or long >= LONG:
            return read.leave("free text", name)
        return _names(read, name, cells)
    places = {word: place for place, word in enumerate(levels)}
    read.add(Column(name, "category", tuple(levels)), np.array([places.get(text, np.nan) for text in texts]))


def _word(cell: object) -> str:
    """A cell as a word, "" where it is missing."""
    if cell is None or (isinstance(cell, float) and np.isnan(cell)) or cell is pd.NaT or cell is pd.NA:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = display_name(cell, MOST_WORD)
    return "" if text.lower() in _MISSING else text


def _is_date(cells: pd.Series[Any]) -> bool:
    if pd.api.types.is_datetime64_any_dtype(cells):
        return True
    if is_number_column(cells) or pd.api.types.is_timedelta64_dtype(cells):
        return False
    held = cells.dropna().head(200)
    texts = [str(cell) for cell in held.tolist()]
    return bool(texts) and float(np.mean([looks_like_date(text) and len(text) >= 8 for text in texts])) >= DATED


def _dates(read: Read, name: str, cells: pd.Series[Any]) -> None:
    """Dates as the hour and the day of the week: a row is not abnormal because it is newer than the normal ones."""
    stamps = cells if pd.api.types.is_datetime64_any_dtype(cells) else _parsed(cells)
    if stamps.isna().mean() > 1 - DATED + float(cells.isna().mean()):
        return _category(read, name, cells, keep_all=False)
    made = list(_parts(name, stamps))
    for column, values in made:
        read.add(column, values)
    told = " and ".join(repr(column.name) for column, _ in made)
    read.notes.append(
        f"the dates of {display_name(name)!r} are told by {told}: when a row was, as a date, is not judged"
    )


def _parsed(cells: pd.Series[Any]) -> pd.Series[Any]:
    texts = cells.map(lambda cell: str(cell) if cell is not None else None)
    first = pd.to_datetime(texts, errors="coerce", format="ISO8601", utc=True)
    if first.notna().sum() < texts.notna().sum():
        first = pd.to_datetime(texts, errors="coerce", format="mixed", utc=True)
    return first.dt.tz_localize(None)


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _parts(name: str, stamps: pd.Series[Any]) -> Iterator[tuple[Column, Floats]]:
    clock = (stamps.dt.hour + stamps.dt.minute / 60 + stamps.dt.second / 3600).to_numpy(dtype=np.float64)
    if np.nanmax(clock, initial=0.0) > 0:
        yield Column(f"{name} hour", unit="h"), clock
    day = stamps.dt.day_of_week.to_numpy(dtype=np.float64)
    yield Column(f"{name} weekday", "category", _DAYS), day
