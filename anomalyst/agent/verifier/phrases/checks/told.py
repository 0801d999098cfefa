"""What people tell of findings in passing: before or after what, still there at the end, the only one, none at all."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from anomalyst.agent.verifier.phrases.amounts import ABOUT
from anomalyst.agent.verifier.phrases.checks.times import interval_of, on_day, span_of
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both, states
from anomalyst.agent.verifier.phrases.ranks import length, nth, the
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.agent.verifier.readings import kinds_said
from anomalyst.evidence.facts import Fact, FactKind
from anomalyst.evidence.names import key
from anomalyst.evidence.numbers import Quantity, parse_stamp
from anomalyst.evidence.units import PER_DAY

ONCE = 0.5  # false alarms, from which on "at most once" is not far too many
AT_END = 0.02  # of the recording, within which a finding that ends there lasts until its end


def normal_seen(said: Matched) -> Judged:
    """ "Should have been 5 %, not 75 %"."""
    one, two = said.amounts
    return both(states(said, one, said.facts("expected")), states(said, two, said.facts("observed")))


def _stamp(fact: Fact | None) -> datetime | None:
    return parse_stamp(str(fact.value)) if fact is not None and isinstance(fact.value, str) else None


def _clock(time: Quantity, near: datetime, low: datetime) -> datetime | None:
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
    begin, finish = _stamp(first), _stamp(last)
    if whole is None or begin is None or finish is None or first is None or last is None or not said.times:
        return None
    if whole[1] - whole[0] > timedelta(days=1) and said.times[-1].date is None:
        return None
    at = _clock(said.times[-1], begin, whole[0])
    if at is None or not whole[0] <= at <= whole[1]:
        return None
    return finish <= at + timedelta(seconds=59), begin >= at, (first, last)


def side(said: Matched) -> Judged:
    """ "before midnight", "after 02:00", "by 17:20"."""
    found = _sides(said, said.about.region) if said.about.region else None
    return UNKNOWN if found is None else Judged(found[0] if said.group("before") else found[1], found[2])


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
    begins = [at for at in map(_stamp, firsts) if at is not None]
    unit = seconds(amount.unit)
    if whole is None or unit is None or amount.value is None or len(begins) < len(firsts) or not firsts:
        return UNKNOWN
    quiet = (min(begins) - whole[0]).total_seconds()
    return Judged(quiet >= amount.value * unit, tuple(fact for fact in firsts if fact is not None))


def until_end(said: Matched) -> Judged:
    """ "until the end of the recording": its last moment is that of the recording."""
    whole, last = span_of(said.evidence), the(said.evidence, said.about.region, "end")
    finish = _stamp(last)
    if whole is None or last is None or finish is None:
        return UNKNOWN
    holds = whole[1] - finish <= (whole[1] - whole[0]) * AT_END
    return said.judged(holds, last, whole[2])


def still_moving(said: Matched) -> Judged:
    """ "Still rising when the recording stopped": a drift that way, most abnormal at its end, which is that of all."""
    kinds, gaps = said.facts("anomaly_kind"), said.facts("difference")
    peak, last = (_stamp(the(said.evidence, said.about.region, kind)) for kind in ("peak_at", "end"))
    if not kinds or not gaps or peak is None or last is None:
        return UNKNOWN
    moving = all(f.value == "drift" for f in kinds) and all(float(f.value) * said.way > 0 for f in gaps)
    return both(until_end(said), Judged(moving and peak == last, (*kinds, *gaps)))


def later(said: Matched) -> Judged:
    """ "… and an hour later the flue got hotter": this one begins so long after the one told of before."""
    mine = the(said.evidence, said.about.region, "start")
    began = _stamp(mine)
    other = said.about.before[0] if len(said.about.before) == 1 else None
    edges = [the(said.evidence, other, kind) for kind in ("start", "end")]
    unit = seconds(said.amounts[0].unit) if said.amounts else None
    if mine is None or began is None or unit is None or other == said.about.region:
        return UNKNOWN
    for edge in edges:
        at = _stamp(edge)
        if edge is not None and at is not None and said.amounts[0].is_((began - at).total_seconds() / unit):
            return Judged(True, (mine, edge))
    return UNKNOWN


def listed(said: Matched) -> Judged:
    """ "…: pressure, flue, oxygen": the channels to blame for all findings, in their order."""
    starts = [(the(said.evidence, r, "start"), the(said.evidence, r, "top_channel")) for r in said.findings]
    ordered = sorted((at, top) for begin, top in starts if (at := _stamp(begin)) is not None and top is not None
                     for top in [str(top.value)])  # fmt: skip
    if len(ordered) != len(said.findings):
        return UNKNOWN
    names = [key(name) for name in said.names]
    return Judged(names == [key(top) for _, top in ordered], tuple(f for pair in starts for f in pair if f is not None))


def none_overlap(said: Matched) -> Judged:
    """ "None of them overlap", "one after the other"."""
    spans = []
    for region in said.findings:
        first, last = the(said.evidence, region, "start"), the(said.evidence, region, "end")
        begin, finish = _stamp(first), _stamp(last)
        if begin is None or finish is None or first is None or last is None:
            return UNKNOWN
        spans.append((begin, finish, (first, last)))
    spans.sort(key=lambda one: one[0])
    if len(spans) < 2:
        return UNKNOWN
    apart = all(one[1] < two[0] for one, two in zip(spans, spans[1:], strict=False))
    return said.judged(apart, *(fact for span in spans for fact in span[2]))


def flagged(said: Matched) -> Judged:
    """ "The pressure was conspicuous": a finding is about the channel."""
    if said.about.channel is None or not said.about.chosen:
        return UNKNOWN
    facts = [f for f in said.facts("observed", "anomaly_kind", "channel_share") if f.subject.startswith("R")]
    mine = [f for f in facts if key(f.qualifier) == key(said.about.channel)]
    return Judged(True, tuple(mine[:1])) if mine and not said.denied else UNKNOWN


def count_placed(said: Matched) -> Judged:
    """ "Two of the four are late", "one is early": findings at a place of the recording."""
    some, total = said.amount("which"), said.amount("total")
    places = [(r, the(said.evidence, r, "place")) for r in said.findings]
    if some is None or some.bounded or some.unit or not places or any(fact is None for _, fact in places):
        return UNKNOWN
    word = {"middle": "in the middle"}.get(said.group("place"), said.group("place"))
    mine = [fact for _, fact in places if fact is not None and fact.value == word]
    holds = some.is_(len(mine)) and (total is None or total.is_(len(places)))
    return Judged(holds, tuple(fact for _, fact in places if fact is not None))


def lagged(said: Matched) -> Judged:
    """ "… five minutes later" of a channel: it followed the one that moved first."""
    lags = [f for f in said.facts("lag") if said.about.channel and key(f.qualifier) == key(said.about.channel)]
    if not said.about.chosen or not lags:
        return UNKNOWN
    return states(said, said.amounts[0], lags) if said.amounts else Judged(float(lags[0].value) > 0, tuple(lags))


def led(said: Matched) -> Judged:
    """ "… first" of a channel: it moved before the others."""
    facts = said.facts("moved_first")
    if not facts or not said.about.chosen or said.about.channel is None:
        return UNKNOWN
    return Judged(key(str(facts[0].value)) == key(said.about.channel), (facts[0],))


def lasts_longer_sum(said: Matched) -> Judged:
    """ "longer than the other two together"."""
    mine = the(said.evidence, said.about.region, "duration")
    others = [the(said.evidence, r, "duration") for r in said.findings if r != said.about.region]
    if mine is None or not others or any(fact is None for fact in others):
        return UNKNOWN
    if any(amount.value != len(others) for amount in said.amounts):
        return UNKNOWN
    facts = [mine, *(fact for fact in others if fact is not None)]
    lengths = [float(f.value) * (seconds(f.unit) or 0) for f in facts]
    return Judged(lengths[0] > sum(lengths[1:]), tuple(facts)) if all(lengths) else UNKNOWN


def beyond_edge(said: Matched) -> Judged:
    """ "the upper end of the normal range, 26,400, was exceeded"."""
    seen = said.facts("observed")
    normal = [f for f in said.facts("expected") if f.high is not None and f.low is not None]
    if not seen or not normal:
        return UNKNOWN
    edge = float((normal[0].high if said.way > 0 else normal[0].low) or 0)
    told = [amount.states(edge, normal[0].unit) for amount in said.amounts]
    gap = (float(seen[0].value) - edge) * said.way
    return Judged(all(told) and gap > 0, (seen[0], normal[0]))


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


def recovered(said: Matched) -> Judged:
    """ "… and then returned to normal": it ends before the recording does."""
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


def none_found(said: Matched) -> Judged:
    """ "Nothing unusual was found": in the whole sample."""
    facts = [f for kind in ("verdict", "finding_count") for f in said.evidence.facts if f.kind == kind]
    if said.about.chosen or said.about.named or said.evidence.cannot_tell or said.about.healed:
        return UNKNOWN
    return Judged(said.evidence.verdict == "normal" and not said.findings, tuple(facts))


def confidence_because(said: Matched) -> Judged:
    """ "The confidence is moderate, since there are only 15 normals": what a confidence rests on."""
    told = [f for f in said.evidence.about("sample", "confidence") if f.value == said.group("which")]
    if not told or told[0].value in ("high", "very high"):
        return UNKNOWN
    if said.group("failed"):
        reason = [f for f in said.evidence.about("sample", "do_test") if f.value == "failed"]
        return Judged(bool(reason), (*told, *reason))
    return both(
        Judged(True, tuple(told)), states(said, said.amounts[-1], said.evidence.about("sample", "calibration_normals"))
    )


_SIZE = re.compile(r"(\d+) × (\d+) pixels")
_BOX = re.compile(r"x (\d+)[–-](\d+), y (\d+)[–-](\d+)")


def at_edge(said: Matched) -> Judged:
    """ "Reaches down to the lower edge of the picture"."""
    size = next(iter(said.evidence.about("sample", "sample_size")), None)
    box = next(iter(said.facts("box")), None)
    told = _SIZE.match(str(size.value)) if size is not None else None
    edges = _BOX.match(str(box.value)) if box is not None else None
    if size is None or box is None or told is None or edges is None:
        return UNKNOWN
    left, right, top, bottom = (int(edge) for edge in edges.groups())
    there = {"left": left == 0, "upper": top == 0, "top": top == 0,
             "right": right >= int(told[1]) - 1, "lower": bottom >= int(told[2]) - 1}  # fmt: skip
    return Judged(there.get({"bottom": "lower"}.get(said.group("side"), said.group("side"))), (size, box))


def only_word(said: Matched) -> Judged:
    """ "Only the word 'intact' is at odds with the image"."""
    facts = [f for f in said.evidence.facts if f.kind == "words"]
    if len(facts) != 1 or not said.names:
        return UNKNOWN
    return Judged(key(str(facts[0].value)) == key(said.names[0]), tuple(facts))


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


def compare_others(said: Matched) -> Judged:
    """ "Longer than the other three"."""
    mine = the(said.evidence, said.about.region, "duration")
    others = [the(said.evidence, r, "duration") for r in said.findings if r != said.about.region]
    if mine is None or not others or any(amount.value != len(others) for amount in said.amounts):
        return UNKNOWN
    lengths = [length(fact) for fact in (mine, *others)]
    if any(one is None for one in lengths):
        return UNKNOWN
    own, *rest = (one or 0.0 for one in lengths)
    holds = all(own < one for one in rest) if said.group("less") else all(own > one for one in rest)
    return Judged(holds, (mine, *(fact for fact in others if fact is not None)))


def first_kind(said: Matched) -> Judged:
    """ "The first was a pressure spike"."""
    found = nth(said.evidence, said.group("which"))
    if found is None or not said.names:
        return UNKNOWN
    facts = said.evidence.about(found[0], "anomaly_kind")
    kinds = kinds_said(said.text[said.text.rfind("»") :])
    hits = [f for f in facts if f.value in kinds and key(f.qualifier) == key(said.names[-1])]
    return Judged(bool(hits), (*found[1], *(hits or facts)))


def kinds_listed(said: Matched) -> Judged:
    """ "A drift, a level shift and a flat line": each the kind of a finding, of the whole sample."""
    if said.about.chosen or said.about.named:
        return UNKNOWN
    facts = [f for f in said.evidence.facts if f.kind == "anomaly_kind"]
    told = [kinds_said(part) for part in re.split(r",| and ", said.text) if part.strip()]
    hits = [[f for f in facts if f.value in kinds] for kinds in told]
    return Judged(all(hits), tuple(f for some in hits for f in some[:1])) if facts else UNKNOWN


def flagged_because(said: Matched) -> Judged:
    """ "Flagged because it stood still": the kind of its anomaly, which is why it was flagged."""
    facts = said.facts("anomaly_kind")
    kinds = kinds_said(said.text[said.text.find("because") :])
    if not facts or not kinds or (len(said.findings) > 1 and not said.about.chosen and not said.about.named):
        return UNKNOWN
    return Judged(all(f.value in kinds for f in facts), tuple(facts))


def beyond_band(said: Matched) -> Judged:
    """ "Exceeded its usual 36.8 to 36.84 °C"."""
    seen = said.facts("observed")
    normal = [f for f in said.facts("expected") if f.high is not None and f.low is not None]
    if not seen or len(normal) != 1:
        return UNKNOWN
    low, high = said.amounts[-2:]
    ends = float(normal[0].low or 0), float(normal[0].high or 0)
    low = low if low.unit else replace(low, quantity=low.quantity.with_unit(high.unit))
    named = low.states(ends[0], normal[0].unit) and high.states(ends[1], normal[0].unit)
    value = float(seen[0].value)
    return Judged(named and (value > ends[1] if said.way > 0 else value < ends[0]), (seen[0], normal[0]))


def direction_slight(said: Matched) -> Judged:
    """ "Slightly darker": that way, but within what is normal."""
    gaps, seen = said.facts("difference"), said.facts("observed")
    normal = [f for f in said.facts("expected") if f.high is not None and f.low is not None]
    if len(gaps) != 1 or len(seen) != 1 or len(normal) != 1:
        return UNKNOWN
    inside = float(normal[0].low or 0) <= float(seen[0].value) <= float(normal[0].high or 0)
    return Judged(inside and float(gaps[0].value) * said.way > 0, (gaps[0], seen[0], normal[0]))


def times_once(said: Matched) -> Judged:
    """ "A false alarm at most once in four days": the rate that is allowed."""
    facts = [f for f in said.evidence.about("sample", "false_alarms") if f.unit == PER_DAY]
    unit = seconds(said.amounts[-1].unit)
    days = said.amounts[-1].value
    if not facts or unit is None or days is None:
        return UNKNOWN
    rate = float(facts[0].value) * days * unit / 86400
    return Judged(ONCE <= rate <= 1 if said.group("most") else abs(rate - 1) <= ABOUT, tuple(facts))


def stain(said: Matched) -> Judged:
    """ "A stain of 10 points would have been noticed, one of 5 would not"."""
    kinds: dict[bool, FactKind] = {True: "stain_seen", False: "stain_unseen"}
    first, *rest = [a for a in said.amounts if a.value != 1 or a.unit]
    told = [(first, not said.denied), *((amount, bool(said.group("seen"))) for amount in rest)]
    return both(*(states(said, amount, said.evidence.about("sample", kinds[seen])) for amount, seen in told))


def picture_size(said: Matched) -> Judged:
    """ "300 pixels wide and as many tall"."""
    size = next(iter(said.evidence.about("sample", "sample_size")), None)
    told = _SIZE.match(str(size.value)) if size is not None else None
    if size is None or told is None or any(a.unit not in ("", "pixels") for a in said.amounts):
        return UNKNOWN
    values = [a.value for a in said.amounts]
    return Judged((values * 2)[:2] == [float(told[1]), float(told[2])], (size,))


_LACKING = ("gap", "missing data")


def lacking(said: Matched) -> Judged:
    """ "Went missing", "no gap": values or rows."""
    facts = said.facts("anomaly_kind")
    return said.judged(any(f.value in _LACKING for f in facts), *facts) if facts else UNKNOWN


def expected_none(said: Matched) -> Judged:
    """ "… which is normally idle": nothing is expected."""
    facts = said.facts("expected")
    return Judged(all(f.value == 0 for f in facts), tuple(facts)) if len(facts) == 1 else UNKNOWN


def edge_beyond(said: Matched) -> Judged:
    """ "Above the top of its normal range, which is 19.3 °C"."""
    if (said.way > 0) != ("upper" in said.text):
        return UNKNOWN
    return beyond_edge(said)


def full_width(said: Matched) -> Judged:
    """ "Across the whole width of the picture"."""
    size = next(iter(said.evidence.about("sample", "sample_size")), None)
    box = next(iter(said.facts("box")), None)
    told = _SIZE.match(str(size.value)) if size is not None else None
    edges = _BOX.match(str(box.value)) if box is not None else None
    if size is None or box is None or told is None or edges is None:
        return UNKNOWN
    return Judged(int(edges[1]) == 0 and int(edges[2]) >= int(told[1]) - 1, (size, box))


def none_other(said: Matched) -> Judged:
    """ "No other anomaly": there is one."""
    facts = said.evidence.about("sample", "finding_count")
    if not facts or said.about.chosen:
        return UNKNOWN
    return Judged(facts[0].value == 1, tuple(facts))


CHECKS = {
    "normal-seen": normal_seen, "side": side, "none-beside": none_beside, "none-first": none_first, "until-end": until_end,
    "none-overlap": none_overlap, "flagged": flagged, "count-placed": count_placed, "still-moving": still_moving, "later": later, "listed": listed, "count-side": count_side, "recovered": recovered,
    "only-until-end": only_until_end, "none-found": none_found, "confidence-because": confidence_because,
    "at-edge": at_edge, "lacking": lacking, "expected-none": expected_none, "edge-beyond": edge_beyond,
    "full-width": full_width, "none-other": none_other, "count-span": count_span, "compare-others": compare_others,
    "first-kind": first_kind, "kinds-listed": kinds_listed, "flagged-because": flagged_because,
    "beyond-band": beyond_band, "direction-slight": direction_slight, "times-once": times_once, "stain": stain,
    "picture-size": picture_size, "only-word": only_word, "lagged": lagged, "led": led,
    "longer-sum": lasts_longer_sum, "beyond-edge": beyond_edge,
}  # fmt: skip
