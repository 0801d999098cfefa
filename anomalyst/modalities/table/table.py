"""A table as rows of a table of scores: the ranked list of its rows, each with its reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from anomalyst.detectors.contract import ScoreMap
from anomalyst.modalities.table.sample import TableSample, row_number
from anomalyst.modalities.table.scores import blamed, table_scores
from anomalyst.modalities.table.units import cell, column_names, value

MOST_REASONS = 3  # columns named


def rows(sample: TableSample, score_map: ScoreMap) -> pd.DataFrame:
    """A row a row: its number, score and p-value, the column most to blame."""
    count = len(score_map.scores)
    columns = {"row": np.arange(count) + row_number(0), "score": score_map.scores, "p_value": score_map.p_values}
    table = pd.DataFrame(columns)
    if len(sample.labels) == count:
        table["label"] = sample.labels
    return table.assign(top_column=_top(sample, score_map))


def ranked(sample: TableSample, score_map: ScoreMap) -> pd.DataFrame:
    """The same with reasons in words, the worst row first."""
    table = rows(sample, score_map)
    order = np.argsort(-score_map.scores.astype(np.float64), kind="stable")
    detail = table_scores(score_map)
    looked = set() if detail is None else set(detail.told.tolist())
    table["reason"] = [reason(sample, score_map, row) if row in looked else "" for row in range(len(table))]
    return table.iloc[order].reset_index(drop=True)


def reason(sample: TableSample, score_map: ScoreMap, row: int) -> str:
    """What is wrong with a row: "amount 9400 (60), country ZZ (DE)"."""
    names, told = column_names(sample), []
    for column in blamed(score_map, row)[:MOST_REASONS]:
        usual = value(sample, float(score_map.expected[row, column]), column)
        told.append(f"{names[column]} {cell(sample, row, column)} ({usual})")
    return ", ".join(told)


def _top(sample: TableSample, score_map: ScoreMap) -> Any:
    detail = table_scores(score_map)
    return "" if detail is None else np.array(column_names(sample), dtype=object)[detail.cells.argmax(axis=1)]
