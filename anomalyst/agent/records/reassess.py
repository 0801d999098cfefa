"""A run at another alarm level: verdict, findings, facts and built-in sentences anew from the recorded score map.

Nothing is fitted or scored. What only a further scoring could tell is left out, but for the healing test of findings
that stay exactly where they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from anomalyst.agent.publishing import built_in, manner_of, summarise, with_unsaid
from anomalyst.agent.worded import worded_by
from anomalyst.agent.writer.headline import headline_size
from anomalyst.agent.writer.write import write_claims
from anomalyst.errors import InputError
from anomalyst.evidence.claims import BUILTIN, SCHEMA_VERSION, Explanation
from anomalyst.evidence.facts import Evidence, Fact, FactRow
from anomalyst.evidence.findings import FoundRegions
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.registry import modality
from anomalyst.tools.measure import build_evidence, tested

DEFAULT_FDR = 0.05


def reassess(record: RunRecord, alpha: float) -> RunRecord:
    """The record at alarm level `alpha`, its sentences by the built-in writer; the record itself at its own level.

    Raises InputError unless `alpha` lies between 0 and 1.
    """
    if not 0 < alpha < 1:
        raise InputError(f"got alpha={alpha!r}; it must lie strictly between 0 and 1, e.g. 0.05.")
    recorded = record.explanation.evidence
    if alpha == recorded.alpha:
        return record
    fdr = float(next((fact.value for fact in recorded.about("sample", "fdr")), DEFAULT_FDR))
    found = modality(record.sample.modality).locate(record.sample, record.score_map, alpha, fdr)
    choice: list[FactRow] = [(f.kind, f.value, f.unit, f.qualifier) for f in recorded.about("choice")]
    made = build_evidence(record.sample, record.score_map, found, alpha=alpha, fdr=fdr, detector_facts=choice)
    evidence = tested(_with_facts(made, _kept(record, made, found)))
    explanation = _explained(record.explanation, evidence)
    replay = {**record.replay, "alpha": alpha} if record.replay else {}
    return replace(record, explanation=explanation, masks=dict(found.masks), replay=replay)


def _kept(record: RunRecord, evidence: Evidence, found: FoundRegions) -> Iterator[Fact]:
    """Facts of the record that were scored for, of what has not changed; the outcome of the healing test at the new
    alarm level."""
    recorded = record.explanation.evidence
    yield from recorded.about("sample", "field")
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
    for outcome in recorded.about("sample", "do_test") if healed else ():
        gone = float(healed[0].value) > evidence.alpha
        stays = not elsewhere or float(elsewhere[0].value) <= evidence.alpha
        yield outcome.model_copy(update={"value": "passed" if gone and stays else "failed"})


def _as_before(record: RunRecord, mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> str:
    """The recorded finding with exactly this mask, "" if there is none."""
    return next((name for name, then in record.masks.items() if np.array_equal(then, mask)), "")


def _with_facts(evidence: Evidence, facts: Iterator[Fact]) -> Evidence:
    start = len(evidence.facts) + 1
    numbered = tuple(fact.model_copy(update={"id": f"F{n}"}) for n, fact in enumerate(facts, start))
    return evidence.model_copy(update={"facts": (*evidence.facts, *numbered)})


def _explained(before: Explanation, evidence: Evidence) -> Explanation:
    manner = manner_of(before)
    checked = [built_in(claim) for claim in write_claims(evidence, before.question, manner.speech)]
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
