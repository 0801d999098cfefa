"""Values against facts: observed, expected, how far apart, how many times, what share of the score."""

from __future__ import annotations

import re
from dataclasses import replace

from anomalyst.agent.verifier.phrases.amounts import PART, TIMES, Amount
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both, states
from anomalyst.agent.verifier.phrases.ranks import value_of
from anomalyst.agent.verifier.phrases.scaling import factor
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.names import key
from anomalyst.evidence.units import POINTS

PERCENT = "%"


def observed(said: Matched) -> Judged:
    """ "cpu stood at 75 %"."""
    if _is_part_of(said.amounts[0]):
        return UNKNOWN
    return states(said, said.amounts[0], said.facts("observed"))


def expected(said: Matched) -> Judged:
    """ "instead of the usual 5 %"."""
    if _is_part_of(said.amounts[0]):
        return UNKNOWN
    return states(said, said.amounts[0], said.facts("expected"))


def _is_part_of(amount: Amount) -> bool:
    """ "Less than half": of what is expected, and no value."""
    return amount.unit == PART and amount.bounded


def seen_normal(said: Matched) -> Judged:
    """ "75 % instead of 5 %"."""
    one, two = said.amounts
    if _is_part_of(one) or _is_part_of(two):
        return UNKNOWN
    return both(states(said, one, said.facts("observed")), states(said, two, said.facts("expected")))


def moved(said: Matched) -> Judged:
    """ "cpu climbed to 75 %": observed, and above what was expected."""
    return both(observed(said), _way(said, said.way), _manner(said))


def moved_from(said: Matched) -> Judged:
    """ "cpu climbed from 5 % to 75 %": from expected to observed."""
    one, two = said.amounts
    parts = states(said, one, said.facts("expected")), states(said, two, said.facts("observed"))
    return both(*parts, _way(said, said.way), _manner(said))


def moved_by(said: Matched) -> Judged:
    """ "cpu climbed by 70 points"."""
    if said.amounts and said.amounts[-1].bounded and not re.search(r"\b(?:by|of)\b", said.text):
        return UNKNOWN  # "fell below 92 %" says where to
    return both(difference(said), _manner(said))


def moved_past(said: Matched) -> Judged:
    """ "Fell below 92 %": and that way."""
    if not said.amounts[-1].bounded or (said.amounts[-1].near in (">", ">=")) != (said.way > 0):
        return UNKNOWN
    return both(observed(said), _way(said, said.way))


def moved_way(said: Matched) -> Judged:
    """ "cpu climbed": above what was expected."""
    return both(_way(said, said.way), _manner(said))


# What some verbs of motion say besides: which kinds of anomaly move so.
_MANNERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\bspik", ("spike",)),
    (r"\bdip", ("dip",)),
    (r"\bstep", ("level shift",)),
    (r"\bcre|\bcrawl|\bedged", ("drift",)),
)


def _manner(said: Matched) -> Judged:
    """Whether the kind of anomaly moves as the verb says: what spiked is a spike."""
    kinds = next((kinds for word, kinds in _MANNERS if re.search(word, said.text)), ())
    facts = said.facts("anomaly_kind")
    if not kinds:
        return Judged(True)
    return Judged(any(f.value in kinds for f in facts), tuple(facts[:1])) if facts else UNKNOWN


def stuck_at(said: Matched) -> Judged:
    """ "was stuck at 4.77 ms": a flat line, at the observed value."""
    facts = said.facts("anomaly_kind")
    flat = Judged(any(f.value == "flat line" for f in facts), tuple(facts[:1])) if facts else UNKNOWN
    return both(observed(said), flat)


def band(said: Matched) -> Judged:
    """ "the normal range is 4.7 to 5.9 %"."""
    low, high = said.amounts
    facts = [f for f in said.facts("expected") if f.low is not None and f.high is not None]
    if not facts:
        return UNKNOWN
    for fact in facts:
        unit = low if low.unit else Amount(low.quantity.with_unit(high.unit), low.near)
        if unit.states(float(fact.low or 0), fact.unit) and high.states(float(fact.high or 0), fact.unit):
            return Judged(True, (fact,))
    return Judged(False, tuple(facts[:2]), (low, high))


def difference(said: Matched) -> Judged:
    """ "70 points too high", "off by 70 points", "165 % above normal"."""
    amount = said.amounts[-1] if said.amounts else None
    if amount is None:
        return UNKNOWN
    if amount.unit == TIMES:
        return ratio(said)
    if amount.unit == PART and "full scale" not in said.text and amount.value is not None:
        return both(_relative(said, amount, 1), _way(said, said.way))
    if amount.unit == PART and amount.value is not None:
        amount = Amount(replace(amount.quantity, value=100 * amount.value, unit=POINTS), "about")
    facts = said.facts("difference")
    if amount.unit == PERCENT and all(not f.unit.startswith(("percentage", PERCENT)) for f in facts):
        return both(_relative(said, amount), _way(said, said.way))
    if amount.unit == POINTS and all(f.unit == PERCENT for f in facts):  # as runs recorded it before
        amount = replace(amount, quantity=amount.quantity.with_unit(PERCENT))
    if amount.quantity.signed:
        return UNKNOWN  # the words give it its sign
    return both(states(said, amount, facts, absolute=True), _way(said, said.way))


def _way(said: Matched, way: int) -> Judged:
    """Whether the observed value lies above (+1) or below (−1) the expected one; of every channel that may be meant."""
    if not way:
        return Judged(True)
    facts = said.facts("difference")
    if not facts:
        facts = said.facts("direction")
        ways = {1 if f.value in ("above", "brighter") else -1 for f in facts if f.value in _SIGNS}
    else:
        ways = {(v > 0) - (v < 0) for f in facts if (v := value_of(f)) is not None and not _is_nothing(said, f)}
    if not ways or (len(ways) > 1 and said.about.channel is None):
        return UNKNOWN
    return Judged(ways == {way}, tuple(facts[:1]))


TINY = 0.002  # of what is expected, by which a value that differs is neither higher nor lower


def _is_nothing(said: Matched, gap: Fact) -> bool:
    normal = [f for f in said.of(gap.subject, "expected") if key(f.qualifier) == key(gap.qualifier)]
    return any(abs(float(gap.value)) <= TINY * abs(value_of(f) or 0.0) for f in normal)


_SIGNS = ("above", "below", "brighter", "darker")


def _pairs(said: Matched) -> list[tuple[Fact, Fact]]:
    """(observed, expected) of each channel that may be meant."""
    seen, normal = said.facts("observed"), said.facts("expected")
    numbers = [f for f in (*seen, *normal) if value_of(f) is not None]
    return [
        (o, e) for o in seen for e in normal if o in numbers and e in numbers and key(o.qualifier) == key(e.qualifier)
    ]


def _relative(said: Matched, amount: Amount, whole: int = 100) -> Judged:
    """How many percent, or what part, of the expected value the difference is."""
    pairs = [(o, e) for o, e in _pairs(said) if float(e.value) > 0]
    if not pairs:
        return UNKNOWN
    for seen, normal in pairs:
        if amount.is_(whole * abs(float(seen.value) - float(normal.value)) / float(normal.value)):
            return Judged(True, (seen, normal))
    return Judged(False, pairs[0], (amount,))


_RISES = re.compile(r"\b(?:rose|ris|climb|jump|soar|surg|increas|grew|shot up)")
_FALLS = re.compile(r"\b(?:fell|fall|drop|s[aiu]nk|declin|decreas|slump|plung)")


def ratio(said: Matched) -> Judged:
    """ "14 times what is normal", "half the usual value"."""
    amount = said.amounts[0]
    pairs = [(o, e) for o, e in _pairs(said) if float(e.value) > 0 and float(o.value) > 0]
    of_it = " of " in said.text or re.search(r"» level normal$", said.text)
    if amount.unit == PERCENT and of_it and amount.value is not None:  # "40 % of what is normal"
        amount = replace(amount, quantity=replace(amount.quantity, value=amount.value / 100, decimals=2, unit=PART))
    if not pairs or amount.unit not in (TIMES, PART, ""):
        return UNKNOWN
    if re.search(r"\bas low\b", said.text):
        return UNKNOWN
    turned = said.group("down") != "" and amount.unit != PART
    way = bool(_RISES.search(said.text)) - bool(_FALLS.search(said.text))
    for seen, normal in pairs:
        share = float(seen.value) / float(normal.value)
        if way * (share - 1) >= 0 and amount.is_(1 / share if turned else share):
            return Judged(True, (seen, normal))
    return Judged(False, pairs[0], (amount,))


def ratio_expected(said: Matched) -> Judged:
    """ "three times the usual 71 MB"."""
    return both(ratio(said), states(said, said.amounts[1], said.facts("expected")))


def smaller_by(said: Matched) -> Judged:
    """ "three times lower than normal"."""
    amount = said.amounts[0]
    pairs = [(o, e) for o, e in _pairs(said) if float(e.value) > 0 and float(o.value) > 0]
    if amount.unit != TIMES or not pairs:
        return UNKNOWN
    hits = [p for p in pairs if amount.is_(float(p[1].value) / float(p[0].value))]
    return Judged(True, hits[0]) if hits else Judged(False, pairs[0], (amount,))


def direction(said: Matched) -> Judged:
    """ "well above normal"."""
    judged = (
        _beyond(said)
        if re.search(r"range|band|interval|limit|corridor|edge|end of", said.text)
        else _way(said, said.way)
    )
    return said.judged(judged.holds, *judged.facts)


def _beyond(said: Matched) -> Judged:
    """ "Below its normal range": outside of it, on that side."""
    told = {_side(seen, normal) for seen, normal in _pairs(said) if None not in (normal.low, normal.high)}
    return Judged(told == {said.way}, _pairs(said)[0]) if len(told) == 1 else UNKNOWN


def _side(seen: Fact, normal: Fact) -> int:
    """+1 above the range of what is expected, −1 below, 0 within."""
    value = float(seen.value)
    return (value > float(normal.high or 0)) - (value < float(normal.low or 0))


def beyond_expected(said: Matched) -> Judged:
    """ "well above the 71 MB that were expected"."""
    amount = said.amounts[0]
    if amount.unit == PART:
        return UNKNOWN
    near = "" if amount.bounded else amount.near  # "above" was read as a relation
    told = states(said, replace(amount, near=near), said.facts("expected"))
    return both(told, _way(said, said.way))


def edge(said: Matched) -> Judged:
    """ "3.9 degrees over the upper end of the normal range"."""
    if (said.way > 0) != bool(re.search(r"upper|top", said.text)):
        return UNKNOWN
    amount, pairs = said.amounts[0], [p for p in _pairs(said) if None not in (p[1].low, p[1].high)]
    gaps = [
        (o, e, float(o.value) - float(e.high or 0) if said.way > 0 else float(e.low or 0) - float(o.value))
        for o, e in pairs
    ]
    if not gaps:
        return UNKNOWN
    hits = [g for g in gaps if g[2] > 0 and amount.states(g[2], _gap_unit(g[0].unit))]
    return Judged(True, hits[0][:2]) if hits else Judged(False, gaps[0][:2], (amount,))


def _gap_unit(unit: str) -> str:
    return POINTS if unit == PERCENT else unit


def _inside(said: Matched) -> Judged:
    found = [(o, e) for o, e in _pairs(said) if e.low is not None and e.high is not None]
    inside = {float(e.low or 0) <= float(o.value) <= float(e.high or 0) for o, e in found}
    return Judged(inside == {True}, found[0]) if len(inside) == 1 else UNKNOWN


def within(said: Matched) -> Judged:
    """ "inside the normal range"."""
    judged = _inside(said)
    return said.judged(judged.holds, *judged.facts)


def outside(said: Matched) -> Judged:
    """ "outside the normal range"."""
    judged = _inside(said)
    return said.judged(None if judged.holds is None else not judged.holds, *judged.facts)


def share(said: Matched) -> Judged:
    """ "accounts for 62 % of the score"."""
    facts = said.facts("channel_share")
    if said.about.channel is None and len(facts) != 1:
        return UNKNOWN
    return _shares(said, said.amounts[0], facts)


def share_of(said: Matched) -> Judged:
    """ "62 % of the score comes from cpu"."""
    facts = [f for f in said.facts("channel_share") if key(f.qualifier) == key(said.names[-1])]
    return _shares(said, said.amounts[0], facts)


def _shares(said: Matched, amount: Amount, facts: list[Fact]) -> Judged:
    return states(said, amount, facts)


def share_sum(said: Matched) -> Judged:
    """ "together 83 % of the score": of the channels named, or of all that have a share."""
    named = {key(name) for name in said.names}
    facts = [f for f in said.evidence.about(said.about.region or "", "channel_share")]
    facts = [f for f in facts if not named or key(f.qualifier) in named]
    if len(facts) < 2 or (named and len(facts) != len(named)):
        return UNKNOWN
    amount, total = said.amounts[0], sum(float(f.value) for f in facts)
    holds = amount.states(total, PERCENT)
    return Judged(holds, tuple(facts), () if holds else (amount,))


def top(said: Matched) -> Judged:
    """ "cpu has the largest share"."""
    facts = said.facts("top_channel")
    if not facts or not said.names:
        return UNKNOWN
    return Judged(all(key(str(f.value)) == key(said.names[-1]) for f in facts), tuple(facts))


def channel_more(said: Matched) -> Judged:
    """ "cpu contributes more than memory"."""
    if len(said.names) != 2 and not (said.names and said.about.channel):
        return UNKNOWN
    one, two = said.names if len(said.names) == 2 else (str(said.about.channel), said.names[0])
    shares = {key(f.qualifier): f for f in said.evidence.about(said.about.region or "", "channel_share")}
    if not {key(one), key(two)} <= set(shares):
        return UNKNOWN
    first, second = shares[key(one)], shares[key(two)]
    more = float(first.value) > float(second.value) if said.group("rel") == "more" else (
        float(first.value) < float(second.value))  # fmt: skip
    return Judged(more, (first, second))


def moved_first(said: Matched) -> Judged:
    """ "cpu moved first"."""
    facts = said.facts("moved_first")
    return Judged(key(str(facts[0].value)) == key(said.names[-1]), (facts[0],)) if facts and said.names else UNKNOWN


def lag(said: Matched) -> Judged:
    """ "memory followed 3 s later"."""
    facts = [f for f in said.evidence.about(said.about.region or "", "lag") if key(f.qualifier) == key(said.names[-1])]
    return states(said, said.amounts[0], facts)


def together(said: Matched) -> Judged:
    """ "cpu and memory moved at the same time"."""
    named = {key(name) for name in said.names}
    facts = [f for f in said.evidence.about(said.about.region or "", "lag") if key(f.qualifier) in named]
    if len(named) < 2 or len(facts) != len(named):
        return UNKNOWN
    return said.judged(len({(f.value, f.unit) for f in facts}) == 1, *facts)


def area(said: Matched) -> Judged:
    """ "covers 2 % of the image"."""
    return states(said, said.amounts[0], said.facts("area"))


def bare(said: Matched) -> Judged:
    """ "(4.77 ms)", ", a minute and a half": beside what it is said of, what was observed, or how long it lasts."""
    amount = said.amounts[0]
    if not amount.unit or amount.unit in (TIMES, PART):
        return UNKNOWN
    seen = [] if said.about.channel is None or said.text.startswith("for ") else said.facts("observed")
    alike = [f for f in seen if factor(amount.unit, f.unit) is not None]
    only_seen = bool(alike) and amount.bounded  # "exceeded 9 ms": not "lasted more than 9 ms"
    judged = states(said, amount, alike if only_seen else [*seen, *said.facts("duration", "area")])
    return judged if judged.holds else UNKNOWN


def difference_expected(said: Matched) -> Judged:
    """ "148 MB more than the 71 MB that were expected"."""
    first, facts = said.amounts[0], said.facts("difference")
    if first.unit == PERCENT and all(not f.unit.startswith(("percentage", PERCENT)) for f in facts):
        gap = both(_relative(said, first), _way(said, said.way))
    else:
        gap = both(states(said, first, facts, absolute=True), _way(said, said.way))
    other = said.amounts[1]
    expected = Amount(other.quantity, "" if other.bounded else other.near, other.borrowed)  # "above" is of the gap
    return both(gap, states(said, expected, said.facts("expected")))


CHECKS = {
    "observed": observed, "expected": expected, "seen-normal": seen_normal, "moved": moved, "moved-from": moved_from,
    "moved-by": moved_by, "moved-past": moved_past, "moved-way": moved_way,
    "stuck-at": stuck_at, "band": band, "difference": difference, "ratio": ratio,
    "ratio-expected": ratio_expected, "smaller-by": smaller_by, "direction": direction, "within": within,
    "outside": outside, "share": share, "share-of": share_of, "share-sum": share_sum, "top": top,
    "channel-more": channel_more, "moved-first": moved_first, "lag": lag, "together": together, "area": area,
    "edge": edge, "bare": bare, "beyond-expected": beyond_expected, "difference-expected": difference_expected,
}  # fmt: skip
