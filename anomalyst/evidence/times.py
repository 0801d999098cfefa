"""Times as a person writes them: "11:20 on 21 March 2024", no finer than the data are, each date once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.numbers import MONTHS, parse_stamp
from anomalyst.evidence.wording import number

_STAMP = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?)?")
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_FINER = 0.9  # a step of so many of its units needs nothing finer: real steps waver
_TOLD: tuple[FactKind, ...] = ("start", "end", "peak_at", "time_span")


@dataclass(frozen=True)
class Moment:
    """A time in parts as they are printed; `clock` is "" for a whole day, and `day` where it is no calendar time."""

    clock: str
    day: str = ""
    year: str = ""

    def text(self, *, day: bool = True, year: bool = True) -> str:
        """ "11:20 on 21 March 2024", "21 March 2024", "row 12"; without its day or year where these are known."""
        if not self.day or not (day or not self.clock):
            return self.clock
        date = f"{self.day} {self.year}" if year else self.day
        return f"{self.clock} on {date}" if self.clock else date


def moment_of(fact: Fact, evidence: Evidence) -> Moment:
    """The parts of a fact of time."""
    found = _STAMP.fullmatch(str(fact.value))
    if found is None:
        whole = isinstance(fact.value, str) or fact.unit.startswith("row")
        row = "row " if fact.unit.startswith("row") else ""
        return Moment(row + str(fact.value) if whole else number(float(fact.value)))
    clock = (found[4] or "") + _seconds(found[5] or "", evidence)
    return Moment(clock, f"{int(found[3])} {MONTHS[int(found[2]) - 1].capitalize()}", found[1])


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


def moment(fact: Fact, evidence: Evidence) -> str:
    """ "11:20 on 21 March 2024", "21 March 2024", "row 120", "12.5"."""
    return moment_of(fact, evidence).text()


def at(fact: Fact, evidence: Evidence, *, day: bool = True) -> str:
    """The same with its preposition: "at 11:20", "on 21 March 2024", "at row 120"."""
    when = moment_of(fact, evidence)
    return f"{'at' if when.clock else 'on'} {when.text(day=day)}"


def span(
    start: Fact, end: Fact, evidence: Evidence, words: tuple[str, str] = ("from", "to"), *, day: bool = True
) -> str:
    """ "from 11:20 to 14:40 on 21 March 2024", "from 23:20 on 21 March to 00:30 on 22 March 2024", "at 11:20 on …",
    "from row 3 to 9".

    `words`: ("from", "to") or ("between", "and"); `day`: whether the date is told where both times lie on one day.
    """
    first, last = moment_of(start, evidence), moment_of(end, evidence)
    if first == last:
        return at(start, evidence, day=day)
    if start.unit.startswith("row"):
        rows = "rows" if words[0] == "between" else "row"
        return f"{words[0]} {rows} {start.value} {words[1]} {end.value}"
    same_year, same_day = first.year == last.year, (first.day, first.year) == (last.day, last.year)
    opens = first.text(day=not same_day, year=not same_year)
    return f"{words[0]} {opens} {words[1]} {last.text(day=day or not same_day)}"
