"""Pictures at the sample's own resolution: the expected image, posterior samples and healing."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, find_objects, label
from skimage.transform import resize as resize_array
from torch import Tensor

from anomalyst.errors import InputError
from anomalyst.evidence.findings import step_up
from anomalyst.modalities.image.reading.camera import onto
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.scale import Scale
from anomalyst.modalities.image.space.canvas import Canvas, Image, impute
from anomalyst.modalities.image.space.pixels import Levels, resize, to_working
from anomalyst.samples import Mask

DOUBT_RATE = 0.2  # false-discovery rate of the pixels drawn anew
DOUBT_P = 0.01  # or pixels that at most this share of normal ones reach
GROWN = 6  # working pixels by which the doubtful region is grown: a defect's rim is not evidence of normality
SAMPLE_VALUES = 60_000_000  # numbers held by the posterior samples; of larger images fewer are drawn
ALIGNED_SHARE = 0.5
REACH_OUT = 16  # pixels around a place that is drawn closely
MOST_CLOSE = 16
CLOSE_SHARE = 0.005  # of the picture: larger places are drawn at the working size


@runtime_checkable
class Pictured(Protocol):
    """What pictures are made from, once fitted: whatever has it can heal."""

    shape_: tuple[int, int]
    canvas_: Canvas
    scale_: Scale | None
    seed: int

    def canvas(self, image: ImageSample) -> Canvas:
        """What an image is drawn anew from."""


def looks_aligned(pixels: Levels) -> bool:
    """Whether normals (n, h, w, 3) show the same object in the same place: most of their variance is across places."""
    light = pixels[:, ::4, ::4].mean(-1)
    light = light - light.mean((1, 2), keepdims=True)
    return bool(light.var(0).mean() < ALIGNED_SHARE * light.var())


def anew(mask: Mask, shape: tuple[int, int], grown: int = GROWN) -> Mask:
    """The working pixels (h, w) that the expected image draws anew, from those of the sample (H, W) under suspicion."""
    working: Mask = resize_array(mask.astype(np.float32), shape, order=1, anti_aliasing=False) > 0
    wider: Mask = binary_dilation(working, iterations=grown) if grown else working
    return wider


def doubtful(p_values: NDArray[np.float32], shape: tuple[int, int]) -> Mask:
    """The same by detectors of before outlines were drawn, from element p-values at the sample's size."""
    working = resize(torch.from_numpy(p_values)[None], shape)[0].clamp(0, 1).numpy()  # rounding may leave 1 behind
    level = max(DOUBT_P, step_up(working, DOUBT_RATE))
    grown: Mask = binary_dilation(working <= level, iterations=GROWN)
    return grown


def picture(
    image: ImageSample, working: Tensor, hidden: Mask, canvas: Canvas, count: int, seed: int
) -> tuple[Image, Image]:
    """Expected image (H, W, 3) and posterior samples (K, H, W, 3), which keep the pixels that are not hidden."""
    count = max(1, min(count, SAMPLE_VALUES // image.pixels.size))
    small = working.permute(1, 2, 0).numpy()
    expected, samples = impute(small, hidden, canvas, count, seed)
    fulls = [_transferred(image.pixels, small, drawn) for drawn in (expected, *samples)]
    return fulls[0], np.stack(fulls[1:])


def rejected(p_values: NDArray[np.float32]) -> Mask:
    """The pixels (H, W) of a closely seen picture that are drawn anew."""
    found: Mask = p_values <= step_up(p_values, DOUBT_RATE)
    return found


def drawn_closely(pixels: Image, coarse: Image, hidden: Mask, canvas: Canvas, seed: int) -> Image:
    """A picture's `pixels` (H, W, 3) with the `hidden` places (H, W), the largest MOST_CLOSE of them, drawn anew at
    full resolution; those that no tile of the canvas can hold as they are in the `coarse` picture."""
    tall, wide = (side - 2 * REACH_OUT for side in canvas.normals.shape[1:3])
    parts, _ = label(binary_dilation(hidden, iterations=GROWN), np.ones((3, 3)))
    sizes = np.bincount(parts.ravel())
    drawn = pixels.copy()
    places = find_objects(parts)
    for number in np.argsort(-sizes[1:], kind="stable")[:MOST_CLOSE]:
        box = places[number]
        if box[0].stop - box[0].start > tall or box[1].stop - box[1].start > wide:
            inside = parts[box] == number + 1
            drawn[box][inside] = coarse[box][inside]
            continue
        window = tuple(slice(max(0, side.start - REACH_OUT), side.stop + REACH_OUT) for side in box)
        inside = parts[window] == number + 1
        filled, _ = impute(pixels[window], inside, canvas, 1, seed)
        drawn[window] = np.where((filled != pixels[window]).any(-1, keepdims=True), filled, drawn[window])
    return drawn


def heal(healer: Pictured, sample: ImageSample, mask: NDArray[np.bool_]) -> ImageSample:
    """The sample with `mask` (H, W) replaced by what its surroundings lead one to expect, blended at the border.

    Only pixels outside the mask are used. InputError if the mask has another shape than the image.
    """
    if mask.shape != sample.shape:
        raise InputError(f"got a mask of shape {mask.shape!r} for an image of {sample.shape!r}; give one per pixel.")
    image = sample if healer.scale_ is None else onto(sample, healer.scale_)
    working = to_working(image, healer.shape_)
    tiles = getattr(healer, "close_", None)
    if tiles is not None and mask.sum() <= CLOSE_SHARE * mask.size:
        canvas = Canvas(tiles.tiles, aligned=False)
        return replace(image, pixels=drawn_closely(image.pixels, image.pixels, mask, canvas, healer.seed))
    expected, _ = picture(image, working, anew(mask, healer.shape_, grown=0), healer.canvas(image), 1, healer.seed)
    return replace(image, pixels=expected)


def _transferred(pixels: Image, small: Image, drawn: Image) -> Image:
    """The full-size image with the change from `small` to `drawn`, both at working size, laid on it.

    Where the change is total the drawn pixels stand alone, so no fine detail of the defect shines through.
    """
    changed = (torch.from_numpy(drawn) != torch.from_numpy(small)).any(-1).numpy().astype(np.float32)
    if not changed.any():
        return pixels.copy()
    shape = (pixels.shape[0], pixels.shape[1])
    large = resize(torch.from_numpy(drawn).permute(2, 0, 1), shape).permute(1, 2, 0).numpy()
    share = resize(torch.from_numpy(changed)[None], shape)[0][..., None].numpy()
    full: Image = (pixels + share * (large - pixels)).clip(0, 1).astype(np.float32)
    return full
