"""A language as it is spoken here: its messages, and numbers, units, names and lists as it prints them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from anomalyst.evidence import wording
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.speech.catalogue import ENGLISH, Catalogue, catalogue
from anomalyst.evidence.text import slug
from anomalyst.evidence.units import unit_behind


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

    def text(self, message: str, slots: Mapping[str, str] | None = None, wording: str = "") -> str:
        """A message with its slots filled."""
        return self.catalogue.text(message, slots, wording)

    def term(self, group: str, value: str, form: str = "") -> str:
        """A word of a closed set ("kind", "place", …) in this language; as it is where the catalogue has none. `form`:
        an attribute of the message, as "a" for the word with its article."""
        message = f"{group}-{slug(value)}"
        if self.catalogue.has(message) and (not form or self.catalogue.has_form(message, form)):
            return self.text(message, wording=form)
        return value

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
        """A number with its unit."""
        return self._with_unit(wording.number(value), value, unit)

    def amount(self, fact: Fact) -> str:
        """A fact's value with its unit; text as it is."""
        return fact.value if isinstance(fact.value, str) else self.measure(float(fact.value), fact.unit)

    def beside(self, fact: Fact, other: Fact) -> str:
        """A value with its unit, to as many digits as tell it from the value of another fact."""
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
