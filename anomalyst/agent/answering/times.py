"""The time that a question is about: "at 14:30", "between 0 and 2 Uhr", "on 6 March", "rows 100 to 200", "the first
day"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from anomalyst.agent.answering.asked import Window
from anomalyst.agent.answering.lexicon import Words
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.moments import ends_of, has_clock, number_of, seconds_of, span_of

AROUND = 900.0  # seconds on either side of "around 14:30"
DAY, HOUR = 86_400.0, 3_600.0
MINUTE = 59.0  # "at 14:30" is the whole minute
ROWS = r"(\d{{1,9}})(?:\s*(?:to|bis|until|and|und|-|–)\s*(?:{rows})?\s*(\d{{1,9}}))?"


@dataclass(frozen=True)
class Clock:
    """A time of day as it was written; `exact`: to the second."""

    at: time
    exact: bool = False


def window_of(text: str, words: Words, evidence: Evidence) -> Window | None:
    """The stretch of the data that a question names; None where it names none."""
    if (rows := _rows(text, words)) is not None:
        return rows
    if not has_clock(evidence):
        return None
    relative = words.which("relative", text)
    if relative and (known := _ends(evidence)) is not None:
        return _relative(relative[0], *known)
    return _clock_window(text, words, evidence)


def _rows(text: str, words: Words) -> Window | None:
    rows = words.table["rows"]
    found = re.search(f"{rows}\\s*{ROWS.format(rows=rows)}", text)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return Window(start=first, stop=last, rows=True) if first <= last else None


def _ends(evidence: Evidence) -> tuple[float, float] | None:
    """Where the data begin and end; where that is not told, the first and the last finding."""
    if (told := span_of(evidence)) is not None:
        first, last = (number_of(end) for end in told)
        return (first, last) if first is not None and last is not None else None
    own = [ends for finding in evidence.findings if (ends := ends_of(evidence, finding.id)) is not None]
    return (min(start for start, _ in own), max(end for _, end in own)) if own else None


def _relative(which: str, first: float, last: float) -> Window:
    """The first or the last day, hour or half of the data."""
    end, unit = which.split()
    length = (last - first) / 2 if unit == "half" else {"day": DAY, "hour": HOUR}[unit]
    if unit == "day":  # of the calendar
        start = (first if end == "first" else last) // DAY * DAY
        return Window(start=max(first, start), stop=min(last, start + DAY - 1))
    if end == "first":
        return Window(start=first, stop=min(last, first + length))
    return Window(start=max(first, last - length), stop=last)


def _clock_window(text: str, words: Words, evidence: Evidence) -> Window | None:
    day, known = _day(text, words, evidence), _ends(evidence)
    ranged = re.search(words.table["range"].format(a=_ANY, b=_ANY), text)
    if ranged is not None and known is not None:
        half = _half(ranged[0] + text[ranged.end() : ranged.end() + 6])
        clocks = [_clock(part, half) for part in (ranged[1], ranged[2])]
        return _between(clocks[0], clocks[1], day, evidence) if clocks[0] and clocks[1] else None
    clock = _single(text, words)
    if clock is None:
        return None if day is None else Window(start=_on(day, time()), stop=_on(day, time()) + DAY - 1)
    start = _placed(clock, day, evidence)
    if words.holds("around", text) and not clock.exact:
        return Window(start=start - AROUND, stop=start + AROUND)
    before = text[: re.search(r"\d{1,2}(?=[:. ])|\d{1,2}", text).start()]  # type: ignore[union-attr]
    if known is not None and words.holds("after", before[-12:]):
        return Window(start=start, stop=max(start, known[1]))
    if known is not None and words.holds("before", before[-12:]):
        return Window(start=min(start, known[0]), stop=start)
    return Window(start=start, stop=start + (0.0 if clock.exact else MINUTE))


_ANY = r"(\d{1,2}(?::\d{2}(?::\d{2})?)?\s*(?:am|pm|a\.m\.|p\.m\.|uhr)?)"


def _half(text: str) -> str:
    found = re.search(r"([ap])\.?m\b", text)
    return found[1] if found else ""


def _clock(text: str, half: str = "") -> Clock | None:
    found = re.match(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?", text.strip())
    if found is None:
        return None
    half = _half(text) or half
    hour = int(found[1]) % 12 + (12 if half == "p" else 0) if half else int(found[1])
    minute, second = int(found[2] or 0), int(found[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return Clock(time(hour, minute, second), found[3] is not None)


def _single(text: str, words: Words) -> Clock | None:
    """One time of day: with a colon, or with a word that says that it is one."""
    found = re.search(r"\b\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?m\b)?", text)
    found = found or re.search(rf"\b\d{{1,2}}(?:[.:]\d{{2}})?\s*{words.table['oclock']}\b", text)
    return None if found is None else _clock(found[0].replace(".", ":", 1) if "." in found[0][:3] else found[0])


def _day(text: str, words: Words, evidence: Evidence) -> date | None:
    """A day by its date; the year of the data where none is named."""
    if found := re.search(r"\b(\d{4})-(\d{2})-(\d{2})\b", text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    months = "|".join(month if len(month) < 5 else f"{month[:3]}(?:{month[3:]})?" for month in words.table["months"])
    found = re.search(rf"\b(\d{{1,2}})(?:st|nd|rd|th|\.)? (?:of )?({months})\b", text)
    other = re.search(rf"\b({months}) (\d{{1,2}})(?!:)(?:st|nd|rd|th)?\b", text)
    if found is None and other is None:
        return None
    named, number = (found[2], found[1]) if found else (other[1], other[2])  # type: ignore[index]
    month = next(n for n, name in enumerate(words.table["months"], 1) if name.startswith(named[:3]))
    return next((day for day in _days(evidence) if (day.month, day.day) == (month, int(number))), None) or _date(
        next(iter(_days(evidence)), date(2000, 1, 1)).year, month, int(number)
    )


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _days(evidence: Evidence) -> Iterator[date]:
    """The days of the data, a year of them at most."""
    if (known := _ends(evidence)) is None:
        return
    day = _date_of(known[0])
    last = _date_of(known[1])
    for n in range(min(366, (last - day).days + 1)):
        yield day + timedelta(days=n)


def _date_of(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def _on(day: date, at: time) -> float:
    return seconds_of(datetime.combine(day, at))


def _placed(clock: Clock, day: date | None, evidence: Evidence) -> float:
    """A time of day on its day: where none is named, on one where a finding meets it, else where there are data."""
    if day is not None:
        return _on(day, clock.at)
    known, options = _ends(evidence), [_on(day, clock.at) for day in _days(evidence)]
    if not options or known is None:
        return _on(date(2000, 1, 1), clock.at)
    ends = [own for finding in evidence.findings if (own := ends_of(evidence, finding.id)) is not None]
    met = [at for at in options if any(start <= at + MINUTE and at <= end for start, end in ends)]
    inside = [at for at in options if known[0] <= at <= known[1]]
    return next(iter([*met, *inside, *options]))


def _between(first: Clock, last: Clock, day: date | None, evidence: Evidence) -> Window:
    """From one time of day to another: over midnight where the second is the earlier one."""
    options = [day] if day is not None else list(_days(evidence))
    windows = []
    for one in options:
        start, stop = _on(one, first.at), _on(one, last.at)
        windows.append(Window(start=start, stop=stop if stop >= start else stop + DAY))
    known = _ends(evidence) or (0.0, 0.0)
    inside = [w for w in windows if w.stop >= known[0] and w.start <= known[1]]
    return next(iter([*inside, *windows]))
