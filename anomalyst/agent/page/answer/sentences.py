"""The checked sentences as the card shows them: grouped by what they are about, each with its facts and verdict."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from anomalyst.agent.page.answer.words import author_name, finding_name
from anomalyst.agent.report.facts import LABELS, show_number, show_value
from anomalyst.evidence.claims import CheckedClaim
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.modalities.registry import modality

HEALING: frozenset[FactKind] = frozenset(
    {"healed_p", "healed_region_p", "first_healed_p", "random_healed_p", "do_test"}
)
MEASURING: frozenset[FactKind] = frozenset({"calibration_normals", "calibration_method", "p_extrapolated"})
_VERDICTS = {
    "observation": "Every number, name and place in it agrees with the facts it cites.",
    "comparison": "Every number, name and place in it agrees with the facts it cites.",
    "hypothesis": "It is worded as a possibility and contradicts no fact; a cause is not measured.",
    "recommendation": "It advises an action and contradicts no fact.",
}


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
    """A sentence with what its panel shows. `id`: of the panel, unique on the page; `regions`: findings it is about."""

    id: str
    text: str
    facts: tuple[FactView, ...]
    unknown: tuple[str, ...]
    regions: tuple[str, ...]
    supported: bool
    mark: str
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


def sentences(claims: Sequence[CheckedClaim], evidence: Evidence, prefix: str) -> tuple[Sentence, ...]:
    """The sentences; the ids of their panels begin with `prefix`."""
    return tuple(_sentence(checked, evidence, prefix) for checked in claims)


def groups(claims: Sequence[CheckedClaim], evidence: Evidence, prefix: str) -> tuple[Group, ...]:
    """The sentences on the whole sample, then those on each finding."""
    names = {"": "", **{finding.id: finding_name(evidence, finding) for finding in evidence.findings}}
    made = []
    for region, name in names.items():
        own = [checked for checked in claims if _region_of(checked, evidence) == region]
        if own:
            made.append(Group(region, name, sentences(own, evidence, prefix)))
    return tuple(made)


def of_kinds(claims: Sequence[CheckedClaim], evidence: Evidence, kinds: frozenset[FactKind]) -> list[CheckedClaim]:
    """The claims on the whole sample that cite a fact of one of the kinds."""
    return [c for c in claims if not _region_of(c, evidence) and any(f.kind in kinds for f in _cited(c, evidence))]


def of_choice(claims: Sequence[CheckedClaim], evidence: Evidence) -> list[CheckedClaim]:
    """The claims on the choice of the detector and on the calibration."""
    measuring = of_kinds(claims, evidence, MEASURING)
    return [c for c in claims if c in measuring or any(f.subject == "choice" for f in _cited(c, evidence))]


def fact_view(fact: Fact, evidence: Evidence) -> FactView:
    """A fact in words."""
    label = LABELS[fact.kind] + (f": {fact.qualifier}" if fact.qualifier else "")
    bounds = ""
    if fact.low is not None and fact.high is not None:
        bounds = f"90 % of the normals that the model drew lie between {show_number(fact.low)} and "
        bounds += f"{show_number(fact.high)}{f' {fact.unit}' if fact.unit else ''}."
    value = show_value(fact.model_copy(update={"low": None, "high": None}), evidence)
    return FactView(fact.id, _about(fact, evidence), label, value, bounds, _finding_id(fact))


def _sentence(checked: CheckedClaim, evidence: Evidence, prefix: str) -> Sentence:
    claim, verdict = checked.claim, checked.verdict
    facts = _cited(checked, evidence)
    supported = verdict.outcome == "supported"
    possible = claim.kind == "hypothesis" and supported
    number = zlib.crc32("|".join((claim.text, *claim.cites)).encode())
    return Sentence(
        id=f"{prefix}-{number:x}",
        text=claim.text,
        facts=tuple(fact_view(fact, evidence) for fact in facts),
        unknown=tuple(cite for cite in claim.cites if evidence.fact(cite) is None),
        regions=tuple(dict.fromkeys(region for fact in facts if (region := _finding_id(fact)))),
        supported=supported,
        mark="worded as possible" if possible else verdict.outcome,
        verdict=_VERDICTS[claim.kind] if supported else "",
        reasons=verdict.reasons,
        author=author_name(checked.author),
        attempts=checked.attempts,
    )


def _cited(checked: CheckedClaim, evidence: Evidence) -> list[Fact]:
    return [fact for cite in checked.claim.cites if (fact := evidence.fact(cite)) is not None]


def _region_of(checked: CheckedClaim, evidence: Evidence) -> str:
    """The finding that a claim is about: that of the first fact it cites about one, "" where it cites none."""
    return next((region for fact in _cited(checked, evidence) if (region := _finding_id(fact))), "")


def _finding_id(fact: Fact) -> str:
    return fact.subject if fact.subject.startswith("R") else ""


def _about(fact: Fact, evidence: Evidence) -> str:
    if fact.subject == "choice":
        return "the choice of the detector"
    if fact.subject == "sample":
        return f"the whole {modality(evidence.modality).nouns.one}"
    finding = next((f for f in evidence.findings if f.id == fact.subject), None)
    return f"{fact.subject}, {finding_name(evidence, finding)}" if finding is not None else fact.subject
