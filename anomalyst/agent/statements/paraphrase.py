"""A language model's own wording of a statement: text with slots, into which code prints what the facts hold.

`{F24}` is the value of a fact with its unit, `{F24.of}` the name that it is of (a channel, a colour), `{R1}` the
finding. A wording is delivered only where the reader reads the very same statement out of it; no number, name or time
gets into it but through a slot.
"""

from __future__ import annotations

import re

from anomalyst.agent.statements.book import Book
from anomalyst.agent.statements.chosen import Chosen
from anomalyst.evidence.claims import BUILTIN, Claim
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.sentences import Said
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.times import moment
from anomalyst.evidence.wording import name

_SLOT = re.compile(r"\{\s*([FR]\d{1,5})(\.of)?\s*\}")
_TIMES = frozenset({"start", "end", "peak_at"})


def worded(chosen: Chosen, book: Book, author: str) -> tuple[Claim | None, str, str]:
    """(the claim, who worded it, why not as was wanted): its author's own wording where it says the same, else the
    built-in one; no claim where the statement does not hold."""
    judgement = book.judge(chosen.statement)
    if judgement.said is None:
        return None, "", judgement.reason
    reason = ""
    if chosen.wording:
        own, reason = paraphrased(chosen.wording, judgement.said, book.evidence, book.speech)
        if own is not None:
            return own, author, ""
    return judgement.said.claim(book.evidence, book.speech), BUILTIN, reason


def paraphrased(wording: str, said: Said, evidence: Evidence, speech: Speech) -> tuple[Claim | None, str]:
    """(the claim in the words of `wording`, ""), or (None, why the built-in wording stands)."""
    if said.kind not in ("observation", "comparison"):
        return None, "causes and next steps are worded by the catalogue"
    if re.search(r"\d", _SLOT.sub("", wording)):
        return None, "a number stands outside of a slot; write {F…} and the value is printed there"
    given = {*said.statement.facts, *said.statement.findings}
    if other := [slot[0] for slot in _SLOT.findall(wording) if slot[0] not in given]:
        return None, f"{', '.join(other)} is no argument of the statement"
    text = _SLOT.sub(lambda match: _printed(match, evidence, speech), wording)
    if "{" in text or "}" in text or not text.strip() or len(text) > 600:
        return None, "it is empty, too long, or holds a brace that is no slot"
    claim = said.worded(text)
    return (claim, "") if reads_same(claim, evidence) else (None, "the same statement cannot be read out of it")


def reads_same(claim: Claim, evidence: Evidence) -> bool:
    """Whether the reader finds in the claim's words all facts of its statement, and nothing else."""
    from anomalyst.agent.verifier.verify import verify_claim, verify_text  # a second to load; built-in words need none

    verdicts = [verify_claim(claim, evidence)]
    if verdicts[0].outcome != "supported":  # as a claim with citations; else as anybody's text
        verdicts = [checked.verdict for checked in verify_text(claim.text, evidence)]
    read = {fact for verdict in verdicts for fact in verdict.facts}
    return all(verdict.outcome == "supported" for verdict in verdicts) and set(claim.cites) <= read


def _printed(match: re.Match[str], evidence: Evidence, speech: Speech) -> str:
    ident, of = match[1], match[2]
    fact = evidence.fact(ident)
    if fact is None:
        return ident
    if of:
        return name(fact.qualifier)
    if fact.kind in _TIMES:
        return moment(fact, evidence, speech)
    text = speech.amount(fact)
    return name(text) if fact.kind in ("top_channel", "moved_first") else text
