"""Denials that a reading left out: it finds a sentence true, and the same sentence without its "not" as well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

# "Not quite 6 %", "not only" and "11.4 bar, not 14.8" turn nothing that would be false without.
_NOT = re.compile(
    r"(?<!, )\b(?:not|never) (?!(?:quite|only|just|even|really|actually)\b)(?=\S)|"
    r"(?<=[a-z])n['’]t\b|(?<!, ) (?:not|never)(?=[.,;!]|$)"
)


def undenied(sentence: str) -> Iterator[str]:
    """The sentence without each of its denials in turn."""
    for found in _NOT.finditer(sentence):
        yield sentence[: found.start()] + sentence[found.end() :]


def leaves_out_denial(sentence: str, supports: Callable[[str], bool]) -> bool:
    """Whether a reading that supports a sentence supports its opposite as well, and so has not read what denies."""
    return any(supports(other) for other in undenied(sentence))
