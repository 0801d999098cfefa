"""Sentences made of facts: statements under a topic, with what fills the slots of their messages; wordings that kinds
of data share; causes and actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from anomalyst.evidence.claims import Claim, ClaimKind
from anomalyst.evidence.facts import Evidence, Fact, FactKind, Finding
from anomalyst.evidence.speech import scales
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Forms, Speech
from anomalyst.evidence.statements import Derived, Statement, about
from anomalyst.evidence.text import slug
from anomalyst.evidence.units import decimals
from anomalyst.evidence.wording import capital, is_sayable, name, one, p_limit, pick, places_beside

Slot = str | Callable[[Speech], str | Forms]
"""What fills a slot of a message: a text that is the same in all languages, or what a language makes of it. A word in
its forms fills a slot for each: `$kind`, `$kind-a`, …; and `$Kind`, `$Kind-a`, …, which begin a sentence."""
MAX_CHANNELS = 3
DETAIL = "+"  # ends the topic of what is only said if asked for


@dataclass(frozen=True)
class Said:
    """A statement that holds, ready to be worded. `topic`: what it tells about; `slots`: what fills its message;
    `salt`: what the choice of a wording depends on besides the sample."""

    topic: str
    statement: Statement
    slots: Mapping[str, Slot] = field(default_factory=dict)
    kind: ClaimKind = "observation"
    salt: str = ""
    derived: tuple[Derived, ...] = ()

    def wordings(self, speech: Speech = ENGLISH_SPEECH) -> tuple[str, ...]:
        """All its wordings in a language."""
        names = speech.catalogue.wordings(self.statement.message)
        return tuple(self._worded(speech, wording) for wording in names)

    def text(self, evidence: Evidence, speech: Speech = ENGLISH_SPEECH) -> str:
        """One of its wordings, chosen by content: the same evidence always reads the same; several entries of the
        catalogue read each differently."""
        names = speech.catalogue.wordings(self.statement.message)
        first = names.index(pick(names, evidence, self.salt))
        return self._worded(speech, names[(first + (self.statement.entry or 0)) % len(names)])

    def claim(self, evidence: Evidence, speech: Speech = ENGLISH_SPEECH) -> Claim:
        """The claim that makes the statement."""
        return self.worded(self.text(evidence, speech))

    def worded(self, text: str) -> Claim:
        """The claim that makes the statement, in these words."""
        return Claim(
            text=text, cites=self.statement.facts, kind=self.kind, statement=self.statement, derived=self.derived
        )

    def under(self, topic: str) -> Said:
        """The same under another topic."""
        return replace(self, topic=topic)

    def _worded(self, speech: Speech, wording: str) -> str:
        return speech.text(self.statement.message, filled(self.slots, speech), wording)


def filled(slots: Mapping[str, Slot], speech: Speech) -> dict[str, str]:
    """What a language puts into each slot."""
    texts: dict[str, str] = {}
    for called, slot in slots.items():
        made = slot if isinstance(slot, str) else slot(speech)
        if isinstance(made, str):
            texts[called] = made
            continue
        for form, text in made.items():
            place = f"{called}-{form}" if form else called
            texts |= {place: text, capital(place): capital(text)}
    return texts


@dataclass(frozen=True)
class Advice:
    """Possible causes and next actions that a kind of data brings of its own, where the catalogue
    (`evidence/causes.py`) has none for it: said as possible, never as found.

    `causes`: by kind of anomaly, each worded so that it fits after "A possible cause is " and any object or machine.
    `first`: what to do about any finding, "" where the catalogue says it; it rests on the fact `rests_on`; `actions`:
    by kind of anomaly what to do besides. Slots: those of the catalogue's next steps.
    """

    first: str
    rests_on: FactKind
    causes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)


def say(
    topic: str,
    message: tuple[str, str] | str,
    slots: Mapping[str, Slot] | None = None,
    *facts: Fact | None,
    kind: ClaimKind = "observation",
    salt: str = "",
    entry: int | None = None,
) -> Said:
    """A statement under a topic. `message`: its predicate, with its operator where it has one; the facts that are not
    None are its arguments; `entry`: which of several that have the same."""
    predicate, operator = (message, "") if isinstance(message, str) else message
    statement = about(predicate, operator, *facts).model_copy(update={"entry": entry})
    return Said(topic, statement, slots or {}, kind, salt)


def told_p(evidence: Evidence, fact: Fact) -> tuple[dict[str, Slot], tuple[Fact, ...]]:
    """(what fills the slots of a p-value: `p`, as it stands behind "is", and `eq`, as it stands behind "p"; the facts
    that say so). One smaller than the normals support is told as less than what they do."""
    limit = p_limit(evidence, fact.kind, float(fact.value))
    value = float((fact if limit is None else limit).value)
    if limit is None:
        return {"p": lambda s: s.p(value), "eq": lambda s: s.text("p-equals", {"p": s.p(value)})}, (fact,)
    less: Slot = lambda s: s.text("p-less", {"p": s.p(value)})  # noqa: E731
    return {"p": less, "eq": lambda s: s.text("p-below", {"p": s.p(value)})}, (fact, limit)


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
    pairs = ((seen, same_name(evidence, region, "expected", seen)) for seen in evidence.about(region, "observed"))
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


def of_kind(kind: str) -> Slot:
    """A kind of anomaly in its forms: "level shift", "a level shift"."""
    return lambda speech: speech.forms("anomaly", kind)


def what(evidence: Evidence, region: str) -> Iterator[Said]:
    """What kind of anomaly a finding is."""
    kind = one(evidence, region, "anomaly_kind")
    if kind is not None:
        yield say("what", "kind", {"finding": region, "kind": of_kind(str(kind.value))}, kind, salt=region)


def direction(evidence: Evidence, region: str) -> Iterator[Said]:
    """Where a finding lies against what was expected, unless its difference tells that."""
    way = one(evidence, region, "direction")
    if way is not None and not any(float(f.value) for f in evidence.about(region, "difference")):
        yield say("what", ("direction", str(way.value)), {"finding": region}, way)


def values(evidence: Evidence, region: str) -> Iterator[Said]:
    """Observed against expected; of more than MAX_CHANNELS only if asked for."""
    for number, seen in enumerate(evidence.about(region, "observed")):
        topic = "value" if number < MAX_CHANNELS else f"value{DETAIL}"
        normal = same_name(evidence, region, "expected", seen)
        if not is_sayable(seen.qualifier):
            continue
        slots: dict[str, Slot] = {"finding": region, **measured(seen.qualifier)}
        if normal is None:
            yield say(topic, ("value", "alone"), slots | {"observed": amount(seen)}, seen)
            continue
        gap = same_name(evidence, region, "difference", seen)
        way = _way(gap)
        slots |= {"observed": _beside(seen, normal), "expected": _band(normal, seen)}
        if gap is not None and way:
            slots["by"] = _size(gap)
        yield say(topic, ("value", way), slots, seen, normal, gap if way else None, kind="comparison", salt=region)


def measured(qualifier: str) -> dict[str, Slot]:
    """What was measured: a name from the data, or a quality that a kind of data gives a name to ("the brightness"); at
    the start of a sentence as `$What`, after "the value of" as `$what-of`."""
    if qualifier and not ENGLISH_SPEECH.catalogue.has(f"quality-{slug(qualifier)}"):
        called = name(qualifier)
        return {"what": called, "What": called, "what-of": lambda s: s.text("of-name", {"name": called})}
    word = ("quality", qualifier) if qualifier else ("the", "value")
    return {"what": lambda s: s.forms(*word)}


def names(facts: Sequence[Fact]) -> Slot:
    """The names that facts are of, as a list."""
    return lambda speech: speech.names(facts)


def _way(gap: Fact | None) -> str:
    if gap is None or float(gap.value) == 0:
        return ""
    return "higher" if float(gap.value) > 0 else "lower"


def amount(fact: Fact) -> Slot:
    """A fact's value with its unit."""
    return lambda speech: speech.amount(fact)


def _beside(fact: Fact, other: Fact) -> Slot:
    return lambda speech: speech.beside(fact, other)


def _size(gap: Fact) -> Slot:
    return lambda speech: speech.measure(abs(float(gap.value)), gap.unit)


def _band(normal: Fact, seen: Fact) -> Slot:
    """The expected value with its band, whose ends need no more digits than tell them apart."""

    def band(speech: Speech) -> str:
        usual = speech.beside(normal, seen)
        if normal.low is None or normal.high is None or normal.low == normal.high:
            return usual
        told, other = scales.beside(normal, seen)
        ends = [float(end) for end in (told.low, told.high) if end is not None]
        places = min(places_beside(told, other), decimals(ends[1] - ends[0], 2))
        low, high = (speech.places(end, places) for end in ends)
        if low == high:
            return usual
        unit = speech.unit(0, told.unit)
        return speech.text("band", {"usual": usual, "low": low, "high": f"{high} {unit}".rstrip()})

    return band


def same_name(evidence: Evidence, region: str, kind: FactKind, fact: Fact) -> Fact | None:
    """The fact of a kind on the same finding and channel."""
    return next((f for f in evidence.about(region, kind) if f.qualifier == fact.qualifier), None)
