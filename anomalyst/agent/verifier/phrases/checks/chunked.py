"""What only chunks say: one of a kind, shares of the whole, several findings together, the end of the recording."""

from __future__ import annotations

import re
from dataclasses import replace

from anomalyst.agent.verifier.phrases.checks.compared import share_alike
from anomalyst.agent.verifier.phrases.checks.sides import none_overlap, until_end
from anomalyst.agent.verifier.phrases.checks.times import is_at_end, is_just_after, span_of
from anomalyst.agent.verifier.phrases.checks.values import moved_way, ratio
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both, states
from anomalyst.agent.verifier.phrases.ranks import length, moment
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.names import key
from anomalyst.evidence.numbers import agrees_in_time

_SHARE = re.compile(r"(\d+) of (\d+)")
_COLUMNS = re.compile(r"(\d+) channels?")
_PERCENT_EACH = 50.0


def count_one(said: Matched) -> Judged:
    """ "A single anomaly"."""
    facts = said.evidence.about("sample", "finding_count")
    return Judged(facts[0].value == 1, tuple(facts)) if facts else UNKNOWN


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
    lags = [f for f in said.evidence.about(said.about.region or "", "lag") if mine and key(f.qualifier) == key(mine)]
    other = said.names[-1]
    if not first or not lags or said.group("which") != "after" or key(other) == key(str(mine)):
        return UNKNOWN
    moves = moved_way(replace(said, about=replace(said.about, channel=other)))
    led = Judged(key(str(first[0].value)) == key(other), (first[0],))
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


CHECKS = {
    "starts-listed": starts_listed, "none-overlap-of": none_overlap_of, "count-mine": count_mine,
    "channels-flagged": channels_flagged, "channels-apart": channels_apart, "channel-count": channel_count,
    "lag-after": lag_after, "span-day": span_day,
    "count-one": count_one, "ratio-moved": ratio_moved, "part-sum": part_sum, "share-each": share_each,
    "until-end-at": until_end_at, "end-past": end_past, "seen-share": seen_share,
}  # fmt: skip
