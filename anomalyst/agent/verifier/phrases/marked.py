"""A sentence whose data are marks, each character knowing where it stood; and how it is written in another way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from anomalyst.agent.verifier.phrases.amounts import Amount, nearness
from anomalyst.evidence.numbers import Quantity

Change = Callable[[re.Match[str]], str]


@dataclass
class Located:
    """`text`: the sentence in lower case with marks; `starts[i]`: where in the sentence its character `i` stood;
    `channels`: by which channel the finding of a mark is called ("the drift in memory")."""

    text: str
    starts: list[int]
    meanings: dict[str, list[Any]] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    turned: bool = False  # whether other words for it would lose what turns it into its opposite

    def meaning(self, mark: str) -> Any:
        """What a mark such as «c0» stands for."""
        return self.meanings[mark[1]][int(mark[2:-1])]

    def names(self, text: str) -> list[str]:
        """The names marked in a part of the text, in order."""
        return [str(self.meaning(mark)) for mark in re.findall(r"«c\d+»", text)]

    def regions(self, text: str) -> list[str]:
        """The findings marked in a part of the text, in order, each once."""
        return list(dict.fromkeys(str(self.meaning(mark)) for mark in re.findall(r"«r\d+»", text)))

    def channels_of(self, text: str) -> tuple[str, ...]:
        """The channels by which findings are called in a part of the text."""
        return tuple(dict.fromkeys(self.channels[m] for m in re.findall(r"«r\d+»", text) if m in self.channels))

    def amounts(self, start: int, end: int) -> list[Amount]:
        """The amounts marked between two places, each with how near it is meant."""
        found = re.finditer(r"«n\d+»", self.text[start:end])
        return [self._amount(m.group(), start + m.start()) for m in found]

    def _amount(self, mark: str, place: int) -> Amount:
        others = [self.meaning(m.group()).unit for m in re.finditer(r"«n\d+»", self.text[:place])]
        after = [self.meaning(m.group()).unit for m in re.finditer(r"«n\d+»", self.text[place + len(mark) :])]
        borrowed = next((unit for unit in [*reversed(others), *after] if unit), "")
        return Amount(self.meaning(mark), nearness(self.text[:place]), borrowed)

    def times(self, text: str) -> list[Quantity]:
        """The dates and times of day marked in a part of the text."""
        return [self.meaning(mark) for mark in re.findall(r"«d\d+»", text)]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the sentence the characters [start, end) of the text stood."""
        last = self.text.rfind("«", 0, end)
        end = end if last < start or self.text.find("»", last) + 1 <= end else self.text.find("»", last) + 1
        return self.starts[start], self.starts[end]


def put(made: Located, found: re.Match[str], new: str) -> None:
    """Put a text in place of a match, marks or not."""
    start, end = found.span()
    made.text = made.text[:start] + new + made.text[end:]
    made.starts = [*made.starts[:start], *[made.starts[start]] * len(new), *made.starts[end:]]


def mark_all(made: Located, pattern: re.Pattern[str], letter: str, meaning: Callable[[re.Match[str]], Any]) -> None:
    """Put marks in place of all matches outside of marks."""
    into = made.meanings.setdefault(letter, [])
    inside = [False] * (len(made.text) + 1)
    for old in re.finditer(r"«[a-z]\d+»", made.text):
        inside[old.start() : old.end()] = [True] * (old.end() - old.start())
    text: list[str] = []
    starts: list[int] = []
    done = 0
    for match in pattern.finditer(made.text):
        if match.start() < done or any(inside[match.start() : match.end()]) or not match.group():
            continue
        mark = f"«{letter}{len(into)}»"
        into.append(meaning(match))
        text += [made.text[done : match.start()], mark]
        starts += [*made.starts[done : match.start()], *[made.starts[match.start()]] * len(mark)]
        done = match.end()
    made.text = "".join([*text, made.text[done:]])
    made.starts = [*starts, *made.starts[done:]]


def rewrite(made: Located, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str] | str) -> None:
    """Write matches in another way, outside of marks."""
    hits = [
        hit for hit in pattern.finditer(made.text) if "«" not in hit.group() and not _inside(made.text, hit.start())
    ]
    write(made, [(hit, hit.expand(change) if isinstance(change, str) else change(hit)) for hit in hits])


def _inside(text: str, place: int) -> bool:
    return text.rfind("«", 0, place) > text.rfind("»", 0, place)


def write(made: Located, changes: Iterable[tuple[re.Match[str], str]]) -> None:
    """Put other words in place of matches; each new character stands where the match did."""
    text: list[str] = []
    starts: list[int] = []
    done = 0
    for match, new in changes:
        text += [made.text[done : match.start()], new]
        starts += [*made.starts[done : match.start()], *[made.starts[match.start()]] * len(new)]
        done = match.end()
    made.text = "".join([*text, made.text[done:]])
    made.starts = [*starts, *made.starts[done:]]
