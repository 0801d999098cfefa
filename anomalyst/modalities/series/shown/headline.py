"""The most telling statement on a finding of a series, and on a normal series: what, when, how much, against what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.sentences import MAX_CHANNELS, Said, Slot, amount, names, say, told_first
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.text import slug
from anomalyst.evidence.times import How, moment_of, span
from anomalyst.evidence.wording import is_sayable, name, one

MOMENTARY = frozenset({"spike", "dip"})  # told between two times, as its value is that of one row
PLAIN = frozenset({
    "flat line", "drift", "change of period", "unusual pattern", "change of variance", "noisy stretch", "quiet stretch",
    "lost coupling",
})  # fmt: skip
"""Kinds that are told also without values."""
VALUED = frozenset({"level shift", "wrong hour", "drift", "spike", "dip", "noisy stretch", "unusual pattern"})


@dataclass(frozen=True)
class _When:
    """When a finding was. `slot`: with a space before it, "" where that is not known; `facts`: that say so."""

    slot: Slot = ""
    facts: tuple[Fact | None, ...] = ()
    is_span: bool = False


def headline(evidence: Evidence, region: str) -> Iterator[Said]:
    """Wordings of the headline of a finding, or of a normal series (""), the fullest first."""
    if not region:
        yield from _normal(evidence)
        return
    kinds, top = evidence.about(region, "anomaly_kind"), one(evidence, region, "top_channel")
    lacking = [f for f in kinds if f.value in ("missing data", "gap")]
    if lacking and len(lacking) == len(kinds):
        yield from _absent(evidence, region, lacking)
        return
    yield from _apart(evidence, region, [f for f in kinds if f.value == "lost coupling" and is_sayable(f.qualifier)])
    channel = str(top.value) if top is not None else next((f.qualifier for f in kinds), "")
    if not channel or not is_sayable(channel):
        return
    for told in _told(evidence, region, channel):
        yield _beside(evidence, region, channel, told)
        yield told


def _apart(evidence: Evidence, region: str, kinds: list[Fact]) -> Iterator[Said]:
    """Which channels no longer go together."""
    if len(kinds) > 1:
        when = _when(evidence, region)
        slots = {"names": names(kinds[:MAX_CHANNELS]), "when": when.slot}
        yield say("headline", ("headline", "apart"), slots, *kinds[:MAX_CHANNELS], *when.facts)


def _told(evidence: Evidence, region: str, channel: str) -> Iterator[Said]:
    """What one channel did in a finding."""
    kind, seen, normal, gap = (
        next((f for f in evidence.about(region, k) if f.qualifier == channel), None) for k in _MEASURED
    )
    word = str(kind.value) if kind is not None else ""
    when = _when(evidence, region, "between" if word in MOMENTARY else "from")
    slots: dict[str, Slot] = {"channel": name(channel), "when": when.slot, "also": ""}
    if seen is not None and normal is not None and gap is not None and float(gap.value):
        off = word in VALUED or (word == "flat line" and not _holds(normal, float(seen.value)))
        if off:
            way = "high" if float(gap.value) > 0 else "low"
            values = slots | _values(seen, normal, gap)
            cited = (kind, *when.facts, seen, normal, gap)
            yield say("headline", ("headline", f"{slug(word)}-{way}"), values, *cited, kind="comparison")
    if word == "flat line" and seen is not None:
        held = slots | {"seen": amount(seen)}
        yield say("headline", ("headline", "flat-line-at"), held, kind, seen, *when.facts)
    elif word in PLAIN:
        yield say("headline", ("headline", slug(word)), slots, kind, *when.facts)
    top = one(evidence, region, "top_channel")
    yield say("headline", ("headline", "stood-out"), slots, top or kind, *when.facts)


_MEASURED: tuple[FactKind, ...] = ("anomaly_kind", "observed", "expected", "difference")


def _values(seen: Fact, normal: Fact, gap: Fact) -> dict[str, Slot]:
    """What was seen, what is normal there, and how far they are apart."""
    return {
        "seen": lambda s: s.beside(seen, normal),
        "normal": lambda s: s.beside(normal, seen),
        "by": lambda s: s.measure(abs(float(gap.value)), gap.unit),
    }


def _holds(normal: Fact, value: float) -> bool:
    """Whether a value lies in the band of what is expected."""
    return normal.low is not None and normal.high is not None and normal.low <= value <= normal.high


def _beside(evidence: Evidence, region: str, channel: str, told: Said) -> Said:
    """The same, with the other channels that deviate; as it is where there is none."""
    shares = [f for f in evidence.about(region, "channel_share") if f.qualifier != channel and is_sayable(f.qualifier)]
    if not shares or len(shares) >= MAX_CHANNELS:
        return told
    message = "also-deviates" if len(shares) == 1 else "also-deviate"
    also: Slot = lambda s: s.text(message, {"names": s.names(shares)})  # noqa: E731
    facts = tuple(dict.fromkeys((*told.statement.facts, *(f.id for f in shares))))
    statement = told.statement.model_copy(update={"facts": facts})
    return replace(told, statement=statement, slots={**told.slots, "also": also})


def _absent(evidence: Evidence, region: str, kinds: list[Fact]) -> Iterator[Said]:
    """That there are no values of some channels, or no rows at all."""
    kinds = [fact for fact in kinds if fact.value == kinds[0].value][:MAX_CHANNELS]
    when, lasted = _when(evidence, region), one(evidence, region, "duration")
    for length in (lasted, None):
        told = length if length is not None and when.is_span else None
        slots: dict[str, Slot] = {"when": when.slot, "lasted": _lasted(told)}
        if kinds[0].value == "gap":
            yield say("headline", ("headline", "gap"), slots, *kinds, *when.facts, told)
        elif all(f.qualifier and is_sayable(f.qualifier) for f in kinds):
            slots |= {"names": names(kinds)}
            yield say("headline", ("headline", "missing"), slots, *kinds, *when.facts, told)


def _lasted(length: Fact | None) -> Slot:
    return "" if length is None else lambda s: s.text("for-so-long", {"duration": s.rough(length)})


def _when(evidence: Evidence, region: str, how: How = "from") -> _When:
    """When a finding was; the day is left out where the first finding names the same."""
    start, end, place = (one(evidence, region, kind) for kind in ("start", "end", "place"))
    if start is None or end is None:
        if place is None:
            return _When()
        where = in_series(place)
        return _When(lambda s: f" {where(s)}", (place,))
    ends, known = (start, end), _day_is_told(evidence, region)
    return _When(lambda s: " " + span(ends, evidence, s, how, day=not known), ends, start.value != end.value)


def _day_is_told(evidence: Evidence, region: str) -> bool:
    """Whether the first finding, told before, lies on one day and this one on the same."""
    both = (told_first(evidence)[0].id, region)
    times = [moment_of(fact, evidence) for f in both for kind in _ENDS for fact in evidence.about(f, kind)]
    return both[0] != region and len(times) == 4 and len({when.date for when in times}) == 1


_ENDS: tuple[FactKind, ...] = ("start", "end")


def in_series(place: Fact) -> Callable[[Speech], str]:
    """Where in the series, by its place: "early in the series"."""
    return lambda speech: speech.text(f"time-{slug(str(place.value))}")


def _normal(evidence: Evidence) -> Iterator[Said]:
    """That nothing unusual was found in so many rows, and what was seen of what was planted: at one place, so that it
    promises nothing of others."""
    verdict, size = one(evidence, "sample", "verdict"), one(evidence, "sample", "sample_size")
    counts = re.findall(r"[\d,]+", str(size.value)) if size is not None else []
    extent = _extent(counts)
    for kind, seen, unseen in _SIZES:
        fact = one(evidence, "sample", seen) or one(evidence, "sample", unseen)
        if fact is None or not is_sayable(fact.qualifier):
            continue
        fate = "seen" if fact.kind == seen else "unseen"
        slots: dict[str, Slot] = {"extent": extent, "size": amount(fact), "channel": name(fact.qualifier)}
        yield say("headline", ("headline", f"normal-{kind}-{fate}"), slots, verdict, size, fact)
    yield say("headline", ("headline", "normal-series"), {"extent": extent}, verdict, size)


def _extent(counts: Sequence[str]) -> Slot:
    """How much was looked at: "1,000 rows of 2 channels"."""
    if not counts:
        return lambda s: s.text("extent-unknown")
    if len(counts) < 2 or counts[1] == "1":
        return lambda s: s.text("extent-rows", {"rows": s.local(counts[0])})
    return lambda s: s.text("extent-channels", {"rows": s.local(counts[0]), "channels": s.local(counts[1])})


_SIZES: tuple[tuple[str, FactKind, FactKind], ...] = (
    ("shift", "shift_seen", "shift_unseen"),
    ("spike", "spike_seen", "spike_unseen"),
)
