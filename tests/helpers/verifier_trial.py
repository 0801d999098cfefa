"""The verifier's trial: true sentences and lies made from them by rule, each judged with its citations and without.

True sentences: the built-in writer's and other phrasings (`verifier_truths`), over random evidence. False ones: each
true one changed by every rule of `verifier_lies` that applies, plus claims held against another sample's evidence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

from anomalyst.agent.verifier.verify import verify_claim, verify_text
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence
from tests.helpers.verifier_evidence import random_evidence
from tests.helpers.verifier_lies import all_lies, is_false_uncited, says_otherwise
from tests.helpers.verifier_truths import other_truths
from tests.helpers.writing import every_claim

WAYS = ("cited", "uncited")
SWAPPED = "another sample's evidence"
Tally = Counter[tuple[str, str, bool]]  # (way, kind, passed) → how many


def run(n: int, seed: int, real: Sequence[Evidence] = ()) -> tuple[Tally, dict[tuple[str, str], list[str]]]:
    """Judge `n` true sentences and their lies, about `real` evidences and then random ones; how many passed, and the
    sentences judged wrongly."""
    tally: Tally = Counter()
    mistakes: dict[tuple[str, str], list[str]] = {}
    rng = Random(seed)
    before: Evidence | None = None
    done, waiting = 0, list(real)
    while done < n:
        evidence = waiting.pop(0) if waiting else random_evidence(rng)
        for source, claim in truths(evidence, rng):
            done += 1
            for kind, held, against, way in cases(source, claim, evidence, before, rng):
                passed = judge(held, against, way)
                tally[way, kind, passed] += 1
                if passed != kind.startswith("true"):
                    mistakes.setdefault((way, kind), []).append(f"{held.text} {held.cites}")
        before = evidence
    return tally, mistakes


def truths(evidence: Evidence, rng: Random) -> Iterator[tuple[str, Claim]]:
    """True sentences about the evidence with their source, a random half of them so that many evidences are seen."""
    for claim in every_claim(evidence):
        if rng.random() < 0.5:
            yield "true: built-in writer", claim
    for claim in other_truths(evidence, rng):
        if rng.random() < 0.5:
            yield "true: other phrasings", claim


def cases(
    source: str, claim: Claim, evidence: Evidence, before: Evidence | None, rng: Random
) -> Iterator[tuple[str, Claim, Evidence, str]]:
    """(kind, claim, evidence to hold it against, way): the true claim, its lies, the swap with the sample before."""
    for way in WAYS:
        yield source, claim, evidence, way
        if before is not None and says_otherwise(claim, evidence, before, cited=way == "cited"):
            yield SWAPPED, claim, before, way
    for kind, lie in all_lies(claim, evidence, rng):
        yield kind, lie, evidence, "cited"
        if is_false_uncited(kind, claim, lie, evidence):
            yield kind, lie, evidence, "uncited"


def judge(claim: Claim, evidence: Evidence, way: str) -> bool:
    """Whether the claim passes, by its citations or as anybody's text."""
    if way == "cited":
        return verify_claim(claim, evidence).outcome == "supported"
    return all(s.verdict.outcome == "supported" for s in verify_text(claim.text, evidence))
