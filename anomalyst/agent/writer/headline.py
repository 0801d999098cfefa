"""The headline: the first sentences of an answer, which say what, where or when and how much, against what is normal.

It holds no ids, p-values or levels: how sure the answer is stands behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from anomalyst.agent.writer.slots import counted, noun
from anomalyst.evidence.claims import CheckedClaim
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.sentences import Said, Slot, say, told_first
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Speech
from anomalyst.evidence.wording import one
from anomalyst.modalities.registry import modality
from anomalyst.tools.planted import seen_enough

HEADLINE = "headline"  # the topic of its sentences
ONE, ALL = 25, 60  # words of a headline on one finding, and on all
TOLD = 3  # findings told in it


def about_headline(evidence: Evidence, speech: Speech = ENGLISH_SPEECH) -> Iterator[Said]:
    """The headline of a sample; none where no verdict can be given, or where its kind of data has none."""
    if evidence.cannot_tell:
        return
    if evidence.verdict == "normal":
        yield from _normal(evidence, speech)
        return
    left = ONE if len(evidence.findings) == 1 else ALL
    told = 0
    for finding in told_first(evidence)[:TOLD]:
        wordings = modality(evidence.modality).headline(evidence, finding.id)
        said = _fitting(wordings, evidence, min(ONE, left), speech)
        if said is not None:
            left, told = left - _words(said.text(evidence, speech)), told + 1
            yield said
    if told:
        yield from _others(evidence, told, left, speech)


def _fitting(wordings: Iterator[Said], evidence: Evidence, room: int, speech: Speech) -> Said | None:
    """The first wording that is short enough."""
    return next((said for said in wordings if _words(said.text(evidence, speech)) <= room), None)


def _words(text: str) -> int:
    return len(text.split())


def _others(evidence: Evidence, told: int, left: int, speech: Speech) -> Iterator[Said]:
    """How many findings there are where not all are told, and that a single one is no proof by itself."""
    count, fdr = one(evidence, "sample", "finding_count"), one(evidence, "sample", "fdr")
    slots: dict[str, Slot] = {"part": noun(evidence, "part")}
    if not any(finding.significant for finding in evidence.findings):
        first = evidence.findings[0].id
        proof = one(evidence, first, "peak_p") or one(evidence, first, "place")
        said = say(HEADLINE, ("headline", "not-significant"), slots, fdr, proof)
    elif told < len(evidence.findings):
        said = say(HEADLINE, ("headline", "count"), slots | {"count": counted(len(evidence.findings))}, count)
    else:
        return
    if _words(said.text(evidence, speech)) <= left:
        yield said


def _normal(evidence: Evidence, speech: Speech) -> Iterator[Said]:
    """That nothing is unusual, and how small an anomaly would have been seen."""
    wordings = list(modality(evidence.modality).headline(evidence, ""))
    seen, enough = one(evidence, "sample", "seen_faults"), seen_enough(evidence)
    if wordings and seen is not None and enough is not None:
        shortest = wordings[-1]
        fate = "noticed" if enough else "unnoticed"
        facts = (*shortest.statement.facts, seen.id)
        statement = shortest.statement.model_copy(
            update={"facts": facts, "operator": f"{shortest.statement.operator}-{fate}"}
        )
        wordings.insert(-1, replace(shortest, statement=statement))
    if (said := _fitting(iter(wordings), evidence, ONE, speech)) is not None:
        yield said


def headline_size(claims: Sequence[CheckedClaim]) -> int:
    """How many of the first claims are the headline."""
    said = (c.claim.statement for c in claims)
    return next((i for i, one in enumerate(said) if one is None or one.predicate != HEADLINE), len(claims))
