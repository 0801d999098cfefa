"""An image healed, and as much of it healed elsewhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from anomalyst.detectors.contract import Detector
from anomalyst.errors import InputError
from anomalyst.evidence.findings import FoundRegions
from anomalyst.evidence.healing import Healings, healed_places
from anomalyst.modalities.image.sample import ImageSample

RIM_SHARE = 0.03  # of the shorter side: width of the rim healed with a region


def healed_image(detector: Detector, sample: ImageSample, found: FoundRegions, seed: int) -> Healings:
    """What the healing test scores."""
    return healed_places(lambda mask: heal_region(detector, sample, mask), found.union(sample.shape), seed)


def heal_region(detector: Detector, sample: ImageSample, mask: NDArray[np.bool_]) -> ImageSample:
    """The image with what its surroundings lead the detector to expect where `mask` (H, W) is set.

    The rim of the mask is healed too: masks are cut at half height, and what is left of a defect's edge would alarm
    again.
    """
    from anomalyst.modalities.image.space.expected import Pictured, heal  # brings torch along

    healer = detector.healer
    if not isinstance(healer, Pictured):
        raise InputError(
            f"got detector {detector.card.name!r}; once fitted, only the image detectors can heal an image."
        )
    rim = round(RIM_SHARE * min(mask.shape))
    return heal(healer, sample, maximum_filter(mask, size=2 * rim + 1))
