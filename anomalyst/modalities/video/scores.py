"""What a score map of a clip holds besides its cells: how surprising each step is, and what normal clips hold where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class VideoScores:
    """`steps` (T,): −ln p of each step, by what was seen up to it; `cells` (T, rows, columns): the scores of single
    cells, where those of the map are of places, a cell and those around it; `looks` (T, rows, columns): how far a
    cell looks unlike itself in normal clips, in deviations. Of normal clips, at each place:
    `fastest` (rows, columns), motions in STEP seconds that few exceed; `largest`: the widest thing that moved, in
    cells; `moved`: the share of steps at which something did; `ways` (8, rows, columns): how much of it went each way,
    rightwards first, then clockwise.
    """

    steps: Floats
    cells: Floats
    looks: Floats
    fastest: Floats
    largest: Floats
    moved: Floats
    ways: Floats


PARTS = ("steps", "cells", "looks", "fastest", "largest", "moved", "ways")


def video_scores(score_map: ScoreMap) -> VideoScores | None:
    """What the map holds of steps and places; None where its detector does not tell."""
    return score_map.detail if isinstance(score_map.detail, VideoScores) else None
