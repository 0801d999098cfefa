"""Other words for the same, and words that state nothing: `lexicon/plain.txt` puts the plain ones in their place.

Phrases are written in few words. People have many for each, and put words between that state nothing. A sentence that
is not read whole as it stands is read once more in plain words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from anomalyst.agent.verifier.lexicon import expand, table

_VERB = re.compile(r"~([a-z]+)(\+?)")
_ENDINGS = {"e": ("e", "es", "ed", "ing"), "y": ("y", "ies", "ied", "ying")}
_VOWELS = frozenset("aeiou")


@dataclass(frozen=True)
class Plainer:
    """One line of the table: what people say, and the plain words for it; "" for nothing."""

    pattern: re.Pattern[str]
    plain: str


def verb_forms(verb: str, doubled: bool = False) -> str:
    """A pattern of the forms of a regular verb; `doubled`: "dropped" of "drop"."""
    last = verb[-1]
    if last == "e" or (last == "y" and verb[-2] not in _VOWELS):
        return rf"{verb[:-1]}(?:{'|'.join(_ENDINGS[last])})"
    third = "es" if verb.endswith(("s", "sh", "ch", "x")) else "s"
    return rf"{verb}(?:{third}|{last if doubled else ''}ed|{last if doubled else ''}ing)?"


@cache
def plainers(section: str) -> tuple[Plainer, ...]:
    """The lines of a section: those applied before the amounts are marked, and those around them."""
    lines, macros = table("plain.txt")
    found, here = [], ""
    for line in lines:
        if line.startswith("["):
            here = line.strip("[]")
        elif here == section:
            plain, _, said = line.partition("<-")
            whole = _VERB.sub(lambda m: verb_forms(m[1], m[2] == "+"), expand(said.strip(), macros))
            found.append(Plainer(re.compile(rf"(?<![\w«-])(?:{whole})(?![\w»])", re.I), plain.strip()))
    return tuple(found)
