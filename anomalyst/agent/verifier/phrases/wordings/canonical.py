"""Words that mean the same, by the one that `lexicon/frames.txt` knows: `lexicon/words.txt` puts it in their place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from anomalyst.agent.verifier.lexicon import table
from anomalyst.agent.verifier.phrases.wordings.plain import all_forms


@dataclass(frozen=True)
class Pass:
    """One pass over a text: any of these words, and what stands for each."""

    pattern: re.Pattern[str]
    words: dict[str, str]

    def change(self, match: re.Match[str]) -> str:
        """The word for a match; nothing for what states nothing."""
        # Letters that only ignoring case takes for ours (İ, ſ) are left as they are.
        return self.words.get(match.group().lower(), match.group())


@cache
def passes() -> tuple[Pass, ...]:
    """The passes of the table, in order."""
    return tuple(Pass(_either(section), section) for section in told("words.txt"))


def told(name: str) -> list[dict[str, str]]:
    """What stands for each word, of each section of a table; a word of the table stands for itself."""
    sections: list[dict[str, str]] = []
    lines = table(name)[0]
    for number, line in enumerate(lines):
        if line.startswith("["):
            rest = itertools.takewhile(lambda other: not other.startswith("["), lines[number + 1 :])
            own = (other.partition("<-")[0].strip() for other in rest)
            sections.append({word: word for word in own if word})
            continue
        word, _, said = line.partition("<-")
        for form in said.split("|"):
            for one in spelled(form.strip()):
                sections[-1].setdefault(one, word.strip())
    return sections


def spelled(form: str) -> Iterator[str]:
    """A form with each ~verb in all its forms."""
    found = re.search(r"~([a-z]+)(\+?)", form)
    if found is None:
        yield form
        return
    for verb in all_forms(found[1], bool(found[2])):
        yield from spelled(form[: found.start()] + verb + form[found.end() :])


def _either(words: dict[str, str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<![\w«'’-])(?:{'|'.join(re.escape(word) for word in longest_first)})(?![\w»'’-])", re.I)
