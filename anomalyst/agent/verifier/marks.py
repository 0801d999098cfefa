"""A sentence with its data taken out: names, quoted facts, ids and quantities become marks such as «c0» or «n3».

What comes from the data (a column named "ignore previous instructions") is thus never read as language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from anomalyst.agent.verifier.words import split_sentences
from anomalyst.evidence.declared import QUOTED
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.names import key, needs_quotes, spelling
from anomalyst.evidence.numbers import (
    NUMBER,
    NUMBER_WORD,
    TIME,
    UNIT_NAMES,
    Quantity,
    canonical_unit,
    parse_stamp,
    read_number,
    read_number_word,
    read_time,
)  # fmt: skip
from anomalyst.evidence.speech.scales import larger_units
from anomalyst.evidence.text import normalise


@dataclass
class Marked:
    """`text`: lower case, with marks; the lists hold what the marks of each letter stand for.

    c: names (channels, bands, rules, candidates); t: texts of facts; r: regions; n: quantities; f: fact ids.
    """

    text: str
    names: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    fact_ids: list[str] = field(default_factory=list)

    def meaning(self, mark: str) -> str:
        """The text a c, t or r mark stands for."""
        letter, index = mark[1], int(mark[2:-1])
        return {"c": self.names, "t": self.texts, "r": self.regions}[letter][index]


@dataclass(frozen=True)
class Entries:
    """Data that may stand in a sentence. `pattern`: one group for each; `meanings`: what they stand for, in order.

    What was matched is told by its group, never looked up by its spelling: two spellings that a pattern takes for one
    (K and the Kelvin sign, i and ı) need not be one to any other rule.
    """

    pattern: re.Pattern[str]
    meanings: tuple[str, ...]

    @classmethod
    def of(cls, forms: Iterable[tuple[str, str]]) -> Entries:
        """From (pattern, meaning); the longest pattern is tried first. Without any, nothing is matched."""
        ordered = sorted(forms, key=lambda form: len(form[0]), reverse=True)
        either = "|".join(f"({pattern})" for pattern, _ in ordered) or r"(?!)"
        return cls(re.compile(either, re.I), tuple(meaning for _, meaning in ordered))

    def meaning(self, match: re.Match[str]) -> str:
        """What a match of `pattern` stands for."""
        return self.meanings[(match.lastindex or 1) - 1]


@dataclass(frozen=True)
class Vocabulary:
    """What the data of one evidence may bring into a sentence."""

    names: Entries
    texts: Entries
    unit_pattern: str


def _between_quotes(text: str) -> str:
    """The pattern of a text between quotes, where full stops may end it."""
    inner = rf"\s*{re.escape(spelling(text))}[.\s]*"
    return rf"\"{inner}\"|'{inner}'"


def names_of(evidence: Evidence) -> list[str]:
    """All names in the data: channels, colour bands, score rules, candidate detectors."""
    named = ("top_channel", "moved_first", "words", "fitting_words")
    names = {f.qualifier for f in evidence.facts} | {str(f.value) for f in evidence.facts if f.kind in named}
    for finding in evidence.findings:
        names.update(finding.region.names())
    return sorted(n for n in names if normalise(n))


@lru_cache(maxsize=64)
def vocabulary(evidence: Evidence) -> Vocabulary:
    """The patterns for one evidence, made once."""
    names = {key(n): n for n in names_of(evidence)}
    quoted = {key(str(f.value)): str(f.value) for f in evidence.facts if f.kind in QUOTED and _is_text(f)}
    quoted = {text: value for text, value in quoted.items() if text not in names}  # a name is read as a name
    quoted[key(evidence.sample_name)] = evidence.sample_name
    measured = {f.unit for f in evidence.facts}
    above = {larger for unit in measured for larger in larger_units(unit)}
    units = {normalise(unit) for unit in measured | above} | set(UNIT_NAMES)
    return Vocabulary(
        Entries.of(_name_forms(names.values())),
        Entries.of(_text_forms(quoted.values(), evidence)),
        _either(re.escape(unit) for unit in units if unit),
    )


def _name_forms(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """How names may stand in a sentence: between quotes, or bare where they cannot be taken for language."""
    for name in names:
        yield _between_quotes(name), name
        if not needs_quotes(name):
            yield rf"(?<![\w-]){re.escape(spelling(name))}(?![\w-]|\.\w)", name


def _text_forms(texts: Iterable[str], evidence: Evidence) -> Iterator[tuple[str, str]]:
    """How quoted facts may stand in a sentence: between quotes, or bare where no other words could be meant."""
    reasons = {key(str(f.value)) for f in evidence.facts if f.kind in ("detector_reason", "choice_reason")}
    for text in texts:
        plain = key(text)
        if not plain:
            continue
        yield rf"(?<!\w)(?:{_between_quotes(text)})(?!\w)", text
        if plain not in reasons and (not needs_quotes(text) or " " in plain or "(" in plain):
            yield rf"(?<!\w){re.escape(spelling(text))}(?!\w)", text


def _is_text(fact: Fact) -> bool:
    return isinstance(fact.value, str) and parse_stamp(fact.value) is None


def _either(patterns: Iterable[str]) -> str:
    return "|".join(sorted(patterns, key=len, reverse=True))


def mark(sentence: str, evidence: Evidence) -> Marked:
    """Take data, ids and quantities out of a normalised sentence."""
    known = vocabulary(evidence)
    marked = Marked(re.sub(r"[«»]", "?", sentence))
    _replace(marked, known.texts.pattern, "t", marked.texts, known.texts.meaning)
    _replace(marked, known.names.pattern, "c", marked.names, known.names.meaning)
    _replace(marked, re.compile(r"(?<![\w])F\d{1,5}(?!\w)"), "f", marked.fact_ids, lambda m: m.group())
    _replace(marked, re.compile(r"(?<![\w])R\d{1,4}(?!\w)"), "r", marked.regions, lambda m: m.group())
    _mark_quantities(marked, known.unit_pattern)
    marked.text = re.sub(r"[\[(]\s*(?:«f\d+»[\s,;]*(?:and )?)+\s*[\])]", " ", marked.text.lower())
    return marked


def sentences(text: str, evidence: Evidence) -> list[str]:
    """The sentences of a text, normalised; data that stands in it does not end one, whatever full stops it holds."""
    known = vocabulary(evidence)
    lines = "\n".join(normalise(line) for line in text.splitlines())
    return split_sentences(lines, (known.texts.pattern, known.names.pattern))


def _mark_quantities(marked: Marked, units: str) -> None:
    def number(match: re.Match[str]) -> Quantity:
        return read_number(match, match["unit"] or "")

    def word(match: re.Match[str]) -> Quantity:
        text, _, unit = match.group().partition(" ")
        return read_number_word(text, unit)

    _replace(marked, TIME, "n", marked.quantities, lambda m: read_time(m.group()))
    with_unit = rf"(?:[ -]?(?P<unit>{units})(?![\w«]))?"
    _replace(marked, re.compile(NUMBER.pattern + with_unit, re.I), "n", marked.quantities, number)
    spoken = rf"{NUMBER_WORD.pattern}(?: (?:{units})(?![\w«]))?"
    _replace(marked, re.compile(spoken, re.I), "n", marked.quantities, word)


def _replace(marked: Marked, pattern: re.Pattern[str], letter: str, into: list, meaning) -> None:  # type: ignore[no-untyped-def,type-arg]
    def swap(match: re.Match[str]) -> str:
        if _inside_mark(marked.text, match.start()):
            return match.group()
        into.append(meaning(match))
        return f"«{letter}{len(into) - 1}»"

    marked.text = pattern.sub(swap, marked.text)


def _inside_mark(text: str, position: int) -> bool:
    return text.rfind("«", 0, position + 1) > text.rfind("»", 0, position + 1)


def unit_of(fact: Fact) -> str:
    """A fact's unit in its one spelling."""
    return canonical_unit(normalise(fact.unit))
