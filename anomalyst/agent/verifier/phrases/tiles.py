"""A sentence laid out with phrases, so that the fewest words stay unread, and of the fewest phrases."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from anomalyst.agent.verifier.lexicon import expand, table
from anomalyst.agent.verifier.phrases.amounts import NEAR
from anomalyst.agent.verifier.phrases.starts import ANY, first_letters, needed_marks

UNREAD = 1000  # what a word costs that no phrase covers
_COSTS = {"joint": 2, "subject": 3, "small": 5}
_OTHER = 3
_WORD = re.compile(r"«[a-z]\d+»|[\w'’]+(?:-[\w'’]+)*|\S")
_EDGE = r"(?:(?<!\w)|(?!\w))"


@dataclass(frozen=True)
class Phrase:
    """One line of the table."""

    section: str
    name: str
    pattern: re.Pattern[str]
    starts: frozenset[str]
    marks: frozenset[str]


@dataclass(frozen=True)
class Tile:
    """The characters [start, end) and the phrases they may be read as; none: a word that was not read."""

    start: int
    end: int
    readings: tuple[tuple[Phrase, re.Match[str]], ...] = ()

    @property
    def section(self) -> str:
        """What sort of phrase it is; "" for an unread word."""
        return self.readings[0][0].section if self.readings else ""

    @property
    def states(self) -> bool:
        """Whether it states something."""
        return self.section not in ("joint", "subject", "small", "")

    @property
    def name(self) -> str:
        """The name of its first reading; "" for an unread word."""
        return self.readings[0][0].name if self.readings else ""


Wording = Literal["own", "plain", "canonical", "chunks", "free"]
"""In whose words a sentence is read: as it stands, in plain words, in one word for all that mean the same, in such
words without the small ones between them, or word by word."""

_TABLES: dict[Wording, str] = {
    "own": "phrases.txt", "plain": "phrases.txt", "canonical": "frames.txt", "chunks": "chunks.txt"
}  # fmt: skip


@cache
def phrases(name: str = "phrases.txt") -> tuple[Phrase, ...]:
    """All lines of a table of phrases."""
    lines, macros = table(name)
    macros["NEAR"] = NEAR
    found, section = [], ""
    for line in lines:
        if line.startswith("["):
            section = line.strip("[]")
            continue
        name, _, pattern = line.partition(" ")
        whole = expand(pattern, macros)
        compiled = re.compile(rf"(?:{whole}){_EDGE}")
        found.append(Phrase(section, name, compiled, first_letters(whole), needed_marks(whole)))
    return tuple(found)


def lay(text: str, wording: Wording = "own") -> list[Tile]:
    """The tiles of a marked text, in order; spaces lie between them. In plain words small words may stand anywhere."""
    marks = frozenset(re.findall(r"«([a-z])", text))
    usable = _by_start(marks, wording)
    best: dict[int, tuple[int, Tile | None, int]] = {len(text): (0, None, len(text))}
    for start in sorted((m.start() for m in _WORD.finditer(text)), reverse=True):
        ends: dict[int, list[tuple[Phrase, re.Match[str]]]] = {}
        for phrase in usable.get(text[start], usable["any"]):
            match = phrase.pattern.match(text, start)
            if match and match.end() > start and _next(text, match.end()) in best:
                ends.setdefault(match.end(), []).append((phrase, match))
        word = _WORD.match(text, start)
        options = [(_cost(found), Tile(start, end, tuple(found))) for end, found in ends.items()]
        if word and _next(text, word.end()) in best:
            options.append((UNREAD, Tile(start, word.end())))
        ranked = [(cost + best[_next(text, tile.end)][0], tile, _next(text, tile.end)) for cost, tile in options]
        if ranked:
            best[start] = min(ranked, key=lambda one: one[0])
    tiles: list[Tile] = []
    place = _next(text, 0)
    while place in best and (tile := best[place][1]) is not None:
        tiles.append(tile)
        place = best[place][2]
    return tiles


@cache
def _by_start(marks: frozenset[str], wording: Wording) -> dict[str, tuple[Phrase, ...]]:
    """The phrases that may match a text with these marks, by the character that they begin with."""
    small = wording in ("plain", "chunks")
    usable = [p for p in phrases(_TABLES[wording]) if p.marks <= marks and (small or p.section != "small")]
    letters = frozenset().union(*(phrase.starts for phrase in usable))
    return {letter: tuple(p for p in usable if p.starts & {letter, "any"}) for letter in letters | ANY}


def _cost(found: list[tuple[Phrase, re.Match[str]]]) -> int:
    return min(_COSTS.get(phrase.section, _OTHER) for phrase, _ in found)


def _next(text: str, place: int) -> int:
    """The next place that is no space."""
    while place < len(text) and text[place].isspace():
        place += 1
    return place
