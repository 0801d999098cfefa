"""A series healed, and as much of it healed elsewhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import Detector, ScoreMap
from anomalyst.evidence.findings import FoundRegions
from anomalyst.evidence.healing import Healings, healed_places
from anomalyst.modalities.series.facts import first_to_move
from anomalyst.modalities.series.runs import runs
from anomalyst.modalities.series.sample import SeriesSample

MOST_ALONE = 3  # findings whose first channel is healed alone: a scoring each


def healed_series(detector: Detector, sample: SeriesSample, found: FoundRegions, seed: int) -> Healings:
    """What the healing test scores."""
    flagged = found.union((len(sample.values),))
    return healed_places(lambda mask: heal_region(detector, sample, mask), flagged, seed)


def healed_first(
    detector: Detector, sample: SeriesSample, score_map: ScoreMap, found: FoundRegions
) -> dict[str, tuple[str, SeriesSample]]:
    """Of the first findings, by id: the channel that moved first, and the series with it alone healed there."""
    from anomalyst.modalities.series.space.pictured.expected import heal

    healed = {}
    for finding in found.findings[:MOST_ALONE]:
        first, mask = first_to_move(sample, score_map, found, finding), found.masks[finding.id]
        if first is not None:
            others = heal_region(detector, sample, found.union((len(sample.values),)) & ~mask)
            for start, stop in runs(mask):
                others = heal(detector.healer, others, start, stop, [sample.columns[first[0]]])
            healed[finding.id] = first[1], others
    return healed


def heal_region(detector: Detector, sample: SeriesSample, mask: NDArray[np.bool_]) -> SeriesSample:
    """The series with what its surroundings lead the detector to expect where `mask` (T,) is set."""
    from anomalyst.modalities.series.space.pictured.expected import heal  # brings torch along

    for start, stop in runs(mask):
        sample = heal(detector.healer, sample, start, stop)
    return sample
