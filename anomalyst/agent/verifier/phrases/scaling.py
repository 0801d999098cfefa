"""Units of one dimension: how much of one another is, and by which words people call them."""

from __future__ import annotations

from functools import cache

from anomalyst.agent.verifier.phrases.entities.spoken_units import spoken, unit_meant
from anomalyst.evidence.numbers import canonical_unit
from anomalyst.evidence.text import normalise

# Within a row, each unit as a multiple of the first.
_DIMENSIONS: tuple[dict[str, float], ...] = (
    {
        "s": 1,
        "ns": 1e-9,
        "us": 1e-6,
        "ms": 1e-3,
        "min": 60,
        "h": 3600,
        "d": 86400,
        "week": 604800,
        "month": 2629746,
        "year": 31556952,
    },
    {"b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12},
    {"b/s": 1, "kb/s": 1e3, "mb/s": 1e6, "gb/s": 1e9},
    {"kib": 1, "mib": 1024, "gib": 1024**2},
    {"bar": 1, "mbar": 1e-3, "pa": 1e-5, "hpa": 1e-3, "kpa": 1e-2, "mpa": 10},
    {"v": 1, "kv": 1e3},
    {"a": 1, "ma": 1e-3},
    {"w": 1, "kw": 1e3, "mw": 1e6, "gw": 1e9},
    {"wh": 1, "kwh": 1e3, "mwh": 1e6, "gwh": 1e9},
    {"j": 1, "kj": 1e3, "mj": 1e6},
    {"m": 1, "mm": 1e-3, "cm": 1e-2, "km": 1e3},
    {"g": 1, "kg": 1e3, "mg": 1e-3},
    {"hz": 1, "khz": 1e3, "ghz": 1e9},
    {"l": 1, "ml": 1e-3},
    {"1/s": 1, "1/min": 1 / 60, "bpm": 1 / 60},
)
_SPELLED = {
    "megabyte": "mb", "megabytes": "mb", "kilobyte": "kb", "kilobytes": "kb", "gigabyte": "gb", "gigabytes": "gb",
    "kilobytes per second": "kb/s", "megabytes per second": "mb/s", "kb per second": "kb/s", "mb per second": "mb/s",
    "kbytes/s": "kb/s", "kb/sec": "kb/s", "mb/sec": "mb/s", "msec": "ms", "msecs": "ms",
    "weeks": "week", "months": "month", "years": "year",
    "degrees": "°c", "degree": "°c", "degrees celsius": "°c", "degree celsius": "°c", "deg c": "°c", "celsius": "°c",
    "degc": "°c", "°": "°c", "c": "°c", "millibar": "mbar", "volt": "v", "volts": "v", "amps": "a", "watts": "w",
    "beats per minute": "bpm", "beats a minute": "bpm",
    "beats": "bpm", "per minute": "1/min", "per second": "1/s", "a second": "1/s",
    "requests per second": "1/s", "pct": "%", "percents": "%", "bars": "bar",
    "points": "percentage points", "point": "percentage points", "pts": "percentage points",
    "false alarms/day": "false alarms per day", "false alarms a day": "false alarms per day",
    "false alarm a day": "false alarms per day", "pp": "percentage points", "percent points": "percentage points",
}  # fmt: skip
_TIMES = _DIMENSIONS[0]


def plain(unit: str) -> str:
    """One spelling of a unit, in lower case."""
    low = normalise(unit).lower().strip()
    known = _SPELLED.get(low, canonical_unit(low).lower())
    return known if known != low else normalise(unit_meant(low) or low).lower()


def factor(said: str, measured: str) -> float | None:
    """How many of the measured unit one of the said unit is; None where they measure different things."""
    one, other = plain(said), plain(measured)
    if one == other:
        return 1.0
    return next((row[one] / row[other] for row in _DIMENSIONS if one in row and other in row), None)


@cache
def forms(unit: str) -> frozenset[str]:
    """By which words an amount of a fact in this unit may be printed."""
    base = plain(unit)
    alike = next((frozenset(row) for row in _DIMENSIONS if base in row), frozenset({base}))
    spelled = {word for word, meant in _SPELLED.items() if meant in alike}
    return alike | spelled | {normalise(unit).lower()} | frozenset().union(*(spoken(one) for one in alike))


def seconds(unit: str) -> float | None:
    """Seconds in a unit of time; None for any other."""
    return _TIMES.get(plain(unit))
