"""The headline: the first sentences of an answer, which say what, where or when and how much, against what is normal.

It holds no ids, p-values or levels: how sure the answer is stands behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from anomalyst.agent.verifier.verify import verify_claim
from anomalyst.evidence.claims import CheckedClaim, Claim
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.sentences import Said, say, told_first
from anomalyst.evidence.wording import capital, one, spoken
from anomalyst.modalities.registry import modality
from anomalyst.tools.planted import seen_enough

HEADLINE = "headline"  # the topic of its sentences
ONE, ALL = 25, 60  # words of a headline on one finding, and on all
TOLD = 3  # findings told in it
_ID = re.compile(r"\b[RF]\d+\b")


def about_headline(evidence: Evidence) -> Iterator[Said]:
    """The headline of a sample; none where no verdict can be given, or where its kind of data has none."""
    if evidence.cannot_tell:
        return
    if evidence.verdict == "normal":
        yield from _normal(evidence)
        return
    left = ONE if len(evidence.findings) == 1 else ALL
    told = 0
    for finding in told_first(evidence)[:TOLD]:
        said = _fitting(modality(evidence.modality).headline(evidence, finding.id), evidence, min(ONE, left))
        if said is not None:
            left, told = left - _words(said), told + 1
            yield HEADLINE, said
    if told:
        yield from _others(evidence, told, left)


def _fitting(wordings: Iterator[Said], evidence: Evidence, room: int) -> Claim | None:
    """The first wording that is proved and short enough."""
    proved = (claim for _, claim in wordings if _words(claim) <= room)
    return next((claim for claim in proved if verify_claim(claim, evidence).outcome == "supported"), None)


def _words(claim: Claim) -> int:
    return len(claim.text.split())


def _others(evidence: Evidence, told: int, left: int) -> Iterator[Said]:
    """How many findings there are where not all are told, and that a single one is no proof by itself."""
    noun = modality(evidence.modality).nouns.part
    count, fdr = one(evidence, "sample", "finding_count"), one(evidence, "sample", "fdr")
    if not any(finding.significant for finding in evidence.findings):
        text = f"No single {noun} is significant; this is only the most suspicious place."
        cited = fdr, one(evidence, evidence.findings[0].id, "peak_p") or one(evidence, evidence.findings[0].id, "place")
    elif told < len(evidence.findings):
        text = capital(f"{spoken(len(evidence.findings))} {noun}s stand out.")
        cited = count, None
    else:
        return
    if len(text.split()) <= left:
        yield say(HEADLINE, text, *cited)


def _normal(evidence: Evidence) -> Iterator[Said]:
    """That nothing is unusual, and how small an anomaly would have been seen."""
    wordings = list(modality(evidence.modality).headline(evidence, ""))
    seen, enough = one(evidence, "sample", "seen_faults"), seen_enough(evidence)
    if wordings and seen is not None and enough is not None:
        topic, shortest = wordings[-1]
        fate = "would have been noticed" if enough else "can pass unnoticed here"
        text = f"{shortest.text.removesuffix('.')}; an anomaly of the usual size {fate}."
        longer = shortest.model_copy(update={"text": text, "cites": (*shortest.cites, seen.id)})
        wordings.insert(-1, (topic, longer))
    if (said := _fitting(iter(wordings), evidence, ONE)) is not None:
        yield HEADLINE, said


def headline_size(claims: Sequence[CheckedClaim], evidence: Evidence) -> int:
    """How many of the first claims are the headline: the built-in one, or another writer's own before the verdict."""
    built_in = {claim.text for _, claim in about_headline(evidence)}
    size = next((i for i, c in enumerate(claims) if c.claim.text not in built_in), len(claims))
    return size or _own(claims, evidence)


def _own(claims: Sequence[CheckedClaim], evidence: Evidence) -> int:
    """How many of the first claims are a headline that a language model gave: short, without ids and p-values, first of
    all on a finding, or on the normal sample."""
    size, words = 0, 0
    behind = {
        f.id for k in ("sample_p", "alpha", "confidence", "smallest_p", "doubt") for f in evidence.about("sample", k)
    }
    for checked in claims:
        claim = checked.claim
        words += _words(claim)
        stated = claim.kind in ("observation", "comparison")
        if not stated or words > ALL or behind & set(claim.cites) or _ID.search(claim.text):
            break
        size += 1
    about = {fact.subject for fact in evidence.facts if claims and fact.id in claims[0].claim.cites}
    of = {finding.id for finding in evidence.findings} or {"sample"}
    return min(size, TOLD) if about & of else 0
