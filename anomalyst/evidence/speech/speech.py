"""A language as it is spoken here: its messages, and numbers, units, names and lists as it prints them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from anomalyst.evidence import wording
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.speech import scales
from anomalyst.evidence.speech.catalogue import ENGLISH, Catalogue, Slots, catalogue
from anomalyst.evidence.text import slug
from anomalyst.evidence.units import unit_behind

Forms = Mapping[str, str]
"""A word in its forms: "" as it stands alone, then by the names of its attributes ("a": with its article)."""
_POWER = re.compile(r"(.*)e([+-]?)0*(\d+)")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class _Signs(NamedTuple):
    """What stands between the digits of a number."""

    decimal: str
    group: str


@dataclass(frozen=True)
class Speech:
    """How one language says things. `language`: its code, as "en"."""

    language: str = ENGLISH

    @cached_property
    def catalogue(self) -> Catalogue:
        """Its messages."""
        return catalogue(self.language)

    def text(self, message: str, slots: Slots | None = None, wording: str = "") -> str:
        """A message with its slots filled."""
        return self.catalogue.text(message, slots, wording)

    def term(self, group: str, value: str, other: str | None = None) -> str:
        """A word of a closed set ("unit", "colour", …) in this language; where the catalogue has none `other`, else the
        word as it is."""
        message = f"{group}-{slug(value)}"
        return self.text(message) if self.catalogue.has(message) else value if other is None else other

    def forms(self, group: str, *values: str) -> Forms:
        """The first of these words that the catalogue has, in all forms that words of its group have: as it stands
        alone where it lacks one. Where the catalogue has none of them, the last one as it is."""
        messages = (f"{group}-{slug(value)}" for value in values)
        found = next((message for message in messages if self.catalogue.has(message)), None)
        alone = values[-1] if found is None else self.text(found)
        own = () if found is None else self.catalogue.forms(found)
        every = self.catalogue.forms_in(group)
        return {form: self.text(found, wording=form) if found and form in own else alone for form in every}

    # numbers

    def number(self, value: float, digits: int = 3) -> str:
        """A number to so many significant digits."""
        return self.local(wording.number(value, digits))

    def p(self, value: float) -> str:
        """A p-value."""
        return self.local(wording.p_text(value))

    def count(self, value: int) -> str:
        """A count, small ones in words."""
        message = f"count-{value}"
        return self.text(message) if self.catalogue.has(message) else self.number(value)

    def measure(self, value: float, unit: str) -> str:
        """A number with its unit, or with a larger one of the kind where that makes it short."""
        divisor, unit = scales.scaled(value, unit)
        value = value if divisor == 1 else value / divisor
        return self._with_unit(wording.number(value), value, unit)

    def amount(self, fact: Fact) -> str:
        """A fact's value with its unit; text as it is."""
        return fact.value if isinstance(fact.value, str) else self.measure(float(fact.value), fact.unit)

    def beside(self, fact: Fact, other: Fact) -> str:
        """A value with its unit, to as many digits as tell it from the value of another fact; both in one unit."""
        fact, other = scales.beside(fact, other)
        places = wording.places_beside(fact, other)
        return self._with_unit(wording.to_places(float(fact.value), places), float(fact.value), fact.unit)

    def places(self, value: float, places: int) -> str:
        """A number to so many decimal places."""
        return self.local(wording.to_places(value, places))

    def rough(self, fact: Fact) -> str:
        """A size with its unit, to two digits."""
        value = wording.roughly(fact)
        return self._with_unit(wording.number(value), value, fact.unit)

    def unit(self, value: float, unit: str) -> str:
        """A unit as it stands behind a value."""
        return self.term("unit", unit_behind(value, unit)) if unit else ""

    def _with_unit(self, printed: str, value: float, unit: str) -> str:
        return f"{self.local(printed)} {self.unit(value, unit)}".strip()

    def local(self, printed: str) -> str:
        """A printed number with this language's signs between its digits."""
        if self.language == ENGLISH:
            return printed
        if (power := _POWER.fullmatch(printed)) is not None:
            exponent = power[2].strip("+") + power[3]
            slots = {"digits": self._signed(power[1]), "exponent": exponent, "raised": exponent.translate(_RAISED)}
            return self.text("scientific", slots)
        return self._signed(printed)

    def _signed(self, printed: str) -> str:
        return printed.translate({ord("."): self._signs.decimal, ord(","): self._signs.group})

    @cached_property
    def _signs(self) -> _Signs:
        from babel.numbers import get_decimal_symbol, get_group_symbol  # takes long to load

        return _Signs(get_decimal_symbol(self.language), get_group_symbol(self.language))

    # names and lists

    def joined(self, parts: Sequence[str]) -> str:
        """ "a", "a and b", "a, b and c"."""
        if len(parts) == 1:
            return parts[0]
        return self.text("joined", {"first": ", ".join(parts[:-1]), "last": parts[-1]})

    def names(self, facts: Sequence[Fact]) -> str:
        """The names that facts are of."""
        return self.joined([wording.name(fact.qualifier) for fact in facts])


ENGLISH_SPEECH = Speech()
