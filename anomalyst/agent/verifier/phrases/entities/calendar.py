"""Days and parts of the day in words: "that Saturday", "the last day of June", "the small hours"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime

from anomalyst.agent.verifier.phrases.entities.numerals import either
from anomalyst.evidence.numbers import MONTHS, NUMBER_WORDS

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKEND = (5, 6)
_HALF_MONTH = {"early": (1, 11), "mid": (9, 22), "late": (20, 31)}
# Hours of the day; a part that runs over midnight ends before it begins.
_PARTS: dict[str, tuple[float, float]] = {
    "small hours": (0, 5), "wee hours": (0, 5), "early hours": (0, 6), "dead of night": (0, 5),
    "early morning": (3, 9), "mid-morning": (8.5, 11.5), "late morning": (10, 12.5), "morning": (3, 12),
    "forenoon": (7, 12), "early afternoon": (12, 15.5), "mid-afternoon": (13.5, 16.5), "late afternoon": (15.5, 18.5),
    "afternoon": (12, 18.5), "early evening": (17, 20), "late evening": (20, 24), "evening": (17, 24),
    "late night": (22, 4), "night": (20, 6), "dawn": (4, 8), "daybreak": (4, 8), "sunrise": (4, 8.5), "dusk": (16, 22),
    "breakfast time": (6, 10), "breakfast": (6, 10), "lunchtime": (11.5, 14.5), "lunch time": (11.5, 14.5),
    "teatime": (15, 18), "rush hour": (6.5, 19), "nighttime": (20, 6), "night-time": (20, 6), "daytime": (7, 19),
    "overnight": (20, 8),
}  # fmt: skip
_EARLY = r"(?P<how>early|mid|late)"
_PART = rf"(?:(?:{_EARLY}[- ](?:in the |on |at )?)?(?P<part>{either(_PARTS)})(?: of (?:the )?(?:morning|night))?)"
_DAY = rf"(?P<day>{either(_DAYS)}|weekend)"
_MONTH = either(MONTHS)
WHEN = re.compile(
    rf"(?<![\w«-])(?:(?:that|this|the|a|one|whole|same|very|on|at|in|during|over) )*"
    r"(?:(?P<first>early|late|mid)[- ](?:on )?)?"
    rf"(?:(?:that |the |a )?{_DAY}s?(?:'s)?(?: {_PART.replace('how', 'how2').replace('P<part>', 'P<part2>')})?|{_PART}"
    rf"|(?:(?P<when>early|mid|late)[- ]|(?<=in )|(?<=during )|(?<=of ))(?P<month>{_MONTH})(?! \d))(?![\w»-])",
    re.I,
)
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip
_NTHS = {word: number for number, word in enumerate(_ORDINALS, 1)} | {"thirtieth": 30}
_NTHS |= {f"{ten}-{word}": number + at for ten, at in (("twenty", 20), ("thirty", 30)) for word, number in _NTHS.items()
          if number < len(NUMBER_WORDS) // 2 and number + at <= 31}  # fmt: skip
_NTHS |= {f"{at}-{word}": at + _NTHS[word] for at in (20, 30) for word in _ORDINALS[:9] if at + _NTHS[word] <= 31}
_NTH = rf"{either(_NTHS)}|\d{{1,2}}(?:st|nd|rd|th)"
DATE = re.compile(
    rf"\b(?:the )?(?P<which>first|second|third|fourth|last) (?P<weekday>{either(_DAYS)}) (?:of|in) (?P<in>{_MONTH})\b"
    rf"|\b(?:the )?(?:(?P<end>last|final|first|opening) day of|(?P<nth>{_NTH})(?: day)? of) (?P<of>{_MONTH})\b"
    rf"|\b(?P<month>{_MONTH}) (?:the )?(?P<nth2>{_NTH})(?!\w)",
    re.I,
)


@dataclass(frozen=True)
class When:
    """A day or a part of it: `days` of the week, `month` with its days, `hours`; what is None may be any."""

    days: tuple[int, ...] | None = None
    month: tuple[int, int, int] | None = None
    hours: tuple[float, float] | None = None

    def holds(self, at: datetime) -> bool:
        """Whether a moment is then."""
        if self.days is not None and at.weekday() not in self.days:
            return False
        if self.month is not None and not (at.month == self.month[0] and self.month[1] <= at.day <= self.month[2]):
            return False
        if self.hours is None:
            return True
        hour, (low, high) = at.hour + at.minute / 60, self.hours
        return low <= hour < high if low < high else hour >= low or hour < high


def when(match: re.Match[str]) -> When:
    """What a match of WHEN says."""
    said = {name: text.lower() for name, text in match.groupdict().items() if text}
    day = said.get("day")
    days = None if day is None else _WEEKEND if day == "weekend" else (_DAYS.index(day),)
    month = None
    if "month" in said:
        low, high = _HALF_MONTH.get(said.get("when", said.get("first", "")), (1, 31))
        month = (MONTHS.index(said["month"]) + 1, low, high)
    part = said.get("part") or said.get("part2")
    how = said.get("how") or said.get("how2") or said.get("first", "")
    named = next((f"{how}{joint}{part}" for joint in (" ", "-") if f"{how}{joint}{part}" in _PARTS), part)
    return When(days, month, _PARTS[named] if named else None)


def in_date(match: re.Match[str], years: list[int]) -> str:
    """ "The last day of June" as "30 june"."""
    if match["which"]:
        return _nth_weekday(match, years[0] if years else 2000)
    month = (match["of"] or match["month"]).lower()
    if (match["end"] or "").lower() in ("last", "final"):
        day = monthrange(years[0] if years else 2000, MONTHS.index(month) + 1)[1]
    else:
        word = (match["nth"] or match["nth2"] or "first").lower()
        day = _NTHS.get(word) or int(re.sub(r"\D", "", word))
    return f"{day} {month}"


def _nth_weekday(match: re.Match[str], year: int) -> str:
    """ "The last Sunday of June"."""
    month = MONTHS.index(match["in"].lower()) + 1
    days = [
        d
        for d in range(1, monthrange(year, month)[1] + 1)
        if datetime(year, month, d).weekday() == _DAYS.index(match["weekday"].lower())
    ]
    return f"{days[-1 if match['which'].lower() == 'last' else _NTHS[match['which'].lower()] - 1]} {match['in']}"
