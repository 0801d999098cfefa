"""A table in arrays and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from anomalyst.detectors.contract import ScoreMap
from anomalyst.modalities.sources import Arrays
from anomalyst.modalities.table.sample import Column, TableSample
from anomalyst.modalities.table.scores import TableScores, table_scores
from anomalyst.samples import Sample

PARTS = ("cells", "told", "changed", "usual", "unseen")


def kept(sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
    """What is kept of a table and of its score map."""
    table, detail = cast(TableSample, sample), table_scores(score_map)
    columns = [[one.name, one.kind, list(one.levels), one.unit] for one in table.columns]
    arrays: Arrays = {"values": table.values}
    arrays |= {} if detail is None else {name: getattr(detail, name) for name in PARTS}
    return {"columns": columns, "labels": list(table.labels)}, arrays


def restored(about: Mapping[str, Any], arrays: Arrays) -> tuple[TableSample, TableScores | None]:
    """The table, and which columns are to blame."""
    columns = tuple(Column(str(n), k, tuple(map(str, levels)), str(unit)) for n, k, levels, unit in about["columns"])
    if not {one.kind for one in columns} <= {"number", "category"}:
        raise ValueError("a column is neither of numbers nor of categories")
    labels = tuple(str(label) for label in about["labels"])
    table = TableSample(arrays["values"], columns, labels, name=str(about["name"]), notes=tuple(about["notes"]))
    return table, TableScores(*(arrays[name] for name in PARTS)) if "cells" in arrays else None
