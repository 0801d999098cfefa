"""What is said where no statement answers: to a greeting, to what was not measured, to what was not understood.

A remark is no claim: it says nothing of the sample.
"""

from __future__ import annotations

from anomalyst.agent.answering.asked import Asked
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Speech

GONE = "gone"  # the sample is not at hand any more, so that nothing can be measured


def remark(asked: Asked, speech: Speech = ENGLISH_SPEECH, *, gone: bool = False) -> str:
    """One sentence instead of an answer."""
    return speech.text(f"remark-{GONE if gone else _kind(asked)}")


def _kind(asked: Asked) -> str:
    return asked.intent if asked.intent in ("greeting", "thanks", "help", "idle", "unknown") else "unmeasured"
