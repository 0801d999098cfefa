"""Whether the outline of a finding is that of a scratch, of a spot or of an area.

Widths are measured where an outline is thickest, and lengths along it, as that of a strip of this width and of the same
area: a bent scratch is as long as a straight one, and a blot with a ragged rim is no longer than it looks. Measured is
what differs within an outline, smoothed by its own size; where that is no one thing, the outline is the map's, and its
shape the map's too: nothing is said of it.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import binary_fill_holes, distance_transform_edt
from skimage.measure import regionprops

from anomalyst.modalities.image.found.changed import ONE, Pixels, changed_part, is_one
from anomalyst.modalities.image.region import ImageShape, bounds
from anomalyst.samples import Mask

LONG = 3.0  # times as long as wide: from there on a particle is counted as a fibre (NIOSH method 7400)
ROUND = 0.5  # of the circle about it that it fills: an ellipse twice as long as wide fills half of it
SMALL = 0.01  # of the picture: a tenth of its side in each direction
LEAST = 40  # pixels: four times the disc that smoothing makes of a single one


def image_shape(observed: Pixels, expected: Pixels, outline: Mask) -> ImageShape | None:
    """The shape of what differs between RGB images (H, W, 3) within an outline (H, W); None where it is too small to
    tell, or no one thing."""
    part = changed_part(observed, expected, outline)
    return shape_of(part) if part is not outline and is_one(part) else None


def shape_of(outline: Mask) -> ImageShape | None:
    """The shape of an outline (H, W); None where it is too small to tell, or is none of these."""
    whole = _whole(outline)
    area = int(whole.sum())
    if area < LEAST or outline.sum() < ONE * area:  # what it goes around is not its own
        return None
    if is_long(outline):
        return "scratch-like"
    if area >= SMALL * outline.size:
        return "area-like"
    across = float(regionprops(whole.astype(np.uint8))[0].feret_diameter_max)
    return "spot-like" if area >= ROUND * np.pi / 4 * across**2 else None


def is_long(outline: Mask) -> bool:
    """Whether an outline (H, W) is as much longer than wide as a scratch is."""
    whole = _whole(outline)
    width = 2 * float(distance_transform_edt(whole).max())
    return bool(whole.sum() / width >= LONG * width)


def _whole(outline: Mask) -> Mask:
    """An outline with its holes filled, in its box with a rim of 1 pixel."""
    x0, y0, x1, y1 = bounds(outline)
    return np.pad(binary_fill_holes(outline[y0:y1, x0:x1]), 1)
