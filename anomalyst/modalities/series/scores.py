"""What a score map of a series holds besides its rows: which channel is to blame, and how many rows it counts for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap


@dataclass(frozen=True)
class SeriesScores:
    """`channels` (T, C): how far each channel is to blame for each row, not negative; `independent`: how many rows it
    counts for as if they were independent, None where rows were not judged as events (in runs of the first version);
    `off` (T, C): where a channel's level is, for long, outside of what the normals show, None where it nowhere is."""

    channels: NDArray[np.float32]
    independent: float | None = None
    off: NDArray[np.bool_] | None = None


def channel_scores(score_map: ScoreMap) -> NDArray[np.float32] | None:
    """Which channel is to blame for which row (T, C); None where the detector does not tell."""
    return score_map.detail.channels if isinstance(score_map.detail, SeriesScores) else None


def expected_events(score_map: ScoreMap) -> NDArray[np.float64] | None:
    """How many events as high as each row (T,) a normal series of this length shows on average; None where rows were
    not judged as events."""
    if not isinstance(score_map.detail, SeriesScores) or score_map.detail.independent is None:
        return None
    return score_map.detail.independent * score_map.p_values.astype(np.float64)


def off_level(score_map: ScoreMap) -> NDArray[np.bool_]:
    """Where a channel's level is, for long, outside of what the normals show (T, C)."""
    if isinstance(score_map.detail, SeriesScores) and score_map.detail.off is not None:
        return score_map.detail.off
    return np.zeros(score_map.expected.shape, dtype=bool)
