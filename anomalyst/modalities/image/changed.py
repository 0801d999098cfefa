"""Which pixels of a region differ from what was expected there: the anomaly's own, where the region is wider.

A region is cut from a map of features, whose cells are wider than a small spot; averages over it would mix the spot
with what is normal around it. The pixels that differ by at least half as much as the most differing ones are the
spot's, as a region holds what scores at least half as high (`evidence/findings.py`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from skimage.color import rgb2lab

from anomalyst.modalities.image.region import bounds
from anomalyst.samples import Mask

Pixels = NDArray[np.floating]

SMOOTH, SHARE = 1.5, 0.06  # pixels, or this share of the side of a square of the region's area: finer is noise
MOST = 0.98  # quantile of a region's differences that is taken for its largest
HALF = 0.5  # of the largest difference
CLEAR = 10.0  # CIELAB distance: a region that nowhere differs more has no such spot
LEAST = 4  # pixels


def changed_part(observed: Pixels, expected: Pixels, mask: Mask) -> Mask:
    """The part of the region `mask` (H, W) of RGB images (H, W, 3) in [0, 1] that differs; all of it where none stands
    out."""
    x0, y0, x1, y1 = bounds(mask)
    crop = slice(y0, y1), slice(x0, x1)
    inside = mask[crop]
    difference = rgb2lab(observed[crop]) - rgb2lab(expected[crop])
    smooth = max(SMOOTH, SHARE * float(np.sqrt(mask.sum())))
    size = np.linalg.norm(gaussian_filter(difference, (smooth, smooth, 0)), axis=-1)
    most = float(np.quantile(size[inside], MOST))
    part = inside & (size >= HALF * most)
    if most < CLEAR or part.sum() < LEAST:
        return mask
    found: Mask = np.zeros_like(mask)
    found[crop] = part
    return found
