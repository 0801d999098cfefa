"""The built-in writer: says what was found in reading order, and nothing that the verifier would refuse."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from anomalyst.agent.verifier.verify import verify_claim, verify_text
from anomalyst.agent.worded import distinct
from anomalyst.agent.writer.write import told, write_claims
from anomalyst.evidence.advice import ADVISED, by_telling
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence
from tests.helpers.verifier_evidence import random_evidence
from tests.helpers.verifier_samples import image, normal, series
from tests.helpers.writing import every_claim


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_every_written_claim_is_proved(seed: int) -> None:
    evidence = random_evidence(Random(seed))
    claims = every_claim(evidence)
    refused = [
        (c.text, verify_claim(c, evidence).reasons) for c in claims if verify_claim(c, evidence).outcome != "supported"
    ]
    assert refused == []
    assert [c for c in claims if c.kind in ("observation", "comparison")]
    delivered = write_claims(evidence)
    assert len(delivered) <= 40
    assert set(delivered) <= set(claims)
    advised = set(by_telling(evidence)[:ADVISED])  # of other findings it is told if asked for
    advice = distinct(c for c in claims if c.kind == "recommendation" and regions(c, evidence) <= advised)
    assert [c for c in delivered if c.kind == "recommendation"] == advice


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**9))
def test_what_is_written_also_holds_without_citations(seed: int) -> None:
    evidence = random_evidence(Random(seed))
    for claim in every_claim(evidence):
        assert [s.verdict.outcome for s in verify_text(claim.text, evidence)] == ["supported"], claim.text


def regions(claim: Claim, evidence: Evidence) -> set[str]:
    """The findings whose facts a claim cites."""
    findings = {finding.id for finding in evidence.findings}
    cited = [evidence.fact(one) for one in claim.cites]
    return {fact.subject for fact in cited if fact is not None} & findings


def texts(claims: list[Claim]) -> str:
    """All sentences in one string."""
    return " ".join(claim.text for claim in claims)


def test_reading_order_is_headline_verdict_findings_trust_causes_actions() -> None:
    claims = write_claims(series())
    assert "too high" in claims[0].text and "R1" not in claims[0].text
    verdict = next(c.text for c in claims if "0.0012" in c.text)
    assert "0.05" in verdict and verdict == claims[2].text
    kinds = [claim.kind for claim in claims]
    assert kinds.index("hypothesis") > max(i for i, k in enumerate(kinds) if k in ("observation", "comparison"))
    assert kinds.index("recommendation") > max(i for i, k in enumerate(kinds) if k == "hypothesis")
    told = texts(claims)
    for part in ("level shift", "latency_ms", "8.2 ms", "3.1 ms", "All three", "only 24 normal", "14:05:00"):
        assert part in told


def test_a_normal_sample_gets_no_causes() -> None:
    claims = write_claims(normal())
    assert not [c for c in claims if c.kind == "hypothesis"]
    assert claims[0].text.removesuffix(" in this image.") in (
        "Nothing unusual was found",
        "There is nothing unusual",
        "No anomaly was found",
    )
    assert "0.34" in claims[1].text


def test_an_insignificant_finding_is_said_to_be_one() -> None:
    assert "only the most suspicious place" in texts(write_claims(image(significant=False)))
    assert "only the most suspicious place" not in texts(write_claims(image()))


def test_wording_varies_with_what_was_found_and_never_by_chance() -> None:
    first = [write_claims(random_evidence(Random(seed)))[0].text for seed in range(30)]
    shapes = {"".join(c for c in text if c.isalpha()) for text in first}
    assert len(shapes) >= 4
    assert first == [write_claims(random_evidence(Random(seed)))[0].text for seed in range(30)]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9))
def test_a_claim_rests_on_the_facts_and_findings_of_its_statement(seed: int) -> None:
    evidence = random_evidence(Random(seed))
    known, findings = {fact.id for fact in evidence.facts}, {finding.id for finding in evidence.findings}
    for said in told(evidence):
        claim = said.claim(evidence)
        assert claim.statement == said.statement and claim.cites == said.statement.facts
        assert set(said.statement.facts) <= known and set(said.statement.findings) <= findings
        assert claim.text in said.wordings() and len(set(said.wordings())) == len(said.wordings())
