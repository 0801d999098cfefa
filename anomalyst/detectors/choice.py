"""What was chosen for a detector on synthetic anomalies, and why: kept with it, so that an explanation can say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Choice:
    """The option taken, every candidate's area under ROC on synthetic anomalies (empty if none was tried), and why."""

    option: str
    auroc: dict[str, float]
    reason: str

    def state(self) -> dict[str, NDArray[Any]]:
        """Arrays to save."""
        words = "\n".join([self.option, self.reason, *self.auroc]).encode()
        return {
            "choice.words": np.frombuffer(words, dtype=np.uint8).copy(),
            "choice.auroc": np.array(list(self.auroc.values()), dtype=np.float64),
        }

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]]) -> Self:
        """Restore what `state` gave."""
        option, reason, *names = bytes(state["choice.words"]).decode().split("\n")
        return cls(option, dict(zip(names, state["choice.auroc"].tolist(), strict=True)), reason)
