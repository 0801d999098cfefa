"""What the audit compares: the recorded explanation with itself, with the replay, and with the report people read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from anomalyst.agent.ideas import ideas
from anomalyst.agent.publishing import manner_of, summarise
from anomalyst.agent.records.artifacts import REPORT_HTML
from anomalyst.agent.worded import worded_by
from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.claims import TWO_VERDICTS, CheckedClaim, Explanation
from anomalyst.evidence.facts import Evidence, FactKind, Finding
from anomalyst.evidence.findings import FoundRegions
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.registry import modality

RELATIVE_TOLERANCE = 1e-3  # scores of another processor or thread count differ in the last digits of float32
P_TOLERANCE = 0.02
NOT_REPLAYED: frozenset[FactKind] = frozenset(
    {
        "normals_as_extreme",  # needs the normal examples themselves
        *("field", "own_cause", "own_step"),  # given by the user, not measured
        # the choice was made once, by the time there was; another machine takes another time
        *("choice_reason", "budget", "estimated_time", "within_budget", "run_time", "over_budget"),
    }
)
_CALLED = {
    ": undecided (p = ": ": cannot tell (p = ",
    'class="banner undecided"': 'class="banner cannot-tell"',
    "\nNo verdict possible\n": "\nCannot tell\n",
}  # what reports of two verdicts called a third
_DRAWN = re.compile(r"<style>.*?</style>|<svg.*?</svg>", re.DOTALL)


@dataclass(frozen=True)
class AuditRow:
    """One check: its name, whether it passed, and what was seen."""

    check: str
    outcome: Literal["passed", "failed"]
    detail: str


def row(check: str, passed: bool, detail: str) -> AuditRow:
    """A row from a yes or no."""
    return AuditRow(check, "passed" if passed else "failed", detail)


def explanation_rows(record: RunRecord) -> Iterator[AuditRow]:
    """Whether the explanation says what its own evidence and claims say, in every part that is shown."""
    explanation, evidence = record.explanation, record.explanation.evidence
    sure = evidence.about("sample", "confidence")
    claims = list(explanation.claims)
    delivered = [*claims, *explanation.possible_causes, *explanation.next_actions]
    parts = {
        "verdict": explanation.verdict == evidence.verdict,
        "p-value": _agree(explanation.p_value, evidence.sample_p),
        "confidence": [explanation.confidence] == [str(fact.value) for fact in sure],
        "summary": _summary_holds(explanation, delivered),
        "worded by": explanation.worded_by in ("", worded_by(explanation)),
        "ideas": ideas(explanation.ideas, evidence).kept == explanation.ideas,
        "alarm level": record.replay["alpha"] == evidence.alpha,
        "kinds of claims": all(c.claim.kind in ("observation", "comparison") for c in claims)
        and all(c.claim.kind == "hypothesis" for c in explanation.possible_causes)
        and all(c.claim.kind == "recommendation" for c in explanation.next_actions),
    }
    wrong = [name for name, holds in parts.items() if not holds]
    detail = f"not as in the evidence: {', '.join(wrong)}" if wrong else "says what its evidence says"
    yield row("explanation", not wrong, detail)


def _summary_holds(explanation: Explanation, delivered: list[CheckedClaim]) -> bool:
    """Whether the summary is what the claims give. Older versions understood a question otherwise: of a run with one,
    its headline and no sentence that was not delivered also hold."""
    again = summarise(
        delivered,
        explanation.evidence,
        explanation.question,
        headline=explanation.headline,
        manner=manner_of(explanation),
        version=explanation.schema_version,
    )
    if explanation.summary == again or not explanation.question:
        return explanation.summary == again
    left, texts = explanation.summary, [checked.claim.text for checked in delivered]
    told = all(text in left for text in texts[: explanation.headline])
    for text in sorted(texts, key=len, reverse=True):
        left = left.replace(text, "")
    return told and (not left.strip() or left.strip().startswith(NOT_UNDERSTOOD))


NOT_UNDERSTOOD = ("I did not understand the question", "Diese Frage habe ich nicht verstanden")
"""How the remark of older versions begins, which says nothing of the sample."""


def report_row(record: RunRecord, out: Path) -> AuditRow:
    """Whether report.html, its drawings left aside, is what the record gives when it is written again."""
    from anomalyst.agent.report.render import render_report

    shown = (out / REPORT_HTML).read_text(encoding="utf-8", errors="replace")
    if record.explanation.schema_version in TWO_VERDICTS:
        for then, now in _CALLED.items():
            shown = shown.replace(then, now, 1)
    same = _DRAWN.sub("", shown) == _DRAWN.sub("", render_report(record))
    return row("report.html", same, "says what the record says" if same else "differs from the record, written again")


def replay_rows(record: RunRecord, now: ScoreMap, found: FoundRegions, again: Evidence) -> Iterator[AuditRow]:
    """Scores, p-values, expected values, verdict, findings and facts of the replay against the recorded ones."""
    then, evidence = record.score_map, record.explanation.evidence
    for name, old, new in (("scores", then.scores, now.scores), ("expected values", then.expected, now.expected)):
        gap = _gap(old, new) / (_largest(new) or 1.0)
        yield row(f"replay: {name}", gap <= RELATIVE_TOLERANCE, f"largest difference {gap:.1e} of the highest")
    gap = _gap(then.p_values, now.p_values)
    yield row("replay: p-values", gap <= P_TOLERANCE, f"largest difference {gap:.1e}")
    same = again.verdict == evidence.verdict and _agree(evidence.sample_p, again.sample_p)
    seen = f"recorded {evidence.verdict}, p {evidence.sample_p:.2g}; replayed {again.verdict}, p {again.sample_p:.2g}"
    yield row("replay: verdict", same, seen)
    moved = _moved(record, found, again)
    yield row("replay: findings", not moved, moved or f"{len(again.findings)} in the same places")
    of_before = record.explanation.schema_version in TWO_VERDICTS
    otherwise = modality(record.sample.modality).remeasured if of_before else frozenset[FactKind]()
    different = different_facts(evidence, again, otherwise)
    yield row("replay: facts", not different, "; ".join(different[:3]) or f"{len(again.facts)} facts agree")


def _moved(record: RunRecord, found: FoundRegions, again: Evidence) -> str:
    """Which findings of the record do not lie where the replay finds them; "" if all do."""
    then, now = record.explanation.evidence.findings, again.findings
    if [_place(f) for f in then] != [_place(f) for f in now]:
        return f"recorded {_named(then)}; replayed {_named(now)}"
    if set(record.masks) != set(found.masks):
        return f"recorded outlines of {', '.join(sorted(record.masks)) or 'none'}"
    other = [name for name, mask in found.masks.items() if not np.array_equal(record.masks[name], mask)]
    return f"the outline of {', '.join(other)} differs" if other else ""


def _place(finding: Finding) -> tuple[str, bool, dict[str, Any]]:
    return finding.id, finding.significant, finding.region.model_dump()


def _named(findings: tuple[Finding, ...]) -> str:
    return ", ".join(f"{f.id} {f.region.model_dump(exclude={'kind'})}" for f in findings[:3]) or "none"


def different_facts(recorded: Evidence, replayed: Evidence, otherwise: frozenset[FactKind] = frozenset()) -> list[str]:
    """Facts that only one of the two holds, or that have another value; `otherwise`: kinds that the recorded run
    measured otherwise, which cannot be compared."""
    then = {(f.subject, f.kind, f.qualifier): f.value for f in recorded.facts if f.kind not in NOT_REPLAYED}
    now = {(f.subject, f.kind, f.qualifier): f.value for f in replayed.facts}
    return [
        f"{' '.join(key)}: recorded {then.get(key)!r}, replayed {now.get(key)!r}"
        for key in dict.fromkeys([*now, *then])
        if key[1] not in otherwise and not _agree(then.get(key), now.get(key))
    ]


def _agree(then: object, now: object) -> bool:
    if isinstance(then, int | float) and isinstance(now, int | float):
        return bool(np.isclose(then, now, rtol=2e-2, atol=1e-9))
    return then == now


def _gap(then: Any, now: Any) -> float:
    """The largest difference of two arrays, infinite where only one of them has no value."""
    if not np.array_equal(np.isnan(then), np.isnan(now)):
        return float("inf")
    return float(np.nanmax(np.abs(np.asarray(then, dtype=float) - now), initial=0.0))


def _largest(array: Any) -> float:
    return float(np.nanmax(np.abs(array), initial=0.0))
