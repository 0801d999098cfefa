"""How an answer is told: in which language, how long, for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from anomalyst.errors import InputError
from anomalyst.evidence.speech.catalogue import ENGLISH, languages
from anomalyst.evidence.speech.speech import Speech

Length = Literal["short", "normal", "full"]
Audience = Literal["plain", "expert"]


@dataclass(frozen=True)
class Manner:
    """`language`: code of a language that there is a catalogue of; `length`: "short" is the headline, "normal" at most
    eight sentences, "full" all that was measured; `audience`: "plain" leaves p-values, ids and methods behind "How
    sure?", "expert" tells them. Raises InputError for others."""

    language: str = ENGLISH
    length: Length = "normal"
    audience: Audience = "plain"

    def __post_init__(self) -> None:
        for name, got, known in (
            ("language", self.language, languages()),
            ("length", self.length, get_args(Length)),
            ("audience", self.audience, get_args(Audience)),
        ):
            if got not in known:
                raise InputError(f"got {name} {got!r}; it is one of {', '.join(known)}.")

    @property
    def speech(self) -> Speech:
        """Its language, spoken."""
        return Speech(self.language)


PLAIN = Manner()
