"""Faults planted in an image: of the usual size, and one of them, a stain, in every contrast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from skimage.color import rgb2gray

from anomalyst.evidence.units import POINTS, Measure, rounded
from anomalyst.modalities.image.sample import ImageSample

FAULTS = ("scar", "blob", "cut-paste", "brightness")
STAIN = FAULTS.index("blob")  # the one that is tried fainter and stronger
SIDE = 512  # longest side of the picture that a fault is drawn on; it is enlarged with it
MOST_PIXELS = 4_000_000  # of a larger image only faults of the usual size are tried: each costs a scoring
HALF = 0.5  # of a stain's own contrast: what has at least as much belongs to it


def faulty_image(sample: ImageSample, number: int, seed: int, times: float | None) -> ImageSample | None:
    """The image with fault `number`, None where there is none, or none `times` as strong as usual."""
    if times not in (None, 1.0) and (number != STAIN or sample.pixels[..., 0].size > MOST_PIXELS):
        return None
    change = _change(sample, number, seed)
    strength = np.float32(1.0 if times is None else times)
    return None if change is None else replace(sample, pixels=np.clip(sample.pixels + strength * change, 0, 1))


def fault_facts(
    sample: ImageSample, number: int, seed: int, seen: float | None, unseen: float | None
) -> Iterator[Measure]:
    """How strong the faintest stain seen was and the strongest unseen, as a change of brightness in percentage points
    at the place that changed most, and how much of the image it covered; from multiples of the usual strength."""
    change = _change(sample, number, seed)
    if number != STAIN or change is None:
        return
    contrast = np.abs(rgb2gray(change))
    for kind, times in (("stain_seen", seen), ("stain_unseen", unseen)):
        if times is not None:
            told = 100 * min(1.0, times * float(contrast.max()))
            yield Measure("sample", "stain_seen" if kind == "stain_seen" else "stain_unseen", rounded(told, 2), POINTS)
    yield Measure("sample", "stain_area", rounded(100 * float((contrast >= HALF * contrast.max()).mean()), 2), "%")


def _change(sample: ImageSample, number: int, seed: int) -> NDArray[np.float32] | None:
    """What fault `number` changes, None where there is none; a large image's is drawn on a smaller copy: what it
    changes is enlarged."""
    from skimage.transform import resize  # brings scipy along

    from anomalyst.modalities.image.tried.synthetic import make_anomaly

    if number >= len(FAULTS):
        return None
    height, width = sample.shape
    share = min(1.0, SIDE / max(height, width))
    size = max(1, round(share * height)), max(1, round(share * width))
    small = sample.pixels if share == 1 else resize(sample.pixels, size, anti_aliasing=True).astype(np.float32)
    faulty, _ = make_anomaly(FAULTS[number], small, seed)
    change: NDArray[np.float32] = faulty - small
    return change if share == 1 else resize(change, sample.shape).astype(np.float32)
