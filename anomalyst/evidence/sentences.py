"""Sentences made of facts: claims under a topic, wordings that kinds of data share, causes and actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from anomalyst.evidence.claims import Claim, ClaimKind
from anomalyst.evidence.facts import Evidence, Fact, FactKind, Finding
from anomalyst.evidence.units import decimals
from anomalyst.evidence.wording import (
    amount,
    beside,
    capital,
    is_sayable,
    measure,
    name,
    one,
    pick,
    places_beside,
    to_places,
)

Said = tuple[str, Claim]  # (topic, claim)
MAX_CHANNELS = 3


@dataclass(frozen=True)
class Advice:
    """Possible causes and next actions that a kind of data brings of its own, where the catalogue
    (`evidence/catalogue.py`) has none for it: said as possible, never as found.

    `causes`: by kind of anomaly, each worded so that it fits after "A possible cause is " and any object or machine.
    `first`: what to do about any finding, "" where the catalogue says it; it rests on the fact `rests_on`; `actions`:
    by kind of anomaly what to do besides. Slots: those of the catalogue's next steps.
    """

    first: str
    rests_on: FactKind
    causes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)


def say(topic: str, text: str, *facts: Fact | None, kind: ClaimKind = "observation") -> Said:
    """A claim under a topic, citing the facts that are not None."""
    return topic, Claim(text=text, cites=tuple(f.id for f in facts if f is not None), kind=kind)


def told_first(evidence: Evidence) -> list[Finding]:
    """The findings, the most telling first: those of a kind and place in the data that none before had, and whose
    values lie outside what is expected; then the others in their order."""
    ranked: list[tuple[bool, bool, Finding]] = []
    seen: set[tuple[str, str]] = set()
    for finding in sorted(evidence.findings, key=lambda f: not _is_outside(evidence, f.id)):
        kind, top = (one(evidence, finding.id, k) for k in _SORTS)
        sort = str(kind.value) if kind is not None else "", str(top.value) if top is not None else ""
        ranked.append((sort in seen, not _is_outside(evidence, finding.id), finding))
        seen.add(sort)
    return [finding for *_, finding in sorted(ranked, key=lambda rank: rank[:2])]


_SORTS: tuple[FactKind, ...] = ("anomaly_kind", "top_channel")


def _is_outside(evidence: Evidence, region: str) -> bool:
    """Whether a value of a finding lies outside the band of what is expected."""
    pairs = ((seen, _same_name(evidence, region, "expected", seen)) for seen in evidence.about(region, "observed"))
    return any(
        normal is not None
        and normal.low is not None
        and normal.high is not None
        and not normal.low <= float(seen.value) <= normal.high
        for seen, normal in pairs
    )


def quoted(fact: Fact | None) -> str | None:
    """A fact's text between quotes; None where there is none, or none that can stand between them."""
    if fact is None or not is_sayable(str(fact.value)) or '"' in str(fact.value):
        return None
    return f'"{fact.value}"'


def what(evidence: Evidence, region: str, articles: Mapping[str, str]) -> Iterator[Said]:
    """What kind of anomaly a finding is; `articles`: those that are not "a "."""
    kind = one(evidence, region, "anomaly_kind")
    if kind is not None:
        word = str(kind.value)
        options = ("{r} is {k}.", "The kind of anomaly in {r} is {k}.")
        text = pick(options, evidence, region).format(r=region, k=articles.get(word, "a ") + word)
        yield say("what", text, kind)


def direction(evidence: Evidence, region: str, than: str) -> Iterator[Said]:
    """Where a finding lies against what was expected, unless its difference tells that."""
    way = one(evidence, region, "direction")
    if way is not None and not any(float(f.value) for f in evidence.about(region, "difference")):
        yield say("what", f"{region} is {way.value} {than} expected.", way)


def values(evidence: Evidence, region: str, article: str = "") -> Iterator[Said]:
    """Observed against expected; `article`: what stands before the name of what was measured."""
    for seen in evidence.about(region, "observed")[:MAX_CHANNELS]:
        normal = _same_name(evidence, region, "expected", seen)
        if not is_sayable(seen.qualifier):
            continue
        measured = article + name(seen.qualifier) if seen.qualifier else "the value"
        if normal is None:
            yield say("value", f"In {region}, {measured} was {amount(seen)}.", seen)
            continue
        gap = _same_name(evidence, region, "difference", seen)
        by = _gap(gap)
        options = (
            "In {r}, {w} reached {o}, where {e} was expected{g}.",
            "{w} was {o} in {r}; normal would be {e}{g}.",
            "For {w} in {r}, {o} was observed, against an expected {e}{g}.",
        )
        said = {"w": measured, "o": beside(seen, normal), "e": _band(normal, seen), "g": by}
        text = pick(options, evidence, region).format(r=region, **said)
        from_data = text.startswith(measured) and not measured.startswith("the ")
        text = text if from_data else capital(text)
        yield say("value", text, seen, normal, gap if by else None, kind="comparison")


def _band(normal: Fact, seen: Fact) -> str:
    """The expected value with its band, whose ends need no more digits than tell them apart."""
    usual = beside(normal, seen)
    if normal.low is None or normal.high is None or normal.low == normal.high:
        return usual
    places = min(places_beside(normal, seen), decimals(normal.high - normal.low, 2))
    low, high = to_places(normal.low, places), to_places(normal.high, places)
    return usual if low == high else f"{usual} ({low} to {high} {normal.unit}".rstrip() + ")"


def _gap(gap: Fact | None) -> str:
    if gap is None or float(gap.value) == 0:
        return ""
    return f", {measure(abs(float(gap.value)), gap.unit)} {'higher' if float(gap.value) > 0 else 'lower'}"


def _same_name(evidence: Evidence, region: str, kind: FactKind, fact: Fact) -> Fact | None:
    return next((f for f in evidence.about(region, kind) if f.qualifier == fact.qualifier), None)
