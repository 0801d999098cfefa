"""The audit of a recorded run: is the folder whole, do the claims hold, does it replay, does healing end the alarm?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from anomalyst.agent.artifacts import RunRecord, check_manifest, read_run
from anomalyst.agent.verify import verify_claim
from anomalyst.detectors.base import Detector, ScoreMap
from anomalyst.detectors.registry import load_detector
from anomalyst.tools.dotest import do_test
from anomalyst.tools.evidence import Evidence
from anomalyst.tools.facts import build_evidence
from anomalyst.tools.findings import FoundRegions
from anomalyst.tools.locate import locate

RELATIVE_TOLERANCE = 1e-3  # scores of another processor or thread count differ in the last digits of float32
P_TOLERANCE = 0.02


@dataclass(frozen=True)
class AuditRow:
    """One check: its name, whether it passed, and what was seen."""

    check: str
    outcome: Literal["passed", "failed"]
    detail: str


@dataclass(frozen=True)
class AuditResult:
    """All checks of one folder."""

    rows: list[AuditRow]

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(row.outcome == "passed" for row in self.rows)


def audit_run(out: Path) -> AuditResult:
    """Audit the folder a run was recorded in. Raises InputError if it is none."""
    problems = check_manifest(out)
    detail = "; ".join(f"{p.path}: {p.problem}" for p in problems[:5]) or "all files as recorded"
    rows = [_row("manifest", not problems, detail)]
    if problems:  # nothing in a changed folder is worth replaying, and its weights should not be loaded
        return AuditResult(rows)
    record = read_run(out)
    detector = load_detector(out / str(record.replay.get("detector", "detector")))
    rows += _claim_rows(record)
    score_map = detector.score(record.sample)
    found = locate(record.sample, score_map, record.replay["alpha"], record.replay["fdr"])
    rows += _replay_rows(record, score_map, found)
    rows += _do_test_rows(record, detector, score_map, found)
    return AuditResult(rows)


def _row(check: str, passed: bool, detail: str) -> AuditRow:
    return AuditRow(check, "passed" if passed else "failed", detail)


def _claim_rows(record: RunRecord) -> Iterator[AuditRow]:
    """Every delivered claim, verified again."""
    explanation = record.explanation
    delivered = (*explanation.claims, *explanation.possible_causes, *explanation.next_actions)
    for number, checked in enumerate(delivered, 1):
        verdict = verify_claim(checked.claim, explanation.evidence)
        reasons = "; ".join(verdict.reasons) or checked.claim.text
        yield _row(f"claim {number}", verdict.outcome == "supported", reasons)


def _replay_rows(record: RunRecord, score_map: ScoreMap, found: FoundRegions) -> Iterator[AuditRow]:
    """Scores, p-values, verdict and facts of the replay against the recorded ones."""
    then, now = record.score_map, score_map
    spread = float(np.nanmax(np.abs(then.scores))) or 1.0
    gap = float(np.nanmax(np.abs(then.scores - now.scores))) / spread
    yield _row("replay: scores", gap <= RELATIVE_TOLERANCE, f"largest difference {gap:.1e} of the highest score")
    p_gap = float(np.nanmax(np.abs(then.p_values - now.p_values)))
    yield _row("replay: p-values", p_gap <= P_TOLERANCE, f"largest difference {p_gap:.1e}")
    evidence = record.explanation.evidence
    again = build_evidence(record.sample, now, found, alpha=record.replay["alpha"], fdr=record.replay["fdr"])
    same_verdict = again.verdict == evidence.verdict
    yield _row("replay: verdict", same_verdict, f"recorded {evidence.verdict}, replayed {again.verdict}")
    different = _different_facts(evidence, again)
    yield _row("replay: facts", not different, "; ".join(different[:3]) or f"{len(again.facts)} facts agree")


def _different_facts(recorded: Evidence, replayed: Evidence) -> list[str]:
    """Facts of the replay that the record does not hold, or holds with another value."""
    known = {(f.subject, f.kind, f.qualifier): f.value for f in recorded.facts}
    lines = []
    for fact in replayed.facts:
        then = known.get((fact.subject, fact.kind, fact.qualifier))
        if not _agree(then, fact.value):
            lines.append(f"{fact.subject} {fact.kind} {fact.qualifier}: recorded {then!r}, replayed {fact.value!r}")
    return lines


def _agree(then: object, now: object) -> bool:
    if isinstance(then, int | float) and isinstance(now, int | float):
        return bool(np.isclose(then, now, rtol=2e-2, atol=1e-9))
    return then == now


def _do_test_rows(
    record: RunRecord, detector: Detector, score_map: ScoreMap, found: FoundRegions
) -> Iterator[AuditRow]:
    """Heal the flagged regions: the alarm must go; heal random ones: it must stay."""
    if record.explanation.verdict == "normal":
        yield _row("do-test", True, "no alarm to test")
        return
    alpha, seed = record.replay["alpha"], record.replay["seed"]
    result = do_test(detector, record.sample, score_map, found, seed=seed, alpha=alpha)
    yield _row("do-test: flagged region healed", result.alarm_gone, result.healed_detail)
    yield _row("do-test: random region healed", result.alarm_stays, result.random_detail)
