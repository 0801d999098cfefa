"""Names from the data: how one is told from another, and which could be taken for language."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from anomalyst import plugins
from anomalyst.detectors.contract import RULES
from anomalyst.detectors.registry import detector_names
from anomalyst.evidence.lexicon import is_plain_word
from anomalyst.evidence.numbers import NUMBER, TIME
from anomalyst.evidence.text import normalise

MAX_BARE_WORDS = 3  # a longer name could pass for a sentence, and so stands between quotes
_DOTTED = re.compile("[İı]")  # letters that a pattern without regard to case takes for an i


@lru_cache(maxsize=8192)
def key(text: str) -> str:
    """How a name or quoted text is told from others: letter case and full stops at its end do not count."""
    return spelling(text).lower()


def spelling(text: str) -> str:
    """A name or quoted text as it stands in a normalised sentence, without full stops at its end if anything else is
    left."""
    plain = normalise(text)
    return plain.rstrip(". ") or plain


@cache
def own_names() -> frozenset[str]:
    """Names that facts bear and that are never taken for language: detectors, rules, what kinds of data bring."""
    kinds = plugins.loaded(plugins.MODALITIES).values()
    return frozenset({*RULES, *detector_names(), *(name for kind in kinds for name in kind.told.qualities)})


def needs_quotes(name: str) -> bool:
    """Whether a name could be taken for language, a number or an id, and so counts only between quotes."""
    clean = key(name)
    if clean in own_names():
        return False
    if spelling(name) != normalise(name) or _DOTTED.search(name):  # its own full stop would end the sentence
        return True
    looks_like_data = NUMBER.fullmatch(clean) or TIME.fullmatch(clean) or re.fullmatch(r"[rf]\d+", clean)
    words = re.findall(r"[^\W\d_]+", clean)
    plain = all(is_plain_word(w) for w in words) and not re.search(r"[\d_]", clean)
    phrase = " " in clean and (len(words) > MAX_BARE_WORDS or any(is_plain_word(w) for w in words))
    return bool(looks_like_data) or len(clean) < 2 or plain or phrase or not re.search(r"\w", clean)
