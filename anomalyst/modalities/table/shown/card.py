"""What is shown of a table: on the card, in the report, beside a step, to mark a place on, and healed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.evidence.record import RunRecord
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.times import moment
from anomalyst.evidence.wording import one
from anomalyst.modalities.shown import (
    Card,
    Drawn,
    Healed,
    HealedPicture,
    Pictures,
    ToMark,
    finding_in_words,
    first_value,
)
from anomalyst.modalities.table.region import row_region
from anomalyst.modalities.table.sample import TableSample, row_number
from anomalyst.modalities.table.scores import blamed, table_scores
from anomalyst.modalities.table.shown.grid import MARK, Box, Grid, drawn
from anomalyst.modalities.table.units import cell, column_names, value
from anomalyst.samples import expect

WORST, OF_FINDING, NORMAL, BRIEF = 12, 5, 3, 5  # rows shown
MOST_COLUMNS = 9
SMALL = (96, 54)  # pixels of a thumbnail
SHOWN_P = 2  # digits


def finding_name(evidence: Evidence, finding: Finding, speech: Speech) -> str:
    """What a finding is, e.g. "outlying value in amount, row 17"."""
    what = finding_in_words(evidence, finding.id, speech, first_value(evidence, finding.id, "top_channel"))
    worst = one(evidence, finding.id, "peak_at")
    return what if worst is None else speech.text("table-name", {"what": what, "row": moment(worst, evidence, speech)})


def card(record: RunRecord, ident: str, *, brief: bool) -> Card:
    """The worst rows, the cells to blame marked."""
    worst = _worst(record, BRIEF if brief else WORST)
    return Card(whole=(worst,), heading=record.speech.text("table-worst"))


def report(record: RunRecord, detailed: int) -> Pictures:
    """The worst rows; of the first findings their rows beside normal ones."""
    close_ups = {
        finding.id: Drawn(lines=_close(record, finding), legend=False)
        for finding in record.explanation.evidence.findings[:detailed]
    }
    whole = Drawn(lines=_worst(record, WORST), legend=False)
    return Pictures(record.speech.text("table-worst"), whole, close_ups)


def to_mark(record: RunRecord) -> ToMark:
    """The worst rows, to mark rows by their numbers."""
    return ToMark(_worst(record, WORST), (record.sample.shape[0],))


def healing_shown(record: RunRecord, states: Sequence[Healed]) -> list[HealedPicture]:
    """The states of the healing test: the rows of the findings, as they are in each."""
    sample = expect(TableSample, record.sample)
    rows = _order(record.score_map)[:OF_FINDING]
    shown = []
    for state in states:
        table = expect(TableSample, state.sample)
        columns = _columns(sample, record.score_map, rows)
        boxes = [[Box(cell(table, row, c), marked=_moved(sample, table, row, c)) for c in columns] for row in rows]
        grid = Grid(
            _heads(sample, columns, record.speech),
            tuple(_numbered(sample, r, b) for r, b in zip(rows, boxes, strict=True)),
        )
        shown.append(HealedPicture(state.title, state.said, drawn(grid, state.title)))
    return shown


def thumbnail(sample: TableSample, score_map: ScoreMap | None, finding: Finding | None) -> Markup:
    """A small picture of the rows as lines, the abnormal ones coloured."""
    width, height = SMALL
    rows = sample.shape[0]
    if finding is not None:
        bad = list(row_region(finding).rows[:20])
    else:
        bad = [] if score_map is None else _order(score_map)[:5]
    lines = [_stroke(height * (k + 0.5) / 9, width, "#888", 1.0) for k in range(9)]
    lines += [_stroke(height * (row + 0.5) / max(1, rows), width, MARK, 2.0) for row in bad]
    return Markup('<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img" '
                  'aria-label="a table, small">{2}</svg>').format(width, height, Markup("").join(lines))  # fmt: skip


def _stroke(top: float, width: int, colour: str, thick: float) -> Markup:
    path = '<path d="M4 {:.1f}H{}" stroke="{}" stroke-width="{}"/>'
    return Markup(path).format(top, width - 4, colour, thick)


def _order(score_map: ScoreMap) -> list[int]:
    """All rows, the worst first."""
    return [int(row) for row in np.argsort(-score_map.scores.astype(np.float64), kind="stable")]


def _worst(record: RunRecord, most: int) -> Markup:
    """The worst rows, those of findings marked."""
    sample = expect(TableSample, record.sample)
    rows = _order(record.score_map)[:most]
    flagged = {row for finding in record.explanation.evidence.findings for row in row_region(finding).rows}
    columns = _columns(sample, record.score_map, rows)
    lines = [_line(record, sample, row, columns, row in flagged) for row in rows]
    grid = Grid(_heads(sample, columns, record.speech, p=True), tuple(lines))
    return drawn(grid, record.speech.text("table-alt", {"count": str(len(rows)), "name": sample.name}))


def _close(record: RunRecord, finding: Finding) -> Markup:
    """Rows of a finding, and normal rows that are most like the worst of them."""
    sample, region = expect(TableSample, record.sample), row_region(finding)
    rows = list(region.rows[:OF_FINDING])
    columns = _columns(sample, record.score_map, rows)
    lines = [_line(record, sample, row, columns, True) for row in rows]
    detail = table_scores(record.score_map)
    place = None if detail is None else detail.place(rows[0])
    normal = record.speech.text("table-normal")
    for like in () if detail is None or place is None else detail.usual[place, :NORMAL]:
        boxes = (Box(value(sample, float(like[c]), c, record.speech)) for c in columns)
        lines.append((Box(normal), Box(""), *boxes))
    grid = Grid(_heads(sample, columns, record.speech, p=True), tuple(lines), quiet=len(rows))
    return drawn(grid, record.speech.text("table-finding", {"finding": finding.id}))


def _line(record: RunRecord, sample: TableSample, row: int, columns: Sequence[int], flagged: bool) -> tuple[Box, ...]:
    """A row: its number, its p-value, its cells."""
    speech, score_map = record.speech, record.score_map
    bad = blamed(score_map, row) if flagged else []
    boxes = []
    for column in columns:
        usual = value(sample, float(score_map.expected[row, column]), column, speech) if column in bad else ""
        boxes.append(Box(cell(sample, row, column, speech), usual, column in bad))
    p = speech.local(f"{float(score_map.p_values[row]):.{SHOWN_P}g}")
    return (_number(sample, row), Box(p), *boxes)


def _numbered(sample: TableSample, row: int, boxes: Sequence[Box]) -> tuple[Box, ...]:
    return (_number(sample, row), *boxes)


def _number(sample: TableSample, row: int) -> Box:
    label = f" {sample.labels[row]}" if len(sample.labels) == sample.shape[0] else ""
    return Box(f"{row_number(row)}{label}")


def _heads(sample: TableSample, columns: Sequence[int], speech: Speech, *, p: bool = False) -> tuple[str, ...]:
    names = column_names(sample)
    units = [f" ({sample.columns[c].unit})" if sample.columns[c].unit else "" for c in columns]
    first = (speech.text("table-row"), *((speech.text("table-p"),) if p else ()))
    return (*first, *(names[c] + unit for c, unit in zip(columns, units, strict=True)))


def _columns(sample: TableSample, score_map: ScoreMap, rows: Sequence[int]) -> list[int]:
    """The columns to show, in their order: all, or those to blame first."""
    if sample.shape[1] <= MOST_COLUMNS:
        return list(range(sample.shape[1]))
    bad = [column for row in rows for column in blamed(score_map, row)]
    return sorted(list(dict.fromkeys([*bad, *range(sample.shape[1])]))[:MOST_COLUMNS])


def _moved(sample: TableSample, other: TableSample, row: int, column: int) -> bool:
    one_, two = sample.values[row, column], other.values[row, column]
    return bool(one_ != two and not (np.isnan(one_) and np.isnan(two)))
