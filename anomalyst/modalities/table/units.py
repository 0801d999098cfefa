"""Names of columns, and cells, as they are printed."""

from __future__ import annotations

import numpy as np

from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Speech
from anomalyst.evidence.units import clean_name
from anomalyst.modalities.table.sample import TableSample

MISSING = "–"


def column_names(sample: TableSample) -> tuple[str, ...]:
    """One safe and unique name per column, in their order; a name that is empty or taken gets its number."""
    names: list[str] = []
    for number, column in enumerate(sample.columns, start=1):
        name = clean_name(column.name) or f"column {number}"
        names.append(f"{name} ({number})" if name in names else name)
    return tuple(names)


def cell(sample: TableSample, row: int, column: int, speech: Speech = ENGLISH_SPEECH) -> str:
    """A cell as text."""
    return value(sample, sample.values[row, column], column, speech)


def value(sample: TableSample, held: float, column: int, speech: Speech = ENGLISH_SPEECH) -> str:
    """A value of a column as text."""
    if not np.isfinite(held):
        return MISSING
    if sample.columns[column].kind == "category":
        return clean_name(sample.columns[column].levels[int(held)])
    return speech.number(float(held), 5)
