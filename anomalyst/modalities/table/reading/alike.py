"""Tables that are judged together have the same columns, each of the same kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.modalities.files import some_names
from anomalyst.modalities.table.sample import Column, Kind, TableSample

Floats = NDArray[np.float64]


def together(tables: Sequence[TableSample]) -> TableSample:
    """All rows as one table; InputError if the columns differ."""
    first = tables[0]
    if len(tables) == 1:
        return first
    kinds = tuple(column.kind for column in first.columns)
    fitted = [as_known(table, first.names, kinds) for table in tables]
    columns = tuple(_joined([table.columns[place] for table in fitted]) for place in range(len(first.columns)))
    return replace(
        first, values=np.concatenate([recounted(table, columns) for table in fitted]), columns=columns, labels=()
    )


def as_known(table: TableSample, names: Sequence[str], kinds: Sequence[str]) -> TableSample:
    """The columns that are known, in their order, each as what it is known to be; InputError if one is missing."""
    missing = [name for name in names if name not in table.names]
    if missing:
        raise InputError(
            f"{table.name!r} lacks columns that its normal rows have: {some_names(missing)}; give the same columns."
        )
    same = table.only(names)
    made = [as_kind(column, same.values[:, k], kinds[k]) for k, column in enumerate(same.columns)]
    return replace(same, columns=tuple(column for column, _ in made), values=np.column_stack([v for _, v in made]))


def as_kind(column: Column, values: Floats, kind: str) -> tuple[Column, Floats]:
    """A column read as the other kind: numbers as words, words as the numbers that they are, others as missing."""
    if column.kind == kind:
        return column, values
    if kind == "category":
        seen = np.unique(values[np.isfinite(values)])
        places = np.searchsorted(seen, values).astype(np.float64)
        places[~np.isfinite(values)] = np.nan
        return Column(column.name, "category", tuple(f"{value:.12g}" for value in seen)), places
    numbers = np.array([*map(number_in, column.levels), np.nan])
    return Column(column.name), numbers[np.where(np.isfinite(values), values, len(column.levels)).astype(np.int64)]


def number_in(word: str) -> float:
    """The number that a word is, NaN if it is none."""
    try:
        value = float(word.replace(",", ""))
    except ValueError:
        return float("nan")
    return value if np.isfinite(value) else float("nan")


def agreed(columns: Sequence[Column]) -> Kind:
    """What a column is that tables hold: a number where all its words are numbers."""
    words = [word for column in columns if column.kind == "category" for word in column.levels]
    some_numbers = any(column.kind == "number" for column in columns)
    if not words or (some_numbers and all(np.isfinite(number_in(word)) for word in words)):
        return "number"
    return "category"


def recounted(table: TableSample, columns: Sequence[Column]) -> Floats:
    """The values with the words counted as in `columns`, which know all of them."""
    values = table.values.copy()
    for place, (own, column) in enumerate(zip(table.columns, columns, strict=True)):
        if own.kind == "category" and own.levels != column.levels:
            places = {word: number for number, word in enumerate(column.levels)}
            of_level = np.array([*(places[word] for word in own.levels), np.nan])
            held = np.where(np.isfinite(values[:, place]), values[:, place], len(own.levels)).astype(np.int64)
            values[:, place] = of_level[held]
    return values


def with_words(table: TableSample, others: Sequence[TableSample]) -> TableSample:
    """The table with all words of its categories that others of the same columns hold, so that these can be shown."""
    columns = tuple(
        _joined([column, *(other.columns[place] for other in others)]) for place, column in enumerate(table.columns)
    )
    return replace(table, values=recounted(table, columns), columns=columns)


def _joined(columns: Sequence[Column]) -> Column:
    """One column with the words of all."""
    words = tuple(dict.fromkeys(word for column in columns for word in column.levels))
    unit = next((column.unit for column in columns if column.unit), "")
    return replace(columns[0], levels=words, unit=unit)
