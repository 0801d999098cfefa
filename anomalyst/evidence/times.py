"""Times as a person writes them: "11:20 on 21 March 2024", no finer than the data are, each date once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.numbers import parse_stamp
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Speech

How = Literal["from", "between"]
_STAMP = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?)?")
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_FINER = 0.9  # a step of so many of its units needs nothing finer: real steps waver
_TOLD: tuple[FactKind, ...] = ("start", "end", "peak_at", "time_span")


@dataclass(frozen=True)
class Moment:
    """A time in parts. `clock`: "11:20", "row 12", "" for a whole day; `date`: (year, month, day) as numbers, None
    where it is no calendar time."""

    clock: str
    date: tuple[int, int, int] | None = None

    def text(self, speech: Speech, *, day: bool = True, year: bool = True) -> str:
        """ "11:20 on 21 March 2024", "21 March 2024", "row 12"; without its day or year where these are known."""
        if self.date is None:
            return self.clock
        clock = speech.text("clock", {"clock": self.clock}) if self.clock else ""
        if clock and not day:
            return clock
        day_of = _date(self.date, speech, year)
        return speech.text("moment", {"clock": clock, "day": day_of}) if clock else day_of


def _date(date: tuple[int, int, int], speech: Speech, year: bool) -> str:
    parts = {"day": str(date[2]), "month": speech.text(f"month-{date[1]}"), "year": str(date[0])}
    return speech.text("date" if year else "date-of-year", parts)


def moment_of(fact: Fact, evidence: Evidence, speech: Speech = ENGLISH_SPEECH) -> Moment:
    """The parts of a fact of time."""
    found = _STAMP.fullmatch(str(fact.value))
    if found is None:
        if fact.unit.startswith("row"):
            return Moment(speech.text("row", {"row": str(fact.value)}))
        if fact.unit == "s" and not isinstance(fact.value, str):
            return Moment(speech.local(_elapsed(fact, evidence)))
        return Moment(str(fact.value) if isinstance(fact.value, str) else speech.number(float(fact.value)))
    clock = (found[4] or "") + _seconds(found[5] or "", evidence)
    return Moment(speech.local(clock), (int(found[1]), int(found[2]), int(found[3])))


def _elapsed(fact: Fact, evidence: Evidence) -> str:
    """Seconds since the start as a player shows them, "0:12"; with tenths in a finding that lasts no longer than
    SHORT."""
    lasts = next(iter(evidence.about(fact.subject, "duration")), None)
    tenths = lasts is not None and lasts.unit == "s" and float(lasts.value) <= SHORT
    whole = round(float(fact.value), 1) if tenths else int(float(fact.value))
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(int(minutes), 60)
    told = f"{seconds:04.1f}" if tenths else f"{int(seconds):02d}"
    return f"{hours}:{minutes:02d}:{told}" if hours else f"{minutes}:{told}"


SHORT = 3.0  # seconds


def _seconds(seconds: str, evidence: Evidence) -> str:
    """The seconds (":27.345") of a time, no finer than the step of the data; none where all times share them."""
    told = (str(fact.value) for fact in evidence.facts if fact.kind in _TOLD)
    step = _step(evidence)
    if len({match[5] for text in told for match in _STAMP.finditer(text)}) < 2 or step >= _FINER * _SECONDS["min"]:
        return ""
    return seconds.partition(".")[0] if step >= _FINER else seconds


def _step(evidence: Evidence) -> float:
    """Seconds from row to row, as the shortest finding shows: its rows last longer than from its first to its last by
    one step. 0 where that is not known."""
    steps = []
    for finding in evidence.findings:
        start, end, lasted = (next(iter(evidence.about(finding.id, kind)), None) for kind in _LASTS)
        first, last = (parse_stamp(str(fact.value)) if fact is not None else None for fact in (start, end))
        if first is not None and last is not None and lasted is not None and lasted.unit in _SECONDS:
            length = float(lasted.value) * _SECONDS[lasted.unit]
            steps.append((length, length - (last - first).total_seconds()))
    length, step = min(steps, default=(0.0, 0.0))
    return step if step > ROUNDING * length else 0.0


_LASTS: tuple[FactKind, ...] = ("start", "end", "duration")
ROUNDING = 0.005  # of a duration, which has three digits


def moment(fact: Fact, evidence: Evidence, speech: Speech = ENGLISH_SPEECH) -> str:
    """ "11:20 on 21 March 2024", "21 March 2024", "row 120", "12.5"."""
    return moment_of(fact, evidence, speech).text(speech)


def stamped(text: str, speech: Speech = ENGLISH_SPEECH) -> str:
    """A time stamp as tables and drawings show it, "2024-03-21 11:20:00"; another text as it is."""
    found = _STAMP.fullmatch(text)
    if found is None:
        return text
    date = speech.text("stamp-date", {"year": found[1], "month": found[2], "day": found[3]})
    clock = speech.local((found[4] or "") + (found[5] or ""))
    return speech.text("stamp", {"date": date, "clock": clock}) if clock else date


def at(fact: Fact, evidence: Evidence, speech: Speech = ENGLISH_SPEECH, *, day: bool = True) -> str:
    """The same with its preposition: "at 11:20", "on 21 March 2024", "at row 120"."""
    when = moment_of(fact, evidence, speech)
    how = "at-clock" if when.clock else "on-day"
    if when.date is None:
        how = "at-row" if fact.unit.startswith("row") else "at-place"
    return speech.text(how, {"when": when.text(speech, day=day)})


def span(
    ends: tuple[Fact, Fact], evidence: Evidence, speech: Speech = ENGLISH_SPEECH, how: How = "from", *, day: bool = True
) -> str:
    """ "from 11:20 to 14:40 on 21 March 2024", "from 23:20 on 21 March to 00:30 on 22 March 2024", "at 11:20 on …",
    "from row 3 to 9"; `how`: or "between … and …"; `day`: whether the date is told where both times lie on one day."""
    start, end = ends
    first, last = (moment_of(fact, evidence, speech) for fact in ends)
    if first == last:
        return at(start, evidence, speech, day=day)
    if start.unit.startswith("row"):
        return speech.text(f"span-{how}-rows", {"start": str(start.value), "end": str(end.value)})
    same_day = first.date == last.date
    same_year = same_day or (first.date is not None and last.date is not None and first.date[0] == last.date[0])
    opens = first.clock if same_day else first.text(speech, year=not same_year)
    message = f"span-{how}" if first.clock else f"span-{how}-days"
    return speech.text(message, {"start": opens, "end": last.text(speech, day=day or not same_day)})
