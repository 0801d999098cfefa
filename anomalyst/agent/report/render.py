"""The report people read: one self-contained HTML file with pictures, findings, claims and their citations.

It loads nothing: no script, no font, no address. Everything that came from the user's data is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from anomalyst.agent.records.bundle import made_by
from anomalyst.agent.report.facts import LABELS, CalibrationWords, DoTest, calibration_words, do_tests
from anomalyst.agent.report.templating import environment
from anomalyst.agent.worded import worded_by
from anomalyst.detectors.registry import raters
from anomalyst.evidence.facts import Evidence, Fact, FactKind, Finding
from anomalyst.modalities.image.pictures import Picture, crops, pictures
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.pictures import pair_pictures, spoken_text
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.series.pictures import overview, zoom
from anomalyst.modalities.series.sample import SeriesSample

if TYPE_CHECKING:
    from anomalyst.evidence.record import RunRecord

MAX_DETAILED = 12  # findings drawn one by one; all are in the table
FINDING_ROWS: tuple[tuple[str, tuple[FactKind, ...]], ...] = (
    ("Words", ("words",)),
    ("Would fit", ("fitting_words",)),
    ("Where", ("place", "box", "start", "end", "peak_at")),
    ("Kind", ("anomaly_kind", "direction")),
    ("Size", ("area", "duration")),
    ("Observed", ("observed",)),
    ("Expected", ("expected",)),
    ("Share", ("channel_share",)),
    ("Information", ("information",)),
    ("Error, ±", ("information_error",)),
    ("Rules", ("rule_agreement",)),
)


@dataclass(frozen=True)
class FindingView:
    """One finding as the report shows it. `cells`: per column, the facts to list; `zoom`: a series' close-up;
    `crops`: an image's close-ups."""

    finding: Finding
    cells: tuple[tuple[Fact, ...], ...]
    zoom: Markup | None = None
    crops: tuple[Picture, ...] = ()


def render_report(record: RunRecord) -> str:
    """The whole report of a run as one HTML text."""
    return environment("anomalyst.agent.report").get_template("report.html.j2").render(_view(record))


def _view(record: RunRecord) -> dict[str, Any]:
    explanation = record.explanation
    evidence = explanation.evidence
    views = [_finding_view(record, finding, n < MAX_DETAILED) for n, finding in enumerate(evidence.findings)]
    tests: list[DoTest] = do_tests(evidence)
    calibration: CalibrationWords = calibration_words(record.score_map)
    return {
        "e": explanation,
        "worded_by": worded_by(explanation),
        "evidence": evidence,
        "facts": {fact.id: fact for fact in evidence.facts},
        "labels": LABELS,
        "columns": _used_columns(views),
        "views": views,
        "hidden": max(0, len(views) - MAX_DETAILED),
        "drawings": _image_pictures(record),
        "overview": _series_overview(record),
        "text": spoken_text(record.sample, record.score_map, evidence.findings),
        "tests": tests,
        "calibration": calibration,
        "rules": record.score_map.rules,
        "voting": raters(record.score_map.rules),
        "notes": record.notes,
        "events": [event for event in record.events if event.get("kind") != "progress"],
        "replay": record.replay,
        "made_by": made_by(),
    }


def _used_columns(views: list[FindingView]) -> list[tuple[int, str]]:
    """Columns of the findings table in which at least one finding has something to show."""
    return [(n, title) for n, (title, _) in enumerate(FINDING_ROWS) if any(view.cells[n] for view in views)]


def _finding_view(record: RunRecord, finding: Finding, detailed: bool) -> FindingView:
    cells = tuple(_facts_of(record.explanation.evidence, finding.id, kinds) for _, kinds in FINDING_ROWS)
    if not detailed:
        return FindingView(finding, cells)
    if isinstance(record.sample, ImageSample):
        mask = record.masks.get(finding.id)
        return FindingView(finding, cells, crops=tuple(crops(record.sample, record.score_map, finding, mask)))
    if isinstance(record.sample, PairSample):
        return FindingView(finding, cells)
    return FindingView(finding, cells, zoom=zoom(record.sample, record.score_map, finding))


def _facts_of(evidence: Evidence, subject: str, kinds: tuple[FactKind, ...]) -> tuple[Fact, ...]:
    return tuple(fact for kind in kinds for fact in evidence.about(subject, kind))


def _image_pictures(record: RunRecord) -> list[Picture]:
    if isinstance(record.sample, PairSample):
        return pair_pictures(record.sample, record.score_map, record.explanation.evidence.findings, record.masks)
    if not isinstance(record.sample, ImageSample):
        return []
    return pictures(record.sample, record.score_map, record.explanation.evidence.findings, record.masks)


def _series_overview(record: RunRecord) -> Markup | None:
    if not isinstance(record.sample, SeriesSample):
        return None
    return overview(record.sample, record.score_map, record.explanation.evidence.findings)
