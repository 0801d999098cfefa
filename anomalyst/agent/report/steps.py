"""The steps of a run in a language: in English as they were told, else in words made of what each holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anomalyst.evidence.claims import BUILTIN
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.text import slug

COUNTS = ("normals", "failed", "calls", "read", "written")
NOWHERE = "none"  # the finding of a look at none


def step_words(kind: str, message: str, data: Mapping[str, Any], speech: Speech) -> str:
    """A step, by the kind, the message and the data of its event; as it was told where the language says no more. The
    reason that a language model gives for a look is quoted."""
    said = f"step-{slug(kind)}"
    words = speech.text(said, step_slots(message, data, speech)) if speech.catalogue.has(said) else message
    theirs = data.get("reason") if kind == "looked_closer" and data.get("author") != BUILTIN else ""
    return f"{words}: “{theirs}”" if theirs else words


def step_name(kind: str, speech: Speech) -> str:
    """The kind of a step in a word or two: "looked closer"."""
    return speech.term("did", kind, kind.replace("_", " "))


def step_slots(message: str, data: Mapping[str, Any], speech: Speech) -> dict[str, str | int]:
    """What a message on a step may be filled with; what it does not hold is empty."""
    looked = data.get("args")
    finding = looked.get("finding") if isinstance(looked, dict) else None
    counts = {name: value if isinstance(value := data.get(name), int) else 0 for name in COUNTS}
    texts = {name: str(data.get(name, "")) for name in ("name", "detector", "reason", "verdict", "tool")}
    author = speech.term("writer", str(data.get("author", "")))
    return {"message": message, "finding": str(finding or NOWHERE), "author": author, **texts, **counts}
