"""Whether a claim that was delivered holds: its statement by the evidence, its words by what the statement says.

Claims of older runs have no statement; they are read as anybody's text is.
"""

from __future__ import annotations

from collections.abc import Iterable

from anomalyst.agent.statements.book import Book
from anomalyst.agent.statements.paraphrase import reads_same
from anomalyst.agent.verifier.verify import verify_claim
from anomalyst.evidence.claims import Claim, Verdict
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.speech.catalogue import languages
from anomalyst.evidence.speech.speech import Speech


def check_claims(claims: Iterable[Claim], evidence: Evidence) -> list[Verdict]:
    """A verdict for each claim, in order."""
    books = [Book(evidence, Speech(language)) for language in languages()]
    return [_check(claim, books) for claim in claims]


def check_claim(claim: Claim, evidence: Evidence) -> Verdict:
    """Whether a claim holds."""
    return check_claims([claim], evidence)[0]


def _check(claim: Claim, books: list[Book]) -> Verdict:
    evidence = books[0].evidence
    if claim.statement is None:
        return verify_claim(claim, evidence)
    verdict = Verdict(outcome="unverifiable", reasons=("there is no such statement",))
    for book in books:
        judgement = book.judge(claim.statement)
        verdict = Verdict(outcome=judgement.outcome, reasons=(judgement.reason,) if judgement.reason else ())
        said = judgement.said
        if said is None:
            continue
        if said.statement != claim.statement or said.kind != claim.kind or said.derived != claim.derived:
            reason = "its arguments or derived numbers are not those that the evidence gives"
            verdict = Verdict(outcome="contradicted", reasons=(reason,))
        elif any(claim.text in one.wordings(book.speech) for one in book.alike(said)):
            return Verdict(outcome="supported", facts=said.statement.facts)
        else:
            verdict = Verdict(outcome="unverifiable", reasons=("its words do not say what its statement says",))
            if reads_same(claim, evidence):
                return Verdict(outcome="supported", facts=said.statement.facts)
    return verdict
