"""A clip as rows of a table of scores: one a step."""

from __future__ import annotations

import numpy as np
import pandas as pd

from anomalyst.detectors.contract import ScoreMap
from anomalyst.modalities.video.sample import VideoSample
from anomalyst.modalities.video.scores import video_scores

PLACES = 3  # decimals of seconds


def rows(sample: VideoSample, score_map: ScoreMap) -> pd.DataFrame:
    """A row a step: its time, its score by what was seen up to it, the p-value of its worst cell, and where that is."""
    flat = score_map.scores.reshape(len(score_map.scores), -1)
    worst = flat.argmax(1)
    down, across = np.unravel_index(worst, score_map.scores.shape[1:])
    detail = video_scores(score_map)
    return pd.DataFrame({
        "seconds": np.round(sample.times, PLACES),
        "score": flat.max(1) if detail is None else detail.steps,
        "p_value": score_map.p_values.reshape(len(flat), -1).min(1),
        "x": np.round((across + 0.5) * sample.side).astype(int),
        "y": np.round((down + 0.5) * sample.side).astype(int),
    })  # fmt: skip
