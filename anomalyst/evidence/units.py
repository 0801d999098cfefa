"""Measures as they are printed: rounded, with their unit, names made safe, times as text."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

import numpy as np

from anomalyst.evidence.facts import FactKind
from anomalyst.modalities.series.sample import SeriesSample

DIGITS = 3
P_DIGITS = 2
MAX_NAME = 60
POINTS = "percentage points"

Value = bool | int | float | str


@dataclass(frozen=True)
class Measure:
    """One fact before it has an id; the fields are those of `Fact`."""

    subject: str
    kind: FactKind
    value: Value
    unit: str = ""
    qualifier: str = ""
    low: float | None = None
    high: float | None = None


def decimals(value: float, digits: int = DIGITS) -> int:
    """Decimal places that print `value` with `digits` significant digits; negative left of the point, 0 for 0."""
    if value == 0 or not math.isfinite(value):
        return 0
    return digits - 1 - math.floor(math.log10(abs(value)))


def rounded(value: float, digits: int = DIGITS) -> float:
    """`value` to `digits` significant digits."""
    return cut(float(value), decimals(float(value), digits))


def cut(value: float, places: int) -> float:
    """`value` rounded to decimal places; as it is where the rounded one would be no number."""
    try:
        return round(float(value), places)
    except OverflowError:  # the largest numbers there are
        return float(value)


def p_value(p: float) -> float:
    """A p-value to P_DIGITS significant digits."""
    return rounded(p, P_DIGITS)


def compared(observed: float, expected: float) -> tuple[float, float, float, int]:
    """(observed, expected, difference, decimal places), such that difference = observed − expected as printed.

    The larger value keeps 3 significant digits, or as many more as the difference needs to keep 2.
    """
    places = max(decimals(max(abs(observed), abs(expected))), decimals(observed - expected, 2))
    seen, normal = cut(observed, places), cut(expected, places)
    return seen, normal, cut(seen - normal, places), places


def difference_unit(unit: str) -> str:
    """The unit of a difference of two values in `unit`: of percentages it is percentage points, as "12 % higher" would
    mean a share of the lower one."""
    percent = unit.strip().lower().startswith(("%", "percent", "per cent", "pct"))
    return POINTS if percent else unit


def clean_name(name: str) -> str:
    """A column name as safe text: no control characters, one line, at most MAX_NAME characters."""
    printable = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in name)
    text = " ".join(printable.split())
    return text if len(text) <= MAX_NAME else text[: MAX_NAME - 1] + "…"


def channel_names(sample: SeriesSample) -> tuple[str, ...]:
    """One safe and unique name per column, in their order; a name that is empty or taken gets its number."""
    names: list[str] = []
    for number, column in enumerate(sample.columns, start=1):
        name = clean_name(column) or f"column {number}"
        names.append(f"{name} ({number})" if name in names else name)
    return tuple(names)


def moment(sample: SeriesSample, row: int) -> tuple[str | int, str]:
    """(value, unit) of a row: its time stamp as text with "", or its number with "row"."""
    if not sample.has_times:
        return int(row), "row"
    stamp = sample.index[row].astype(f"datetime64[{_time_unit(sample)}]")
    return str(stamp).replace("T", " "), ""


def _time_unit(sample: SeriesSample) -> str:
    """The coarsest unit that prints every time stamp exactly: days, seconds, ms, µs or ns."""
    nanoseconds = sample.index.astype("datetime64[ns]").astype(np.int64)
    for unit, size in (("D", 86_400 * 10**9), ("s", 10**9), ("ms", 10**6), ("us", 10**3)):
        if not np.any(nanoseconds % size):
            return unit
    return "ns"


def duration(sample: SeriesSample, start: int, stop: int) -> tuple[float | int, str]:
    """(value, unit) of rows [start, stop): each row lasts the median step; in s, min or h, else in rows."""
    if not sample.has_times or len(sample.index) < 2:
        return stop - start, "rows"
    seconds = sample.index.astype("datetime64[ns]").astype(np.int64) / 1e9
    length = float(seconds[stop - 1] - seconds[start] + np.median(np.diff(seconds)))
    for unit, size in (("h", 3600), ("min", 60)):
        if length >= 2 * size:
            return rounded(length / size), unit
    return rounded(length), "s"


def counted(number: int, noun: str) -> str:
    """The number and its noun, e.g. "1 finding", "3 findings"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
