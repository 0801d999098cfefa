"""A small texture with or without a fault, for the tests of detectors."""

from __future__ import annotations

import numpy as np

from anomalyst.modalities.image.sample import ImageSample


def image(seed: int, fault: bool = False) -> ImageSample:
    """Soft random texture; the fault is a bright square at rows 30–45, columns 60–75."""
    rng = np.random.default_rng(seed)
    grey = 0.5 + 0.1 * np.kron(rng.normal(size=(24, 24)), np.ones((4, 4))) + 0.02 * rng.normal(size=(96, 96))
    if fault:
        grey[30:45, 60:75] = 1.0
    return ImageSample(np.repeat(grey.clip(0, 1)[..., None], 3, 2).astype(np.float32), f"image {seed}", True)
