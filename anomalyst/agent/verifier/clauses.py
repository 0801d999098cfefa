"""A sentence cut into clauses: each knows the findings it is about, and which name a number belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from anomalyst.agent.verifier.marks import Marked
from anomalyst.evidence.numbers import Quantity

# Direction words stay in the text when the words around a number are taken out: they are statements of their own.
DIRECTION_UP = [
    "above", "higher", "greater", "rise", "rises", "rose", "risen", "rising", "increase", "increases", "increased",
    "increasing", "exceed", "exceeds", "exceeded", "exceeding", "elevated", "upward", "upwards", "climb", "climbs",
    "climbed", "jump", "jumps", "jumped", "surge", "surges", "surged", "more", "larger", "high", "excess", "brighter",
    "lighter", "bright", "raised",
]  # fmt: skip
DIRECTION_DOWN = [
    "below", "lower", "drop", "drops", "dropped", "dropping", "fall", "falls", "fell", "fallen", "falling", "decrease",
    "decreases", "decreased", "decreasing", "reduced", "reduction", "downward", "downwards", "decline", "declines",
    "declined", "sink", "sinks", "sank", "less", "smaller", "low", "shortfall", "darker", "dimmer", "dark", "lowered",
    "under",
]  # fmt: skip
_KEPT = frozenset(DIRECTION_UP + DIRECTION_DOWN)
_BREAK = re.compile(
    r"\s*(?:;|:(?= (?:its|it|the|they|«r\d+»))|,? \b(?:while|whereas|but|although|though)\b"
    r"|, (?:and|where|with|which|who|so|because|since|as)\b| - )"
)
_JOINT = re.compile(r"(?:,|\band\b|\bbut\b|\bwhile\b|\()")
_LIST = re.compile(r"^(?:[\s,]|and|both|«r\d+»)*$")
_SEGMENT = re.compile(r"[,;]|\b(?:and|while|but|whereas|where)\b")


@dataclass
class Clause:
    """`whole`: the clause with marks; `text`: the same, with "~" where words were already accounted for."""

    marked: Marked
    whole: str
    text: str
    regions: tuple[str, ...] = ()
    name_before: str | None = None
    name_after: str | None = None
    before: str = ""

    def quantity(self, mark: str) -> Quantity:
        """The quantity a mark «n…» stands for."""
        return self.marked.quantities[int(mark[2:-1])]

    def take(self, start: int, end: int) -> None:
        """Account for the characters [start, end)."""
        self.text = self.text[:start] + "~" * (end - start) + self.text[end:]

    def take_cue(self, start: int, end: int, after: int) -> None:
        """Account for the words of a cue, left (start, end) or, with start −1, `end` characters right of `after`;
        marks and direction words stay."""
        low, high = (start, end) if start >= 0 else (after, after + end)
        for word in re.finditer(r"«[a-z]\d+»|[^\s«»~]+", self.whole[low:high]):
            if not word.group().startswith("«") and word.group().strip("()=:,") not in _KEPT:
                self.take(low + word.start(), low + word.end())

    @property
    def context(self) -> str:
        """The sentence up to the end of this clause."""
        return self.before + self.whole

    @property
    def names(self) -> list[str]:
        """Names in the clause, in order."""
        return [self.marked.meaning(m) for m in re.findall(r"«c\d+»", self.whole)]

    @property
    def last_name(self) -> str | None:
        """The last name in the clause, or else before it."""
        return self.names[-1] if self.names else self.name_before

    def name_at(self, position: int, default: str | None) -> str | None:
        """The name a quantity at `position` belongs to: the one in its segment, the last before, the first after."""
        low = max((m.end() for m in _SEGMENT.finditer(self.whole, 0, position)), default=0)
        found = _SEGMENT.search(self.whole, position)
        inside = set(re.findall(r"«c\d+»", self.whole[low : found.start() if found else len(self.whole)]))
        if len({self.marked.meaning(m) for m in inside}) == 1:
            return self.marked.meaning(inside.pop())
        before = re.findall(r"«c\d+»", self.whole[:position])
        if before:
            return self.marked.meaning(before[-1])
        if self.name_before is not None:
            return self.name_before
        after = re.findall(r"«c\d+»", self.whole[position:])
        return self.marked.meaning(after[0]) if after else self.name_after or default


def split_clauses(marked: Marked, regions: tuple[str, ...]) -> list[Clause]:
    """The clauses of a sentence; one that names no finding is about those of the clause before, at first `regions`."""
    clauses: list[Clause] = []
    subject, name = regions, None
    for part in _parts(marked.text):
        named = tuple(dict.fromkeys(marked.meaning(m) for m in re.findall(r"«r\d+»", part)))
        subject = named or subject
        before = clauses[-1].context if clauses else ""
        clauses.append(Clause(marked, part, part, subject, name_before=name, before=before))
        name = clauses[-1].last_name
    for clause, following in zip(reversed(clauses[:-1]), reversed(clauses[1:]), strict=True):
        clause.name_after = following.names[0] if following.names else following.name_after
    return clauses


def _parts(text: str) -> list[str]:
    cuts = [0, *(m.start() for m in _BREAK.finditer(text) if not _in_brackets(text, m.start())), len(text)]
    parts = [text[a:b] for a, b in zip(cuts, cuts[1:], strict=False) if text[a:b].strip()]
    return [piece for part in parts for piece in _split_regions(part)]


def _in_brackets(text: str, position: int) -> bool:
    return text.count("(", 0, position) > text.count(")", 0, position)


def _split_regions(part: str) -> list[str]:
    """Cut "R1 lies left and R2 lies right" before its second region; keep "R1, R2 and R3 lie left" whole."""
    marks = list(re.finditer(r"«r\d+»", part))
    for first, second in zip(marks, marks[1:], strict=False):
        between = part[first.end() : second.start()]
        joints = list(_JOINT.finditer(between))
        if first.group() != second.group() and joints and not _LIST.match(between):
            cut = first.end() + joints[-1].start()
            return [part[:cut], *_split_regions(part[cut:])]
    return [part]
