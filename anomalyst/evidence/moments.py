"""Times and rows as numbers on one line, so that one can be held against another: seconds of a clock without a zone, or
rows."""

from __future__ import annotations

from datetime import UTC, datetime

from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.numbers import parse_stamp
from anomalyst.evidence.wording import one


def number_of(fact: Fact) -> float | None:
    """Where a fact of time lies: seconds since 1970 by the clock of the data, or a row; None where it is neither."""
    if not isinstance(fact.value, str):
        return None if isinstance(fact.value, bool) else float(fact.value)
    moment = parse_stamp(fact.value)
    return None if moment is None else seconds_of(moment)


def seconds_of(moment: datetime) -> float:
    """Seconds since 1970 of what a clock shows, whatever its zone."""
    return moment.replace(tzinfo=UTC).timestamp()


def stamp_of(seconds: float) -> str:
    """What the clock shows then."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")


def ends_of(evidence: Evidence, finding: str) -> tuple[float, float] | None:
    """Where a finding begins and ends on that line; None where it lies in no time."""
    start = one(evidence, finding, "start")
    if start is None or (first := number_of(start)) is None:
        return None
    end = one(evidence, finding, "end")
    last = number_of(end) if end is not None else None
    return first, first if last is None else last


def has_clock(evidence: Evidence) -> bool:
    """Whether the times of the data are those of a clock."""
    told = (fact for fact in evidence.facts if fact.kind in ("start", "time_span"))
    return any(isinstance(fact.value, str) for fact in told)


def span_of(evidence: Evidence) -> tuple[Fact, Fact] | None:
    """The first and the last time of the data, as facts of their own; None where that is not told."""
    told = one(evidence, "sample", "time_span")
    if told is None:
        return None
    first, _, last = str(told.value).partition(" to ")
    ends = tuple(told.model_copy(update={"value": text}) for text in (first, last))
    return None if any(number_of(end) is None for end in ends) else (ends[0], ends[1])


def within(evidence: Evidence, start: float, stop: float) -> list[str]:
    """The findings that meet the time from `start` to `stop`, in their order."""
    ends = {finding.id: ends_of(evidence, finding.id) for finding in evidence.findings}
    return [name for name, own in ends.items() if own is not None and own[0] <= stop and start <= own[1]]


def holding(evidence: Evidence, first: float, last: float) -> list[str]:
    """The findings that hold one of these rows, numbered as people are told, in their order."""
    return [finding.id for finding in evidence.findings if finding.region.meets(int(first), int(last))]


def hold_none(evidence: Evidence, first: float, last: float) -> bool:
    """Whether it is known of each finding that it holds none of these rows."""
    return all(finding.region.meets(int(first), int(last)) is False for finding in evidence.findings)


def nearest(evidence: Evidence, start: float, stop: float) -> str | None:
    """The finding that lies nearest to a time; None where none lies in time."""
    ends = {finding.id: ends_of(evidence, finding.id) for finding in evidence.findings}
    gaps = {name: max(own[0] - stop, start - own[1], 0.0) for name, own in ends.items() if own is not None}
    return min(gaps, key=lambda name: gaps[name]) if gaps else None
