"""How a picture was taken otherwise than its normals, and normals taken so: darker or lighter, out of focus or sharper,
noisy, compressed, with fewer pixels.

Steps are coarse, so that pictures of one batch share theirs. All is said of working pixels, which is what a detector
sees, but for JPEG, whose blocks lie on the picture's own pixels: `scale` says how many of these a working one is wide.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

from anomalyst.evidence.units import rounded
from anomalyst.evidence.wording import number
from anomalyst.modalities.image.space.pixels import Levels, unit

MOST_LIGHT = 2.0  # times the light, or half of it: beyond it nothing is made alike
BLURS = (0.5, 0.7, 1.0, 1.4, 2.0)  # standard deviations, in working pixels
SHARPER = (0.25, 0.5, 1.0, 2.0)  # times the fine detail
FINE = 0.7  # standard deviation of the blur that takes it away, in pixels
QUALITIES = (60, 42, 30, 21, 15, 10)  # of the JPEG
NOISES = (1.4, 2.0, 2.8, 4.0, 5.6, 8.0, 11.0, 16.0)  # standard deviations, in grey levels of 255
LARGEST = 4.0  # scale up to which blocks are seen
SMALL = 0.9  # scale below which a picture has fewer pixels than are worked on

BILINEAR = Image.Resampling.BILINEAR  # low-passed first where it shrinks, as working pictures are


@dataclass(frozen=True)
class Taking:
    """What was done to a picture: its light `light` times, then fewer pixels, a blur, more sharpness, noise or JPEG, 0
    where there was none. `sharp`: how many times its fine detail is added; `small`: the scale of a picture with fewer
    pixels; `scale`: that of a JPEG."""

    light: float = 1.0
    blur: float = 0.0
    noise: float = 0.0
    quality: int = 0
    scale: float = 1.0
    small: float = 0.0
    sharp: float = 0.0

    def apply(self, pictures: Levels, seed: int, first: int = 0) -> Levels:
        """Pictures (n, h, w, 3) taken so; `first`: the number of the first of them, by which noise is drawn."""
        # Of grey pictures one colour is enough: the others would be the same.
        colours = 1 if (pictures[..., :1] == pictures).all() else 3
        some = pictures[..., :colours]
        taken = [self._one(one, np.random.default_rng((seed, first + k))) for k, one in enumerate(some)]
        return np.repeat(np.stack(taken), 3 // colours, axis=-1)

    def _one(self, picture: Levels, rng: np.random.Generator) -> Levels:
        pixels = (unit(picture) * np.float32(self.light)).clip(0, 1)
        if self.blur:
            pixels = gaussian_filter(pixels, (self.blur, self.blur, 0))
        if self.sharp and not self.small:
            pixels = _sharpened(pixels, self.sharp)
        if self.noise:
            pixels = pixels + rng.normal(0, self.noise / 255, (*pixels.shape[:2], 1)).astype(np.float32)
        levels: Levels = np.rint(pixels.clip(0, 1) * 255).astype(np.uint8)
        if not self.quality and not self.small:
            return levels
        size, scale = (levels.shape[1], levels.shape[0]), self.scale if self.quality else self.small
        own = _drawable(levels).resize((max(1, round(size[0] * scale)), max(1, round(size[1] * scale))), BILINEAR)
        if self.quality:
            own = _compressed(own, self.quality)
        elif self.sharp:  # at its own size, as it is a filter that made it smaller
            fine = _sharpened(unit(np.asarray(own).reshape(*own.size[::-1], -1)), self.sharp).clip(0, 1)
            own = _drawable(np.rint(fine * 255).astype(np.uint8))
        return np.asarray(own.resize(size, BILINEAR)).reshape(levels.shape)

    def words(self) -> str:
        """What a picture taken so is, beside its normals: "darker (0.75 times as bright) and less sharp"."""
        return " and ".join(self._parts())

    def _parts(self) -> Iterator[str]:
        if self.light != 1:
            times = number(rounded(self.light, 2))
            yield f"{'lighter' if self.light > 1 else 'darker'} ({times} times as bright)"
        if self.small:
            yield "of fewer pixels"
        if self.blur:
            yield "less sharp"
        if self.sharp:
            yield "sharper"
        if self.noise:
            yield "noisier"
        if self.quality:
            yield "more strongly compressed"


def _drawable(levels: Levels) -> Image.Image:
    """A picture (h, w, 3), or (h, w, 1) of grey."""
    return Image.fromarray(levels[..., 0] if levels.shape[-1] == 1 else levels)


def _sharpened(pixels: NDArray[np.float32], times: float) -> NDArray[np.float32]:
    """A picture (h, w, 3) with its fine detail added so many times."""
    made: NDArray[np.float32] = pixels + np.float32(times) * (pixels - gaussian_filter(pixels, (FINE, FINE, 0)))
    return made


def _compressed(picture: Image.Image, quality: int) -> Image.Image:
    """Through a JPEG."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    with Image.open(file) as image:
        return image.convert(picture.mode)


def lighter(levels: Levels, times: float) -> Levels:
    """A picture (h, w, 3) with so many times the light."""
    made: Levels = np.rint((unit(levels) * np.float32(times)).clip(0, 1) * 255).astype(np.uint8)
    return made


def takings(light: float, scale: float, rough: bool) -> Iterator[Taking]:
    """All that may have been done to a picture besides so many times the light, the least first; `rough`: it has more
    fine detail than its normals, not less."""
    if scale < SMALL:
        yield from (Taking(light, small=scale, sharp=times) for times in (0.0, *SHARPER))
    if rough:
        yield from (Taking(light, sharp=times) for times in SHARPER)
        yield from (Taking(light, noise=levels) for levels in NOISES)
    else:
        yield from (Taking(light, blur=sigma) for sigma in BLURS)
    if scale <= LARGEST:
        yield from (Taking(light, quality=quality, scale=scale) for quality in QUALITIES)
