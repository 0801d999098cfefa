"""The closed vocabulary: words any sentence may use, and words a cited fact of one kind gives leave to use."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files


def _text(name: str) -> str:
    return files("anomalyst.agent.verifier").joinpath("lexicon", name).read_text(encoding="utf-8")


def table(name: str) -> tuple[list[str], dict[str, str]]:
    """The lines of a table of patterns without comments, and its macros (lines "NAME = pattern")."""
    lines = [line for line in _text(name).splitlines() if line.strip() and not line.startswith("#")]
    defined = {line: re.fullmatch(r"([A-Z]+) = (.*)", line) for line in lines}
    return [line for line in lines if not defined[line]], {m[1]: m[2] for m in defined.values() if m}


def expand(pattern: str, macros: dict[str, str]) -> str:
    """A pattern with each {NAME} replaced by its macro."""
    return re.sub(r"\{([A-Z]+)\}", lambda m: macros[m[1]], pattern)


@cache
def lexicon() -> dict[str, frozenset[str]]:
    """Sections of `lexicon/words.txt`: name in brackets, then words; `#` starts a comment."""
    sections: dict[str, set[str]] = {}
    current: set[str] = set()
    for line in _text("words.txt").splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("["):
            for name in line.strip("[]").split():
                current = sections.setdefault(name, set())
        else:
            current.update(line.split())
    return {name: frozenset(words) for name, words in sections.items()}


def words_of(*sections: str) -> frozenset[str]:
    """All words of the named sections; a section that the file lacks has none."""
    return frozenset().union(*(lexicon().get(name, frozenset()) for name in sections))


@cache
def _all_words() -> frozenset[str]:
    # Words of causes stand in hypotheses only: a column may be called "memory" without quotes.
    return frozenset().union(*(words for name, words in lexicon().items() if name != "cause"))


def is_plain_word(word: str) -> bool:
    """Whether a word has a meaning in explanations, so that a column of this name must stand between quotes."""
    return word.lower() in _all_words()
