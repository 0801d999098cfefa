"""Findings within the recording: on which day, in which part of the day, how much of it, in which order."""

from __future__ import annotations

import re
from datetime import datetime

from anomalyst.agent.verifier.phrases.amounts import PART, Amount
from anomalyst.agent.verifier.phrases.checks.times import span_of
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both
from anomalyst.agent.verifier.phrases.ranks import length, moment, the, value_of
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.agent.verifier.readings import kinds_said
from anomalyst.evidence.facts import Fact, FactKind
from anomalyst.evidence.names import key
from anomalyst.evidence.numbers import agrees_in_time, parse_stamp

_NTHS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_PARTS_OF_DAY = {  # from which hour to which
    "early morning": (3, 8), "early hours": (0, 6), "morning": (4, 12), "late morning": (10, 12),
    "afternoon": (12, 18), "early afternoon": (12, 15), "late afternoon": (15, 19), "evening": (17, 23),
    "night": (21, 29), "midday": (11, 14),
}  # fmt: skip
NEAR_END = 0.05  # of a finding, within which its peak lies "right at the end"


def _stamp(fact: Fact | None) -> datetime | None:
    return parse_stamp(str(fact.value)) if fact is not None and isinstance(fact.value, str) else None


def day_number(said: Matched) -> Judged:
    """ "on the fourth day of the recording": where it begins."""
    whole, first = span_of(said.evidence), the(said.evidence, said.about.region, "start")
    began = _stamp(first)
    if whole is None or first is None or began is None or said.group("which") not in _NTHS:
        return UNKNOWN
    return Judged((began.date() - whole[0].date()).days == _NTHS.index(said.group("which")), (first, whole[2]))


def daytime(said: Matched) -> Judged:
    """ "late in the morning of 6 April", "during the night": when it begins."""
    first = the(said.evidence, said.about.region, "start")
    began = _stamp(first)
    words = said.group("part")
    name = f"{said.group('early')} {words}".strip()
    low, high = _PARTS_OF_DAY.get(name, (0, 0))
    if began is None or first is None or low == high:
        return UNKNOWN
    hour = began.hour + began.minute / 60
    inside = low <= hour < high or low <= hour + 24 < high
    on_day = all(agrees_in_time(time, str(first.value)) for time in said.times)
    return said.judged(inside and on_day, first)


def next_day(said: Matched) -> Judged:
    """ "until 00:30 the next day", "on the same day"."""
    first, last = (the(said.evidence, said.about.region, kind) for kind in ("start", "end"))
    begin, finish = _stamp(first), _stamp(last)
    if first is None or last is None or begin is None or finish is None:
        return UNKNOWN
    return Judged((finish.date() - begin.date()).days == (0 if "same" in said.text else 1), (first, last))


def part_of_whole(said: Matched) -> Judged:
    """ "roughly a tenth of the whole log": how much of the recording it lasts."""
    whole, mine = span_of(said.evidence), the(said.evidence, said.about.region, "duration")
    lasts = length(mine)
    if whole is None or mine is None or lasts is None or seconds(mine.unit) is None:
        return UNKNOWN
    total = (whole[1] - whole[0]).total_seconds()
    amount = said.amounts[0]
    if not total or amount.unit not in (PART, "%"):
        return UNKNOWN
    holds = amount.is_((lasts / total) * (100 if amount.unit == "%" else 1))
    return Judged(holds, (mine, whole[2]), () if holds else (amount,))


def from_edge(said: Matched) -> Judged:
    """ "three minutes before the end of the recording", "11 hours into it"."""
    which = said.group("which")
    if not which:  # of its beginning or its end
        return next((j for j in (_from_edge(said, "start"), _from_edge(said, "end")) if j.holds), UNKNOWN)
    return _from_edge(said, "start" if which.startswith(("beg", "start")) else "end")


def _from_edge(said: Matched, kind: FactKind) -> Judged:
    whole, fact = span_of(said.evidence), the(said.evidence, said.about.region, kind)
    at, amount = _stamp(fact), said.amounts[0]
    unit = seconds(amount.unit)
    if whole is None or fact is None or at is None or unit is None:
        return UNKNOWN
    gap = (whole[1] - at) if said.group("before") else (at - whole[0])
    holds = amount.is_(gap.total_seconds() / unit)
    return Judged(holds, (fact, whole[2]), () if holds else (amount,))


def peak_after(said: Matched) -> Judged:
    """ "the worst moment came 16 minutes after it began", "… before it ended"."""
    edge: FactKind = "end" if said.group("before") else "start"
    peak, other = the(said.evidence, said.about.region, "peak_at"), the(said.evidence, said.about.region, edge)
    at, from_ = (moment(f) if f is not None else None for f in (peak, other))
    amount = said.amounts[0]
    unit = seconds(amount.unit) if peak is not None and isinstance(peak.value, str) else None
    if peak is None or other is None or at is None or from_ is None or unit is None:
        return UNKNOWN
    holds = amount.is_(abs(at - from_) / unit)
    return Judged(holds, (peak, other), () if holds else (amount,))


def peak_edge(said: Matched) -> Judged:
    """ "it peaked right at the end", "at the very beginning"."""
    facts = [the(said.evidence, said.about.region, kind) for kind in ("peak_at", "start", "end")]
    moments = [moment(f) for f in facts if f is not None]
    if len(moments) != 3 or any(m is None for m in moments):
        return UNKNOWN
    peak, begin, finish = (float(m or 0) for m in moments)
    gap = finish - peak if said.group("end") else peak - begin
    return Judged(finish > begin and gap <= NEAR_END * (finish - begin), tuple(f for f in facts if f is not None))


def sequence(said: Matched) -> Judged:
    """ "in this order: cpu, memory, latency": all findings by their beginnings, each by its name or channel."""
    starts = [(moment(f), finding.id, f) for finding in said.evidence.findings
              for f in said.evidence.about(finding.id, "start")]  # fmt: skip
    items = re.findall(r"(«[rc]\d+»)((?: [a-z-]+)*)", said.text)
    called = [(str(said.where.meaning(mark)), kinds_said(words)) for mark, words in items]
    if len(starts) < 2 or len(called) != len(starts) or any(at is None for at, _, _ in starts):
        return UNKNOWN
    ranked = sorted(starts, key=lambda one: float(one[0] or 0))
    holds = all(_is_called(said, region, *name) for (_, region, _), name in zip(ranked, called, strict=True))
    return Judged(holds, tuple(f for _, _, f in ranked))


def _is_called(said: Matched, region: str, name: str, kinds: tuple[str, ...]) -> bool:
    top, kind = said.evidence.about(region, "top_channel"), said.evidence.about(region, "anomaly_kind")
    if kinds and not any(f.value in kinds for f in kind):
        return False
    return region == name or (bool(top) and key(str(top[0].value)) == key(name))


def row_rate(said: Matched) -> Judged:
    """ "about one row per second"."""
    whole, size = span_of(said.evidence), next(iter(said.evidence.about("sample", "sample_size")), None)
    rows = re.match(r"([\d,]+) rows", str(size.value)) if size is not None else None
    unit = {"second": 1, "minute": 60, "hour": 3600}.get(said.group("per"))
    if whole is None or size is None or rows is None or unit is None:
        return UNKNOWN
    steps = float(rows[1].replace(",", "")) - 1
    rate = steps * unit / max((whole[1] - whole[0]).total_seconds(), 1e-9)
    amount = Amount(said.amounts[0].quantity.with_unit(""), said.amounts[0].near)
    return Judged(amount.is_(rate), (whole[2], size))


def times_false(said: Matched) -> Judged:
    """ "fewer than one false alarm in a hundred days": the allowed rate, or less than it is told."""
    count, days = said.amounts[0], said.amounts[-1]
    facts = [f for f in said.evidence.about("sample", "false_alarms") if f.unit == "false alarms per day"]
    unit = seconds(days.unit)
    number = value_of(facts[0]) if facts else None
    if number is None or unit is None or days.value is None or count.unit not in ("", "false alarms"):
        return UNKNOWN
    near = "about" if count.near in ("", "<=") else count.near
    meant = Amount(count.quantity.with_unit(""), near)
    return Judged(meant.is_(number * days.value * unit / 86400), tuple(facts))


def rarely_false(said: Matched) -> Judged:
    """ "false alarms should be rare": fewer than one a day."""
    facts = [f for f in said.evidence.about("sample", "false_alarms") if f.unit == "false alarms per day"]
    return Judged((value_of(facts[0]) or 0.0) < 1, tuple(facts)) if facts else UNKNOWN


def others_pass(said: Matched) -> Judged:
    """ "unlike the other four": what fails of this finding holds of all the others."""
    mine = said.about.region
    others = [f.id for f in said.evidence.findings if f.id != mine]
    tests = {r: next(iter(said.evidence.about(r, "do_test")), None) for r in (*others, mine or "")}
    own = tests.get(mine or "")
    if own is None or not others or any(test is None for test in tests.values()) or not said.about.named:
        return UNKNOWN
    facts = tuple(test for test in tests.values() if test is not None)
    counted = all(a.value == len(others) for a in said.amounts)
    return Judged(counted and all(t.value != own.value for t in facts if t is not own), facts)


def same_time(said: Matched) -> Judged:
    """ "no delay between the two": all channels that moved did so at once."""
    lags = said.evidence.about(said.about.region or "", "lag")
    return Judged(len({value_of(f) for f in lags}) == 1, tuple(lags)) if len(lags) > 1 else UNKNOWN


def length_sum(said: Matched) -> Judged:
    """ "altogether they last six minutes"."""
    facts = [f for finding in said.evidence.findings for f in said.evidence.about(finding.id, "duration")]
    lengths = [length(f) for f in facts]
    unit = seconds(said.amounts[-1].unit)
    if len(facts) < 2 or unit is None or any(one is None for one in lengths):
        return UNKNOWN
    if any(amount.value != len(facts) for amount in said.amounts[:-1]):
        return UNKNOWN
    return both(Judged(said.amounts[-1].is_(sum(one or 0 for one in lengths) / unit), tuple(facts)))


CHECKS = {
    "day-number": day_number, "daytime": daytime, "next-day": next_day, "part-of-whole": part_of_whole,
    "from-edge": from_edge, "peak-after": peak_after, "peak-edge": peak_edge, "sequence": sequence,
    "row-rate": row_rate, "times-false": times_false, "rarely-false": rarely_false, "others-pass": others_pass,
    "same-time": same_time, "length-sum": length_sum,
}  # fmt: skip
