"""Units in words: "megawatts", "litres a minute", "millimetres of mercury"; of every unit that a column may state."""

from __future__ import annotations

import re
from functools import cache

from anomalyst.evidence.text import normalise

_PREFIXES = {
    "n": ("nano", 1e-9), "u": ("micro", 1e-6), "m": ("milli", 1e-3), "c": ("centi", 1e-2), "h": ("hecto", 1e2),
    "k": ("kilo", 1e3), "M": ("mega", 1e6), "G": ("giga", 1e9), "T": ("tera", 1e12),
}  # fmt: skip
_SCALED = {
    "W": ("watt",), "V": ("volt",), "A": ("amp", "ampere"), "VA": ("volt-ampere",), "Pa": ("pascal",),
    "B": ("byte",), "bit": ("bit",), "Hz": ("hertz",), "l": ("litre", "liter"), "m": ("metre", "meter"),
    "g": ("gram", "gramme"),
    "J": ("joule",), "Wh": ("watt-hour", "watt hour"), "N": ("newton",), "Nm": ("newton metre", "newton meter"),
    "Ω": ("ohm",), "bar": ("bar",), "s": ("second", "sec"), "T": ("tesla",), "S": ("siemens",), "Sv": ("sievert",),
    "mol": ("mole",),
}  # fmt: skip
_PLAIN = {
    "min": ("minute",), "h": ("hour",), "d": ("day",), "week": ("week",), "month": ("month",), "year": ("year",),
    "°C": ("degree", "degree celsius", "degree centigrade", "celsius"), "K": ("kelvin", "degree kelvin"),
    "°F": ("degree fahrenheit", "fahrenheit"), "deg": ("degree",), "dB": ("decibel",), "t": ("tonne", "ton"),
    "kg": ("kilo",), "%": ("percent", "per cent"), "percentage points": ("percentage point", "percent point", "point"),
    "rpm": ("revolution per minute", "revolution a minute", "rev per minute", "rev a minute", "turn a minute"),
    "bpm": ("beat", "beat a minute", "beat per minute"), "ppm": ("part per million",), "lx": ("lux",),
    "mmHg": ("millimetre of mercury", "millimeter of mercury"), "m³": ("cubic metre", "cubic meter"),
    "m²": ("square metre", "square meter"), "km/h": ("kilometre an hour", "kilometre per hour", "km an hour"),
    "mph": ("mile an hour", "mile per hour"), "pixels": ("pixel",), "nats": ("nat",), "rows": ("row",),
}  # fmt: skip
_PER = re.compile(r"^(.+?) (?:an?|per|each|every|to the) (.+)$")


def _several(word: str) -> str:
    head, of, rest = word.partition(" of ")
    first, per, below = re.match(r"(.*?)( per | an? |$)(.*)", head).groups()  # type: ignore[union-attr]
    first = re.sub(r"^degree\b", "degrees", first) if first.startswith("degree") else first
    ends = (
        first if first.endswith(("s", "hertz", "lux", "celsius", "fahrenheit", "percent", "per cent")) else f"{first}s"
    )
    return f"{ends}{per}{below}{of}{rest}"


@cache
def words() -> dict[str, str]:
    """Every word for a unit, in lower case → the unit."""
    found: dict[str, str] = {}
    for unit, names in _PLAIN.items():
        found |= {form: unit for name in names for form in (name, _several(name))}
    for base, names in _SCALED.items():
        for sign, (prefix, _) in {"": ("", 1.0), **_PREFIXES}.items():
            for name in names:
                found.setdefault(f"{prefix}{name}", sign + base)
                found.setdefault(_several(f"{prefix}{name}"), sign + base)
    return found


def unit_meant(said: str) -> str | None:
    """The unit that words say; None of any other words: "megabytes a second" is MB/s."""
    known = words().get(said)
    if known is not None:
        return known
    parts = _PER.match(said)
    top, bottom = (
        (words().get(part, part if part in ("kb", "mb", "gb", "l", "ml") else None) for part in parts.groups())
        if parts
        else (None, None)
    )
    return f"{top}/{bottom}" if top and bottom else None


def _plainly(unit: str) -> str:
    return normalise(unit).lower()


@cache
def spoken(unit: str) -> frozenset[str]:
    """All words for a unit, whatever its letters' case: of "l/min", "litres per minute" and others."""
    low = _plainly(unit)
    simple = {word for word, meant in words().items() if _plainly(meant) == low}
    top, slash, bottom = low.partition("/")
    if not slash:
        return frozenset(simple)
    above = {word for word, meant in words().items() if _plainly(meant) == top} | {top}
    below = {word for word, meant in words().items() if _plainly(meant) == bottom and word != _several(word)}
    return frozenset(
        simple
        | {f"{one} {per} {other}" for one in above for other in below for per in ("per", "a", "an", "every", "each")}
    )
