"""Measures as they are printed: rounded, with their unit, names made safe."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

from anomalyst.evidence.facts import FactKind

DIGITS = 3
P_DIGITS = 2
MAX_NAME = 60
POINTS = "percentage points"
PER_DAY, PER_ROWS = "false alarms per day", "false alarms per 1,000 rows"
ONE = {
    POINTS: "percentage point",
    PER_DAY: "false alarm per day",
    PER_ROWS: "false alarm per 1,000 rows",
    "rows": "row",
}
"""Units as they stand behind 1."""

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


def p_value(p: float, alpha: float | None = None) -> float:
    """A p-value to P_DIGITS significant digits, or to as many more as keep it on its side of the alarm level."""
    short = rounded(p, P_DIGITS)
    if alpha is None or (short <= alpha) == (p <= alpha):
        return short
    longer = (rounded(p, digits) for digits in range(P_DIGITS + 1, 17))
    return next((told for told in longer if (told <= alpha) == (p <= alpha)), p)


def compared(observed: float, expected: float) -> tuple[float, float, float, int]:
    """(observed, expected, difference, decimal places), such that difference = observed − expected as printed.

    The larger value keeps 3 significant digits, or as many more as the difference needs to keep 2.
    """
    places = max(decimals(max(abs(observed), abs(expected))), decimals(observed - expected, 2))
    seen, normal = cut(observed, places), cut(expected, places)
    return seen, normal, cut(seen - normal, places), places


def finite_numbers(value: object, count: int) -> tuple[float, ...]:
    """So many finite numbers of a list that was read from JSON; none where it is no such list."""
    if not isinstance(value, list | tuple) or len(value) != count:
        return ()
    good = all(isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in value)
    return tuple(float(v) for v in value) if good else ()


def difference_unit(unit: str) -> str:
    """The unit of a difference of two values in `unit`: of percentages it is percentage points, as "12 % higher" would
    mean a share of the lower one."""
    percent = unit.strip().lower().startswith(("%", "percent", "per cent", "pct"))
    return POINTS if percent else unit


def unit_behind(value: Value, unit: str) -> str:
    """A unit as it stands behind a value."""
    return ONE.get(unit, unit) if value == 1 else unit


def clean_name(name: str) -> str:
    """A column name as safe text: no control characters, one line, at most MAX_NAME characters."""
    printable = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in name)
    text = " ".join(printable.split())
    return text if len(text) <= MAX_NAME else text[: MAX_NAME - 1] + "…"


def counted(number: int, noun: str) -> str:
    """The number and its noun, e.g. "1 finding", "3 findings"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
