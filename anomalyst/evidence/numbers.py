"""Quantities in a sentence: what was printed, at which precision, in which unit, and whether a value agrees with it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import datetime

from anomalyst.evidence.units import ONE, PER_DAY, PER_ROWS, POINTS

_SPOKEN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
NUMBER_WORDS = {word: value for value, word in enumerate(_SPOKEN)}
# Numbers in words that no fact is ever printed as: they are seen, and found unsupported.
_VAGUE = (
    "half|third|quarter|twice|thrice|double|doubled|doubles|doubling|triple|tripled|quadruple|quadrupled|twofold|"
    "threefold|fourfold|fivefold|tenfold|dozen|dozens|hundred|hundreds|thousand|thousands|million|millions|billion|"
    "thirty|forty|fifty|sixty|seventy|eighty|ninety|second|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
)
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip

UNIT_NAMES = {
    "%": "%", "percent": "%", "per cent": "%",
    **{f"{name} point{s}": POINTS for name in ("percentage", "percent", "per cent", "%") for s in ("", "s")},
    **{name: POINTS for name in ("%-point", "%-points", "pp")},
    "ns": "ns", "us": "us", "μs": "us", "microseconds": "us", "microsecond": "us",
    "ms": "ms", "millisecond": "ms", "milliseconds": "ms",
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "min": "min", "mins": "min", "minute": "min", "minutes": "min",
    "h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "d": "d", "day": "d", "days": "d",
    "row": "rows", "rows": "rows", "pixel": "pixels", "pixels": "pixels", "px": "pixels",
    **{name: unit for unit in (PER_DAY, PER_ROWS) for name in (unit, ONE[unit])},
    "times": "times", "×": "times", "x": "times", "fold": "times", "-fold": "times",
}  # fmt: skip

MAX_POWER = 320  # of ten, that a number is read with
MAX_ROUNDING = 0.1  # one printed digit may be off by half of itself; a reader would be misled by more than this share

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_POWER = r"(?:\s?(?:×|x|\*)\s?10\s?(?:\^|\*\*)\s?(?P<power>[-+]?\d+)|[eE](?P<e>[-+]?\d+))"
NUMBER = re.compile(rf"(?<![\w.])(?P<sign>[-+])?(?P<digits>{_DIGITS})(?:{_POWER})?(?![\d])", re.I)
_PRONOUN = r"one (?:possible|explanation|cause|reason|possibility|way|option|may|might|could|should|can)\b"
NUMBER_WORD = re.compile(rf"(?<![\w-])(?!{_PRONOUN})(?:{'|'.join(NUMBER_WORDS)}|{_VAGUE})(?![\w-])", re.I)
_MONTH = "|".join(f"{m}|{m[:3]}" for m in MONTHS)
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?|\.\d(?!\d))?(?:\s?[ap]\.?m\.?(?!\w))?"
_ZONE = r"(?:\s?(?:z|utc|[+-]\d{2}:?\d{2})(?!\w))?"
_DATE = rf"\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTH})\.?(?: \d{{4}})?"
TIME = re.compile(
    rf"(?<![\w.])(?:{_CLOCK}{_ZONE} on (?:{_DATE})|\d{{4}}-\d{{2}}-\d{{2}}(?:(?:t|,? (?:at )?){_CLOCK}{_ZONE})?"
    rf"|(?<!\s[-+])\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTH})\.?(?: \d{{4}})?(?:,? (?:at )?{_CLOCK})?"
    rf"|(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?(?:,? (?:at )?{_CLOCK})?"
    rf"|{_CLOCK}{_ZONE})(?![\w])",
    re.I,
)


@dataclass(frozen=True)
class Quantity:
    """A number or time as printed. `decimals`: power of ten of the last printed digit, negated; `clock` and `date`
    hold the parts of a time stamp; `value` is None for vague number words; `bound`: "<", "<=", ">", ">=" or ""."""

    text: str
    value: float | None = None
    decimals: int = 0
    unit: str = ""
    signed: bool = False
    date: tuple[int | None, int, int] | None = None
    clock: tuple[str, ...] = ()
    bound: str = ""

    @property
    def is_time(self) -> bool:
        """Whether this is a calendar or clock time."""
        return bool(self.clock) or self.date is not None

    def with_unit(self, unit: str) -> Quantity:
        """The same number in another unit, where the unit stands elsewhere in the sentence."""
        return replace(self, unit=unit)


def canonical_unit(unit: str) -> str:
    """One spelling per unit; unknown units as they are, in lower case."""
    unit = unit.strip().lower()
    return UNIT_NAMES.get(unit, "%" if unit.startswith("%") else unit)


def read_number(match: re.Match[str], unit: str = "") -> Quantity:
    """The quantity of a NUMBER match."""
    digits = match["digits"].replace(",", "")
    power = int(match["power"] or match["e"] or 0)
    decimals = (len(digits.partition(".")[2]) if "." in digits else 0) - power
    value = float(f"{digits}e{power}") * (-1 if match["sign"] == "-" else 1) if abs(power) <= MAX_POWER else math.inf
    if not math.isfinite(value):
        return Quantity(match.group(), None)
    return Quantity(match.group(), value, decimals, canonical_unit(unit), bool(match["sign"]))


def read_number_word(word: str, unit: str = "") -> Quantity:
    """The quantity of a number word; vague ones have no value."""
    value = NUMBER_WORDS.get(word.lower())
    return Quantity(word, None if value is None else float(value), 0, canonical_unit(unit))


def read_time(text: str) -> Quantity:
    """The quantity of a TIME match: date as (year or None, month, day), clock as its printed parts."""
    low, told, day = text.lower(), "", ""
    if " on " in low:  # "11:20 on 21 March 2024"
        told, _, day = low.partition(" on ")
    date: tuple[int | None, int, int] | None = None
    if iso := re.match(r"(\d{4})-(\d{2})-(\d{2})", day or low):
        date = int(iso[1]), int(iso[2]), int(iso[3])
    elif month := re.search(rf"({_MONTH})", day or low):
        numbers = [int(n) for n in re.findall(r"\d+", re.split(r"\d{1,2}:", day or low)[0])]
        year = next((n for n in numbers if n > 31), None)
        number = next(i for i, name in enumerate(MONTHS, 1) if name.startswith(month[1][:3]))
        date = year, number, next((n for n in numbers if n <= 31), 0)
    clock = re.search(r"(\d{1,2}):(\d{2}(?:\.\d(?!\d))?)(?::(\d{2}(?:\.\d+)?))?(?:\s?([ap])\.?m)?", told or low)
    parts = () if clock is None else tuple(p for p in (_hour(clock[1], clock[4]), clock[2], clock[3]) if p)
    return Quantity(text, date=date, clock=parts)


def _hour(hour: str, half: str | None) -> str:
    number = int(hour) % 12 + (12 if half == "p" else 0) if half else int(hour)
    return f"{number:02d}"


def agrees(printed: Quantity, value: float) -> bool:
    """Whether `value`, rounded to the printed digits, is the printed number to MAX_ROUNDING (or obeys its bound)."""
    if printed.value is None:
        return False
    if printed.bound:
        slack = 1e-9 * max(1e-12, abs(value))
        if printed.bound.startswith("<"):
            return value < printed.value + slack if printed.bound == "<=" else value < printed.value
        return value > printed.value - slack if printed.bound == ">=" else value > printed.value
    if printed.value == 0:
        return abs(value) < 1e-12
    half = min(0.5 * 10.0**-printed.decimals, MAX_ROUNDING * abs(value))
    return abs(value - printed.value) <= half * (1 + 1e-6) + 1e-12 * abs(value)


def agrees_in_time(printed: Quantity, stamp: str) -> bool:
    """Whether a printed time is `stamp` (ISO), cut to the printed parts."""
    moment = parse_stamp(stamp)
    if moment is None:
        return False
    if printed.date is not None:
        year, month, day = printed.date
        if (moment.month, moment.day) != (month, day) or year not in (None, moment.year):
            return False
    true = (f"{moment.hour:02d}", f"{moment.minute:02d}", f"{moment.second:02d}")
    for said, is_ in zip(printed.clock, true, strict=False):
        if said.partition(".")[0] != is_:
            return False
    fraction = printed.clock[2].partition(".")[2] if len(printed.clock) == 3 else ""
    return f"{moment.microsecond:06d}".startswith(fraction[:6])


def agrees_elapsed(printed: Quantity, seconds: float) -> bool:
    """Whether a clock that counts from the start, "0:12" or "1:02:07.5", shows these seconds, cut or rounded to the
    printed part."""
    if printed.date is not None or len(printed.clock) < 2:
        return False
    minutes, last = printed.clock[-2], printed.clock[-1]
    hours = float(printed.clock[0]) if len(printed.clock) == 3 else 0.0
    told = 3600 * hours + 60 * float(minutes) + float(last)
    width = 10.0 ** -len(last.partition(".")[2])
    return abs(told - seconds) < width / 2 + 1e-6 or 0 <= seconds - told < width - 1e-6


def parse_stamp(text: str) -> datetime | None:
    """An ISO time stamp, or None."""
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text.strip()))
    except ValueError:
        return None
