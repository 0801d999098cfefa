"""The most telling sentence on a finding of a series, and on a normal series: what, when, how much, against what."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.sentences import MAX_CHANNELS, Said, say, told_first
from anomalyst.evidence.times import moment_of, span
from anomalyst.evidence.wording import amount, beside, is_sayable, joined, measure, name, one, rough

MOMENTARY = frozenset({"spike", "dip"})  # told between two times, as its value is that of one row
SWINGING = {"noisy stretch": "more", "quiet stretch": "less"}


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
    name_ = str(top.value) if top is not None else next((f.qualifier for f in kinds), "")
    if not name_ or not is_sayable(name_):
        return
    for told in _told(evidence, region, name_):
        yield _beside(evidence, region, name_, told)
        yield told


def _apart(evidence: Evidence, region: str, kinds: list[Fact]) -> Iterator[Said]:
    """Which channels no longer go together."""
    if len(kinds) > 1:
        when, cited = _when(evidence, region, ("from", "to"))
        shown = joined([name(f.qualifier) for f in kinds[:MAX_CHANNELS]])
        yield say("headline", f"{shown} came apart{when}.", *kinds[:MAX_CHANNELS], *cited)


def _told(evidence: Evidence, region: str, channel: str) -> Iterator[Said]:
    """What one channel did in a finding."""
    kind, seen, normal, gap = (
        next((f for f in evidence.about(region, k) if f.qualifier == channel), None) for k in _MEASURED
    )
    kinds = str(kind.value) if kind is not None else ""
    when, cited = _when(evidence, region, ("between", "and") if kinds in MOMENTARY else ("from", "to"))
    c = name(channel)
    if seen is not None and normal is not None and gap is not None and float(gap.value):
        yield from _measured(kinds, c, when, (seen, normal, gap), (kind, *cited))
    if kinds in SWINGING:
        yield say("headline", f"{c} fluctuated {SWINGING[kinds]} than normal{when}.", kind, *cited)
    elif kinds in _PLAIN:
        held = f" at {amount(seen)}" if kinds == "flat line" and seen is not None else ""
        yield say("headline", f"{c} {_PLAIN[kinds]}{held}{when}.", kind, seen if held else None, *cited)
    top = one(evidence, region, "top_channel")
    yield say("headline", f"{c} stood out{when}.", top or kind, *cited)


_MEASURED: tuple[FactKind, ...] = ("anomaly_kind", "observed", "expected", "difference")
_PLAIN = {
    "flat line": "was stuck", "drift": "drifted", "change of period": "changed its rhythm",
    "unusual pattern": "showed an unusual pattern", "change of variance": "changed its spread",
}  # fmt: skip


def _measured(
    kind: str, channel: str, when: str, values: tuple[Fact, Fact, Fact], cited: tuple[Fact | None, ...]
) -> Iterator[Said]:
    """What one channel did, with what was seen and what is normal there."""
    seen, normal, gap = values
    up = float(gap.value) > 0
    saw, usual = beside(seen, normal), beside(normal, seen)
    off = f"{measure(abs(float(gap.value)), gap.unit)} too {'high' if up else 'low'}"
    reached = f"{'rose' if up else 'fell'} to {saw} (normally {usual})"
    if kind == "level shift":
        text = f"{channel} was {off}{when} ({saw}; normally {usual})."
    elif kind == "drift":
        text = f"{channel} drifted{when}, on average {off} ({saw}; normally {usual})."
    elif kind in MOMENTARY:
        text = f"{channel} {'jumped' if up else 'dropped'} to {saw}{when} (normally {usual})."
    elif kind == "flat line" and not _holds(normal, float(seen.value)):
        text = f"{channel} was stuck at {saw}{when} (normally {usual})."
    elif kind == "wrong hour":
        text = f"{channel} was {saw}{when}, unusual at this hour (normally {usual})."
    elif kind == "noisy stretch":
        text = f"{channel} fluctuated more than normal{when}, and {reached}."
    elif kind == "unusual pattern":
        text = f"{channel} showed an unusual pattern{when}, and {reached}."
    else:
        return
    yield say("headline", text, *cited, seen, normal, gap, kind="comparison")


def _holds(normal: Fact, value: float) -> bool:
    """Whether a value lies in the band of what is expected."""
    return normal.low is not None and normal.high is not None and normal.low <= value <= normal.high


def _beside(evidence: Evidence, region: str, channel: str, told: Said) -> Said:
    """The same, with the other channels that deviate; as it is where there is none."""
    shares = [f for f in evidence.about(region, "channel_share") if f.qualifier != channel and is_sayable(f.qualifier)]
    if not shares or len(shares) >= MAX_CHANNELS:
        return told
    names = joined([name(f.qualifier) for f in shares])
    text = f"{told[1].text.removesuffix('.')}; {names} also {'deviates' if len(shares) == 1 else 'deviate'}."
    cites = (*told[1].cites, *(f.id for f in shares))
    return told[0], told[1].model_copy(update={"text": text, "cites": cites})


def _absent(evidence: Evidence, region: str, kinds: list[Fact]) -> Iterator[Said]:
    """That there are no values of some channels, or no rows at all."""
    kinds = [fact for fact in kinds if fact.value == kinds[0].value]
    when, cited = _when(evidence, region)
    lasted = one(evidence, region, "duration")
    for length in (lasted, None):
        how_long = f" for {rough(length)}," if length is not None and when.startswith(" from") else ""
        facts = [*kinds[:MAX_CHANNELS], *cited, length if how_long else None]
        if kinds[0].value == "gap":
            yield say("headline", f"Nothing was recorded{how_long}{when}.", *facts)
        elif all(f.qualifier and is_sayable(f.qualifier) for f in kinds):
            names = joined([name(f.qualifier) for f in kinds[:MAX_CHANNELS]])
            yield say("headline", f"No values of {names}{how_long}{when}.", *facts)


def _when(
    evidence: Evidence, region: str, words: tuple[str, str] = ("from", "to")
) -> tuple[str, tuple[Fact | None, ...]]:
    """When a finding was, with a space before it, and the facts that say so; the day is left out where the first
    finding names the same."""
    start, end, place = (one(evidence, region, kind) for kind in ("start", "end", "place"))
    if start is None or end is None:
        return ("", ()) if place is None else (f" {in_series(place)}", (place,))
    known = _day_is_told(evidence, region)
    return " " + span(start, end, evidence, words, day=not known), (start, end)


def _day_is_told(evidence: Evidence, region: str) -> bool:
    """Whether the first finding, told before, lies on one day and this one on the same."""
    both = (told_first(evidence)[0].id, region)
    times = [moment_of(fact, evidence) for f in both for kind in _ENDS for fact in evidence.about(f, kind)]
    return both[0] != region and len(times) == 4 and len({(when.day, when.year) for when in times}) == 1


_ENDS: tuple[FactKind, ...] = ("start", "end")


def in_series(place: Fact) -> str:
    """Where in the series, by its place: "early in the series"."""
    words = str(place.value)
    rest = {"early": " in the series", "late": " in the series", "over most of the series": ""}
    return words + rest.get(words, " of the series")


def _normal(evidence: Evidence) -> Iterator[Said]:
    """That nothing unusual was found in so many rows, and what was seen of what was planted: at one place, so that it
    promises nothing of others."""
    verdict, size = one(evidence, "sample", "verdict"), one(evidence, "sample", "sample_size")
    counts = re.findall(r"[\d,]+", str(size.value)) if size is not None else []
    rows = f" in {counts[0]} rows" if counts else " in this series"
    rows += f" of {counts[1]} channels" if len(counts) > 1 and counts[1] != "1" else ""
    opening = f"Nothing unusual was found{rows}"
    for noun, seen, unseen in _SIZES:
        fact = one(evidence, "sample", seen) or one(evidence, "sample", unseen)
        if fact is None or not is_sayable(fact.qualifier):
            continue
        fate = "was seen" if fact.kind == seen else "passed unnoticed"
        text = f"{opening}; a planted {noun} of {amount(fact)} in {name(fact.qualifier)} {fate}."
        yield say("headline", text, verdict, size, fact)
    yield say("headline", f"{opening}.", verdict, size)


_SIZES: tuple[tuple[str, FactKind, FactKind], ...] = (
    ("level shift", "shift_seen", "shift_unseen"),
    ("spike", "spike_seen", "spike_unseen"),
)
