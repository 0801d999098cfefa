"""A table healed, and as much of it healed elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.findings import FoundRegions
from anomalyst.evidence.healing import Healings, healed_places
from anomalyst.modalities.table.sample import TableSample
from anomalyst.samples import Mask


def healed_table(sample: TableSample, score_map: ScoreMap, found: FoundRegions, seed: int) -> Healings:
    """The rows of the findings with the columns to blame as in the normal rows most like them; as many other rows
    likewise."""

    def heal(mask: Mask) -> TableSample:
        values = np.where(mask[:, None], score_map.expected, sample.values)
        return replace(sample, values=np.asarray(values, dtype=np.float64))

    return healed_places(heal, found.union(score_map.scores.shape), seed)
