"""Where tables come from: what is one, normals with the same columns, and what is known before any detector ran.

A file of rows and columns may be a series or a table. It is a table where nothing in it tells an order: no column holds
times, and a column holds words that come again, which a series cannot use. Numbers alone are taken for a series, unless
a table is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from anomalyst.errors import InputError
from anomalyst.modalities.files import file_kind, is_no_table, some_names
from anomalyst.modalities.rows.tables import Table, table_of_array
from anomalyst.modalities.sources import Matched
from anomalyst.modalities.table.reading.alike import agreed, as_kind, with_words
from anomalyst.modalities.table.reading.columns import table_of
from anomalyst.modalities.table.reading.formats import read_rows, special
from anomalyst.modalities.table.reading.glimpse import glimpsed, has_no_order
from anomalyst.modalities.table.sample import Column, TableSample
from anomalyst.samples import Sample

ROWS, PERHAPS, ARRAY = 0.95, 0.3, 0.05  # how sure
DECIDED = "read as a table, whose rows have no order, as no column holds times and {words} words"
MOST_WORDS = 500  # of a category that are saved beside a detector


def knows(source: Any) -> float:
    """How sure it is that a source is a table."""
    if isinstance(source, Path):
        return _knows_file(source)
    if isinstance(source, pd.DataFrame):
        return ROWS if has_no_order(source) else PERHAPS
    if isinstance(source, np.ndarray):
        return ARRAY if source.ndim == 2 and source.dtype.kind in "biuf" else 0.0
    return float(isinstance(source, TableSample))


def _knows_file(path: Path) -> float:
    if is_no_table(path):
        return 0.0
    kind = file_kind(path)
    if kind == "npy":
        return ARRAY
    if kind in ("text", "parquet"):
        frame = glimpsed(path, kind)
        return PERHAPS if frame is None or not has_no_order(frame) else ROWS
    return ROWS if special(path) else 0.0


def read(source: Any) -> TableSample:
    """A table from a file, an array or a data frame."""
    if isinstance(source, Path):
        found = table_of(read_rows(source))
    elif isinstance(source, np.ndarray):
        found = table_of(table_of_array(source, "table"))
    else:
        frame = source if isinstance(source, pd.DataFrame) else pd.DataFrame(source)
        found = table_of(Table(frame, "table"))
    words = [column.name for column in found.columns if column.kind == "category"]
    if words and not any(column.name.endswith((" hour", " weekday")) for column in found.columns):
        hold = "hold" if len(words) > 1 else "holds"
        decided = DECIDED.format(words=f"{some_names(words, 3)} {hold}")
        return replace(found, notes=(*found.notes, decided))
    return found


def matched(normals: Sequence[Sample], like: Sample | None) -> Matched:
    """Normals with the columns that all of them have, and the input too, each of one kind. One that shares no column is
    refused."""
    tables = [normal for normal in normals if isinstance(normal, TableSample)]
    if not tables:
        return Matched(normals)
    reference = like if isinstance(like, TableSample) else tables[0]
    fitting = [table for table in tables if set(table.names) & set(reference.names)]
    refused = [_unlike(table, reference) for table in tables if not set(table.names) & set(reference.names)]
    shared = [name for name in reference.names if all(name in table.names for table in fitting)]
    if not fitting or not shared:
        return Matched([], [*refused, *(_unlike(table, reference) for table in fitting)])
    shared = _changing(shared, [*fitting, reference]) or shared
    made = _of_one_kind([table.only(shared) for table in fitting], [reference.only(shared)])
    return Matched(made, refused, _left_out(fitting, reference, shared))


def settled(sample: Sample, normals: Sequence[Sample]) -> Sample:
    """The input with the columns that its normals have, each as what it is in them; without normals those that are not
    the same in all rows. InputError where none is left."""
    if not isinstance(sample, TableSample):
        return sample
    known = [normal for normal in normals if isinstance(normal, TableSample)]
    names = known[0].names if known else _changing(sample.names, [sample])
    same = [name for name in sample.names if name not in names and not _changing([name], [sample])]
    extra = [name for name in sample.names if name not in names and name not in same]
    if not names:
        raise InputError(f"{sample.name!r}: every column is the same in all rows; there is nothing to judge rows by.")
    told: tuple[str, ...] = (f"left out, as all rows hold the same: {some_names(same)}",) if same else ()
    told += (f"left out, as the normal rows do not have them: {some_names(extra)}",) if extra else ()
    table = replace(sample.only(names), notes=(*sample.notes, *told))
    if not known:
        return table
    kinds = [column.kind for column in known[0].columns]
    made = [as_kind(column, table.values[:, k], kinds[k]) for k, column in enumerate(table.columns)]
    values = np.column_stack([values for _, values in made])
    return with_words(replace(table, columns=tuple(column for column, _ in made), values=values), known)


def _changing(names: Sequence[str], tables: Sequence[TableSample]) -> list[str]:
    """Those columns that do not hold one and the same in all rows of all tables."""
    return [name for name in names if len(set().union(*(_held(table, name) for table in tables))) > 1]


def _held(table: TableSample, name: str) -> set[object]:
    """What a column holds: two different values are enough."""
    place = table.names.index(name)
    values, column = np.unique(table.values[:, place])[:2], table.columns[place]
    words = column.levels if column.kind == "category" else ()
    return {None if np.isnan(value) else words[int(value)] if words else float(value) for value in values}


def usual(normals: Sequence[TableSample]) -> dict[str, Any]:
    """The columns of normals, which a detector that learned from them needs, and the words that they hold."""
    if not normals:
        return {}
    levels = [list(dict.fromkeys(word for table in normals for word in table.columns[k].levels))[:MOST_WORDS]
              for k in range(len(normals[0].columns))]  # fmt: skip
    columns = zip(normals[0].columns, levels, strict=True)
    return {"columns": [[column.name, column.kind, words] for column, words in columns]}


def brought(sample: TableSample, known: Mapping[str, Any]) -> TableSample:
    """The input in the columns that a detector knows, each as what it was there."""
    columns = tuple(Column(str(n), k, tuple(map(str, words))) for n, k, words in known.get("columns", ()))
    if not columns or not {column.name for column in columns} <= set(sample.names):
        return sample  # the detector says what is missing
    like = TableSample(np.empty((0, len(columns))), columns)
    found = settled(sample, [like])
    assert isinstance(found, TableSample)
    return found


def profile(sample: Sample | None, normals: Sequence[Sample]) -> dict[str, Any]:
    """Rows, columns and missing values, and the rows of the normals."""
    known = [normal for normal in normals if isinstance(normal, TableSample)]
    told = sample if isinstance(sample, TableSample) else next(iter(known), None)
    columns = [] if told is None else list(told.names)
    rows = sample.shape[0] if isinstance(sample, TableSample) else 0
    missing = float(np.isnan(told.values).mean()) * 100 if told is not None and told.values.size else 0.0
    counted = {"rows": rows, "columns": columns, "normal_rows": sum(table.shape[0] for table in known)}
    return counted | {"missing_percent": round(missing, 2)}


def _of_one_kind(tables: Sequence[TableSample], besides: Sequence[TableSample]) -> list[TableSample]:
    """Tables of the same columns, each column read as the same kind in all."""
    kinds = [agreed([t.columns[k] for t in (*tables, *besides)]) for k in range(len(tables[0].columns))]
    found = []
    for table in tables:
        made = [as_kind(column, table.values[:, k], kinds[k]) for k, column in enumerate(table.columns)]
        columns = tuple(column for column, _ in made)
        found.append(replace(table, columns=columns, values=np.column_stack([values for _, values in made])))
    return found


def _left_out(tables: Sequence[TableSample], like: TableSample, shared: Sequence[str]) -> tuple[str, ...]:
    """Columns that normals have and the input has not."""
    own = set(shared) | set(like.names)
    extra = list(dict.fromkeys(name for table in tables for name in table.names if name not in own))
    return (f"columns of the normal rows that the input lacks were left out: {some_names(extra)}",) if extra else ()


def _unlike(table: TableSample, like: TableSample) -> InputError:
    return InputError(
        f"{table.name!r} has none of the columns of {like.name!r}: {some_names(table.names)}; "
        "give normal rows with the same columns."
    )
