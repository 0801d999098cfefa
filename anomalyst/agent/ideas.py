"""What a language model adds of its own, told apart from what the catalogue says: shown in a box, checked by nobody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from anomalyst.agent.verifier.ideas import refusal
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.text import normalise, wording

MAX_IDEAS = 5


@dataclass(frozen=True)
class Ideas:
    """`kept`: those that are shown, in their order; `dropped`: of each of the others why it is not."""

    kept: tuple[str, ...]
    dropped: tuple[str, ...]


def ideas(texts: Iterable[str], evidence: Evidence) -> Ideas:
    """The texts that may be shown as ideas, each once and at most MAX_IDEAS of them."""
    kept: list[str] = []
    dropped: list[str] = []
    for text in texts:
        reason = refusal(text, evidence)
        if not reason and any(wording(text) == wording(other) for other in kept):
            reason = "it was said before"
        if not reason and len(kept) == MAX_IDEAS:
            reason = f"at most {MAX_IDEAS} are shown"
        if reason:
            dropped.append(reason)
        else:
            kept.append(normalise(text))
    return Ideas(tuple(kept), tuple(dropped))
