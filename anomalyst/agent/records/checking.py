"""Checking anybody's text against a run: its explanation, its evidence, or the folder it was recorded in."""

from __future__ import annotations

from pathlib import Path

from langchain_core.language_models import BaseChatModel

from anomalyst.agent.language.models import load_model
from anomalyst.agent.language.patience import Patience
from anomalyst.agent.language.reader import read_text
from anomalyst.agent.records.artifacts import read_run
from anomalyst.agent.verifier.verify import CheckedSentence, verify_text
from anomalyst.errors import InputError
from anomalyst.evidence.claims import BUILTIN, Explanation
from anomalyst.evidence.facts import Evidence


def verify(
    text: str, against: Explanation | Evidence | str | Path, reader: str | BaseChatModel | None = None
) -> list[CheckedSentence]:
    """The text sentence by sentence, each with the verifier's verdict: supported, contradicted or
    unverifiable (not understood, or measured by no fact), and which of its characters are.

    `against`: an explanation, its evidence, or a folder that `explain(..., out=...)` wrote; `reader`: a language model
    that takes apart what the rules do not understand, "provider:model" or a LangChain chat model: code judges what it
    finds. Raises InputError, ModelError.
    """
    if isinstance(against, str | Path):
        against = read_run(Path(against)).explanation
    if isinstance(against, Explanation):
        against = against.evidence
    if not isinstance(against, Evidence):
        raise InputError(f"got {type(against).__name__!r}; check a text against an explanation, evidence or a folder.")
    if reader is None:
        return verify_text(text, against)
    if reader == BUILTIN:
        raise InputError("got the reader 'builtin', which is the rules themselves; name a model as provider:model.")
    return read_text(text, against, load_model(reader), Patience())
