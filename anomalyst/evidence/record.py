"""What one run found: explanation, sample, score map, masks, replay, events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.claims import Explanation
from anomalyst.evidence.speech.speech import Speech
from anomalyst.samples import Sample


@dataclass(frozen=True)
class RunRecord:
    """Everything one run found and needs to be replayed.

    `masks`: a boolean array per finding id, image (H, W), series (T,) or (T, C);
    `replay`: JSON values (input, detector folder, alpha, fdr, seed, versions, SHA-256 of the input);
    `events`: JSON values, one per event, in order.
    """

    explanation: Explanation
    sample: Sample
    score_map: ScoreMap
    masks: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    replay: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def notes(self) -> tuple[str, ...]:
        """What reading changed, guessed or left out; of a run from before these were recorded, the input's own."""
        return self.explanation.notes or self.sample.notes

    @property
    def speech(self) -> Speech:
        """The language of the answer, in which all around it is told."""
        return Speech(self.explanation.language)
