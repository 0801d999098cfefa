"""The words of a marked sentence, each with the concepts that it may stand for: `lexicon/concepts.txt`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from anomalyst.agent.verifier.lexicon import table
from anomalyst.agent.verifier.phrases.marked import Located
from anomalyst.agent.verifier.phrases.wordings.canonical import spelled, told

_TOKEN = re.compile(r"«[a-z]\d+»|[^\W_]+(?:['’][^\W_]+)*|[^\s\w]")
_ARTICLES = frozenset({
    "the", "a", "an", "its", "their", "our", "his", "her", "my", "your", "this", "these", "those",
})  # fmt: skip
_PASSED_OVER = _ARTICLES | frozenset({
    "was", "is", "are",
    "were", "be", "been", "being", "am", "'s", "has", "have", "had", "having", "do", "does", "did",
})  # fmt: skip
_MOST_WORDS = 8
STOPS = frozenset(",;:()–—!…\"'.")
NEUTRAL = "neutral"
_NOTHING = frozenset({NEUTRAL})
KINDS = frozenset({
    "spike", "dip", "level shift", "drift", "flat line", "noisy stretch", "quiet stretch", "missing data",
    "texture change", "extra part", "missing part", "colour shift", "lost coupling", "unsupported words",
})  # fmt: skip


@dataclass(frozen=True)
class Token:
    """A word or a turn of speech, or a mark with what it stands for. `says`: the concepts it may stand for, of which
    one must be licensed; one of several parts ("up+drift") by all of them."""

    text: str
    says: frozenset[str]
    letter: str = ""
    meaning: Any = None
    place: int = 0

    def is_(self, *concepts: str) -> bool:
        """Whether it may stand for one of these concepts, alone or with others; "kind" is any kind of anomaly."""
        wanted = KINDS.union(concepts) if "kind" in concepts else concepts
        return any(part in wanted for concept in self.says for part in concept.split("+"))


@cache
def concepts() -> dict[tuple[str, ...], frozenset[str]]:
    """The words of each turn of speech, without the small ones → the concepts that it may stand for."""
    senses: dict[str, set[str]] = {}
    for section in told("senses.txt"):
        for form, word in section.items():
            senses.setdefault(word or NEUTRAL, set()).add(form)
    found: dict[tuple[str, ...], set[str]] = {}
    for line in table("concepts.txt")[0]:
        concept, _, said = line.partition("<-")
        for one in map(str.strip, said.split("|")):
            forms = senses.get(one[1:], set()) if one.startswith("@") else set(spelled(one.removeprefix("!")))
            for each in forms:
                if (STOPS - {"'"}) & set(each):
                    continue
                for words in {_bare(each), tuple(_TOKEN.findall(each.lower().replace("-", " ")))}:
                    says = found.setdefault(words, set())
                    (says.discard if one.startswith("!") else says.add)(concept.strip())
    return {words: frozenset(says - {NEUTRAL} or says) for words, says in found.items() if words and says}


def _bare(form: str) -> tuple[str, ...]:
    words = _TOKEN.findall(form.lower().replace("-", " "))
    left = tuple(word for word in words if word not in _PASSED_OVER)
    articles = all(word in _ARTICLES for word in words if word in _PASSED_OVER)
    return left if len(left) > 1 or (left and articles) else tuple(words)


def tokens(made: Located) -> list[Token] | None:
    """The tokens of a marked text; None where a word is not known."""
    known = concepts()
    words = [(match.group(), match.start()) for match in _TOKEN.finditer(made.text)]
    words = [(word.removesuffix("'s").removesuffix("’s") or word, at) for word, at in words]
    found: list[Token] = []
    at = 0
    while at < len(words):
        word, place = words[at]
        if word.startswith("«"):
            found.append(Token(word, frozenset({word[1]}), word[1], made.meaning(word), place))
            at += 1
            continue
        length, says = _longest(words, at, known)
        if word in STOPS:
            length, says = 1, frozenset({"joint"})
        if not says:
            return None
        found.append(Token(" ".join(w for w, _ in words[at : at + length]), says, "", None, place))
        at += length
    return _joined(found)


_PARTICLES = frozenset({"away", "out", "back", "right", "in", "over", "up"})


def _joined(found: list[Token]) -> list[Token]:
    """ "Take the object away": a verb of healing and what belongs to it, with what is healed between them."""
    for at, token in enumerate(found):
        if token.is_("heal with"):
            ends = [n for n, t in enumerate(found[at + 1 : at + 8], at + 1) if t.text in _PARTICLES]
            says = frozenset({"heal"}) if ends else token.says - {"heal with"} or frozenset({NEUTRAL})
            found[at] = replace(token, says=says)
            for place in ends[:1]:
                found[place] = replace(found[place], says=frozenset({NEUTRAL}))
    return found


def _longest(
    words: list[tuple[str, int]], start: int, known: dict[tuple[str, ...], frozenset[str]]
) -> tuple[int, frozenset[str]]:
    """How many words the longest turn of speech has that begins here, and what it says."""
    small = words[start][0] in _PASSED_OVER
    best: tuple[int, frozenset[str]] = (1, frozenset({NEUTRAL})) if small else (0, frozenset())
    for end, phrase in _runs(words, start):
        if says := known.get(phrase):
            best = (end - start, says)
    if not best[0] and not words[start][0].startswith("«"):
        says = next(
            (known[(stem,)] for stem in stems(words[start][0]) if known.get((stem,), _NOTHING) != _NOTHING), frozenset()
        )
        return (1, says) if says else best
    return best


_ENDINGS = (("ally", ""), ("ily", "y"), ("ly", ""), ("ly", "le"), ("ies", "y"), ("es", ""), ("s", ""), ("ied", "y"),
            ("ed", ""), ("ed", "e"),
            ("ing", ""), ("ing", "e"))  # fmt: skip
_SHORTEST = 4


def stems(word: str) -> Iterator[str]:
    """What a word may be a form of, where the table has another: "erratically" of "erratic", "warmed" of "warm"."""
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending) + instead
        if word.endswith(ending) and len(stem) >= _SHORTEST:
            yield stem
            if not instead and len(stem) > _SHORTEST and stem[-1] == stem[-2]:
                yield stem[:-1]


def _runs(words: list[tuple[str, int]], start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    phrase: list[str] = []
    raw: list[str] = []
    for end in range(start, min(len(words), start + _MOST_WORDS)):
        word = words[end][0]
        if word.startswith("«"):
            return
        raw.append(word)
        if word not in _PASSED_OVER and word not in ("-", "’", "'"):
            phrase.append(word)
            if words[start][0] not in _PASSED_OVER:
                yield end + 1, tuple(phrase)
        if raw != phrase and len(raw) > 1:
            yield end + 1, tuple(raw)
