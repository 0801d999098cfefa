"""Other words for the same, and words that state nothing: `lexicon/plain.txt` puts the plain ones in their place.

Phrases are written in few words. People have many for each, and put words between that state nothing. A sentence that
is not read whole as it stands is read once more in plain words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from anomalyst.agent.verifier.lexicon import expand, table
from anomalyst.agent.verifier.phrases.marked import Located, rewrite, write
from anomalyst.agent.verifier.phrases.starts import ANY, first_letters

_VERB = re.compile(r"~([a-z]+)(\+?)")
_ENDINGS = {"e": ("e", "es", "ed", "ing"), "y": ("y", "ies", "ied", "ying")}
_VOWELS = frozenset("aeiou")


_SPACES = re.compile(r" {2,}")
_PLACE = re.compile(r"(?<![\w«-])[\w«,]")  # where a word, a mark or a comma begins


@dataclass(frozen=True)
class Plainer:
    """One line of the table: what people say, and the plain words for it; "" for nothing. `starts`: the characters that
    it may begin with, so that it need not be tried everywhere."""

    pattern: re.Pattern[str]
    plain: str
    starts: frozenset[str]

    def found(self, text: str) -> list[re.Match[str]]:
        """All places, in order, that do not overlap."""
        hits: list[re.Match[str]] = []
        end = 0
        for place in _PLACE.finditer(text):
            at = place.start()
            if at < end or (self.starts is not ANY and text[at].lower() not in self.starts):
                continue
            hit = self.pattern.match(text, at)
            if hit is not None and hit.group():
                hits.append(hit)
                end = hit.end()
        return hits


def verb_forms(verb: str, doubled: bool = False) -> str:
    """A pattern of the forms of a regular verb; `doubled`: "dropped" of "drop"."""
    return f"(?:{'|'.join(sorted(all_forms(verb, doubled), key=len, reverse=True))})"


def all_forms(verb: str, doubled: bool = False) -> tuple[str, ...]:
    """The forms of a verb, the regular ones also where it has others; `doubled`: "dropped" of "drop"."""
    return tuple(dict.fromkeys((*_regular(verb, doubled), *_irregular().get(verb, ()))))


@cache
def _irregular() -> dict[str, tuple[str, ...]]:
    """The past and, where it is another word, the participle of verbs, by `lexicon/verbs.txt`."""
    found = (line.split() for line in table("verbs.txt")[0])
    return {verb: tuple(forms) for verb, *forms in found}


def _regular(verb: str, doubled: bool) -> tuple[str, ...]:
    last = verb[-1]
    if last == "e" or (last == "y" and verb[-2] not in _VOWELS):
        return tuple(verb[:-1] + ending for ending in _ENDINGS[last])
    third = "es" if verb.endswith(("s", "sh", "ch", "x")) else "s"
    more = last if doubled else ""
    return verb, verb + third, f"{verb}{more}ed", f"{verb}{more}ing"


def _starts(pattern: str) -> frozenset[str]:
    letters = first_letters(pattern)
    return ANY if letters & ANY else frozenset(letter.lower() for letter in letters)


def rewrite_plainly(made: Located, section: str, name: str = "plain.txt") -> None:
    """Put the plain words of a section of a table in their places."""
    for line in plainers(section, name):
        hits = line.found(made.text)
        if hits:
            write(made, [(hit, hit.expand(line.plain)) for hit in hits])
        if hits and not line.plain:
            rewrite(made, _SPACES, " ")


@cache
def plainers(section: str, name: str = "plain.txt") -> tuple[Plainer, ...]:
    """The lines of a section: those applied before the amounts are marked, and those around them."""
    lines, macros = table(name)
    found, here = [], ""
    for line in lines:
        if line.startswith("["):
            here = line.strip("[]")
        elif here == section:
            plain, _, said = line.partition("<-")
            whole = _VERB.sub(lambda m: verb_forms(m[1], m[2] == "+"), expand(said.strip(), macros))
            found.append(Plainer(re.compile(rf"(?:{whole})(?![\w»])", re.I), plain.strip(), _starts(whole)))
    return tuple(found)
