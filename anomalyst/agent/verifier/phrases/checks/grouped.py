"""Findings and channels side by side: where each is, what is said of the rest, what comes before all others."""

from __future__ import annotations

import re
from collections import Counter

from anomalyst.agent.verifier.phrases.amounts import Amount
from anomalyst.agent.verifier.phrases.checks.chunked import channels_flagged, test_denied
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both
from anomalyst.agent.verifier.phrases.ranks import moment, the, value_of
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.agent.verifier.readings import kinds_moved, place_key
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.names import key

_SHARE = re.compile(r"(\d+) of (\d+)")
_COLUMNS = re.compile(r"(\d+) channels?")
_AT = re.compile(
    r"(?:(«n\d+») )?(?:finding )?((?:(?:upper|lower) )?(?:left|right|centre)|early|late|middle)\b"
    r"(?!,? (?:left|right|centre))"
)


def agreement_each(said: Matched) -> Judged:
    """ "All three rules back each of the five findings"."""
    facts = [f for finding in said.evidence.findings for f in said.evidence.about(finding.id, "rule_agreement")]
    found = [_SHARE.fullmatch(str(f.value)) for f in facts]
    if not facts or len(facts) != len(said.findings) or any(one is None for one in found):
        return UNKNOWN
    told = [(int(one[1]), int(one[2])) for one in found if one is not None]
    total, count = said.amount("total"), said.amount("count")
    counted = count is None or count.value == len(facts)
    named = total is None or all(total.value == all_ for _, all_ in told)
    two = said.group("which") != "both" or all(all_ == len(("one", "other")) for _, all_ in told)
    return Judged(counted and named and two and all(agree == all_ for agree, all_ in told), tuple(facts))


def places_listed(said: Matched) -> Judged:
    """ "One in the centre and one at the upper right": all findings there are, each at its place."""
    facts = [the(said.evidence, region, "place") for region in said.findings]
    told: Counter[frozenset[str]] = Counter()
    for mark, words in _AT.findall(said.text):
        number = said.where.meaning(mark).value if mark else 1
        told[frozenset(place_key(words))] += int(number or 0)
    count = said.amount("count")
    if len(facts) < 2 or any(fact is None for fact in facts) or (count is not None and count.value != len(facts)):
        return UNKNOWN
    real = Counter(frozenset(place_key(str(fact.value))) for fact in facts if fact is not None)
    return Judged(True if told == real else None, tuple(fact for fact in facts if fact is not None))


def count_way(said: Matched) -> Judged:
    """ "Two darker spots": as many findings as there are, each of them darker than expected."""
    number = said.amount("which")
    facts = [f for region in said.findings for f in said.evidence.about(region, "direction")]
    if number is None or number.unit or number.bounded or len(facts) != len(said.findings):
        return UNKNOWN
    ways = {1 if f.value == "brighter" else -1 if f.value == "darker" else 0 for f in facts}
    return Judged(number.value == len(facts) and ways == {said.way}, tuple(facts))


def first_then(said: Matched) -> Judged:
    """ "Twice: first with a step upwards and, about twenty minutes later, with a frozen reading": of one channel."""
    name = key(str(said.about.channel))
    own = [f for f in said.evidence.facts if f.kind == "anomaly_kind" and key(f.qualifier) == name]
    starts = [(moment(first), f) for f in own if (first := the(said.evidence, f.subject, "start")) is not None]
    if not said.about.chosen or len(starts) != 2 or any(at is None for at, _ in starts):
        return UNKNOWN
    (_, one), (later, other) = sorted(starts, key=lambda start: float(start[0] or 0))
    fits = one.value in kinds_moved(said.group("one")) and other.value in kinds_moved(said.group("two"))
    ways = [_goes(said, f, said.group(part)) for f, part in ((one, "one"), (other, "two"))]
    gaps = [_gap(said, one.subject, edge, float(later or 0)) for edge in ("start", "end")]
    apart = [gap for gap in gaps if gap is not None]
    held = not said.amounts or any(_lasts(said.amounts[0], gap) for gap in apart)
    return Judged(fits and all(ways) and held, (one, other))


def _goes(said: Matched, fact: Fact, words: str) -> bool:
    way = bool(re.search(r"\bup", words)) - bool(re.search(r"\bdown", words))
    own = [f for f in said.evidence.about(fact.subject, "direction") if f.qualifier == fact.qualifier]
    return not way or any(f.value == ("above" if way > 0 else "below") for f in own)


def _gap(said: Matched, region: str, edge: str, later: float) -> float | None:
    fact = the(said.evidence, region, "start" if edge == "start" else "end")
    at = moment(fact) if fact is not None else None
    return None if at is None else later - at


def _lasts(amount: Amount, gap: float) -> bool:
    unit = seconds(amount.unit)
    return unit is not None and amount.is_(gap / unit)


def before_others(said: Matched) -> Judged:
    """ "More than an hour before any of the other findings": the nearest of them begins so long after it."""
    mine, others = said.about.region, [r for r in said.findings if r != said.about.region]
    facts = [the(said.evidence, region, "start") for region in (mine, *others)]
    starts = [moment(f) if f is not None else None for f in facts]
    if mine is None or not others or any(at is None for at in starts):
        return UNKNOWN
    counts = [a for a in said.amounts if not a.unit]
    own, *rest = (float(at or 0) for at in starts)
    gaps = [(at - own) * (1 if said.group("which") == "before" else -1) for at in rest]
    lasts = [a for a in said.amounts if a.unit]
    counted = all(a.value == len(others) for a in counts)
    holds = min(gaps) > 0 and counted and all(_lasts(a, min(gaps)) for a in lasts)
    return Judged(holds, tuple(f for f in facts if f is not None))


def channels_rest(said: Matched) -> Judged:
    """ "…; the other three were not flagged", after channels were spoken of; "three of seven channels were not"."""
    size = next(iter(said.evidence.about("sample", "sample_size")), None)
    columns = _COLUMNS.search(str(size.value)) if size is not None else None
    kinds = [f for f in said.evidence.facts if f.kind == "anomaly_kind" and f.qualifier]
    number, total = said.amount("which"), said.amount("total")
    before = said.where.text[: said.match.end()]
    if number is None or number.unit or size is None or columns is None or not kinds or "channels" not in before:
        return UNKNOWN
    counted = total is None or total.value == int(columns[1])
    left = int(columns[1]) - len({key(f.qualifier) for f in kinds})
    return Judged(counted and number.is_(left), (size, *kinds))


def channels_split(said: Matched) -> Judged:
    """ "Four of the seven channels were flagged, three were not"."""
    return both(channels_flagged(said), channels_rest(said))


def channels_of(said: Matched) -> Judged:
    """ "Affects temperature and load alike": they, and no others, are the channels of the finding."""
    own = [f for f in said.evidence.about(said.about.region or "", "anomaly_kind") if f.qualifier]
    named = {key(name) for name in said.names}
    return Judged(True, tuple(own)) if own and {key(f.qualifier) for f in own} == named else UNKNOWN


def none_first(said: Matched) -> Judged:
    """ "Neither of the two channels moved first": there is no lag between them."""
    lags = said.evidence.about(said.about.region or "", "lag")
    counted = all(amount.value == len(lags) for amount in said.amounts)
    named = {key(name) for name in said.names} <= {key(f.qualifier) for f in lags}
    if len(lags) < 2 or (not said.amounts and len(lags) != 2):
        return UNKNOWN
    return Judged(counted and named and len({value_of(f) for f in lags}) == 1, tuple(lags))


def area_sum(said: Matched) -> Judged:
    """ "The two spots together cover 1.3 % of the picture"."""
    facts = [f for region in said.findings for f in said.evidence.about(region, "area")]
    if len(facts) != len(said.findings) or len(facts) < 2 or any(a.value != len(facts) for a in said.amounts[:-1]):
        return UNKNOWN
    amount = said.amounts[-1]
    return Judged(amount.states(sum(float(value_of(f) or 0) for f in facts), "%"), tuple(facts))


def test_denied_only(said: Matched) -> Judged:
    """ "…, only the memory drift did not", after what passed: it alone failed."""
    tests = [f for region in said.findings for f in said.evidence.about(region, "do_test")]
    own = test_denied(said)
    mine = {f.value for f in tests if f.subject == said.about.region}
    return both(own, Judged(sum(f.value in mine for f in tests) == 1, tuple(tests)))


def each_one(said: Matched) -> Judged:
    """ "There is one finding each in flue temperature, drum pressure and oxygen"."""
    tops = [f for f in said.evidence.facts if f.kind == "top_channel"]
    own = [[f for f in tops if key(str(f.value)) == key(name)] for name in said.names]
    if any(amount.value != 1 for amount in said.amounts):
        return UNKNOWN
    return Judged(all(len(some) == 1 for some in own), tuple(f for some in own for f in some))


def test_neither(said: Matched) -> Judged:
    """ "Neither the strip nor the image as a whole passed the healing test"."""
    own = [f for region in said.findings for f in said.evidence.about(region, "do_test")]
    facts = [*own, *said.evidence.about("sample", "do_test")]
    if not own or len(facts) == len(own) or len(said.findings) != 1:
        return UNKNOWN
    return Judged(all(f.value == ("failed" if said.way > 0 else "passed") for f in facts), tuple(facts))


def tone_than(said: Matched) -> Judged:
    """ "The spot in the centre is much darker than the one at the upper right": by its value, and by its difference."""
    other = next(iter(said.regions[-1:]), "")
    pairs = []
    for kind in ("observed", "difference"):
        pair = [
            f for r in (said.about.region, other) for f in said.evidence.facts
            if r and f.subject == r and f.kind == kind and f.qualifier == "brightness"
        ]  # fmt: skip
        pairs.append(pair)
    if other == said.about.region or any(len(pair) != 2 for pair in pairs):
        return UNKNOWN
    ways = {(float(value_of(one) or 0) - float(value_of(two) or 0)) * said.way > 0 for one, two in pairs}
    return Judged(ways.pop(), tuple(f for pair in pairs for f in pair)) if len(ways) == 1 else UNKNOWN


def rows_of(said: Matched) -> Judged:
    """ "Takes up 80 of the 1,000 rows": what a gap lacks, as the share of all that is missing."""
    kinds = said.facts("anomaly_kind")
    share = next(iter(said.evidence.about("sample", "missing_share")), None)
    size = next(iter(said.evidence.about("sample", "sample_size")), None)
    rows = re.match(r"([\d,]+) rows", str(size.value)) if size is not None else None
    if share is None or size is None or rows is None or len(said.findings) != 1 or not kinds:
        return UNKNOWN
    if any(f.value not in ("gap", "missing data") for f in kinds):
        return UNKNOWN
    some, total = said.amounts
    all_ = int(rows[1].replace(",", ""))
    return Judged(total.value == all_ and some.is_(float(share.value) * all_ / 100), (share, size, *kinds))


CHECKS = {
    "agreement-each": agreement_each, "places-listed": places_listed, "count-way": count_way,
    "first-then": first_then, "before-others": before_others, "channels-rest": channels_rest,
    "channels-split": channels_split, "test-neither": test_neither, "tone-than": tone_than, "rows-of": rows_of,
    "area-sum": area_sum, "each-one": each_one, "test-denied-only": test_denied_only,
    "channels-of": channels_of, "none-first-channel": none_first,
}  # fmt: skip
