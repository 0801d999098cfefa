"""Other words for the same, and words that state nothing: `lexicon/plain.txt` puts the plain ones in their place.

Phrases are written in few words. People have many for each, and put words between that state nothing. A sentence that
is not read whole as it stands is read once more in plain words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from anomalyst.agent.verifier.lexicon import expand, table
from anomalyst.agent.verifier.phrases.starts import ANY, first_letters

_VERB = re.compile(r"~([a-z]+)(\+?)")
_ENDINGS = {"e": ("e", "es", "ed", "ing"), "y": ("y", "ies", "ied", "ying")}
_VOWELS = frozenset("aeiou")


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


# The past and, where it is another word, the participle.
_IRREGULAR = {
    "rise": "rose risen", "fall": "fell fallen", "go": "went gone", "come": "came", "grow": "grew grown", "sink": "sank sunk",
    "shoot": "shot", "spring": "sprang sprung", "begin": "began begun", "run": "ran", "hold": "held", "keep": "kept",
    "stand": "stood", "get": "got gotten", "become": "became", "lose": "lost", "leave": "left", "take": "took taken",
    "make": "made", "give": "gave given", "see": "saw seen", "find": "found", "show": "shown", "say": "said", "tell": "told",
    "think": "thought", "read": "read", "hit": "hit", "set": "set", "put": "put", "let": "let", "cut": "cut", "break": "broke broken",
    "stick": "stuck", "freeze": "froze frozen", "hang": "hung", "creep": "crept", "leap": "leapt", "slide": "slid",
    "swing": "swung", "shrink": "shrank shrunk", "swell": "swollen", "dive": "dove", "drive": "drove driven", "bear": "bore borne",
    "speed": "sped", "strike": "struck", "arise": "arose arisen", "sit": "sat", "lie": "lay lain", "draw": "drew drawn",
    "build": "built", "lean": "leant", "rebound": "rebounded", "undo": "undid undone", "fly": "flew flown", "mistake": "mistook",
    "sweep": "swept", "overshoot": "overshot", "undershoot": "undershot", "undercut": "undercut", "light": "lit", "learn": "learnt",
    "withstand": "withstood", "catch": "caught", "bring": "brought", "speak": "spoke spoken", "heat": "heated", "fight": "fought",
    "wind": "wound", "overwrite": "overwrote overwritten", "lead": "led", "spread": "spread", "bend": "bent", "lay": "laid",
}  # fmt: skip


def all_forms(verb: str, doubled: bool = False) -> tuple[str, ...]:
    """The forms of a verb, the regular ones also where it has others; `doubled`: "dropped" of "drop"."""
    return tuple(dict.fromkeys((*_regular(verb, doubled), *_IRREGULAR.get(verb, "").split())))


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
            found.append(Plainer(re.compile(rf"(?:{whole})(?![\w»])", re.I), plain.strip(), _starts(whole)))
    return tuple(found)
