"""A run at another alarm level: verdict, findings, facts and built-in sentences anew from the recorded score map.

Nothing is fitted. What only a further scoring can tell is scored for by the recorded detector, if the folder of the run
is given: the planted faults where the alarm is gone, the healing test where there are other findings. Else it is left
out, but for the healing test of findings that stay exactly where they were and the planted faults whose p-values are
known; without either a sample that raises no alarm cannot be called normal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from anomalyst.agent.answering.replying import replies
from anomalyst.agent.answering.understand import understand
from anomalyst.agent.publishing import built_in, manner_of, summarise, with_unsaid
from anomalyst.agent.records.artifacts import DETECTOR_DIR, check_manifest
from anomalyst.agent.worded import worded_by
from anomalyst.agent.writer.headline import headline_size
from anomalyst.agent.writer.write import write_claims
from anomalyst.detectors.registry import load_detector
from anomalyst.errors import InputError
from anomalyst.evidence.claims import BUILTIN, SCHEMA_VERSION, Explanation
from anomalyst.evidence.facts import Evidence, Fact, FactKind, FactRow
from anomalyst.evidence.findings import FoundRegions, at_level
from anomalyst.evidence.healing import outcome
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.registry import modality
from anomalyst.tools.doubts import decided
from anomalyst.tools.looking import counterfactual, plant_faults
from anomalyst.tools.measure import build_evidence
from anomalyst.tools.planted import seen_at
from anomalyst.tools.workbench import Workbench

DEFAULT_FDR = 0.05


def reassess(record: RunRecord, alpha: float, folder: Path | None = None) -> RunRecord:
    """The record at alarm level `alpha`, its sentences by the built-in writer; the record itself at its own level.
    `folder`: where the run was recorded, with its detector.

    Raises InputError unless `alpha` lies between 0 and 1.
    """
    if not 0 < alpha < 1:
        raise InputError(f"got alpha={alpha!r}; it must lie strictly between 0 and 1, e.g. 0.05.")
    recorded = record.explanation.evidence
    if alpha == recorded.alpha:
        return record
    fdr = float(next((fact.value for fact in recorded.about("sample", "fdr")), DEFAULT_FDR))
    found = at_level(modality(record.sample.modality).locate(record.sample, record.score_map, alpha, fdr), alpha)
    choice: list[FactRow] = [(f.kind, f.value, f.unit, f.qualifier) for f in recorded.about("choice")]
    made = build_evidence(record.sample, record.score_map, found, alpha=alpha, fdr=fdr, detector_facts=choice)
    evidence = decided(_with_facts(made, _kept(record, made, found)))
    evidence = evidence if folder is None else _scored_for(record, evidence, found, folder)
    explanation = _explained(record.explanation, evidence)
    replay = {**record.replay, "alpha": alpha} if record.replay else {}
    return replace(record, explanation=explanation, masks=dict(found.masks), replay=replay)


def _scored_for(record: RunRecord, evidence: Evidence, found: FoundRegions, folder: Path) -> Evidence:
    """The evidence with what a run at its level would have scored for besides, by the recorded detector."""
    known: FactKind = "do_test" if found.findings else "seen_faults"
    if evidence.about("sample", known) or check_manifest(folder):  # weights of a changed folder are not loaded
        return evidence
    bench = Workbench(
        alpha=evidence.alpha,
        seed=int(record.replay["seed"]),
        sample=record.sample,
        detector=load_detector(folder / DETECTOR_DIR),
        score_map=record.score_map,
        found=found,
        evidence=evidence,
    )
    if found.findings:
        counterfactual(bench, found.findings[0].id)
    else:
        plant_faults(bench)
    return bench.need_evidence()


def _kept(record: RunRecord, evidence: Evidence, found: FoundRegions) -> Iterator[Fact]:
    """Facts of the record that were scored for, of what has not changed; the outcome of the healing test at the new
    alarm level."""
    recorded = record.explanation.evidence
    yield from recorded.about("sample", "field")
    yield from recorded.about("sample", "unlike_normals")
    if evidence.verdict != "anomalous" and not evidence.about("sample", "smallest_p"):
        yield from _seen(recorded, evidence.alpha)
    same = {name: then for name, mask in found.masks.items() if (then := _as_before(record, mask))}
    for name, then in same.items():
        given = (*recorded.about(then, "own_cause"), *recorded.about(then, "own_step"))
        yield from (f.model_copy(update={"subject": name}) for f in given)
        yield from (f.model_copy(update={"subject": name}) for f in recorded.about(then, "healed_region_p"))
    if not found.masks or len(same) != len(found.masks) or len(same) != len(record.masks):
        return
    healed, elsewhere = recorded.about("sample", "healed_p"), recorded.about("sample", "random_healed_p")
    yield from (*healed, *elsewhere)
    for name, then in same.items():
        yield from (f.model_copy(update={"subject": name}) for f in recorded.about(then, "first_healed_p"))
    for test in recorded.about("sample", "do_test") if healed else ():
        gone = float(healed[0].value) > evidence.alpha
        stays = not elsewhere or float(elsewhere[0].value) <= evidence.alpha
        whole = bool(evidence.about("sample", "whole_differs"))
        yield test.model_copy(update={"value": outcome(gone and stays, whole)})


def _seen(recorded: Evidence, alpha: float) -> Iterator[Fact]:
    """Of the faults that were planted, those that raise the alarm at another level."""
    planted = [float(fact.value) for fact in recorded.about("sample", "planted_p")]
    for kind, value, unit, qualifier in seen_at(planted, alpha) if planted else ():
        yield Fact(id="F0", subject="sample", kind=kind, value=value, unit=unit, qualifier=qualifier)


def _as_before(record: RunRecord, mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> str:
    """The recorded finding with exactly this mask, "" if there is none."""
    return next((name for name, then in record.masks.items() if np.array_equal(then, mask)), "")


def _with_facts(evidence: Evidence, facts: Iterator[Fact]) -> Evidence:
    start = len(evidence.facts) + 1
    numbered = tuple(fact.model_copy(update={"id": f"F{n}"}) for n, fact in enumerate(facts, start))
    return evidence.model_copy(update={"facts": (*evidence.facts, *numbered)})


def _explained(before: Explanation, evidence: Evidence) -> Explanation:
    manner = manner_of(before)
    asked = understand(before.question, evidence, language=manner.language) if before.question.strip() else None
    claims = replies(asked, evidence, manner) if asked is not None else []
    checked = [built_in(claim) for claim in claims or write_claims(evidence, manner.speech)]
    checked = with_unsaid(checked, evidence, manner.speech)
    sure, headline = evidence.about("sample", "confidence"), headline_size(checked)
    after = before.model_copy(
        update={
            "summary": summarise(checked, evidence, before.question, headline=headline, manner=manner),
            "headline": headline,
            "verdict": evidence.verdict,
            "confidence": str(sure[0].value) if sure else "",
            "evidence": evidence,
            "claims": tuple(c for c in checked if c.claim.kind in ("observation", "comparison")),
            "possible_causes": tuple(c for c in checked if c.claim.kind == "hypothesis"),
            "next_actions": tuple(c for c in checked if c.claim.kind == "recommendation"),
            "ideas": (),
            "llm": BUILTIN,
            "schema_version": SCHEMA_VERSION,
        }
    )
    return after.model_copy(update={"worded_by": worded_by(after)})
