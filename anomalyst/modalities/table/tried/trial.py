"""Tables made up to try detectors on: rows of three numbers that go together and a category, some of them changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from anomalyst.modalities.table.sample import Column, TableSample
from anomalyst.modalities.trial import Trial

ROWS, CHANGED, LIFT = 240, 16, 12.0
INSIDE, ELSEWHERE = 130, (0, 112, 224)
COLUMNS = (Column("a"), Column("b"), Column("c"), Column("kind", "category", ("x", "y", "z")))


def trial(seed: int) -> Trial:
    """Normal rows, and tables of which some rows, one after the other, hold a value that none has."""
    places = [INSIDE, *ELSEWHERE]
    return Trial(
        normals=[rows(seed + 100), rows(seed + 101)],
        normal=[rows(seed + number) for number in range(2, 6)],
        faulty=[changed(rows(seed + 1), place) for place in places],
        faults=[(np.arange(ROWS) >= place) & (np.arange(ROWS) < place + CHANGED) for place in places],
        truths=[(changed(rows(seed + 1), INSIDE).values, rows(seed + 1).values)],
    )


def rows(seed: int) -> TableSample:
    """240 rows: b follows a, c is by itself, and the category is one of three."""
    rng = np.random.default_rng(seed)
    a, noise, c = rng.normal(size=(3, ROWS))
    kind = rng.choice(3, size=ROWS, p=(0.6, 0.3, 0.1))
    return TableSample(np.column_stack([a, 0.8 * a + 0.6 * noise, c, kind]), COLUMNS, name=f"table {seed}")


def changed(table: TableSample, start: int) -> TableSample:
    """The table with the third column of 16 rows from there lifted by twelve deviations."""
    values = table.values.copy()
    values[start : start + CHANGED, 2] += LIFT
    return replace(table, values=values)
