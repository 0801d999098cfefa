"""Anybody's text as sentences: Markdown stripped, full stops told from those within numbers and abbreviations."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_TEXT = 20_000  # characters of anybody's text that are read; a longer one is refused, not cut

_NOT_ENDS = re.compile(
    r"\b(?:e\.g|i\.e|vs|approx|ca|cf|etc|no|fig|resp|incl|max|min|avg|a\.m|p\.m|Dr|Mr|Ms|St)\.$", re.I
)
_BULLET = re.compile(r"^\s*(?:[-*+•]|#{1,6}|>+|\(?\d{1,2}[.)]|[a-z][.)])\s+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|\*|__|~~)(?=\S)(.+?)(?<=\S)\1")
_OPEN, _CLOSE, _FULL = (
    "\ue000",
    "\ue001",
    "\ue002",
)  # around the number of a hidden part; FULL: it ends a sentence itself
_HIDDEN = re.compile(rf"{_OPEN}(\d+)[{_CLOSE}{_FULL}]")
_FULL_STOP = re.compile(r"[.!?][\"')\]]+$")
_END = re.compile(rf"[.!?]+[\"')\]]*(?=\s|$)|{_FULL}(?=\s+[A-Z])")


def strip_markdown(line: str) -> str:
    """A line of Markdown without its bullet, heading, emphasis and link marks."""
    line = _LINK.sub(r"\1", _BULLET.sub("", _BULLET.sub("", line)))
    return _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", line)).strip(" |")


def split_sentences(text: str, whole: Sequence[re.Pattern[str]] = ()) -> list[str]:
    """The sentences of a text in reading order; lines of a list and paragraphs always end one.

    Full stops within numbers, times, file names and common abbreviations do not; what a pattern of `whole` matches is
    neither cut nor stripped.
    """
    hidden: list[str] = []

    def hide(match: re.Match[str]) -> str:
        hidden.append(match.group())
        return f"{_OPEN}{len(hidden) - 1}{_FULL if _FULL_STOP.search(match.group()) else _CLOSE}"

    text = re.sub(f"[{_OPEN}{_CLOSE}{_FULL}]", "", text)
    for pattern in whole:
        text = pattern.sub(hide, text)
    return [_shown(sentence, hidden) for sentence in _visible_sentences(text)]


def _shown(sentence: str, hidden: Sequence[str]) -> str:
    """A sentence with its hidden parts put back, those within others too."""
    while _HIDDEN.search(sentence):
        sentence = _HIDDEN.sub(lambda m: hidden[int(m[1])], sentence)
    return sentence


def _visible_sentences(text: str) -> list[str]:
    blocks: list[str] = []
    for line in text.splitlines():
        clean = strip_markdown(line)
        joins = blocks and clean and blocks[-1] and not _BULLET.match(line) and not _ends(blocks[-1])
        if joins:
            blocks[-1] += " " + clean
        else:
            blocks.append(clean)
    return [s for block in blocks for s in _sentences_of(block) if re.search(r"\w", s)]


def _ends(block: str) -> bool:
    return bool(re.search(r"[.!?:][\"')\]]*$", block))


def _sentences_of(block: str) -> list[str]:
    sentences, start = [], 0
    for match in _END.finditer(block):
        head, rest = block[start : match.end()].strip(), block[match.end() :].lstrip()
        is_abbreviation = match.group().startswith(".") and _NOT_ENDS.search(block[start : match.start() + 1])
        if (is_abbreviation and rest) or (rest and rest[0].islower() and match.group() == "."):
            continue
        sentences.append(head)
        start = match.end()
    return [*sentences, block[start:].strip()]
