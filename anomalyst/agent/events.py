"""The events of a run. One generator of them is the run; command line, page and tests only render it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from anomalyst.evidence.claims import Explanation
from anomalyst.evidence.facts import Model

EventKind = Literal[
    "looked",  # the input was read and profiled
    "planned",  # the language model chose a detector
    "fitted",  # a detector learned what normal is
    "scored",  # the detector gave its map, findings and facts
    "looked_closer",  # one more look at a finding
    "wrote",  # the language model wrote claims
    "checked",  # the verifier judged them
    "refused",  # a model's answer or claim was refused and why
    "published",  # the explanation is ready
    "progress",  # a long step advances
]


class Event(Model):
    """One step of a run. `message`: a line for people; `data`: the same as JSON values; `thumbnail`: a small picture of
    what came of it, a data URI, "" where there is none; `explanation`: set on "published" only."""

    kind: EventKind
    message: str
    data: dict[str, Any] = Field(default_factory=dict)
    thumbnail: str = ""
    explanation: Explanation | None = None
