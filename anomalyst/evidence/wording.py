"""How the built-in writer prints facts: numbers, units, names, times, and turns of phrase chosen by content."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence

from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.names import needs_quotes
from anomalyst.evidence.units import compared, cut, decimals

WHOLE = 1e15  # larger numbers are not written out
MAX_NAME = 80
MOST_DIGITS = 4  # of two values side by side, unless it takes more to tell them apart
ROUGH = 2  # digits of a size that nothing is compared with
MAX_PLACES = 8  # decimal places that are written out


def number(value: float, digits: int = 3) -> str:
    """A number in plain digits, rounded to `digits` significant ones if it has more."""
    if isinstance(value, float) and abs(value) >= WHOLE:
        return f"{value:.{digits - 1}e}"
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}" if abs(value) >= 10_000 else str(int(value))
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    if places > MAX_PLACES:
        return f"{value:.{digits - 1}e}"
    text = f"{value:,.{places}f}" if abs(value) >= 10_000 else f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def p_text(p: float) -> str:
    """A p-value, to the digits that its fact has."""
    return f"{p:.15g}"


def p_limit(evidence: Evidence, kind: FactKind, p: float) -> Fact | None:
    """The smallest p-value of this kind that the normals support, where `p` is smaller still; None where it is not, and
    in runs from before this was known."""
    of: FactKind = "region_p_bound" if kind in _OF_ELEMENTS else "p_bound"
    limit = one(evidence, "sample", of) if kind in _OF_ELEMENTS or kind in _OF_SAMPLES else None
    return limit if limit is not None and p < float(limit.value) else None


_OF_SAMPLES: tuple[FactKind, ...] = (
    "sample_p", "healed_p", "random_healed_p", "first_healed_p", "planted_p", "second_p", "part_p",
)  # fmt: skip
_OF_ELEMENTS: tuple[FactKind, ...] = ("peak_p", "healed_region_p", "rule_p")


def places_beside(fact: Fact, other: Fact) -> int:
    """How many decimal places tell two values apart."""
    one, two = float(fact.value), float(other.value)
    few = decimals(max(abs(one), abs(two)), MOST_DIGITS)
    return compared(one, two)[3] if round(one, few) == round(two, few) else min(few, compared(one, two)[3])


def to_places(value: float, places: int) -> str:
    """A number in plain digits, to so many decimal places."""
    if places > MAX_PLACES or abs(value) >= WHOLE or (value and round(value, places) == 0):
        return number(value)
    text = f"{value:,.{max(places, 0)}f}"
    text = text if abs(value) >= 10_000 else text.replace(",", "")
    return text.rstrip("0").rstrip(".") if "." in text else text


def roughly(fact: Fact) -> float:
    """A size to ROUGH digits: 13, of hours, or 2, of percent."""
    return cut(float(fact.value), max(0, decimals(float(fact.value), ROUGH)))


def name(text: str) -> str:
    """A name from the data, between quotes where it could be taken for language."""
    if not needs_quotes(text):
        return text
    return f"'{text}'" if '"' in text else f'"{text}"'


def is_sayable(text: str) -> bool:
    """Whether a name is short enough to stand in a sentence."""
    return len(text) <= MAX_NAME


def pick(options: Sequence[str], evidence: Evidence, salt: str = "") -> str:
    """One of several phrasings, chosen by content: the same evidence always reads the same."""
    mixed = f"{evidence.sample_name}|{evidence.sample_p:.1g}|{salt}|{len(options)}".encode()
    return options[zlib.crc32(mixed) % len(options)]


def one(evidence: Evidence, subject: str, kind: FactKind) -> Fact | None:
    """The first fact of a kind about a subject."""
    return next(iter(evidence.about(subject, kind)), None)


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]
