"""The report people read: one self-contained HTML file with pictures, findings, claims and their citations.

It loads nothing: no script, no font, no address. Everything that came from the user's data is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anomalyst.agent.report.facts import CalibrationWords, HealingRow, calibration_words, healing_rows
from anomalyst.agent.report.steps import step_words
from anomalyst.agent.report.templating import environment
from anomalyst.agent.version import made_by
from anomalyst.agent.worded import ideas_title, worded_by
from anomalyst.detectors.registry import raters
from anomalyst.evidence.claims import TWO_VERDICTS
from anomalyst.evidence.declared import COLUMNS, FACTS
from anomalyst.evidence.facts import Evidence, Fact, FactKind, Finding
from anomalyst.modalities.registry import modality
from anomalyst.modalities.shown import Drawn

if TYPE_CHECKING:
    from anomalyst.evidence.record import RunRecord

MAX_DETAILED = 12  # findings drawn one by one; all are in the table


@dataclass(frozen=True)
class FindingView:
    """One finding as the report shows it. `cells`: per column, the facts to list; `shown`: its close-up, if any."""

    finding: Finding
    cells: tuple[tuple[Fact, ...], ...]
    shown: Drawn | None


def render_report(record: RunRecord) -> str:
    """The whole report of a run as one HTML text, in the language of its explanation."""
    made = environment("anomalyst.agent.report", language=record.explanation.language)
    return made.get_template("report.html.j2").render(_view(record))


def _view(record: RunRecord) -> dict[str, Any]:
    explanation = record.explanation
    evidence = explanation.evidence
    pictures = modality(record.sample.modality).report(record, MAX_DETAILED)
    views = [
        FindingView(finding, _cells(evidence, finding), pictures.close_ups.get(finding.id))
        for finding in evidence.findings
    ]
    tests: list[HealingRow] = healing_rows(evidence)
    calibration: CalibrationWords = calibration_words(record.score_map)
    return {
        "e": explanation,
        "worded_by": worded_by(explanation, record.speech),
        "ideas_title": ideas_title(explanation, record.speech),
        "evidence": evidence,
        "facts": {fact.id: fact for fact in evidence.facts},
        "shows_confidence": not evidence.cannot_tell or explanation.schema_version in TWO_VERDICTS,
        "columns": _used_columns(views),
        "views": views,
        "hidden": max(0, len(views) - MAX_DETAILED),
        "pictures": pictures,
        "tests": tests,
        "calibration": calibration,
        "rules": record.score_map.rules,
        "voting": raters(record.score_map.rules),
        "notes": record.notes,
        "steps": _steps(record),
        "replay": record.replay,
        "made_by": made_by(),
    }


def _steps(record: RunRecord) -> list[str]:
    """What was done, in order."""
    told = (event for event in record.events if event.get("kind") != "progress")
    return [
        step_words(str(event.get("kind", "")), str(event.get("message", "")), event.get("data") or {}, record.speech)
        for event in told
    ]


def _used_columns(views: list[FindingView]) -> list[tuple[int, str]]:
    """Columns of the findings table in which at least one finding has something to show."""
    return [(n, title) for n, title in enumerate(COLUMNS) if any(view.cells[n] for view in views)]


def _cells(evidence: Evidence, finding: Finding) -> tuple[tuple[Fact, ...], ...]:
    return tuple(_facts_of(evidence, finding.id, _in_column(title)) for title in COLUMNS)


def _facts_of(evidence: Evidence, subject: str, kinds: tuple[FactKind, ...]) -> tuple[Fact, ...]:
    return tuple(fact for kind in kinds for fact in evidence.about(subject, kind))


def _in_column(title: str) -> tuple[FactKind, ...]:
    """Kinds of facts that a column shows."""
    return tuple(kind for kind, told in FACTS.items() if told.column == title)
