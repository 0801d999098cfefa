"""What is said of a finding of a series: when, what, how much, which channels."""

from __future__ import annotations

from collections.abc import Iterator

from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.sentences import (
    MAX_CHANNELS,
    Advice,
    Said,
    Slot,
    amount,
    direction,
    names,
    of_kind,
    say,
    told_p,
    values,
    what,
)
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.text import slug
from anomalyst.evidence.times import at, span
from anomalyst.evidence.wording import is_sayable, name, one
from anomalyst.modalities.series.shown.headline import in_series
from anomalyst.modalities.told import Telling

PLANTED: dict[str, tuple[FactKind, FactKind, FactKind]] = {
    "spike": ("spike_seen", "spike_unseen", "spike_rows"),
    "shift": ("shift_seen", "shift_unseen", "shift_rows"),
}


def sample_sentences(evidence: Evidence) -> Iterator[Said]:
    """Of planted spikes and level shifts, the smallest that was seen and the largest that was not."""
    for noun, kinds in PLANTED.items():
        seen, unseen, rows = (one(evidence, "sample", kind) for kind in kinds)
        first = seen or unseen
        if first is None or rows is None or not is_sayable(first.qualifier):
            continue
        slots: dict[str, Slot] = {"size": amount(first), "rows": amount(rows), "channel": name(first.qualifier)}
        if seen is not None and unseen is not None:
            slots["smaller"] = amount(unseen)
        fate = "unseen" if seen is None else "seen" if unseen is None else "limit"
        yield say("confidence", (f"planted_{noun}", fate), slots, seen, unseen, rows)


def finding_sentences(evidence: Evidence, region: str) -> Iterator[Said]:
    """All statements about one finding, in reading order."""
    yield from _where(evidence, region)
    yield from _when(evidence, region)
    yield from _what(evidence, region)
    yield from direction(evidence, region)
    yield from values(evidence, region)
    yield from _channels(evidence, region)
    yield from _order(evidence, region)


def _where(evidence: Evidence, region: str) -> Iterator[Said]:
    """Where in the series, if its times are unknown; else `_when` says both."""
    place = one(evidence, region, "place")
    if place is not None and one(evidence, region, "start") is None:
        slots: dict[str, Slot] = {"finding": region, "place": in_series(place), "sort": slug(str(place.value))}
        yield say("where", "where_in_time", slots, place)


def _when(evidence: Evidence, region: str) -> Iterator[Said]:
    start, end, duration, place = (one(evidence, region, k) for k in ("start", "end", "duration", "place"))
    if start is None:
        return
    slots: dict[str, Slot] = {"Finding": _lies(region, place), "lasts": _lasts(duration)}
    if end is not None:
        slots["span"] = lambda s: span((start, end), evidence, s)
        how = "is" if start.value == end.value else "runs"
    else:
        slots["at"] = lambda s: at(start, evidence, s)
        how = "starts"
    yield say("when", ("when", how), slots, place, start, end, duration)


def _lies(region: str, place: Fact | None) -> Slot:
    """The finding as the subject of a sentence, with its place in the series."""
    if place is None:
        return region
    where, sort = in_series(place), slug(str(place.value))
    return lambda s: s.text("lies-in-time", {"finding": region, "place": where(s), "sort": sort})


def _lasts(duration: Fact | None) -> Slot:
    return "" if duration is None else lambda s: s.text("and-lasts", {"duration": s.amount(duration)})


def _what(evidence: Evidence, region: str) -> Iterator[Said]:
    """What kind of anomaly it is, and in which channels, if in several or if that is all there is to say of them."""
    kinds = [f for f in evidence.about(region, "anomaly_kind") if is_sayable(f.qualifier)]
    if len(kinds) < 2 and not any(f.value == "missing data" and f.qualifier for f in kinds):
        yield from what(evidence, region)
        return
    for kind in dict.fromkeys(str(f.value) for f in kinds):
        alike = [f for f in kinds if f.value == kind][:MAX_CHANNELS]
        slots: dict[str, Slot] = {"finding": region, "kind": of_kind(kind), "names": names(alike)}
        yield say("what", ("kind", "in"), slots, *alike)


def _channels(evidence: Evidence, region: str) -> Iterator[Said]:
    top = one(evidence, region, "top_channel")
    shares = sorted(evidence.about(region, "channel_share"), key=lambda f: -float(f.value))[:MAX_CHANNELS]
    shares = [f for f in shares if is_sayable(f.qualifier)]
    if top is not None and is_sayable(str(top.value)) and len(evidence.about(region, "channel_share")) != 1:
        yield say("channel", "top_channel", {"finding": region, "channel": name(str(top.value))}, top)
    if len(shares) > 1:
        yield say("channel", "channel_shares", {"finding": region, "shares": _shares(shares)}, *shares)


def _shares(shares: list[Fact]) -> Slot:
    def parts(speech: Speech) -> Iterator[str]:
        for i, share in enumerate(shares):
            slots = {"channel": name(share.qualifier), "share": speech.amount(share)}
            yield speech.text("share-further" if i else "share-first", slots)

    return lambda speech: speech.joined(list(parts(speech)))


def _order(evidence: Evidence, region: str) -> Iterator[Said]:
    """Which channel moved first, how much later the others did, and whether the alarm goes with the first one alone."""
    first, lags = one(evidence, region, "moved_first"), evidence.about(region, "lag")
    if not all(is_sayable(f.qualifier) for f in lags) or (first is not None and not is_sayable(str(first.value))):
        return
    together = [] if first is not None else [f for f in lags if not float(f.value)]
    later = [f for f in lags if f not in together][:MAX_CHANNELS]
    slots: dict[str, Slot] = {"finding": region, "followed": _followed(later)}
    if first is not None:
        slots["channel"] = name(str(first.value))
        yield say("channel", "moved_first", slots, first, *later)
    elif len(together) > 1:
        slots["names"] = names(together)
        yield say("channel", "moved_together", slots, *together, *later)
    for healed in evidence.about(region, "first_healed_p"):
        goes = "goes" if float(healed.value) > evidence.alpha else "stays"
        topic = "channel" if goes == "goes" else "test"  # that it is not enough by itself is told if asked for
        how = f"others-{goes}" if len(evidence.findings) > 1 else goes
        told, proof = told_p(evidence, healed)
        slots = {"channel": name(healed.qualifier), "finding": region, **told}
        yield say(topic, ("first_healed", how), slots, *proof, one(evidence, "sample", "alpha"))


def _followed(later: list[Fact]) -> Slot:
    """Which channels moved later, and how much."""
    return lambda speech: "".join(
        speech.text("followed", {"channel": name(f.qualifier), "lag": speech.amount(f)}) for f in later
    )


WORDS = frozenset({
    "series", "recording", "signal", "channel", "channels", "column",
    "columns", "row", "rows", "time", "window", "period",
})  # fmt: skip
TOLD = Telling(
    words=WORDS,
    places="time",
    advice=Advice(first="", rests_on="start"),
)
