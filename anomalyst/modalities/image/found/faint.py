"""The faint parts of an anomaly: beside a bright splinter the broken rim that it lies on.

What differs half as much as the most differing pixels (`changed.py`) is a splinter's glint and not the rim beside it.
Where the object of all normals stands in the same place, what was expected holds pixel by pixel: so all that hangs
together with a finding on the map, differs by more than normals do there, and lies farther from the outline than the
map is blurred, is a part of the same anomaly. Of a texture single pixels prove nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_closing, binary_opening, distance_transform_edt, gaussian_filter
from skimage.color import rgb2lab

from anomalyst.modalities.image.found.changed import SMOOTH, Pixels, touching
from anomalyst.modalities.image.region import bounds
from anomalyst.samples import Mask

RARE = 0.003  # p-value up to which pixels hang together with a finding
BEYOND = 1.5  # times the spread of what was expected
LEAST = 4.0  # CIELAB distance: a smaller one is not seen
BLURRED = 0.06  # of the shorter side: so far around a peak the map is high though nothing need be there
NEAR = 0.03  # of the shorter side: parts with smaller gaps are one
SPECK = 2  # pixels: thinner parts are none
EVEN = 4.0  # pixels over which the spread is told


def hanging(p_values: NDArray[np.floating], mask: Mask) -> Mask:
    """What hangs together with a region `mask` (H, W) of a map of p-values, itself included."""
    return touching((p_values <= RARE) | mask, mask)


def faint_parts(
    observed: Pixels, expected: Pixels, samples: Pixels, p_values: NDArray[np.floating], region: Mask, outline: Mask
) -> Mask:
    """Parts beside the `outline` (H, W) of a `region` of the map of `p_values` that differ from what was expected, in
    RGB images (H, W, 3) in [0, 1]. `samples` (K, H, W, 3): what else might have been expected, which tells the spread.
    """
    around = hanging(p_values, region)
    x0, y0, x1, y1 = bounds(around)
    crop = slice(y0, y1), slice(x0, x1)
    usual = rgb2lab(expected[crop])
    others = (rgb2lab(one[crop].astype(np.float16).astype(np.float32)) for one in samples)  # as they are recorded
    spread = np.sqrt(np.mean([_size(other - usual) ** 2 for other in others], axis=0))
    differs = _size(rgb2lab(observed[crop]) - usual) >= np.maximum(LEAST, BEYOND * gaussian_filter(spread, EVEN))
    side = min(region.shape)
    parts = binary_opening(differs & around[crop], iterations=SPECK) | outline[crop]
    parts = touching(_closed(parts, round(NEAR * side)) & (around | outline)[crop], outline[crop])
    beside = distance_transform_edt(~outline[crop]) > BLURRED * side
    found: Mask = np.zeros_like(region)
    found[crop] = touching(parts & ~outline[crop], binary_opening(parts & beside, iterations=SPECK))
    return found


def _size(difference: Pixels) -> Pixels:
    """Of a smoothed difference (h, w, 3): (h, w)."""
    size: Pixels = np.linalg.norm(gaussian_filter(difference, (SMOOTH, SMOOTH, 0)), axis=-1)
    return size


def _closed(parts: Mask, gap: int) -> Mask:
    """Parts with their small gaps, as if nothing lay beyond the border."""
    if not gap:
        return parts
    closed: Mask = binary_closing(np.pad(parts, gap), iterations=gap)[gap:-gap, gap:-gap]
    return closed
