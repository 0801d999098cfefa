"""Plain text made comparable: Unicode tricks undone, Markdown stripped, sentences found."""

from __future__ import annotations

import re
import unicodedata

MAX_TEXT = 20_000  # characters of anybody's text that are read; a longer one is refused, not cut

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SUPERSCRIPT_POWER = re.compile(r"(?<=10)[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "`": "'"})
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－⁃"), "-")
_NOT_ENDS = re.compile(
    r"\b(?:e\.g|i\.e|vs|approx|ca|cf|etc|no|fig|resp|incl|max|min|avg|a\.m|p\.m|Dr|Mr|Ms|St)\.$", re.I
)
_BULLET = re.compile(r"^\s*(?:[-*+•]|#{1,6}|>+|\(?\d{1,2}[.)]|[a-z][.)])\s+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|\*|__|~~)(?=\S)(.+?)(?<=\S)\1")
_TOKEN = re.compile(r"(?<!\w)-?\d+(?:[.,:]\d+)*|n't\b|\w+?(?=n't\b)|\w+|[<>=≤≥±%]")
_END = re.compile(r"[.!?]+[\"')\]]*(?=\s|$)")


def normalise(text: str) -> str:
    """One spelling of each character: NFKC, plain dashes and quotes, nothing invisible, single spaces."""
    text = _SUPERSCRIPT_POWER.sub(lambda m: "^" + m.group().translate(_SUPERSCRIPTS), text)
    text = unicodedata.normalize("NFKC", text.translate(_QUOTES).translate(_DASHES))
    text = text.translate(_QUOTES).translate(_DASHES)
    kept = (c if not unicodedata.category(c).startswith("C") else " " if c in "\n\r\t" else "" for c in text)
    return re.sub(r"\s+", " ", "".join(kept)).strip()


def wording(text: str) -> tuple[str, ...]:
    """The words, numbers and signs of a sentence, whatever its case, spaces and punctuation."""
    return tuple(_TOKEN.findall(normalise(text).lower()))


def strip_markdown(line: str) -> str:
    """A line of Markdown without its bullet, heading, emphasis and link marks."""
    line = _LINK.sub(r"\1", _BULLET.sub("", _BULLET.sub("", line)))
    return _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", line)).strip(" |")


def split_sentences(text: str) -> list[str]:
    """The sentences of a text in reading order; lines of a list and paragraphs always end one.

    Full stops within numbers, times, file names and common abbreviations do not.
    """
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
