"""Changes of a picture that are no defect of what it shows: light a quarter up or down, focus, strong compression.

How they move what is seen of normals says which directions are no evidence: a camera, not the thing, moves along them.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

LIGHT = (0.75, 1.25)
FOCUS = 1.0  # standard deviation of the blur, in pixels
QUALITY = 20  # of the JPEG

Bytes = NDArray[np.uint8]


def _lit(pixels: Bytes, times: float) -> Bytes:
    lit: Bytes = np.rint((pixels * times).clip(0, 255)).astype(np.uint8)
    return lit


def _blurred(pixels: Bytes) -> Bytes:
    blurred: Bytes = gaussian_filter(pixels, (FOCUS, FOCUS, 0))
    return blurred


def _compressed(pixels: Bytes) -> Bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=QUALITY)
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"))


CHANGES: tuple[Callable[[Bytes], Bytes], ...] = (
    lambda pixels: _lit(pixels, LIGHT[0]),
    lambda pixels: _lit(pixels, LIGHT[1]),
    _blurred,
    _compressed,
)


def changed(pixels: NDArray[np.float32], fine: bool = False) -> list[NDArray[np.float32]]:
    """A picture (h, w, 3) in [0, 1], at the size it was taken at, under every change. `fine`: of more than 256 levels,
    which no JPEG holds and no change rounds."""
    if fine:
        lit = [(pixels * np.float32(times)).clip(0, 1) for times in LIGHT]
        return [*lit, gaussian_filter(pixels, (FOCUS, FOCUS, 0)), pixels]
    taken = np.rint(pixels.clip(0, 1) * 255).astype(np.uint8)
    return [change(taken).astype(np.float32) / np.float32(255) for change in CHANGES]
