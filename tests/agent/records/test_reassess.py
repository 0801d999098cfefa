"""Another alarm level from the recorded score map: the same as if the run had been done at that level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from anomalyst.agent.records.reassess import reassess
from anomalyst.agent.records.replay import explanation_rows
from anomalyst.agent.verifier.verify import verify_claim
from anomalyst.errors import InputError
from anomalyst.evidence.facts import Fact, FactKind
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.registry import modality
from anomalyst.tools.doubts import decided
from anomalyst.tools.measure import build_evidence
from tests.helpers.run_records import image_record, pair_record, series_record

CHOICE = (("detector", "image-density", "", ""), ("choice_reason", "it is the most accurate", "", ""))
SCORED: tuple[FactKind, ...] = ("healed_p", "random_healed_p", "healed_region_p", "normals_as_extreme", "do_test")


def measured(record: RunRecord, alpha: float) -> RunRecord:
    """The record as a run at `alpha` would have left it before its healing test."""
    found = modality(record.sample.modality).locate(record.sample, record.score_map, alpha, 0.05)
    evidence = decided(
        build_evidence(record.sample, record.score_map, found, alpha=alpha, fdr=0.05, detector_facts=list(CHOICE))
    )
    explanation = record.explanation.model_copy(update={"evidence": evidence, "verdict": evidence.verdict})
    replay = {**record.replay, "alpha": alpha}
    return replace(record, explanation=explanation, masks=found.masks, replay=replay)


def healed(record: RunRecord, healed_p: float = 0.3) -> RunRecord:
    """The record with the facts of a healing test."""
    evidence = record.explanation.evidence
    rows = [("sample", "healed_p", healed_p), ("sample", "random_healed_p", 0.003), ("sample", "do_test", "passed")]
    rows += [("R1", "healed_region_p", 0.2), ("R1", "do_test", "passed"), ("R1", "normals_as_extreme", "0 of 40")]
    start = len(evidence.facts) + 1
    facts = [
        Fact.model_validate({"id": f"F{start + n}", "subject": subject, "kind": kind, "value": value})
        for n, (subject, kind, value) in enumerate(rows)
    ]
    whole = evidence.model_copy(update={"facts": (*evidence.facts, *facts)})
    return replace(record, explanation=record.explanation.model_copy(update={"evidence": whole}))


RECORDS = [image_record(96), series_record(600), pair_record()]
KINDS = ["image", "series", "pair"]


@pytest.mark.parametrize("record", RECORDS, ids=KINDS)
@pytest.mark.parametrize("alpha", [0.001, 0.02, 0.2])
def test_it_is_what_a_run_at_that_level_measures(record: RunRecord, alpha: float) -> None:
    there = reassess(measured(record, 0.05), alpha)
    run = measured(record, alpha)
    assert there.explanation.evidence == run.explanation.evidence
    assert there.explanation.verdict == ("anomalous" if record.score_map.sample_p <= alpha else "cannot tell")
    assert there.masks.keys() == run.masks.keys()
    assert all(np.array_equal(there.masks[name], mask) for name, mask in run.masks.items())
    assert there.score_map is record.score_map and there.replay["alpha"] == alpha


@pytest.mark.parametrize("record", RECORDS, ids=KINDS)
def test_every_sentence_is_built_in_and_proved(record: RunRecord) -> None:
    made = reassess(measured(record, 0.05), 0.2)
    explanation = made.explanation
    said = (*explanation.claims, *explanation.possible_causes, *explanation.next_actions)
    assert said and {checked.author for checked in said} == {"builtin"}
    assert all(verify_claim(checked.claim, explanation.evidence).outcome == "supported" for checked in said)
    assert [row.outcome for row in explanation_rows(made)] == ["passed"]


def test_its_own_level_changes_nothing() -> None:
    record = measured(image_record(96), 0.05)
    assert reassess(record, 0.05) is record


def test_a_stricter_level_leaves_no_finding_and_no_healing_test() -> None:
    record = healed(measured(series_record(600), 0.05))
    calm = reassess(record, 0.001)
    evidence = calm.explanation.evidence
    assert calm.explanation.verdict == "cannot tell" and evidence.findings == () and calm.masks == {}
    assert not [fact for fact in evidence.facts if fact.kind in SCORED]
    assert [fact.value for fact in evidence.about("choice", "detector")] == ["image-density"]


def test_what_was_scored_for_stays_with_findings_that_stay() -> None:
    record = healed(measured(image_record(96), 0.05))
    evidence = reassess(record, 0.02).explanation.evidence
    kept = {(fact.subject, fact.kind): fact.value for fact in evidence.facts if fact.kind in SCORED}
    assert kept[("sample", "healed_p")] == 0.3 and kept[("R1", "healed_region_p")] == 0.2
    assert kept[("sample", "do_test")] == "passed" and ("R1", "normals_as_extreme") not in kept
    assert len({fact.id for fact in evidence.facts}) == len(evidence.facts)


def test_the_healing_test_is_judged_at_the_new_level() -> None:
    record = healed(measured(image_record(96), 0.05), healed_p=0.1)
    outcomes = {
        alpha: reassess(record, alpha).explanation.evidence.about("sample", "do_test")[0].value for alpha in (0.02, 0.2)
    }
    assert outcomes == {0.02: "passed", 0.2: "failed"}  # 0.1 is below 0.2: the alarm would not have gone


def test_a_healing_test_that_fails_at_the_new_level_counts_there() -> None:
    record = measured(image_record(96), 0.05)
    passed, failed = (reassess(healed(record, p), 0.2).explanation for p in (0.3, 0.1))
    assert (passed.confidence, failed.confidence) == ("very high", "high")
    told = {c.claim.statement.message: c.claim.text for c in failed.claims if c.claim.statement is not None}
    assert told["test-failed"] in failed.summary and told["healed-stays"] in failed.summary
    assert "0.1" in told["healed-stays"] and "healing test" not in passed.summary
    assert [row.outcome for row in explanation_rows(reassess(healed(record, 0.1), 0.2))] == ["passed"]


@pytest.mark.parametrize("record", RECORDS, ids=KINDS)
def test_a_level_below_what_the_normals_can_show_gives_no_verdict(record: RunRecord) -> None:
    few = replace(record.score_map.calibration, method="split-conformal", normals=99, smallest=0.01)
    made = reassess(measured(replace(record, score_map=replace(record.score_map, calibration=few)), 0.05), 0.001)
    explanation = made.explanation
    assert explanation.summary.startswith(
        f"Cannot tell whether the {record.sample.modality} is normal: with 99 normal "
    )
    assert "it takes at least 999 normal " in explanation.summary and explanation.confidence == "low"
    said = (*explanation.claims, *explanation.next_actions)
    assert all(verify_claim(checked.claim, explanation.evidence).outcome == "supported" for checked in said)
    assert not [c for c in said if "Keep" in c.claim.text]


@pytest.mark.parametrize("alpha", [0.0, 1.0, -1, 7])
def test_a_level_that_is_none_is_refused(alpha: float) -> None:
    with pytest.raises(InputError, match="strictly between 0 and 1"):
        reassess(image_record(32), alpha)
