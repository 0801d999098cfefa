"""In what an image, as it was taken and stored, is unlike the normal ones: size, shape, depth, sharpness, compression.

What a detector learned from sharp pictures does not hold for blurred ones, whether these show a fault or not. Measured
are things of the whole picture that a fault in a part of it hardly moves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from skimage.color import rgb2gray

from anomalyst.evidence.units import Measure, finite_numbers, rounded
from anomalyst.evidence.wording import number
from anomalyst.modalities.image.sample import ImageSample

MOST = 64  # normals that are measured
PART = 1024  # pixels of the longest side of the middle part in which fine things are measured
BLOCK = 8  # pixels of a side of a JPEG block
LEAST_BLOCKS = 8  # in a row, from which on they are told from other things
GREY_LEVEL = 1 / 255  # detail finer than half of it is none
SIZE, SHAPE, SHARPNESS, DEPTH = 2.0, 1.25, 2.0, 8.0  # how many times outside of the normals' range is another kind
BLOCKS = 1.15

Grey = NDArray[np.floating]


def usual(normals: Sequence[ImageSample]) -> dict[str, Any]:
    """[lowest, highest] of what is measured, of MOST normals at most, and the scale that they are on, if on one."""
    chosen = [normals[k] for k in np.unique(np.linspace(0, len(normals) - 1, MOST).round().astype(int))]
    found = [measures(sample) for sample in chosen]
    scale = next((normal.scale for normal in normals if normal.scale is not None), None)
    ranges = {name: [min(m[name] for m in found), max(m[name] for m in found)] for name in found[0]}
    return ranges if scale is None else ranges | {"scale": [scale.low, scale.high]}


def measures(sample: ImageSample) -> dict[str, float]:
    """Side of a square as large (pixels), width over height, grey levels in use, median fine detail (1 is full scale),
    and differences across the borders of JPEG blocks over those elsewhere."""
    height, width = sample.shape
    part = _middle(sample.pixels)
    grey = rgb2gray(part)
    detail = np.abs(grey - gaussian_filter(grey, 1.0))
    return {
        "size": math.sqrt(height * width),
        "shape": width / height,
        "depth": float(len(np.unique(part[..., 0]))),
        "sharpness": float(np.median(detail)) + GREY_LEVEL / 4,
        "blocks": _blocks(grey),
    }


def unlike(sample: ImageSample, usual: Mapping[str, Any]) -> Iterator[Measure]:
    """Facts in words on each measure that lies far outside of the normals' range."""
    own, told = measures(sample) if usual else {}, 0
    for name, (limit, words) in _TOLD.items():
        known = finite_numbers(usual.get(name), 2)
        if not known or min(known) <= 0:
            continue
        (low, high), value = known, own[name]
        times = value / high if value > high else low / value
        if times >= limit:
            told += 1
            text = f"the image {words(value > high, times)}"
            yield Measure("sample", "unlike_normals", text, qualifier=str(told))


def _middle(pixels: Grey) -> Grey:
    """The middle of an image, its corner on the corner of a JPEG block."""
    starts = [max(0, (side - PART) // 2) // BLOCK * BLOCK for side in pixels.shape[:2]]
    return pixels[starts[0] : starts[0] + PART, starts[1] : starts[1] + PART]


def _blocks(grey: Grey) -> float:
    """How neighbours differ across borders of blocks over how they do elsewhere, of most rows and columns, as the edge
    of a thing lies in few; 1 where there are no blocks."""
    shares = []
    for axis in (0, 1):
        steps = np.abs(np.diff(grey, axis=axis)).mean(axis=1 - axis)
        border = np.arange(1, len(steps) + 1) % BLOCK == 0
        if border.sum() >= LEAST_BLOCKS:
            across, elsewhere = (float(np.median(steps[which])) + GREY_LEVEL / 4 for which in (border, ~border))
            shares.append(across / elsewhere)
    return float(np.mean(shares)) if shares else 1.0


def _times(value: float) -> str:
    return f"{number(rounded(value, 2))} times"


_TOLD: dict[str, tuple[float, Callable[[bool, float], str]]] = {
    "size": (SIZE, lambda more, n: f"is {_times(n)} {'larger' if more else 'smaller'} than its normals"),
    "shape": (SHAPE, lambda more, n: f"is {_times(n)} as {'wide' if more else 'high'} for its size as its normals"),
    "depth": (DEPTH, lambda more, n: f"has {_times(n)} {'more' if more else 'fewer'} grey levels than its normals"),
    "sharpness": (SHARPNESS, lambda more, n: f"has {_times(n)} {'more' if more else 'less'} detail than its normals"),
    "blocks": (BLOCKS, lambda more, _: f"is compressed {'more' if more else 'less'} strongly than its normals"),
}
