"""What the graph remembers of a conversation: small JSON values only, so that any checkpointer can keep it.

The arrays (sample, maps, detector) stay on the workbench, which is passed to the run as context.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypedDict

from langchain_core.language_models import BaseChatModel

from anomalyst.agent.language.patience import Patience
from anomalyst.agent.language.talk import MAX_STEPS, Talk
from anomalyst.evidence.speech.manner import PLAIN, Manner
from anomalyst.tools.budget import has_gpu
from anomalyst.tools.workbench import Workbench


class AnalysisState(TypedDict, total=False):
    """State of one conversation about one input."""

    question: str
    follow_up: bool  # the question is about a sample explained before: only the answer is wanted
    asked: dict[str, Any]  # what the last question asks for (Asked as JSON), empty where there is none
    understood: bool  # that it was made of it
    gone: bool  # it needs something measured, and the sample is not at hand any more
    profile: dict[str, Any]  # what the look at the input found
    notes: list[str]  # what reading the input and its normals changed, guessed or left out
    evidence: dict[str, Any]  # Evidence as JSON
    calls: list[dict[str, Any]]  # of tools that are to be made next (Call as JSON)
    author: str  # who chose the statements
    chosen: list[dict[str, Any]]  # the statements that are not judged yet (Chosen as JSON)
    checked: list[dict[str, Any]]  # the claims that hold (CheckedClaim as JSON)
    refused: list[dict[str, Any]]  # the statements that do not, each with the reason
    ideas: list[str]  # what the model added of its own, which nobody checks
    repairs: int  # how often statements went back to the model
    explanation: dict[str, Any]  # Explanation as JSON, once published


@dataclass(frozen=True)
class RunContext:
    """What a run needs besides its state: the workbench with the arrays, the model and its name, the name of
    the detector if the user asked for one, the seconds that the run may take if the user gave any, the time there is
    for the model's calls, whether its own ideas are wanted, when the run began (monotonic clock), and, once the model
    did not answer, why; `reopen`: of a further question, what lays the sample on a workbench again; `talk`: what
    is said between model and tools."""

    bench: Workbench
    model: BaseChatModel
    llm: str
    detector: str | None = None
    budget: float | None = None
    patience: Patience = field(default_factory=Patience)
    manner: Manner = PLAIN
    ideas: bool = True
    began: float = field(default_factory=time.monotonic)
    silent: list[str] = field(default_factory=list)
    reopen: Callable[[], Workbench | None] | None = None
    talk: Talk = field(default_factory=Talk)

    @cached_property
    def at_hand(self) -> Workbench | None:
        """The workbench with the sample on it; None where it is not at hand any more."""
        if self.bench.sample is not None:
            return self.bench
        return None if self.reopen is None else self.reopen()

    def left(self) -> dict[str, int]:
        """What is left to the model: answers, seconds, tokens."""
        return {"answers": max(0, MAX_STEPS - self.talk.steps), **self.patience.left()}

    def time_left(self) -> float | None:
        """Seconds of the time budget that are left; None where the user gave none."""
        return None if self.budget is None else self.budget - self.spent()

    def spent(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.began

    def means(self) -> dict[str, Any]:
        """What a detector may use, for the profile: whether there is a GPU, the time budget, what is spent of it."""
        profile: dict[str, Any] = {"gpu": has_gpu()}
        if self.budget is not None:
            profile |= {"budget_seconds": self.budget, "spent_seconds": round(self.spent(), 1)}
        return profile

    @property
    def detector_name(self) -> str:
        """Name of the detector at work, "" before one is."""
        return self.bench.detector.card.name if self.bench.detector else ""
