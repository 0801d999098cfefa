"""A clip healed, and as much of it healed elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.ndimage import maximum_filter

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.findings import FoundRegions
from anomalyst.evidence.healing import Healings, healed_places
from anomalyst.modalities.video.sample import VideoSample
from anomalyst.samples import Mask

RIM = (15, 5, 5)  # steps, rows, columns around a flagged cell that are healed with it, half on either side


def healed_clip(sample: VideoSample, score_map: ScoreMap, found: FoundRegions, seed: int) -> Healings:
    """The cells of the findings as the place usually is in normal clips; as many cells elsewhere likewise."""

    flagged = found.union(score_map.scores.shape)
    rim = maximum_filter(flagged, size=RIM)

    def heal(mask: Mask) -> VideoSample:
        around = rim if (mask & flagged).any() else maximum_filter(mask, size=RIM) & ~rim
        cells = np.where(around[..., None], score_map.expected, sample.cells)
        return replace(sample, cells=np.asarray(cells, dtype=np.float32))

    return healed_places(heal, flagged, seed)
