"""A small texture with or without a fault, for the tests of detectors."""

from __future__ import annotations

from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.tried.trial import texture


def image(seed: int, fault: bool = False) -> ImageSample:
    """Soft random texture; the fault is a bright square at rows 30–45, columns 60–75."""
    sample = texture(seed)
    if fault:
        sample.pixels[30:45, 60:75] = 1.0
    return sample
