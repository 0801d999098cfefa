"""Channels of one finding against each other: which one deviates the most, how many times as much as another."""

from __future__ import annotations

import re
from dataclasses import replace

from anomalyst.agent.verifier.phrases.amounts import PART, TIMES, Amount
from anomalyst.agent.verifier.phrases.checks.values import PERCENT
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both, states
from anomalyst.agent.verifier.phrases.ranks import value_of
from anomalyst.evidence.facts import Fact, FactKind
from anomalyst.evidence.names import key
from anomalyst.evidence.units import POINTS

ALIKE = 0.05  # of the larger one, by which two amounts that are "the same" may differ
HARDLY = 0.02  # of the expected value, by which "hardly changed" may differ from it
MOST, NEARLY_ALL = 50.0, 90.0  # percent of a score
COLOURS = ("red", "green", "blue")


def _own(said: Matched, kind: FactKind) -> dict[str, Fact]:
    """A number of each channel of the finding, by name; of an image without brightness, which is made of colours."""
    facts = said.evidence.about(said.about.region or "", kind)
    found = {key(f.qualifier): f for f in facts if f.qualifier and value_of(f) is not None}
    return {name: fact for name, fact in found.items() if not found.keys() >= set(COLOURS) or name in COLOURS}


def _two(said: Matched, kind: FactKind) -> tuple[Fact, Fact] | None:
    """The facts of the channel spoken of and of the one that it is compared with."""
    names = said.names
    one = names[0] if len(names) == 2 else said.about.channel if said.about.chosen else None
    facts = {key(f.qualifier): f for f in said.evidence.about(said.about.region or "", kind)}
    if not names or one is None or key(one) == key(names[-1]):
        return None
    pair = facts.get(key(one)), facts.get(key(names[-1]))
    units = {f.unit for f in pair if f is not None}
    return (pair[0], pair[1]) if pair[0] is not None and pair[1] is not None and len(units) == 1 else None


def _number(fact: Fact) -> float:
    return value_of(fact) or 0.0


def _moves(said: Matched, *gaps: Fact) -> Judged:
    """Whether all differences go the way that the words say."""
    return Judged(all(_number(f) * said.way > 0 for f in gaps), gaps) if said.way else Judged(True)


def gap_times(said: Matched) -> Judged:
    """ "blue lost half as much as red"."""
    pair, amount = _two(said, "difference"), said.amounts[0]
    if pair is None or not _number(pair[1]) or amount.unit not in (TIMES, PART):
        return UNKNOWN
    holds = amount.is_(abs(_number(pair[0]) / _number(pair[1])))
    return both(Judged(holds, pair, () if holds else (amount,)), _moves(said, *pair))


def gap_more(said: Matched) -> Judged:
    """ "the inlet was further off than the outlet", "green fell less than red"."""
    pair = _two(said, "difference")
    if pair is None or abs(_number(pair[0])) == abs(_number(pair[1])):
        return UNKNOWN
    more = abs(_number(pair[0])) > abs(_number(pair[1]))
    return both(
        Judged(more == (said.group("rel") not in ("less", "less strongly", "smaller", "lower")), pair),
        _moves(said, *pair),
    )


def gap_most(said: Matched) -> Judged:
    """ "red dropped the most", "the largest deviation is in red", "least in blue"."""
    gaps = _own(said, "difference")
    name = said.names[-1] if said.names else said.about.channel if said.about.chosen else None
    mine = gaps.get(key(name)) if name else None
    if mine is None or len(gaps) < 2 or len({f.unit for f in gaps.values()}) > 1:
        return UNKNOWN
    sizes = [abs(_number(f)) for f in gaps.values() if f is not mine]
    least = said.group("rel") in ("least", "smallest")
    holds = all(abs(_number(mine)) < s if least else abs(_number(mine)) > s for s in sizes)
    counted = re.findall(r"(«n\d+») (?:colou?rs?|channels?|signals?)", said.text)
    if any(said.where.meaning(mark).value != len(gaps) for mark in counted):
        return UNKNOWN
    told = [_by(said, mine, amount) for amount in said.amounts[len(counted) :]]
    return both(Judged(holds, tuple(gaps.values())), _moves(said, mine), *told)


def _by(said: Matched, gap: Fact, amount: Amount) -> Judged:
    if gap.unit == POINTS and not amount.unit:
        amount = replace(amount, quantity=amount.quantity.with_unit(POINTS))
    return states(said, amount, [gap], absolute=True)


def gap_same(said: Matched) -> Judged:
    """ "… and blue is down by almost the same amount": as the channel named before it."""
    before = [key(n) for n in said.where.names(said.where.text[: said.match.start()]) if n != said.about.channel]
    gaps = _own(said, "difference")
    mine = gaps.get(key(said.about.channel)) if said.about.channel and said.about.chosen else None
    other = gaps.get(before[-1]) if before else None
    if mine is None or other is None or mine.unit != other.unit:
        return UNKNOWN
    one, two = abs(_number(mine)), abs(_number(other))
    return both(Judged(abs(one - two) <= ALIKE * max(one, two), (mine, other)), _moves(said, mine))


def gap_pair(said: Matched) -> Judged:
    """ "red rose by as much as blue fell, by 33 and 32 points"."""
    pair = _two(said, "difference")
    if pair is None:
        return UNKNOWN
    one, two = _number(pair[0]), _number(pair[1])
    alike = abs(abs(one) - abs(two)) <= ALIKE * max(abs(one), abs(two)) and (one > 0) != (two > 0)
    told = [_by(said, fact, amount) for fact, amount in zip(pair, said.amounts, strict=False)]
    return both(Judged(alike, pair), Judged(one * said.way > 0, pair), *told)


def gap_apart(said: Matched) -> Judged:
    """ "the gap between both is 0.6": between the sizes of the two differences spoken of."""
    gaps = _own(said, "difference")
    names = list(dict.fromkeys(key(n) for n in said.where.names(said.where.text) if key(n) in gaps))
    if len(names) != 2:
        return UNKNOWN
    one, two = gaps[names[0]], gaps[names[1]]
    apart = abs(abs(_number(one)) - abs(_number(two)))
    amount = said.amounts[0]
    holds = amount.unit in ("", POINTS, one.unit) and amount.is_(round(apart, 9))
    return Judged(holds, (one, two), () if holds else (amount,))


def hardly(said: Matched) -> Judged:
    """ "green has hardly changed": it differs from what is expected by next to nothing."""
    gap = next(iter(said.facts("difference")), None) if said.about.chosen else None
    normal = next(iter(said.facts("expected")), None)
    if gap is None or normal is None or not _number(normal):
        return UNKNOWN
    told = [_by(said, gap, amount) for amount in said.amounts]
    return both(Judged(abs(_number(gap)) <= HARDLY * abs(_number(normal)), (gap, normal)), *told)


def all_move(said: Matched) -> Judged:
    """ "all three colours are lower than they should be"."""
    gaps = _own(said, "difference")
    counts = [a.value for a in said.amounts]
    if len(gaps) < 2 or any(count != len(gaps) for count in counts) or not said.way:
        return UNKNOWN
    if said.group("which") == "both" and len(gaps) != 2:
        return UNKNOWN
    return _moves(said, *gaps.values())


def channels(said: Matched) -> Judged:
    """ "of the three colours", "of the seven channels"."""
    total = said.amounts[0]
    size = next(iter(said.evidence.about("sample", "sample_size")), None)
    count = re.search(r"× (\d+) channels", str(size.value)) if size else None
    if re.search(r"colou?r", said.text):
        gaps = _own(said, "difference")
        return Judged(total.value == len(gaps), tuple(gaps.values())) if gaps.keys() == set(COLOURS) else UNKNOWN
    return Judged(total.value == float(count[1]), (size,)) if count and size else UNKNOWN


def _level(said: Matched) -> FactKind:
    return "expected" if said.group("kind") else "observed"


def level_apart(said: Matched) -> Judged:
    """ "the outlet was 13 bar over the inlet", "the inlet should be 15.5 bar over the outlet"."""
    pair, amount = _two(said, _level(said)), said.amounts[0]
    if pair is None or not said.way:
        return UNKNOWN
    apart = said.way * (_number(pair[0]) - _number(pair[1]))
    holds = amount.states(round(apart, 9), POINTS if pair[0].unit == PERCENT else pair[0].unit)
    return Judged(holds, pair, () if holds else (amount,))


def level_times(said: Matched) -> Judged:
    """ "red was four times as strong as blue"."""
    pair, amount = _two(said, _level(said)), said.amounts[0]
    if pair is None or amount.unit not in (TIMES, PART) or _number(pair[0]) <= 0 or _number(pair[1]) <= 0:
        return UNKNOWN
    holds = amount.is_(_number(pair[0]) / _number(pair[1]))
    return Judged(holds, pair, () if holds else (amount,))


def equal_expected(said: Matched) -> Judged:
    """ "… although the two should have been equal": what is expected of the last two channels spoken of."""
    names = list(dict.fromkeys(key(n) for n in said.where.names(said.where.text[: said.match.start()])))[-2:]
    if any(amount.value != 2 for amount in said.amounts):
        return UNKNOWN
    facts = [f for f in said.evidence.about(said.about.region or "", "expected") if key(f.qualifier) in names]
    return Judged(facts[0].value == facts[1].value, tuple(facts)) if len(names) == 2 == len(facts) else UNKNOWN


def tinted(said: Matched) -> Judged:
    """ "something red", "an orange patch": of the colours, the one that is most above what is expected."""
    gaps = _own(said, "difference")
    mine = gaps.get(key(said.names[-1]))
    if mine is None or gaps.keys() != set(COLOURS):
        return UNKNOWN
    most = all(_number(mine) > _number(f) for f in gaps.values() if f is not mine)
    return Judged(most and _number(mine) > 0, tuple(gaps.values()))


def off(said: Matched) -> Judged:
    """ "the colour is way off in red and in blue": outside of what is expected."""
    named = {key(name) for name in said.names}
    about = said.evidence.about(said.about.region or "")
    seen = {key(f.qualifier): f for f in about if f.kind == "observed"}
    normal = {key(f.qualifier): f for f in about if f.kind == "expected" and None not in (f.low, f.high)}
    if not named <= seen.keys() & normal.keys():
        return UNKNOWN
    outside = [_is_off(_number(seen[n]), normal[n]) for n in named]
    return Judged(all(outside), tuple(seen[n] for n in named))


def _is_off(value: float, normal: Fact) -> bool:
    inside = (normal.low or 0) <= value <= (normal.high or 0)
    return not inside and abs(value - _number(normal)) > HARDLY * abs(_number(normal))


def share_alike(said: Matched) -> Judged:
    """ "both contribute about equally": the shares of the channels hardly differ."""
    shares = list(_own(said, "channel_share").values())
    if len(shares) != 2 or any(amount.unit == "" and amount.value != 2 for amount in said.amounts):
        return UNKNOWN
    if said.names and {key(name) for name in said.names} != {key(f.qualifier) for f in shares}:
        return UNKNOWN
    one, two = (_number(f) for f in shares)
    return said.judged(abs(one - two) <= ALIKE * max(one, two), *shares)


def share_most(said: Matched) -> Judged:
    """ "nearly all of the score", "most of it comes from cpu"."""
    name = said.names[-1] if said.names else said.about.channel if said.about.chosen or said.about.named else None
    mine = _own(said, "channel_share").get(key(name)) if name else None
    if mine is None:
        return UNKNOWN
    told = [states(said, amount, [mine]) for amount in said.amounts]
    least = NEARLY_ALL if re.search(r"all|whole|entire", said.group("much")) else MOST
    return both(Judged(_number(mine) >= least, (mine,)), *told)


def share_rest(said: Matched) -> Judged:
    """ "the remaining 10 % elsewhere": what the channels that have a share leave over."""
    shares = list(_own(said, "channel_share").values())
    if not shares:
        return UNKNOWN
    amount = said.amounts[0]
    if amount.unit not in (PART, PERCENT):
        return UNKNOWN
    holds = amount.states(round(100 - sum(_number(f) for f in shares), 9), PERCENT)
    return Judged(holds, tuple(shares), () if holds else (amount,))


CHECKS = {
    "gap-times": gap_times, "gap-more": gap_more, "gap-most": gap_most, "gap-same": gap_same, "gap-apart": gap_apart,
    "gap-pair": gap_pair, "share-most": share_most, "hardly": hardly, "all-move": all_move, "channels": channels,
    "level-apart": level_apart, "level-times": level_times, "equal-expected": equal_expected, "off": off,
    "tinted": tinted, "share-alike": share_alike, "share-rest": share_rest,
}  # fmt: skip
