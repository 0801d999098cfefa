"""How questions are asked in a language: one table of patterns for each, `words/<language>.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

LANGUAGES = ("en", "de")


class Words:
    """The patterns of one language."""

    def __init__(self, language: str) -> None:
        text = files("anomalyst.agent.answering").joinpath("words", f"{language}.yaml").read_text(encoding="utf-8")
        self.table: Mapping[str, Any] = yaml.safe_load(text)
        self.marks = frozenset(str(self.table["marks"]).split())

    def holds(self, name: str, text: str) -> bool:
        """Whether a text has what the pattern of this name matches."""
        return re.search(self.table[name], text) is not None

    def which(self, name: str, text: str) -> list[Any]:
        """The keys of a table whose patterns a text matches."""
        return [key for key, pattern in self.table[name].items() if re.search(pattern, text)]

    def parts_called(self, text: str) -> set[str]:
        """Parts of names of columns, for what a text calls by a word of everyday."""
        things = self.table["things"].items()
        return {part for pattern, parts in things if re.search(rf"(?<!\w)(?:{pattern})", text) for part in parts}

    def intents(self, text: str) -> list[str]:
        """What a text may ask for, the likeliest first."""
        return [intent for intent, pattern in self.table["intents"] if re.search(pattern, text)]


@cache
def words_of(language: str) -> Words:
    """The patterns of a language."""
    return Words(language)


def language_of(text: str) -> str | None:
    """The language of a question, by its small words; None where these do not tell."""
    said = set(re.findall(r"[^\W\d_]+", text))
    found = {language: len(said & words_of(language).marks) for language in LANGUAGES}
    found["de"] += bool(re.search("[äöüß]", text))
    best = max(found, key=lambda language: found[language])
    return None if sorted(found.values())[-1] == sorted(found.values())[-2] else best
