"""The checked sentences as the card shows them: grouped by what they are about, each with its facts and verdict."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from anomalyst.agent.page.answer.words import author_name, finding_name
from anomalyst.agent.report.facts import show_label, show_number, show_qualifier, show_unit, show_value
from anomalyst.agent.writer.slots import noun
from anomalyst.evidence.claims import CheckedClaim
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.sentences import filled
from anomalyst.evidence.speech.speech import Speech

HEALING: frozenset[FactKind] = frozenset(
    {"healed_p", "healed_region_p", "first_healed_p", "random_healed_p", "do_test"}
)
MEASURING: frozenset[FactKind] = frozenset({"calibration_normals", "calibration_method", "p_extrapolated"})


@dataclass(frozen=True)
class FactView:
    """A fact as people read it. `region`: the finding to show on the picture, "" if it is about none."""

    id: str
    about: str
    label: str
    value: str
    bounds: str
    region: str


@dataclass(frozen=True)
class Sentence:
    """A sentence with what its panel shows. `id`: of the panel, unique on the page; `regions`: findings it is about;
    `mark`, `by`: what its check gave, and the word before the facts that bear it out."""

    id: str
    text: str
    facts: tuple[FactView, ...]
    unknown: tuple[str, ...]
    regions: tuple[str, ...]
    supported: bool
    mark: str
    by: str
    verdict: str
    reasons: tuple[str, ...]
    author: str
    attempts: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Sentences about one thing. `region`: the finding, "" for none; `name`: the finding in words."""

    region: str
    name: str
    sentences: tuple[Sentence, ...]


def page_id(*parts: str) -> str:
    """An id for HTML, of letters, digits and dashes."""
    return re.sub(r"[^A-Za-z0-9_-]", "", "-".join(("an", *parts)))


def sentences(claims: Sequence[CheckedClaim], evidence: Evidence, prefix: str, speech: Speech) -> tuple[Sentence, ...]:
    """The sentences; the ids of their panels begin with `prefix`."""
    return tuple(_sentence(checked, evidence, prefix, speech) for checked in claims)


def groups(claims: Sequence[CheckedClaim], evidence: Evidence, prefix: str, speech: Speech) -> tuple[Group, ...]:
    """The sentences on the whole sample, then those on each finding."""
    names = {"": "", **{finding.id: finding_name(evidence, finding, speech) for finding in evidence.findings}}
    made = []
    for region, name in names.items():
        own = [checked for checked in claims if _region_of(checked, evidence) == region]
        if own:
            made.append(Group(region, name, sentences(own, evidence, prefix, speech)))
    return tuple(made)


def of_kinds(claims: Sequence[CheckedClaim], evidence: Evidence, kinds: frozenset[FactKind]) -> list[CheckedClaim]:
    """The claims on the whole sample that cite a fact of one of the kinds."""
    return [c for c in claims if not _region_of(c, evidence) and any(f.kind in kinds for f in _cited(c, evidence))]


def of_choice(claims: Sequence[CheckedClaim], evidence: Evidence) -> list[CheckedClaim]:
    """The claims on the choice of the detector and on the calibration."""
    measuring = of_kinds(claims, evidence, MEASURING)
    return [c for c in claims if c in measuring or any(f.subject == "choice" for f in _cited(c, evidence))]


def fact_view(fact: Fact, evidence: Evidence, speech: Speech) -> FactView:
    """A fact in words."""
    qualifier = show_qualifier(fact, evidence, speech)
    label = show_label(fact.kind, speech) + (f": {qualifier}" if qualifier else "")
    bounds = ""
    if fact.low is not None and fact.high is not None:
        low, high = (show_number(bound, speech) for bound in (fact.low, fact.high))
        unit = f" {show_unit(fact, speech)}" if fact.unit else ""
        bounds = speech.text("card-bounds", {"low": low, "high": high + unit})
    value = show_value(fact.model_copy(update={"low": None, "high": None}), evidence, speech)
    return FactView(fact.id, _about(fact, evidence, speech), label, value, bounds, _finding_id(fact))


def _sentence(checked: CheckedClaim, evidence: Evidence, prefix: str, speech: Speech) -> Sentence:
    claim, verdict = checked.claim, checked.verdict
    facts = _cited(checked, evidence)
    supported = verdict.outcome == "supported"
    possible = claim.kind == "hypothesis" and supported
    number = zlib.crc32("|".join((claim.text, *claim.cites)).encode())
    return Sentence(
        id=f"{prefix}-{number:x}",
        text=claim.text,
        facts=tuple(fact_view(fact, evidence, speech) for fact in facts),
        unknown=tuple(cite for cite in claim.cites if evidence.fact(cite) is None),
        regions=tuple(dict.fromkeys(region for fact in facts if (region := _finding_id(fact)))),
        supported=supported,
        mark=speech.text("check-possible" if possible else f"check-{verdict.outcome}"),
        by=speech.text("check-possible-by" if possible else "check-by"),
        verdict=speech.text(f"proof-{claim.kind}") if supported else "",
        reasons=verdict.reasons,
        author=author_name(checked.author, speech),
        attempts=checked.attempts,
    )


def _cited(checked: CheckedClaim, evidence: Evidence) -> list[Fact]:
    return [fact for cite in checked.claim.cites if (fact := evidence.fact(cite)) is not None]


def _region_of(checked: CheckedClaim, evidence: Evidence) -> str:
    """The finding that a claim is about: that of the first fact it cites about one, "" where it cites none."""
    return next((region for fact in _cited(checked, evidence) if (region := _finding_id(fact))), "")


def _finding_id(fact: Fact) -> str:
    return fact.subject if fact.subject.startswith("R") else ""


def _about(fact: Fact, evidence: Evidence, speech: Speech) -> str:
    if fact.subject == "choice":
        return speech.text("card-about-choice")
    if fact.subject == "sample":
        return speech.text("card-about-whole", filled({"noun": noun(evidence, "one")}, speech))
    finding = next((f for f in evidence.findings if f.id == fact.subject), None)
    return f"{fact.subject}, {finding_name(evidence, finding, speech)}" if finding is not None else fact.subject
