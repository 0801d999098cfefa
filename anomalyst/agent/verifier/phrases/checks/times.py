"""Times against facts: when a finding starts and ends, how long it lasts, what lies between two findings."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from anomalyst.agent.verifier.phrases.amounts import Amount
from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both, states
from anomalyst.agent.verifier.phrases.ranks import length, moment, the, value_of
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.numbers import Quantity, agrees_elapsed, agrees_in_time, parse_stamp

ROWS = "rows"


_ROUNDED = 0.5  # of the unit that an amount of time is told in
_LATE_SECOND = 30  # of a minute, from which on it may be called by the next one
_SOON = 0.1  # of the recording, that "shortly after noon" leaves open, but within
_SOON_BOUNDS = timedelta(minutes=1), timedelta(minutes=30)


def _at(said: Matched, time: Quantity, facts: list[Fact]) -> Judged:
    if elapsed := [f for f in facts if f.unit == "s" and not isinstance(f.value, str)]:
        shown = [f for f in elapsed if agrees_elapsed(time, float(f.value))]
        return Judged(bool(shown), tuple(shown[:1] or elapsed[:2]))
    stamps = [f for f in facts if isinstance(f.value, str)]
    if not stamps:
        return UNKNOWN
    soon = slack(said.evidence)
    hits = [f for f in stamps if is_at(time, str(f.value), soon)]
    return Judged(True, (hits[0],)) if hits else Judged(False, tuple(stamps[:2]))


def is_at(time: Quantity, stamp: str, soon: timedelta) -> bool:
    """Whether a moment is a time as it is printed, or as near it as is said."""
    exact = time.bound in ("", "about") and (agrees_in_time(time, stamp) or agrees_in_time(time, _to_minute(stamp)))
    return exact or is_near(time, stamp, soon)


def _to_minute(stamp: str) -> str:
    """A moment late in its minute as one of the next, as people round it; with seconds that nobody prints."""
    moment_ = parse_stamp(stamp)
    if moment_ is None or moment_.second < _LATE_SECOND:
        return ""
    return (moment_ + timedelta(seconds=60 - moment_.second)).replace(second=59, microsecond=0).isoformat()


def slack(evidence: Evidence) -> timedelta:
    """How much of the recording "shortly after" leaves open."""
    whole = span_of(evidence)
    low, high = _SOON_BOUNDS
    return min(max((whole[1] - whole[0]) * _SOON, low), high) if whole is not None else low


def on_day(time: Quantity, day: datetime) -> datetime | None:
    """A time of day on some day; None of "25:70"."""
    hour, minute, *rest = (int(part.partition(".")[0]) for part in time.clock)
    second = rest[0] if rest else 0
    if hour > 23 or minute > 59 or second > 59:
        return None
    return day.replace(hour=hour, minute=minute, second=second, microsecond=0)


_ROUND = ((30, 15), (15, 8), (5, 4))  # "about half past five" leaves more minutes open than "about 05:12"


def _roundness(at: datetime) -> timedelta:
    """How far off a time of day may be that is only about so: the rounder it is, the further."""
    minutes = next((far for step, far in _ROUND if at.minute % step == 0 and not at.second), 1)
    return timedelta(minutes=minutes)


def is_near(time: Quantity, stamp: str, soon: timedelta) -> bool:
    """Whether a moment is as near a time, before or after it, as is said: "shortly after noon"."""
    moment_ = parse_stamp(stamp)
    if moment_ is None or not time.bound or len(time.clock) < 2:
        return False
    at = on_day(time, moment_)
    if at is None or (time.date is not None and (moment_.month, moment_.day) != time.date[1:]):
        return False
    gap = min((moment_ - at + timedelta(days=shift) for shift in (-1, 0, 1)), key=abs)
    if time.bound == "about":
        return abs(gap) <= min(soon / 2, _roundness(at))
    return timedelta(0) <= (gap if time.bound == "after" else -gap) <= soon


def start(said: Matched) -> Judged:
    """ "began at 14:05"."""
    return _at(said, said.times[-1], said.facts("start"))


def end(said: Matched) -> Judged:
    """ "was over by 14:25"."""
    return _ends(said, said.times[-1])


def _ends(said: Matched, time: Quantity) -> Judged:
    """When it ends: at its last row, or with what that row stands for."""
    facts = said.facts("end")
    judged, whole = _at(said, time, facts), span_of(said.evidence)
    ends = [(f, parse_stamp(str(f.value))) for f in facts]
    width = step(said.evidence, whole[1] - whole[0]) if whole is not None else timedelta(0)
    hits = [f for f, at in ends if at is not None and width and is_at(time, (at + width).isoformat(), timedelta(0))]
    return Judged(True, (hits[0],)) if hits and not judged.holds else judged


def end_by(said: Matched) -> Judged:
    """ "Was over by 14:45": at or shortly before it."""
    time = said.times[-1]
    soon = _at(said, replace(time, bound="before"), said.facts("end"))
    return soon if soon.holds else _at(said, time, said.facts("end"))


def peak_at(said: Matched) -> Judged:
    """ "peaked at 14:12"."""
    return _at(said, said.times[-1], said.facts("peak_at"))


def when(said: Matched) -> Judged:
    """ "at 14:05": when it starts, or when it peaks."""
    time = said.times[-1]
    return _at(said, time, said.facts("start") if time.bound in ("before", "after") else said.facts("start", "peak_at"))


def day(said: Matched) -> Judged:
    """ "on 2 March": both ends lie on that day."""
    facts = [f for f in said.facts("start", "end") if isinstance(f.value, str)]
    if not facts or said.times[0].clock:
        return when(said) if said.times[0].clock else UNKNOWN
    return Judged(all(agrees_in_time(said.times[0], str(f.value)) for f in facts), tuple(facts))


def interval(said: Matched) -> Judged:
    """ "from 14:05 to 14:25"; the day may stand with either."""
    return both(_at(said, said.times[0], said.facts("start")), _ends(said, said.times[1]))


def interval_of(said: Matched, first: Fact, last: Fact) -> Judged:
    """Whether two times are when one fact and another say."""
    return both(_at(said, said.times[0], [first]), _at(said, said.times[-1], [last]))


def duration(said: Matched) -> Judged:
    """ "lasts 20 minutes"."""
    amount = said.amounts[-1]
    if seconds(amount.unit) is None and amount.unit != ROWS:
        return UNKNOWN
    return states(said, amount, said.facts("duration"))


def rows(said: Matched) -> Judged:
    """ "from row 120 to 140"."""
    first, *rest = said.amounts
    starts = [f for f in said.facts("start") if value_of(f) is not None]
    ends = [f for f in said.facts("end") if value_of(f) is not None]
    if not starts:
        return UNKNOWN
    held = Judged(first.is_(float(starts[0].value)), (starts[0],))
    return both(held, Judged(rest[0].is_(float(ends[0].value)), (ends[0],))) if rest and ends else held


def _span(amount: Amount, one: Fact | None, other: Fact | None) -> Judged:
    """Whether an amount of time lies between two moments, the first one first."""
    begin, finish = (moment(f) if f is not None else None for f in (one, other))
    if one is None or other is None or begin is None or finish is None:
        return UNKNOWN
    unit = seconds(amount.unit) if isinstance(one.value, str) else 1.0 if amount.unit == ROWS else None
    if unit is None:
        return UNKNOWN
    gap = (finish - begin) / unit
    holds = finish >= begin and amount.is_(gap)
    if not holds and amount.value is not None and abs(gap - amount.value) <= _ROUNDED:
        return UNKNOWN  # rounded more coarsely than is believed, and no lie
    return Judged(holds, (one, other), () if holds else (amount,))


def lateness(said: Matched) -> Judged:
    """ "two minutes after R4 ended", "10 minutes before R1"."""
    other = next(iter(said.others[-1:]), "")
    later = said.group("which") in ("after", "later than", "followed")
    ends = (
        said.group("ends").removeprefix("had ").startswith(("end", "is over", "was over", "finish", "stop"))
        or " end of " in said.text
    )
    theirs = the(said.evidence, other, "end" if ends else "start")
    mine = the(said.evidence, said.about.region, "start")
    span = _span(said.amounts[0], theirs, mine) if later else _span(said.amounts[0], mine, theirs)
    return both(span, said.moves(other))


def lateness_end(said: Matched) -> Judged:
    """ "ended two minutes after R4", "was over two minutes before R2 began"."""
    other, later = next(iter(said.others[-1:]), ""), said.group("which") in ("after", "later than")
    begins = said.group("ends").removeprefix("had ").startswith(("start", "beg", "kick", "set"))
    theirs = the(said.evidence, other, "start" if begins else "end")
    mine = the(said.evidence, said.about.region, "end")
    return _span(said.amounts[0], theirs, mine) if later else _span(said.amounts[0], mine, theirs)


def ends_after(said: Matched) -> Judged:
    """ "ended 20 minutes later": after it began; "within 90 s": in hardly less."""
    if "within" in said.text:
        most = replace(said.amounts[0], near="<=")
        judged = states(said, most, said.facts("duration"))
        least = replace(most, near=">", quantity=replace(most.quantity, value=(most.value or 0) / 2))
        return both(judged, states(said, least, said.facts("duration")))
    return states(said, said.amounts[0], said.facts("duration"))


def gap_between(said: Matched) -> Judged:
    """ "4 minutes between the start of R3 and R5", "between R3 and R5": from one to the next."""
    if len(said.others) != 2:
        return UNKNOWN
    one, other = said.others
    starts = re.search(r"start|onset|beginn|began", said.text) is not None and "between end" not in said.text
    first = the(said.evidence, one, "start" if starts else "end")
    return _span(said.amounts[0], first, the(said.evidence, other, "start"))


def longer_by(said: Matched) -> Judged:
    """ "lasts 10 s longer than R4"."""
    amount, sign = said.amounts[0], 1 if said.group("which") in ("longer", "more", "above") else -1
    mine, theirs = (the(said.evidence, r, "duration") for r in (said.about.region, next(iter(said.others[-1:]), "")))
    unit = seconds(amount.unit)
    lengths = [length(f) for f in (mine, theirs)]
    if unit is None or mine is None or theirs is None or lengths[0] is None or lengths[1] is None:
        return UNKNOWN
    holds = amount.is_(sign * (lengths[0] - lengths[1]) / unit)
    return Judged(holds, (mine, theirs), () if holds else (amount,))


def times_longer(said: Matched) -> Judged:
    """ "twice as long as R1"."""
    amount = said.amounts[0]
    mine, theirs = (the(said.evidence, r, "duration") for r in (said.about.region, next(iter(said.others[-1:]), "")))
    one, two = length(mine), length(theirs)
    if amount.unit not in ("times", "part", "") or not one or not two or mine is None or theirs is None:
        return UNKNOWN
    holds = amount.is_(one / two)
    return Judged(holds, (mine, theirs), () if holds else (amount,))


def span_of(evidence: Evidence) -> tuple[datetime, datetime, Fact] | None:
    """First and last time stamp of the recording."""
    fact = next(iter(evidence.about("sample", "time_span")), None)
    ends = [parse_stamp(part) for part in str(fact.value).split(" to ")] if fact is not None else []
    if fact is None or len(ends) != 2 or ends[0] is None or ends[1] is None:
        return None
    return ends[0], ends[1], fact


def half(said: Matched) -> Judged:
    """ "in the first half": all of it lies there."""
    whole, first, last = span_of(said.evidence), *(the(said.evidence, said.about.region, k) for k in ("start", "end"))
    begin, finish = (moment(f) if f is not None else None for f in (first, last))
    if whole is None or first is None or last is None or begin is None or finish is None:
        return UNKNOWN
    low, high = whole[0].timestamp(), whole[1].timestamp()
    if high <= low or not isinstance(first.value, str):
        return UNKNOWN
    parts = next((n for word, n in (("half", 2), ("third", 3), ("quarter", 4)) if word in said.text), 0)
    edge = 1 / parts
    at = [(m - low) / (high - low) for m in (begin, finish)]
    number = 1 if said.group("which") == "first" else 2 if said.group("which") == "second" else parts
    inside = all((number - 1) * edge <= a <= number * edge for a in at)
    across = not inside and any((number - 1) * edge <= a <= number * edge for a in at)
    return UNKNOWN if across else said.judged(inside, first, last, whole[2])


def span(said: Matched) -> Judged:
    """ "the recording runs from … to …"."""
    whole = span_of(said.evidence)
    if whole is None:
        return UNKNOWN
    one, two = said.times
    soon = slack(said.evidence)
    ends = (
        whole[1],
        whole[1] + step(said.evidence, whole[1] - whole[0]),
    )  # of its last row, also of what that stands for
    holds = is_at(one, whole[0].isoformat(), soon) and any(is_at(two, end.isoformat(), soon) for end in ends)
    lengths = [seconds(amount.unit) for amount in said.amounts]
    if None in lengths or len(lengths) > 1:
        return UNKNOWN
    long = all(a.is_((end - whole[0]).total_seconds() / (u or 1)) for a, u in zip(said.amounts, lengths, strict=True)
               for end in ends[1:])  # fmt: skip
    return Judged(holds and long, (whole[2],))


def is_at_end(evidence: Evidence, time: Quantity) -> bool:
    """Whether a time, told as near as it is, is that of the end of the recording."""
    whole = span_of(evidence)
    return whole is not None and is_at(time, whole[1].isoformat(), slack(evidence))


def is_just_after(evidence: Evidence, time: Quantity, stamp: str) -> bool:
    """Whether a moment is at a time, or soon after it."""
    return is_at(time, stamp, timedelta()) or is_near(replace(time, bound="after"), stamp, slack(evidence))


_ROWS = re.compile(r"([\d,]+) rows")


def step(evidence: Evidence, whole: timedelta) -> timedelta:
    """The time from one row to the next."""
    size = next(iter(evidence.about("sample", "sample_size")), None)
    found = _ROWS.match(str(size.value)) if size is not None else None
    rows = int(found[1].replace(",", "")) if found else 0
    return whole / (rows - 1) if rows > 1 else timedelta(0)


def span_start(said: Matched) -> Judged:
    """ "the recording starts at 01:04"."""
    whole = span_of(said.evidence)
    return Judged(agrees_in_time(said.times[0], whole[0].isoformat()), (whole[2],)) if whole else UNKNOWN


def span_end(said: Matched) -> Judged:
    """ "… and ends at 01:30"."""
    whole = span_of(said.evidence)
    told = whole is not None and (
        agrees_in_time(said.times[0], whole[1].isoformat()) or is_at_end(said.evidence, said.times[0])
    )
    return Judged(told, (whole[2],)) if whole else UNKNOWN


_OF_SAMPLE = re.compile(r"series|record|capture|window|data|log|file|telemetry|trace|run|measure|session")


def span_length(said: Matched) -> Judged:
    """ "covers 26 minutes"."""
    whole, amount = span_of(said.evidence), said.amounts[0]
    unit = seconds(amount.unit)
    other = (said.about.chosen or said.about.named) and not said.about.whole and not _OF_SAMPLE.search(said.text)
    if whole is None or unit is None or other:
        return UNKNOWN  # "the temperature rise lasted two hours" says nothing of the recording
    lasts = (whole[1] - whole[0]).total_seconds() / unit
    if amount.near == ">":  # "recorded over twelve hours": in so many, or hardly more
        holds = any(replace(amount, near=near).is_(lasts) for near in ("", "just over"))
    else:
        holds = amount.is_(lasts)
    return Judged(holds, (whole[2],), () if holds else (amount,))


CHECKS = {
    "start": start, "end": end, "end-by": end_by, "peak-at": peak_at, "when": when, "day": day, "interval": interval,
    "duration": duration, "rows": rows, "lateness": lateness, "lateness-end": lateness_end, "ends-after": ends_after,
    "gap-between": gap_between, "longer-by": longer_by, "times-longer": times_longer, "half": half, "span": span,
    "span-length": span_length, "span-start": span_start, "span-end": span_end,
}  # fmt: skip
