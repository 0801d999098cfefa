"""Checking anybody's text against a run: its explanation, its evidence, or the folder it was recorded in."""

from __future__ import annotations

from pathlib import Path

from anomalyst.agent.records.artifacts import read_run
from anomalyst.agent.verifier.verify import CheckedSentence, verify_text
from anomalyst.errors import InputError
from anomalyst.evidence.claims import Explanation
from anomalyst.evidence.facts import Evidence


def verify(text: str, against: Explanation | Evidence | str | Path) -> list[CheckedSentence]:
    """The text sentence by sentence, each with the verifier's verdict: supported, contradicted or
    unverifiable (not understood, or measured by no fact), and which of its characters are.

    `against`: an explanation, its evidence, or a folder that `explain(..., out=...)` wrote. Raises InputError.
    """
    if isinstance(against, str | Path):
        against = read_run(Path(against)).explanation
    if isinstance(against, Explanation):
        against = against.evidence
    if not isinstance(against, Evidence):
        raise InputError(f"got {type(against).__name__!r}; check a text against an explanation, evidence or a folder.")
    return verify_text(text, against)
