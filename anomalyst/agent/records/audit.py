"""The audit of a recorded run: is the folder whole, do the claims hold, does it replay, does healing end the alarm?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from anomalyst.agent.records.artifacts import DETECTOR_DIR, check_manifest, read_run
from anomalyst.agent.records.replay import AuditRow, explanation_rows, replay_rows, report_row, row
from anomalyst.agent.statements.checking import check_claims
from anomalyst.detectors.contract import Detector, ScoreMap
from anomalyst.detectors.registry import load_detector
from anomalyst.errors import AnomalystError, InputError
from anomalyst.evidence.claims import FIRST_VERSION, TWO_VERDICTS
from anomalyst.evidence.facts import Evidence, FactKind, FactRow
from anomalyst.evidence.findings import FoundRegions, at_level
from anomalyst.evidence.healing import FAILED, NOT_APPLICABLE, HealingTest
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.registry import modality
from anomalyst.tools.doubts import decided
from anomalyst.tools.healing import healing_test
from anomalyst.tools.measure import build_evidence, tested
from anomalyst.tools.planted import SIZES, Trials
from anomalyst.tools.workbench import Workbench, choice_rows

__all__ = ["AuditResult", "AuditRow", "audit_run"]

LATER: frozenset[FactKind] = frozenset(
    {"doubt", "p_bound", "region_p_bound", "unlike_normals", "planted_p", "stain_seen", "stain_unseen", "stain_area"}
)  # kinds of facts that runs of two verdicts had not


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
    rows = [row("manifest", not problems, detail)]
    if problems:  # nothing in a changed folder is worth replaying, and its weights should not be loaded
        return AuditResult(rows)
    record = read_run(out)
    _check_replay(record, out)
    rows += [*explanation_rows(record), report_row(record, out), *_claim_rows(record)]
    try:
        rows += _rerun(record, load_detector(out / DETECTOR_DIR))
    except (AnomalystError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        # the manifest can be forged with the rest: a detector that does not run on the sample did not score it
        rows.append(row("replay", False, f"the recorded detector does not run on the sample: {error}"))
    return AuditResult(rows)


def _check_replay(record: RunRecord, out: Path) -> None:
    """InputError unless the settings of the run are there and are numbers that make sense."""
    replay = record.replay
    if not all(isinstance(replay.get(k), int | float) and 0 < replay[k] < 1 for k in ("alpha", "fdr")):
        raise InputError(f"replay.json in {str(out)!r} holds no alpha and fdr between 0 and 1; explain again.")
    if not isinstance(replay.get("seed"), int):
        raise InputError(f"replay.json in {str(out)!r} holds no seed; explain again.")


def _claim_rows(record: RunRecord) -> Iterator[AuditRow]:
    """Every delivered claim, verified again, and its recorded verdict."""
    explanation = record.explanation
    delivered = (*explanation.claims, *explanation.possible_causes, *explanation.next_actions)
    verdicts = check_claims((checked.claim for checked in delivered), explanation.evidence)
    for number, (checked, verdict) in enumerate(zip(delivered, verdicts, strict=True), 1):
        good = verdict.outcome == checked.verdict.outcome == "supported"
        reasons = "; ".join(verdict.reasons) or ("" if good else f"recorded as {checked.verdict.outcome}")
        yield row(f"claim {number}", good, reasons or checked.claim.text)


def _rerun(record: RunRecord, detector: Detector) -> list[AuditRow]:
    """Score the sample again with the recorded detector, heal again or plant faults again, and compare."""
    alpha, fdr = record.replay["alpha"], record.replay["fdr"]
    score_map = _as_recorded(record, detector.score(record.sample))
    found = modality(record.sample.modality).locate(record.sample, score_map, alpha, fdr)
    found = found if record.explanation.schema_version in TWO_VERDICTS else at_level(found, alpha)
    again = build_evidence(
        record.sample,
        score_map,
        found,
        alpha=alpha,
        fdr=fdr,
        detector_facts=choice_rows(detector),
        usual=detector.usual_,
    )
    bench = Workbench(alpha=alpha, fdr=fdr, evidence=again)
    healed = _healed(record, detector, score_map, found) if found.findings else None
    recorded = record.explanation.evidence
    if healed is not None and recorded.about("sample", "do_test"):
        for subject, facts in healed.rows().items():
            bench.add_facts(subject, facts)
    for fact in recorded.about("sample", "seen_faults"):
        bench.add_facts("sample", _planted(record, detector, str(fact.value)))
    rows = list(replay_rows(record, score_map, found, _judged(record, bench.need_evidence())))
    return rows + list(_healing_rows(again.verdict == "anomalous", healed))


def _judged(record: RunRecord, evidence: Evidence) -> Evidence:
    """The evidence with its verdict and confidence, by the rules of the record's version."""
    if record.explanation.schema_version not in TWO_VERDICTS:
        return decided(evidence)
    later = LATER if evidence.about("sample", "smallest_p") else {*LATER, "normals_needed"}
    before = evidence.model_copy(update={"facts": tuple(f for f in evidence.facts if f.kind not in later)})
    return before if _is_first(record) else tested(before)


def _is_first(record: RunRecord) -> bool:
    """Whether the run was recorded before the limits of its verdict were facts."""
    return record.explanation.schema_version == FIRST_VERSION


def _as_recorded(record: RunRecord, now: ScoreMap) -> ScoreMap:
    """What the detector says now, without what runs of the record's version did not note."""
    if not _is_first(record):
        return now
    return replace(now, calibration=replace(now.calibration, smallest=record.score_map.calibration.smallest))


def _planted(record: RunRecord, detector: Detector, then: str) -> list[FactRow]:
    """What as many planted faults as the record says show; their smallest sizes where it tells any."""
    count = then.rpartition(" of ")[2]
    most = int(count) if count.isdecimal() and len(count) < 4 else 0
    alpha, seed = record.replay["alpha"], record.replay["seed"]
    sizes = any(record.explanation.evidence.about("sample", kind) for kind in SIZES)
    first = not sizes and most > modality(record.sample.modality).usual_faults
    return Trials(detector, record.sample, alpha, seed).facts(most, sizes=sizes, first=first)


def _healed(record: RunRecord, detector: Detector, score_map: ScoreMap, found: FoundRegions) -> HealingTest:
    seed, alpha, recorded = record.replay["seed"], record.replay["alpha"], record.explanation.evidence
    # Runs of before the test could not apply say that it failed.
    failed = any(fact.value == FAILED for fact in recorded.about("sample", "do_test"))
    whole = bool(recorded.about("sample", "whole_differs")) and not failed
    alone = any(fact.kind == "first_healed_p" for fact in recorded.facts)
    again = healing_test(detector, record.sample, score_map, found, seed=seed, alpha=alpha, alone=alone)
    return replace(again, whole=whole)


def _healing_rows(alarm: bool, healed: HealingTest | None) -> Iterator[AuditRow]:
    """Heal the flagged regions: the alarm must go; heal random ones: it must stay."""
    if not alarm:
        yield row("healing test", True, "no alarm to test")
    elif healed is None:
        yield row("healing test", False, "an alarm without any finding: nothing to heal")
    elif healed.outcome == NOT_APPLICABLE:
        yield row("healing test", True, "the alarm is about the whole sample, and no healed place need end it")
    else:
        yield row("healing test: flagged region healed", healed.alarm_gone, healed.healed_detail)
        yield row("healing test: random region healed", healed.alarm_stays, healed.random_detail)
