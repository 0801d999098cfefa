"""The findings of a table: rows abnormal at a stated false-discovery rate, those of the same reason together."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.evidence.findings import FoundRegions, step_up
from anomalyst.modalities.table.region import MOST_ROWS, TableRegion
from anomalyst.modalities.table.sample import TableSample
from anomalyst.modalities.table.scores import blamed, table_scores
from anomalyst.modalities.table.units import column_names

MOST_COLUMNS = 5  # named by a finding


def table_regions(sample: TableSample, score_map: ScoreMap, alpha: float, fdr: float, most: int = 8) -> FoundRegions:
    """The `most` most abnormal groups of rows of a table whose own p-value is at most `alpha`; none otherwise. Where no
    row passes at rate `fdr`, the worst one is only the most suspicious."""
    if not score_map.sample_p <= alpha:
        return FoundRegions()
    p = score_map.p_values.astype(np.float64)
    rows = np.flatnonzero(p <= step_up(p, fdr))
    significant = bool(rows.size)
    rows = rows if significant else np.array([int(np.argmax(score_map.scores))])
    groups = _grouped(sample, score_map, rows, most)
    ranked = sorted(groups, key=lambda group: (p[group].min(), -score_map.scores[group].max()))
    masks, findings = {}, []
    for number, group in enumerate(ranked, 1):
        masks[f"R{number}"] = np.isin(np.arange(len(p)), group)
        findings.append(_finding(f"R{number}", group, sample, score_map, significant))
    return FoundRegions(tuple(findings), masks)


def _finding(name: str, group: NDArray[np.int64], sample: TableSample, score_map: ScoreMap, told: bool) -> Finding:
    """A group of rows, the most abnormal first."""
    order = group[np.argsort(-score_map.scores[group], kind="stable")]
    names = column_names(sample)
    region = TableRegion(
        rows=tuple(int(row) for row in order[:MOST_ROWS]),
        count=len(order),
        columns=tuple(names[column] for column in _of_all(score_map, order)),
    )
    peak_p, peak = float(score_map.p_values[order].min()), float(score_map.scores[order].max())
    return Finding(id=name, region=region, peak_p=peak_p, peak_score=peak, significant=told)


def _of_all(score_map: ScoreMap, rows: Sequence[int] | NDArray[np.int64]) -> list[int]:
    """The columns to blame for most of some rows, largest share first."""
    detail, each = table_scores(score_map), [blamed(score_map, int(row)) for row in rows]
    if detail is None:
        return []
    counts = np.bincount([column for columns in each for column in columns], minlength=detail.cells.shape[1])
    most = np.flatnonzero(counts > len(each) / 2)
    most = most if most.size else np.array([int(np.argmax(counts))])
    shares = detail.cells[rows].mean(0)
    return [int(column) for column in most[np.argsort(-shares[most], kind="stable")]][:MOST_COLUMNS]


def _grouped(sample: TableSample, score_map: ScoreMap, rows: NDArray[np.int64], most: int) -> list[NDArray[np.int64]]:
    """Rows by their reason: the same columns moved the same way; where these are too many, the same first column; what
    is left of still more is one group."""
    for reason in (_moves, _first):
        groups = _by([reason(sample, score_map, int(row)) for row in rows], rows)
        if len(groups) <= most:
            return groups
    groups.sort(key=lambda group: (float(score_map.p_values[group].min()), -float(score_map.scores[group].max())))
    return [*groups[: most - 1], np.sort(np.concatenate(groups[most - 1 :]))]


def _by(reasons: Sequence[Hashable], rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    found: dict[Hashable, list[int]] = {}
    for reason, row in zip(reasons, rows, strict=True):
        found.setdefault(reason, []).append(int(row))
    return [np.array(group) for group in found.values()]


def _moves(sample: TableSample, score_map: ScoreMap, row: int) -> Hashable:
    """The columns to blame, and which way each is off: up, down, or to which word."""
    return frozenset((column, _way(sample, score_map, row, column)) for column in blamed(score_map, row))


def _first(sample: TableSample, score_map: ScoreMap, row: int) -> Hashable:
    return tuple(blamed(score_map, row)[:1])


def _way(sample: TableSample, score_map: ScoreMap, row: int, column: int) -> Hashable:
    seen, normal = sample.values[row, column], score_map.expected[row, column]
    if np.isnan(seen):
        return "missing"
    return float(seen) if sample.columns[column].kind == "category" else bool(seen > normal)
