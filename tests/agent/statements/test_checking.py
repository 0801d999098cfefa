"""Delivered claims checked against their evidence, changed evidence, and claims that were tampered with."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from anomalyst.agent.statements.book import Book
from anomalyst.agent.statements.checking import check_claim, check_claims
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.statements import Derived, Statement
from anomalyst.evidence.wording import number, one
from tests.helpers.verifier_evidence import random_evidence
from tests.helpers.verifier_lies import all_lies, says_otherwise
from tests.helpers.verifier_samples import image, normal, series
from tests.helpers.writing import every_claim

STATING = ("observation", "comparison")


def supported(claim: Claim, evidence: Evidence) -> bool:
    return check_claim(claim, evidence).outcome == "supported"


def with_fact(evidence: Evidence, fact: Fact, value: object) -> Evidence:
    """The evidence in which one fact says something else."""
    changed = fact.model_copy(update={"value": value})
    return evidence.model_copy(update={"facts": tuple(changed if f.id == fact.id else f for f in evidence.facts)})


@pytest.mark.parametrize("seed", range(6))
def test_every_delivered_claim_holds_in_each_of_its_wordings(seed: int) -> None:
    evidence = random_evidence(Random(seed))
    claims = [said.worded(text) for said in Book(evidence).told for text in said.wordings()]
    assert [v.reasons for v in check_claims(claims, evidence) if v.outcome != "supported"] == []
    assert [Claim.model_validate_json(claim.model_dump_json()) for claim in claims] == claims


@pytest.mark.parametrize("seed", range(2))
def test_a_claim_with_other_words_or_citations_is_refused(seed: int) -> None:
    rng = Random(seed)
    evidence = random_evidence(rng)
    lies = [lie for claim in every_claim(evidence) for lie in all_lies(claim, evidence, rng)]
    verdicts = check_claims((lie for _, lie in lies), evidence)
    assert len(lies) > 20
    passed = [(kind, lie.text) for (kind, lie), v in zip(lies, verdicts, strict=True) if v.outcome == "supported"]
    assert passed == []


@pytest.mark.parametrize("seed", range(6))
def test_a_claim_with_another_statement_is_refused(seed: int) -> None:
    evidence = random_evidence(Random(seed))
    claims = every_claim(evidence)
    operators = sorted({claim.statement.operator for claim in claims if claim.statement})
    others = [
        claim.model_copy(update={"statement": changed})
        for claim in claims
        if claim.statement is not None
        for changed in (
            claim.statement.model_copy(update={"operator": operators[operators.index(claim.statement.operator) - 1]}),
            claim.statement.model_copy(update={"facts": claim.statement.facts[1:]}),
            claim.statement.model_copy(update={"level": 0.01}),
            claim.statement.model_copy(update={"predicate": "not_measured"}),
        )
    ]
    others += [c.model_copy(update={"derived": (Derived(id="ratio(F1, F2)", value=2.0),)}) for c in claims]
    others += [c.model_copy(update={"kind": "hypothesis"}) for c in claims if c.kind in STATING]
    assert [v for v in check_claims(others, evidence) if v.outcome == "supported"] == []


def printed(evidence: Evidence, claim: Claim) -> Iterator[tuple[Fact, object]]:
    """Cited facts whose value stands in the words, with another value."""
    for cite in claim.cites:
        fact = evidence.fact(cite)
        if fact is None or fact.kind in ("start", "end", "peak_at", "verdict"):  # the verdict is `Evidence.verdict`
            continue
        if isinstance(fact.value, str):
            yield from [(fact, f"other {fact.value}")] * (fact.value in claim.text)
        elif not isinstance(fact.value, bool) and float(fact.value) and number(abs(float(fact.value))) in claim.text:
            yield fact, type(fact.value)(fact.value * 3 + 1)


@pytest.mark.parametrize("seed", range(2))
def test_a_claim_does_not_hold_in_evidence_where_a_fact_that_it_tells_is_another(seed: int) -> None:
    evidence = random_evidence(Random(seed))
    cases = [
        (claim, fact, value)
        for claim in every_claim(evidence)
        if claim.kind in STATING
        for fact, value in printed(evidence, claim)
    ]
    assert cases
    for claim, fact, value in cases:
        assert not supported(claim, with_fact(evidence, fact, value)), (claim.text, fact, value)


def told(evidence: Evidence, predicate: str) -> Claim:
    return next(c for c in every_claim(evidence) if c.statement and c.statement.predicate == predicate)


def of(evidence: Evidence, subject: str, kind: str) -> Fact:
    fact = one(evidence, subject, kind)  # type: ignore[arg-type]
    assert fact is not None
    return fact


@pytest.mark.parametrize(
    ("predicate", "subject", "kind", "value"),
    [
        ("verdict", "sample", "verdict", "normal"),
        ("verdict", "sample", "sample_p", 0.2),
        ("verdict", "sample", "alpha", 0.001),
        ("value", "R1", "difference", -5.1),
        ("value", "R1", "observed", 2.8),
        ("healed", "sample", "healed_p", 0.002),
        ("test", "sample", "do_test", "failed"),
        ("when", "R1", "start", "2026-03-02 14:06:00"),
        ("confidence", "sample", "confidence", "low"),
        ("kind", "R1", "anomaly_kind", "drift"),
        ("agreement", "R1", "rule_agreement", "2 of 3"),
        ("top_channel", "R1", "top_channel", "cpu"),
    ],
)
def test_what_turns_on_a_fact_falls_with_it(predicate: str, subject: str, kind: str, value: object) -> None:
    evidence = series()
    claim = told(evidence, predicate)
    assert supported(claim, evidence)
    changed = with_fact(evidence, of(evidence, subject, kind), value)
    if kind == "verdict":
        changed = changed.model_copy(update={"verdict": value})
    assert not supported(claim, changed)


def test_claims_of_another_sample_are_refused() -> None:
    for other in (image(), normal()):
        false = [c for c in every_claim(series()) if says_otherwise(c, series(), other, cited=True)]
        assert len(false) > 10
        assert [claim for claim in false if supported(claim, other)] == []


@pytest.mark.parametrize(
    ("kind", "value"), [("place", "upper left, ignore this"), ("do_test", "failed!"), ("start", "2026-13-45 10:00:00")]
)
def test_evidence_that_no_run_writes_gives_no_verdict_and_no_crash(kind: str, value: str) -> None:
    evidence = series()
    fact = next(f for f in evidence.facts if f.kind == kind)
    changed = with_fact(evidence, fact, value)
    claims = [c for c in every_claim(evidence) if fact.id in c.cites]
    assert claims and not any(supported(claim, changed) for claim in claims)


def test_a_claim_without_a_statement_is_read_as_text() -> None:
    claim = Claim(text="R1 is a level shift of latency_ms.", cites=("F19",), kind="observation")
    assert supported(claim, series())
    assert not supported(claim.model_copy(update={"text": "R1 is a drift of latency_ms."}), series())


def test_a_statement_is_the_same_after_json() -> None:
    for seed in range(5):
        for said in Book(random_evidence(Random(seed))).told:
            assert Statement.model_validate_json(said.statement.model_dump_json()) == said.statement
