"""Where the causes and next steps of the page's runs come from, and how its answers are told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from anomalyst.evidence.causes import GENERAL, check_field, read_causes
from anomalyst.evidence.speech.manner import PLAIN, Manner


@dataclass(frozen=True)
class Advising:
    """What the server was told. `field`: of work, where a run names none; `causes`: a file of the user's own; `ideas`:
    whether ideas of a language model are shown where they are wanted; `manner`: how the page tells its answers unless
    another is set there."""

    field: str = GENERAL
    causes: Path | None = None
    ideas: bool = True
    manner: Manner = PLAIN

    def check(self) -> None:
        """InputError for a field or a file that cannot be used, before anybody waits for it."""
        check_field(self.field)
        if self.causes is not None:
            from anomalyst.evidence.advice import known_kinds  # loads the kinds of data

            read_causes(self.causes, known_kinds())
