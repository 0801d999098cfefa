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
from anomalyst.evidence.statements import Statement


def check_claims(claims: Iterable[Claim], evidence: Evidence) -> list[Verdict]:
    """A verdict for each claim, in order."""
    books = [Book(evidence, Speech(language)) for language in languages()]
    return [_check(claim, books) for claim in claims]


def check_claim(claim: Claim, evidence: Evidence) -> Verdict:
    """Whether a claim holds."""
    return check_claims([claim], evidence)[0]


def _check(claim: Claim, books: list[Book]) -> Verdict:
    if claim.statement is None:
        return verify_claim(claim, books[0].evidence)
    try:
        verdicts = [_in_language(claim, claim.statement, book) for book in books]
    except (LookupError, ValueError) as error:  # a file from elsewhere may hold words that no run writes
        reason = f"the evidence holds what no run measures: {str(error).splitlines()[0]}"
        return Verdict(outcome="unverifiable", reasons=(reason,))
    return next((verdict for verdict in verdicts if verdict.outcome == "supported"), verdicts[0])


def _in_language(claim: Claim, statement: Statement, book: Book) -> Verdict:
    """Whether the statement holds, and the words are those of this language, or read as saying the same."""
    judgement = book.judge(statement)
    if (said := judgement.said) is None:
        return Verdict(outcome=judgement.outcome, reasons=(judgement.reason,))
    if _argued(claim) != _argued(said.worded(claim.text)):
        reason = "its arguments, citations or derived numbers are not those that the evidence gives"
        return Verdict(outcome="contradicted", reasons=(reason,))
    if claim.text in said.wordings(book.speech) or reads_same(claim, book.evidence):
        return Verdict(outcome="supported", facts=claim.cites)
    return Verdict(outcome="unverifiable", reasons=("its words do not say what its statement says",))


def _argued(claim: Claim) -> tuple[object, ...]:
    """All that a claim holds besides its words."""
    return claim.statement, claim.cites, claim.kind, claim.derived
