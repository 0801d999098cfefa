"""Facts about a table and its findings: which rows, which columns, what they hold and what is usual instead.

Of a group of rows the values are those of the most abnormal one, whose number is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.evidence.findings import strength
from anomalyst.evidence.units import (
    Measure,
    clean_name,
    compared,
    counted,
    cut,
    decimals,
    difference_unit,
    rounded,
)
from anomalyst.modalities.table.region import TableKind, TableRegion, row_region
from anomalyst.modalities.table.sample import TableSample, row_number
from anomalyst.modalities.table.scores import TableScores, table_scores
from anomalyst.modalities.table.units import column_names

BAND = (0.05, 0.95)
MOST_PLACES = 300  # of a number
MOST_WORDS = 3  # that are told as usual


def size(sample: TableSample) -> str:
    """Rows and columns in words."""
    rows, columns = sample.shape
    return f"{rows:,} row{'s' * (rows != 1)} × {counted(columns, 'column')}"


def sample_facts(sample: TableSample) -> Iterator[Measure]:
    """How large the table is, and how much of it is missing."""
    yield Measure("sample", "sample_size", size(sample))
    yield Measure("sample", "missing_share", rounded(100 * float(np.isnan(sample.values).mean())), "%")


def finding_facts(sample: TableSample, score_map: ScoreMap, finding: Finding) -> Iterator[Measure]:
    """Facts about one finding."""
    region = row_region(finding)
    worst = region.rows[0]
    yield Measure(finding.id, "peak_at", row_number(worst), "row")
    yield Measure(finding.id, "duration", region.count, "row" if region.count == 1 else "rows")
    yield from strength(score_map, finding)
    detail = table_scores(score_map)
    if detail is not None and region.columns:
        yield from _blame_facts(sample, score_map, detail, finding.id, region)


def _blame_facts(
    sample: TableSample, score_map: ScoreMap, detail: TableScores, subject: str, region: TableRegion
) -> Iterator[Measure]:
    names, worst = column_names(sample), region.rows[0]
    columns = [names.index(name) for name in region.columns]
    shares, place = detail.cells[list(region.rows)].mean(0), detail.place(worst)
    yield Measure(subject, "top_channel", names[columns[0]])
    for column in columns:
        share = 100 * float(shares[column])
        yield Measure(subject, "channel_share", rounded(share, 2), "%", names[column])
    for column in columns:
        usual = np.empty(0) if place is None else detail.usual[place, :, column]
        new = place is not None and bool(detail.unseen[place, column])
        yield from _cell_facts(sample, score_map, subject, worst, column, usual, new)


def _cell_facts(
    sample: TableSample,
    score_map: ScoreMap,
    subject: str,
    row: int,
    column: int,
    usual: NDArray[np.float64],
    new: bool,
) -> Iterator[Measure]:
    """What a cell holds, and what normal rows like its row hold there."""
    name, held = column_names(sample)[column], sample.values[row, column]
    normal, usual = float(score_map.expected[row, column]), usual[np.isfinite(usual)]
    if sample.columns[column].kind == "category":
        yield Measure(subject, "anomaly_kind", _word_kind(held, new), qualifier=name)
        yield from _word_facts(sample, subject, row, column, usual)
    elif np.isnan(held) or not np.isfinite(normal):
        yield Measure(subject, "anomaly_kind", _kind(held, normal, usual), qualifier=name)
        if usual.size:
            yield _expected(sample, subject, column, float(np.median(usual)), 3, usual)
    else:
        yield Measure(subject, "anomaly_kind", _kind(held, normal, usual), qualifier=name)
        yield from _number_facts(sample, subject, column, float(held), normal, usual)


def _number_facts(
    sample: TableSample, subject: str, column: int, held: float, normal: float, usual: NDArray[np.float64]
) -> Iterator[Measure]:
    name, unit = column_names(sample)[column], sample.columns[column].unit
    places = max(compared(held, normal)[3], _places(usual))
    seen, expected = cut(held, places), cut(normal, places)
    gap = cut(seen - expected, places)
    if gap:
        yield Measure(subject, "direction", "above" if gap > 0 else "below", qualifier=name)
    yield Measure(subject, "observed", seen, unit, name)
    yield _expected(sample, subject, column, expected, places, usual)
    yield Measure(subject, "difference", gap, difference_unit(unit), name)


def _places(usual: NDArray[np.float64]) -> int:
    """How many decimal places tell the ends of what is usual apart; few where these are alike."""
    ends = np.quantile(usual, BAND, method="nearest") if usual.size else np.zeros(2)
    return decimals(float(ends[1] - ends[0]), 2) if ends[1] > ends[0] else -MOST_PLACES


def _expected(
    sample: TableSample, subject: str, column: int, normal: float, places: int, usual: NDArray[np.float64]
) -> Measure:
    """What is usual, with the band that most of the normal rows lie in which are like this one."""
    name, unit = column_names(sample)[column], sample.columns[column].unit
    ends = np.quantile(usual, BAND, method="nearest") if usual.size else np.full(2, normal)
    low, high = (cut(float(end), places) for end in ends)
    return Measure(subject, "expected", normal, unit, name, low=min(low, normal), high=max(high, normal))


def _word_facts(
    sample: TableSample, subject: str, row: int, column: int, usual: NDArray[np.float64]
) -> Iterator[Measure]:
    """The word of a category, and those that normal rows hold instead, the most frequent first."""
    name, levels = column_names(sample)[column], sample.columns[column].levels
    if held := sample.word(row, column):
        yield Measure(subject, "words", clean_name(held), qualifier=name)
    found = [levels[int(place)] for place, _ in Counter(usual.tolist()).most_common(MOST_WORDS)]
    others = [word for word in found if word != held]
    if others:
        yield Measure(subject, "fitting_words", clean_name(" or ".join(others)), qualifier=name)


def _word_kind(held: float, new: bool) -> TableKind:
    return "missing data" if np.isnan(held) else "unseen category" if new else "unusual category"


def _kind(held: float, normal: float, usual: NDArray[np.float64]) -> TableKind:
    """What is wrong with a number: whether it lies beyond all that rows like its row hold."""
    if np.isnan(held):
        return "missing data"
    if not usual.size or not usual.min() <= held <= usual.max():
        return "outlying value"
    return "unusual value"
