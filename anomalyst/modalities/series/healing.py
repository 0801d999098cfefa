"""A series healed, and as much of it healed elsewhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import Detector
from anomalyst.evidence.findings import FoundRegions
from anomalyst.evidence.healing import Healings, healed_places
from anomalyst.modalities.series.runs import runs
from anomalyst.modalities.series.sample import SeriesSample


def healed_series(detector: Detector, sample: SeriesSample, found: FoundRegions, seed: int) -> Healings:
    """What the healing test scores."""
    flagged = found.union((len(sample.values),))
    return healed_places(lambda mask: heal_region(detector, sample, mask), flagged, seed)


def heal_region(detector: Detector, sample: SeriesSample, mask: NDArray[np.bool_]) -> SeriesSample:
    """The series with what its surroundings lead the detector to expect where `mask` (T,) is set."""
    from anomalyst.modalities.series.space.expected import heal  # brings torch along

    for start, stop in runs(mask):
        sample = heal(detector.healer, sample, start, stop)
    return sample
