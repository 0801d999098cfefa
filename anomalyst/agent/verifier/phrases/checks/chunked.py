"""What only chunks say: one of a kind, shares of the whole, several findings together, the end of the recording."""

from __future__ import annotations

import re
from dataclasses import replace

from anomalyst.agent.verifier.phrases.amounts import PART, Amount
from anomalyst.agent.verifier.phrases.checks.compared import share_alike
from anomalyst.agent.verifier.phrases.checks.counted import lacking
from anomalyst.agent.verifier.phrases.checks.edges import direction_slight
from anomalyst.agent.verifier.phrases.checks.kinds import count, kind, tested
from anomalyst.agent.verifier.phrases.checks.sides import led, none_overlap, until_end
from anomalyst.agent.verifier.phrases.checks.times import duration, is_at_end, is_just_after, span_of
from anomalyst.agent.verifier.phrases.checks.values import bare, difference, moved_way, ratio
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both, states
from anomalyst.agent.verifier.phrases.ranks import length, moment, nth, the
from anomalyst.agent.verifier.phrases.scaling import plain, seconds
from anomalyst.agent.verifier.readings import kinds_moved
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.names import key
from anomalyst.evidence.numbers import agrees_in_time

_SHARE = re.compile(r"(\d+) of (\d+)")
_COLUMNS = re.compile(r"(\d+) channels?")
_PERCENT_EACH = 50.0


def count_one(said: Matched) -> Judged:
    """ "A single anomaly"."""
    facts = said.evidence.about("sample", "finding_count")
    one = Judged(facts[0].value == 1, tuple(facts)) if facts else UNKNOWN
    return both(one, _whole_lasts(said, said.amounts[-1])) if said.amounts else one


def _whole_lasts(said: Matched, amount: Amount) -> Judged:
    whole, unit = span_of(said.evidence), seconds(amount.unit)
    if whole is None or unit is None:
        return UNKNOWN
    return Judged(amount.is_((whole[1] - whole[0]).total_seconds() / unit), (whole[2],))


def count_over(said: Matched) -> Judged:
    """ "Three anomalies in twelve hours"."""
    return both(count(said), _whole_lasts(said, said.amounts[-1]))


def within_time(said: Matched) -> Judged:
    """ "Over within a minute": in no more, and hardly less."""
    amount, facts = said.amounts[-1], said.facts("duration")
    most = replace(amount, near="<=")
    least = replace(amount, near=">=", quantity=replace(amount.quantity, value=(amount.value or 0) / 2))
    return both(states(said, most, facts), states(said, least, facts))


def times_longer_rank(said: Matched) -> Judged:
    """ "67 times as long as the shortest"."""
    other = nth(said.evidence, said.group("rank"))
    amount = said.amounts[0]
    lengths = [length(the(said.evidence, r, "duration")) for r in (said.about.region, other[0] if other else None)]
    one, two = lengths
    if other is None or other[0] == said.about.region or not one or not two:
        return UNKNOWN
    return Judged(amount.is_(one / two), other[1])


def allowed_alarms(said: Matched) -> Judged:
    """ "Allows 2.8 false alarms per day"."""
    amount = said.amounts[-1]
    facts = [f for f in said.evidence.about("sample", "false_alarms") if f.unit == plain(amount.unit)]
    near = "" if amount.near in ("<=", "<") else amount.near
    return states(said, Amount(amount.quantity, near), facts) if facts else UNKNOWN


def test_again(said: Matched) -> Judged:
    """ "…, although R5 failed", after a healing test was spoken of."""
    told = "healing test" in said.where.text[: said.match.start()]
    tests = [f for region in said.regions for f in said.evidence.about(region, "do_test")]
    if not told or not tests:
        return UNKNOWN
    return Judged(all(f.value == ("passed" if said.way > 0 else "failed") for f in tests), tuple(tests))


def ratio_moved(said: Matched) -> Judged:
    """ "Rose to three times the usual": that many times, and that way."""
    plain = replace(said, match=_without_way(said.match))
    return both(ratio(plain), moved_way(said))


def _without_way(match: re.Match[str]) -> re.Match[str]:
    """The number within the phrase alone, so that its way does not turn the ratio round."""
    found = re.compile(r"«n\d+».*").search(match.string, match.start(), match.end())
    return found if found is not None else match


def part_sum(said: Matched) -> Judged:
    """ "Together, the three episodes make up a third of the recording"."""
    whole = span_of(said.evidence)
    facts = [f for finding in said.evidence.findings for f in said.evidence.about(finding.id, "duration")]
    lengths = [length(f) for f in facts]
    count = said.amount("count")
    amount = said.amounts[-1]
    if whole is None or len(facts) < 2 or len(facts) != len(said.findings) or amount.unit not in ("part", "%"):
        return UNKNOWN
    if any(one is None for one in lengths) or (count is not None and count.value != len(facts)):
        return UNKNOWN
    total = (whole[1] - whole[0]).total_seconds()
    share = sum(one or 0.0 for one in lengths) / total if total else 0.0
    return Judged(amount.is_(share * (100 if amount.unit == "%" else 1)), (*facts, whole[2]))


def share_each(said: Matched) -> Judged:
    """ "A 50/50 split": the shares of two channels hardly differ."""
    first, *rest = said.amounts
    if first.value != _PERCENT_EACH or any(amount.value != 2 for amount in rest):
        return UNKNOWN
    return share_alike(said)


def until_end_at(said: Matched) -> Judged:
    """ "Until the recording stopped just before eight"."""
    return both(until_end(said), Judged(is_at_end(said.evidence, said.times[-1]) or None))


def end_past(said: Matched) -> Judged:
    """ "Until after half past midnight": it ends then, or soon after."""
    facts = said.facts("end")
    holds = any(is_just_after(said.evidence, said.times[-1], str(f.value)) for f in facts)
    return Judged(holds or None, tuple(facts)) if facts else UNKNOWN


def seen_share(said: Matched) -> Judged:
    """ "When faults were planted, the system caught three out of four"."""
    facts = said.evidence.about("sample", "seen_faults")
    found = _SHARE.fullmatch(str(facts[0].value)) if facts else None
    value = said.amounts[-1].value
    if found is None or value is None or said.amounts[-1].unit:
        return UNKNOWN
    return Judged(abs(value - int(found[1]) / int(found[2])) < 1e-9, tuple(facts))


def lag_after(said: Matched) -> Judged:
    """ "The pulse rose five minutes after the saturation fell": the one that moved first, and how much later."""
    first, mine = said.facts("moved_first"), said.about.channel
    other = said.names[-1]
    later, leader = (mine, other) if said.group("which") == "after" else (other, mine)
    about = said.evidence.about(said.about.region or "", "lag")
    lags = [f for f in about if later and key(f.qualifier) == key(later)]
    if not first or not lags or key(other) == key(str(mine)):
        return UNKNOWN
    moves = moved_way(replace(said, about=replace(said.about, channel=other)))
    led = Judged(key(str(first[0].value)) == key(str(leader)), (first[0],))
    return both(states(said, said.amounts[0], lags), led, moves)


def span_day(said: Matched) -> Judged:
    """ "The run from 18 September": the recording begins on that day."""
    whole, time = span_of(said.evidence), said.times[-1]
    if whole is None or time.clock:
        return UNKNOWN
    return Judged(agrees_in_time(time, whole[0].isoformat()), (whole[2],))


def starts_listed(said: Matched) -> Judged:
    """ "The anomalies began at 13:50, 14:56 and 16:20": all of them, in order."""
    found = [(moment(f), f) for finding in said.evidence.findings for f in said.evidence.about(finding.id, "start")]
    told = said.amount("total")
    if len(found) != len(said.times) or any(at is None for at, _ in found):
        return UNKNOWN
    facts = [f for _, f in sorted(found, key=lambda one: float(one[0] or 0))]
    counted = told is None or told.value == len(facts)
    fits = all(agrees_in_time(time, str(f.value)) for time, f in zip(said.times, facts, strict=True))
    return Judged(counted and fits, tuple(facts))


def none_overlap_of(said: Matched) -> Judged:
    """ "The three episodes do not overlap": there are as many."""
    return both(none_overlap(said), Judged(said.amounts[0].value == len(said.findings)))


def _tops(said: Matched) -> list[Fact]:
    return [f for finding in said.evidence.findings for f in said.evidence.about(finding.id, "top_channel")]


def count_mine(said: Matched) -> Judged:
    """ "cpu is behind two of the five anomalies"."""
    total = said.amount("total")
    mine = [f for f in _tops(said) if key(str(f.value)) == key(said.names[0])]
    number = said.amount("which")
    if number is None or number.unit or not _tops(said):
        return UNKNOWN
    counted = total is None or total.value == len(said.findings)
    return Judged(counted and number.is_(len(mine)), tuple(mine or _tops(said)[:1]))


def channels_flagged(said: Matched) -> Judged:
    """ "Of the five channels, four show an anomaly"."""
    total, number = said.amount("total"), said.amount("which")
    size = next(iter(said.evidence.about("sample", "sample_size")), None)
    columns = _COLUMNS.search(str(size.value)) if size is not None else None
    kinds = [f for f in said.evidence.facts if f.kind == "anomaly_kind" and f.qualifier]
    if number is None or number.unit or size is None or columns is None or not kinds:
        return UNKNOWN
    counted = total is None or total.value == int(columns[1])
    return Judged(counted and number.is_(len({key(f.qualifier) for f in kinds})), (size, *kinds))


def channels_apart(said: Matched) -> Judged:
    """ "All four anomalies are in different channels"."""
    tops = _tops(said)
    if len(tops) < 2 or len(tops) != len(said.findings) or any(a.value not in (1, len(tops)) for a in said.amounts):
        return UNKNOWN
    return Judged(len({key(str(f.value)) for f in tops}) == len(tops), tuple(tops))


def channel_count(said: Matched) -> Judged:
    """ "Two channels are involved" in a finding that is named, or the only one."""
    if said.about.region is None or not (said.about.named or len(said.findings) == 1):
        return UNKNOWN
    facts = [f for f in said.evidence.about(said.about.region, "anomaly_kind") if f.qualifier]
    return Judged(said.amounts[0].is_(len(facts)), tuple(facts)) if facts and not said.amounts[0].unit else UNKNOWN


def channels_over(said: Matched) -> Judged:
    """ "Five findings, spread over four channels": as many as the findings are of."""
    facts = [f for r in said.findings for f in said.evidence.about(r, "anomaly_kind") if f.qualifier]
    number = len({key(f.qualifier) for f in facts})
    return Judged(said.amounts[0].is_(number), tuple(facts)) if facts and not said.amounts[0].unit else UNKNOWN


def kind_long(said: Matched) -> Judged:
    """ "A ten-minute gap": of that kind, and that long."""
    lacks = lacking(said) if "missing data" in said.text else kind(said)
    lasts = duration(said)
    return both(bare(said) if lasts.holds is None else lasts, lacks)


def order_of(said: Matched) -> Judged:
    """ "The saturation fell before the pulse rose": of one finding, the channel that moved first; of two, the one that
    is over before the other begins."""
    mine, other = said.about.region, next(iter(said.others[-1:]), "")
    if said.names and other in ("", mine):
        return _led(said)
    earlier, after = (mine, other) if said.group("which") == "before" else (other, mine)
    last, first = the(said.evidence, earlier, "end"), the(said.evidence, after, "start")
    ends = [moment(f) if f is not None else None for f in (last, first)]
    if last is None or first is None or None in ends or mine == other:
        return UNKNOWN
    apart = Judged(True if float(ends[0] or 0) < float(ends[1] or 0) else None, (last, first))
    kinds = [f for f in said.evidence.about(other, "anomaly_kind") if f.value in kinds_moved(said.group("kind"))]
    called = Judged(bool(kinds), tuple(kinds)) if said.group("kind") else Judged(True)
    return both(apart, said.moves(other), called)


def _led(said: Matched) -> Judged:
    first, other = said.facts("moved_first"), said.names[-1]
    leader = said.about.channel if said.group("which") == "before" else other
    lagged = other if said.group("which") == "before" else said.about.channel
    lags = [f for f in said.evidence.about(said.about.region or "", "lag") if key(f.qualifier) == key(str(lagged))]
    if not first or not lags or key(str(leader)) == key(str(lagged)):
        return UNKNOWN
    moves = moved_way(replace(said, about=replace(said.about, channel=other)))
    return both(Judged(key(str(first[0].value)) == key(str(leader)), (first[0], *lags)), moves)


def test_denied(said: Matched) -> Judged:
    """ "…, the pressure spike did not", after what of all others passed the healing test, or failed it."""
    told = re.search(r"(?:(passed)|failed) (?:own )?healing test|healing test (?:(passed)|failed)", said.where.text)
    subject = "sample" if said.group("whole") else tested(said)
    tests = said.evidence.about(subject, "do_test") if subject else []
    if told is None or told.end() > said.match.start() or not tests:
        return UNKNOWN
    wanted = "failed" if told[1] or told[2] else "passed"
    return Judged(all(f.value == wanted for f in tests), tuple(tests))


def test_did(said: Matched) -> Judged:
    """ "…, although the image as a whole did", after what failed the healing test."""
    told = re.findall(r"passed|failed", said.where.text[: said.match.start()])
    subject = "sample" if said.group("whole") else tested(said)
    tests = said.evidence.about(subject, "do_test") if subject else []
    if not told or told[-1] != "failed" or "healing test" not in said.where.text or not tests:
        return UNKNOWN
    return Judged(all(f.value == "passed" for f in tests), tuple(tests))


_BOX = re.compile(r"x (\d+)–(\d+), y (\d+)–(\d+)")
_LONG = 1.5  # times as long as wide, from which on a strip lies or stands


def upright(said: Matched) -> Judged:
    """ "A vertical strip": its box is higher than wide."""
    facts = said.facts("box")
    found = _BOX.fullmatch(str(facts[0].value)) if facts else None
    if found is None:
        return UNKNOWN
    wide, high = int(found[2]) - int(found[1]), int(found[4]) - int(found[3])
    return Judged(wide > _LONG * high if said.denied else high > _LONG * wide, tuple(facts))


def count_test(said: Matched) -> Judged:
    """ "Three passed the healing test and one failed", "…, one did not"."""
    before = said.where.text[: said.match.end()]
    told = re.findall(r"passed|failed", before)
    tests = [f for finding in said.evidence.findings for f in said.evidence.about(finding.id, "do_test")]
    number = said.amount("which")
    counts = number is not None and number.unit in ("", PART)
    if "healing test" not in said.where.text or not told or not tests or number is None or not counts:
        return UNKNOWN
    wanted = told[-1] if said.way else {"passed": "failed", "failed": "passed"}[told[-1]]
    some = sum(f.value == wanted for f in tests)
    return Judged(number.is_(some / len(tests) if number.unit == PART else some), tuple(tests))


def missing_covers(said: Matched) -> Judged:
    """ "The gap takes up 0.67 % of all values"."""
    return both(lacking(said), states(said, said.amounts[0], said.evidence.about("sample", "missing_share")))


def slight_by(said: Matched) -> Judged:
    """ "Slightly lower than expected, by 1.4 mmHg"."""
    return both(direction_slight(said), difference(said))


def led_way(said: Matched) -> Judged:
    """ "The saturation fell first"."""
    return both(led(said), moved_way(said))


CHECKS = {
    "channels-over": channels_over,
    "led-way": led_way, "test-did": test_did,
    "count-test": count_test, "missing-covers": missing_covers, "slight-by": slight_by,
    "count-over": count_over, "within-time": within_time, "times-longer-rank": times_longer_rank,
    "allowed-alarms": allowed_alarms, "test-again": test_again,
    "kind-long": kind_long, "order-of": order_of, "test-denied": test_denied, "upright": upright,
    "starts-listed": starts_listed, "none-overlap-of": none_overlap_of, "count-mine": count_mine,
    "channels-flagged": channels_flagged, "channels-apart": channels_apart, "channel-count": channel_count,
    "lag-after": lag_after, "span-day": span_day,
    "count-one": count_one, "ratio-moved": ratio_moved, "part-sum": part_sum, "share-each": share_each,
    "until-end-at": until_end_at, "end-past": end_past, "seen-share": seen_share,
}  # fmt: skip
