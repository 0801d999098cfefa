"""A table as arrays: a row a case, a column a property."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from anomalyst.errors import InputError

Kind = Literal["number", "category"]


@dataclass(frozen=True)
class Column:
    """A column. `levels`: the words of a category, which the values count from 0; `unit`: of a number, "" where
    unknown."""

    name: str
    kind: Kind = "number"
    levels: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class TableSample:
    """Rows whose order means nothing.

    `values`: float64 of shape (rows, columns), NaN where a value is missing, of a category the place of its word among
    the column's `levels`; `labels`: what its own file calls each row (rows,), empty where it does not; `notes`: what
    reading it changed, one sentence each.
    """

    values: NDArray[np.float64]
    columns: tuple[Column, ...]
    labels: tuple[str, ...] = ()
    name: str = "table"
    notes: tuple[str, ...] = ()

    modality: Literal["table"] = field(default="table", init=False)

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.columns):
            raise InputError(
                f"{self.name!r}: got values of shape {self.values.shape!r} and {len(self.columns)} columns; "
                "a table has shape (rows, columns)."
            )

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.values.shape[0], self.values.shape[1]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.name for column in self.columns)

    def only(self, names: Sequence[str]) -> TableSample:
        """These columns, in this order; KeyError if one is not there."""
        places = {name: place for place, name in enumerate(self.names)}
        order = [places[name] for name in names]
        return replace(self, values=self.values[:, order], columns=tuple(self.columns[place] for place in order))

    def word(self, row: int, column: int) -> str:
        """The word of a category in a cell; "" where it is missing."""
        value = self.values[row, column]
        return "" if np.isnan(value) else self.columns[column].levels[int(value)]


def row_number(row: int) -> int:
    """The number that people know a row by: the first below the header is 1."""
    return row + 1
