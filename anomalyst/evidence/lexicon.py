"""The closed vocabulary: words any sentence may use, and words a cited fact of one kind gives leave to use."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from anomalyst import plugins


@cache
def lexicon() -> dict[str, frozenset[str]]:
    """Sections of `words.txt`: name in brackets, then words; `#` starts a comment."""
    sections: dict[str, set[str]] = {}
    current: set[str] = set()
    for line in files("anomalyst.evidence").joinpath("words.txt").read_text(encoding="utf-8").splitlines():
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
    own = (kind.told.words for kind in plugins.loaded(plugins.MODALITIES).values())
    return frozenset().union(*own, *(words for name, words in lexicon().items() if name != "cause"))


def is_plain_word(word: str) -> bool:
    """Whether a word has a meaning in explanations, so that a column of this name must stand between quotes."""
    return word.lower() in _all_words()
