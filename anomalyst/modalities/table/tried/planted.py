"""Faults planted in a table: in one row the number of a column moved by so many spreads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anomalyst.evidence.units import Measure, difference_unit, rounded
from anomalyst.modalities.table.sample import TableSample
from anomalyst.modalities.table.units import column_names

SIZE = 6.0  # spreads that a value is moved by
CENTRAL, DEVIATIONS = (0.025, 0.975), 3.92  # of a normal distribution
FAULTS = 4


@dataclass(frozen=True)
class Planted:
    """The value of a cell moved by `size` in the column's own unit."""

    row: int
    column: int
    size: float

    def into(self, sample: TableSample) -> TableSample:
        """The table with it."""
        values = sample.values.copy()
        values[self.row, self.column] += self.size
        return replace(sample, values=values)


def faulty_table(sample: TableSample, number: int, seed: int, times: float | None) -> TableSample | None:
    """The table with fault `number`, `times` its usual size; None where there is none."""
    planted = planted_in(sample, number, seed, 1.0 if times is None else times)
    return None if planted is None else planted.into(sample)


def planted_in(sample: TableSample, number: int, seed: int, times: float) -> Planted | None:
    """A number in an ordinary row moved up or down: of every size in the same cell."""
    rng = np.random.default_rng(seed)
    moving = [place for place, column in enumerate(sample.columns) if column.kind == "number"
              and spread_of(sample.values[:, place]) > 0]  # fmt: skip
    if number >= FAULTS or not moving:
        return None
    column = moving[int(rng.integers(len(moving)))]
    values = sample.values[:, column]
    row = _ordinary(values, rng)
    sign = float(rng.choice([-1.0, 1.0]))
    size = sign * times * SIZE * spread_of(values)
    return Planted(row, column, size) if np.isfinite(values[row] + size) else None


def fault_facts(
    sample: TableSample, number: int, seed: int, seen: float | None, unseen: float | None
) -> Iterator[Measure]:
    """How large the smallest change seen was and the largest unseen, in the column's own unit; of the first fault, as
    those of others are of other columns."""
    if number:
        return
    for kind, times in (("spike_seen", seen), ("spike_unseen", unseen)):
        planted = None if times is None else planted_in(sample, number, seed, times)
        if planted is not None:
            unit = difference_unit(sample.columns[planted.column].unit)
            name = column_names(sample)[planted.column]
            yield Measure("sample", kind, rounded(abs(planted.size)), unit, name)  # type: ignore[arg-type]


def spread_of(values: NDArray[np.float64]) -> float:
    """The spread of the central 95 % of values (n,), as of a normal distribution; their deviation where these are
    alike. 0 where nothing moves."""
    held = values[np.isfinite(values)]
    if held.size < 2:
        return 0.0
    low, high = np.quantile(held, CENTRAL)
    spread = float((high - low) / DEVIATIONS or held.std())
    return spread if np.isfinite(spread) else 0.0


def _ordinary(values: NDArray[np.float64], rng: np.random.Generator) -> int:
    """A row whose value is there, and lies in the middle half."""
    held = np.flatnonzero(np.isfinite(values))
    low, high = np.quantile(values[held], [0.25, 0.75])
    middle = held[(values[held] >= low) & (values[held] <= high)]
    return int(rng.choice(middle if middle.size else held))
