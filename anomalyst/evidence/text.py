"""Plain text made comparable: Unicode tricks undone, words told apart from spaces and punctuation."""

from __future__ import annotations

import re
import unicodedata

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SUPERSCRIPT_POWER = re.compile(r"(?<=10)[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "`": "'"})
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－⁃"), "-")
_TOKEN = re.compile(r"(?<!\w)-?\d+(?:[.,:]\d+)*|n't\b|\w+?(?=n't\b)|\w+|[<>=≤≥±%]")


def normalise(text: str) -> str:
    """One spelling of each character: NFKC, plain dashes and quotes, nothing invisible, single spaces. What is
    normalised stays as it is."""
    kept = (c if not unicodedata.category(c).startswith("C") else " " if c in "\n\r\t" else "" for c in text)
    text = _SUPERSCRIPT_POWER.sub(lambda m: "^" + m.group().translate(_SUPERSCRIPTS), "".join(kept))
    text = unicodedata.normalize("NFKC", text.translate(_QUOTES).translate(_DASHES))
    return re.sub(r"\s+", " ", text.translate(_QUOTES).translate(_DASHES)).strip()


def wording(text: str) -> tuple[str, ...]:
    """The words, numbers and signs of a sentence, whatever its case, spaces and punctuation."""
    return tuple(_TOKEN.findall(normalise(text).lower()))


def slug(text: str) -> str:
    """A text as the name of a message: its letters and digits in lower case, all else as single hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
