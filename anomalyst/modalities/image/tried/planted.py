"""Faults of the usual size planted in an image."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from anomalyst.modalities.image.sample import ImageSample

FAULTS = ("scar", "blob", "cut-paste", "brightness")
SIDE = 512  # longest side of the picture that a fault is drawn on; it is enlarged with it


def faulty_image(sample: ImageSample, number: int, seed: int) -> ImageSample | None:
    """The image with fault `number`, None where there is none; a large image's is drawn on a smaller copy: what it
    changes is enlarged and added."""
    from skimage.transform import resize  # brings scipy along

    from anomalyst.modalities.image.tried.synthetic import make_anomaly

    if number >= len(FAULTS):
        return None
    height, width = sample.shape
    share = min(1.0, SIDE / max(height, width))
    size = max(1, round(share * height)), max(1, round(share * width))
    small = sample.pixels if share == 1 else resize(sample.pixels, size, anti_aliasing=True).astype(np.float32)
    faulty, _ = make_anomaly(FAULTS[number], small, seed)
    change = faulty - small
    whole = change if share == 1 else resize(change, sample.shape).astype(np.float32)
    return replace(sample, pixels=np.clip(sample.pixels + whole, 0, 1))
