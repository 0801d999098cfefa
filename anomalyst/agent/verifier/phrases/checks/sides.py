"""Findings against moments: before, after, still there at the end, so long after another, one after the other."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from anomalyst.agent.verifier.phrases.checks.times import interval_of, on_day, span_of
from anomalyst.agent.verifier.phrases.checks.values import moved_way
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both, states
from anomalyst.agent.verifier.phrases.ranks import nth, the
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.names import key
from anomalyst.evidence.numbers import Quantity, parse_stamp

AT_END = 0.02  # of the recording, within which a finding that ends there lasts until its end


def stamp(fact: Fact | None) -> datetime | None:
    """When a fact says; None of any other."""
    return parse_stamp(str(fact.value)) if fact is not None and isinstance(fact.value, str) else None


def clock(time: Quantity, near: datetime, low: datetime) -> datetime | None:
    """A time of day as the moment nearest to another one, not before the recording; None of a bare date."""
    at = on_day(time, near) if len(time.clock) > 1 else None
    if at is None:
        return None
    if time.date is not None:
        return at if (at.month, at.day) == time.date[1:] else None
    around = [at + timedelta(days=shift) for shift in (-1, 0, 1)]
    inside = [one for one in around if low - timedelta(hours=1) <= one]
    return min(inside, key=lambda one: abs(one - near), default=None)


def _sides(said: Matched, region: str) -> tuple[bool, bool, tuple[Fact, ...]] | None:
    """Whether a finding lies wholly before, wholly after a time of day that the recording holds once."""
    whole = span_of(said.evidence)
    first, last = the(said.evidence, region, "start"), the(said.evidence, region, "end")
    begin, finish = stamp(first), stamp(last)
    if whole is None or begin is None or finish is None or first is None or last is None or not said.times:
        return None
    if whole[1] - whole[0] > timedelta(days=1) and said.times[-1].date is None:
        return None
    at = clock(said.times[-1], begin, whole[0])
    if at is None or not whole[0] <= at <= whole[1]:
        return None
    return finish <= at + timedelta(seconds=59), begin >= at, (first, last)


def side(said: Matched) -> Judged:
    """ "before midnight", "after 02:00", "by 17:20"."""
    found = _sides(said, said.about.region) if said.about.region else None
    return UNKNOWN if found is None else Judged(found[0] if said.group("before") else found[1], found[2])


def all_between(said: Matched) -> Judged:
    """ "All findings lie between 01:07 and 01:29": none begins before, none ends after."""
    first = replace(said, match=_until_first_time(said.match))
    later = [_sides(first, region) for region in said.findings]
    earlier = [_sides(said, region) for region in said.findings]
    told = [one for one in (*later, *earlier) if one is not None]
    if not said.findings or len(told) != len(later) + len(earlier):
        return UNKNOWN
    holds = all(one[1] for one in told[: len(later)]) and all(one[0] for one in told[len(later) :])
    counted = all(amount.value == len(said.findings) for amount in said.amounts)
    return Judged(holds and counted, tuple(fact for one in told for fact in one[2]))


_TO_A_TIME = re.compile(r".*?«d\d+»")


def _until_first_time(match: re.Match[str]) -> re.Match[str]:
    """The phrase up to its first time, as if that were its last."""
    return _TO_A_TIME.match(match.string, match.start(), match.end()) or match


def start_side(said: Matched) -> Judged:
    """ "Starts before noon": on the same day."""
    whole, first = span_of(said.evidence), the(said.evidence, said.about.region, "start")
    begin = stamp(first)
    at = clock(said.times[-1], begin, whole[0]) if begin is not None and whole is not None else None
    if at is None or begin is None or first is None or at.date() != begin.date():
        return UNKNOWN
    return Judged(begin < at if said.group("before") else begin > at, (first,))


def none_beside(said: Matched) -> Judged:
    """ "Nothing before 13:50": no finding begins there; "nothing after 17:20": none ends there. Of a channel that is
    named, those that it has a part in."""
    found = []
    for region in said.findings:
        own = {key(f.qualifier) for f in said.evidence.about(region) if f.kind in ("observed", "channel_share")}
        own |= {key(str(f.value)) for f in said.evidence.about(region, "top_channel")}
        if said.about.chosen and key(said.about.channel or "") not in own:
            continue
        sides = _sides(said, region)
        if sides is None:
            return UNKNOWN
        found.append(sides)
    if not found:
        return UNKNOWN
    holds = all(one[1] if said.group("before") else one[0] for one in found)
    return Judged(holds, tuple(fact for one in found for fact in one[2]))


def none_first(said: Matched) -> Judged:
    """ "Nothing happened in the first fifty minutes": every finding begins later."""
    whole, amount = span_of(said.evidence), said.amounts[0]
    firsts = [the(said.evidence, region, "start") for region in said.findings]
    begins = [at for at in map(stamp, firsts) if at is not None]
    unit = seconds(amount.unit)
    if whole is None or unit is None or amount.value is None or len(begins) < len(firsts) or not firsts:
        return UNKNOWN
    quiet = (min(begins) - whole[0]).total_seconds()
    return Judged(quiet >= amount.value * unit, tuple(fact for fact in firsts if fact is not None))


def until_end(said: Matched) -> Judged:
    """ "until the end of the recording": its last moment is that of the recording."""
    whole, last = span_of(said.evidence), the(said.evidence, said.about.region, "end")
    finish = stamp(last)
    if whole is None or last is None or finish is None:
        return UNKNOWN
    holds = whole[1] - finish <= (whole[1] - whole[0]) * AT_END
    return said.judged(holds, last, whole[2])


def span_all(said: Matched) -> Judged:
    """ "From the first to the last row": it begins and ends with the recording."""
    whole, first = span_of(said.evidence), the(said.evidence, said.about.region, "start")
    begin = stamp(first)
    if whole is None or first is None or begin is None:
        return UNKNOWN
    return both(until_end(said), Judged(begin - whole[0] <= (whole[1] - whole[0]) * AT_END, (first,)))


def recovered(said: Matched) -> Judged:
    """ "… and then returned to normal": it ends before the recording does."""
    if said.about.healed:
        return UNKNOWN  # what became of it then is another matter
    judged = until_end(said)
    return judged if judged.holds is None else Judged(not judged.holds, judged.facts)


def only_until_end(said: Matched) -> Judged:
    """ "Only the temperature was still abnormal at the end": no other finding lasts until then."""
    if not said.about.chosen or said.about.region is None or not said.facts("anomaly_kind"):
        return UNKNOWN
    ends = [until_end(replace(said, about=replace(said.about, region=region))) for region in said.findings]
    mine = said.findings.index(said.about.region)
    if any(one.holds is None for one in ends):
        return UNKNOWN
    holds = all(one.holds is (n == mine) for n, one in enumerate(ends))
    return Judged(holds, tuple(fact for one in ends for fact in one.facts))


def still_moving(said: Matched) -> Judged:
    """ "Still rising when the recording stopped": a drift that way, most abnormal at its end, which is that of all."""
    kinds, gaps = said.facts("anomaly_kind"), said.facts("difference")
    peak, last = (stamp(the(said.evidence, said.about.region, kind)) for kind in ("peak_at", "end"))
    if not kinds or not gaps or peak is None or last is None:
        return UNKNOWN
    moving = all(f.value == "drift" for f in kinds) and all(float(f.value) * said.way > 0 for f in gaps)
    return both(until_end(said), Judged(moving and peak == last, (*kinds, *gaps)))


def later(said: Matched) -> Judged:
    """ "… and an hour later the flue got hotter": this one begins so long after the one told of before."""
    mine = the(said.evidence, said.about.region, "start")
    began = stamp(mine)
    other = said.about.before[0] if len(said.about.before) == 1 else None
    edges = [the(said.evidence, other, kind) for kind in ("start", "end")]
    unit = seconds(said.amounts[0].unit) if said.amounts else None
    if mine is None or began is None or unit is None or other == said.about.region:
        return UNKNOWN
    for edge in edges:
        at = stamp(edge)
        if edge is not None and at is not None and said.amounts[0].is_((began - at).total_seconds() / unit):
            return Judged(True, (mine, edge))
    return UNKNOWN


def lagged(said: Matched) -> Judged:
    """ "… five minutes later" of a channel: it followed the one that moved first."""
    lags = [f for f in said.facts("lag") if said.about.channel and key(f.qualifier) == key(said.about.channel)]
    if not said.about.chosen or not lags:
        return UNKNOWN
    late = states(said, said.amounts[0], lags) if said.amounts else Judged(float(lags[0].value) > 0, tuple(lags))
    return both(late, moved_way(said)) if said.way else late


def lag_all(said: Matched) -> Judged:
    """ "The lag is zero for both": each channel's."""
    lags = [f for f in said.evidence.about(said.about.region or "") if f.kind == "lag"]
    if len(lags) < 2 or ("both" in said.text and len(lags) != 2):
        return UNKNOWN
    return both(*(states(said, said.amounts[0], [lag]) for lag in lags))


def led(said: Matched) -> Judged:
    """ "… first" of a channel: it moved before the others."""
    facts = said.facts("moved_first")
    if not facts or not said.about.chosen or said.about.channel is None:
        return UNKNOWN
    return Judged(key(str(facts[0].value)) == key(said.about.channel), (facts[0],))


def nth_at(said: Matched) -> Judged:
    """ "The first at 13:50 and the last at 17:10": when they begin."""
    found = nth(said.evidence, said.group("which"))
    first = the(said.evidence, found[0], "start") if found is not None else None
    return interval_of(said, first, first) if first is not None else UNKNOWN


def none_overlap(said: Matched) -> Judged:
    """ "None of them overlap", "one after the other"."""
    spans = []
    for region in said.findings:
        first, last = the(said.evidence, region, "start"), the(said.evidence, region, "end")
        begin, finish = stamp(first), stamp(last)
        if begin is None or finish is None or first is None or last is None:
            return UNKNOWN
        spans.append((begin, finish, (first, last)))
    spans.sort(key=lambda one: one[0])
    if len(spans) < 2:
        return UNKNOWN
    apart = all(one[1] < two[0] for one, two in zip(spans, spans[1:], strict=False))
    return said.judged(apart, *(fact for span in spans for fact in span[2]))


def count_side(said: Matched) -> Judged:
    """ "Three of them after 14:00": how many findings lie wholly there."""
    some = said.amount("which")
    sides = [_sides(said, region) for region in said.findings]
    if some is None or some.bounded or some.unit or not sides or any(one is None for one in sides):
        return UNKNOWN
    told = [one for one in sides if one is not None]
    there = [one[0] if said.group("before") else one[1] for one in told]
    total = said.amount("total")
    if total is not None and total.value != len(told):
        return UNKNOWN
    return Judged(some.is_(sum(there)), tuple(fact for one in told for fact in one[2]))


def count_span(said: Matched) -> Judged:
    """ "Four events between 13:50 and 17:20": when the first begins and the last ends."""
    facts = said.evidence.about("sample", "finding_count")
    edges: list[list[Fact]] = [[], []]
    for region in said.findings:
        for kind, into in (("start", edges[0]), ("end", edges[1])):
            into += said.evidence.about(region, kind)  # type: ignore[arg-type]
    if not facts or len(edges[0]) != len(said.findings) or len(edges[1]) != len(said.findings) or not edges[0]:
        return UNKNOWN
    first = min(edges[0], key=lambda fact: str(fact.value))
    last = max(edges[1], key=lambda fact: str(fact.value))
    count = said.amounts[0]
    if count.unit or count.bounded:
        return UNKNOWN
    return both(Judged(count.is_(float(facts[0].value)), tuple(facts)), interval_of(said, first, last))


CHECKS = {
    "lag-all": lag_all,
    "side": side,
    "none-beside": none_beside,
    "none-first": none_first,
    "until-end": until_end,
    "none-overlap": none_overlap,
    "still-moving": still_moving,
    "later": later,
    "all-between": all_between,
    "count-side": count_side,
    "recovered": recovered,
    "span-all": span_all,
    "only-until-end": only_until_end,
    "nth-at": nth_at,
    "start-side": start_side,
    "count-span": count_span,
    "lagged": lagged,
    "led": led,
}
