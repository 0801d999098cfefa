"""What a score map of a series holds besides its rows: which channel is to blame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap


@dataclass(frozen=True)
class SeriesScores:
    """`channels` (T, C): how far each channel is to blame for each row, not negative."""

    channels: NDArray[np.float32]


def channel_scores(score_map: ScoreMap) -> NDArray[np.float32] | None:
    """Which channel is to blame for which row (T, C); None where the detector does not tell."""
    return score_map.detail.channels if isinstance(score_map.detail, SeriesScores) else None
