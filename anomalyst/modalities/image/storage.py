"""An image in arrays and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.modalities.image.reading.camera import scale_in
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.scores import ImageScores, as_a_whole, is_aligned, is_close, is_drawn, retaken
from anomalyst.modalities.sources import Arrays
from anomalyst.samples import Sample


def kept(sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
    """What is kept of an image and of its score map."""
    image = cast(ImageSample, sample)
    asked = {"as_a_whole": as_a_whole, "drawn": is_drawn, "close": is_close, "aligned": is_aligned}
    flags = {name: True for name, so in asked.items() if so(score_map)}
    taken = {"retaken": retaken(score_map)} if retaken(score_map) else {}
    return {"grey": image.grey} | flags | taken | _depth(image), picture_arrays(image, score_map)


def _depth(image: ImageSample) -> dict[str, Any]:
    """What is kept of one finer than 8 bits."""
    scale = {} if image.scale is None else {"scale": [image.scale.low, image.scale.high]}
    return scale | ({"counts": image.counts} if image.counts else {})


def restored(about: Mapping[str, Any], arrays: Arrays) -> tuple[ImageSample, ImageScores | None]:
    """The image, and what its score map holds besides."""
    whole, drawn, close, aligned = (about.get(name) is True for name in ("as_a_whole", "drawn", "close", "aligned"))
    scores = ImageScores(whole, drawn, close, str(about.get("retaken", "")), aligned)
    return picture(about, arrays), scores if scores != ImageScores() else None


def picture_arrays(image: ImageSample, score_map: ScoreMap) -> Arrays:
    """Pixels, exact either way, so that a replay sees the same sample; float16 is enough for posterior samples."""
    eight_bit = np.rint(image.pixels * 255).astype(np.uint8)
    same = np.array_equal(_from_eight_bit(eight_bit), image.pixels)
    return {"pixels": eight_bit if same else image.pixels, "samples": score_map.samples.astype(np.float16)}


def picture(about: Mapping[str, Any], arrays: Arrays) -> ImageSample:
    """The image that was kept."""
    pixels = arrays["pixels"]
    exact = _from_eight_bit(pixels) if pixels.dtype == np.uint8 else pixels.astype(np.float32, copy=False)
    plain = ImageSample(exact, name=str(about["name"]), grey=bool(about["grey"]), notes=tuple(about["notes"]))
    return replace(plain, counts=float(about.get("counts", 0)), scale=scale_in(about))


def _from_eight_bit(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return pixels.astype(np.float32) / np.float32(255)
