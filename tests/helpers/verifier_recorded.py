"""Whether the reader supports a sentence about a recorded run."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from anomalyst.agent.verifier.verify import verify_text
from anomalyst.evidence.facts import Evidence

EVIDENCE = Path(__file__).parents[1] / "blind" / "evidence"


@cache
def recorded(run: str) -> Evidence:
    """The evidence of a run, by its name."""
    return Evidence.model_validate_json((EVIDENCE / f"{run}.json").read_text(encoding="utf-8"))


def is_supported(text: str, run: str) -> bool:
    """Whether every sentence of a text is."""
    return all(checked.verdict.outcome == "supported" for checked in verify_text(text, recorded(run)))
