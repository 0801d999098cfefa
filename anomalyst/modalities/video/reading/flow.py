"""Motion between two frames: dense, by least squares over windows, from coarse to fine (Lucas & Kanade 1981; Bouguet
2001), with one pass on each level of a small pyramid, which is quick enough to be done while frames are decoded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates, uniform_filter

Plane = NDArray[np.float32]

LEVELS = 3
WINDOW = 9  # pixels of a level
STILL = 2.0  # squared grey levels that are added to gradients: where there are none, nothing moves
BLUR = 0.7  # pixels
MOST = 1.5  # pixels that a level corrects by


def halved(plane: Plane) -> Plane:
    """Means of two by two pixels."""
    rows, columns = plane.shape[0] // 2 * 2, plane.shape[1] // 2 * 2
    return np.asarray(plane[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2).mean((1, 3)), dtype=np.float32)


def pyramid(plane: Plane) -> list[Plane]:
    """A grey frame, and smaller ones of it, a little blurred."""
    planes = [plane]
    while len(planes) < LEVELS and min(planes[-1].shape) >= 2 * WINDOW:
        planes.append(halved(planes[-1]))
    return [np.asarray(gaussian_filter(one, BLUR), dtype=np.float32) for one in planes]


def motion(before: list[Plane], after: list[Plane]) -> tuple[Plane, Plane]:
    """How far each pixel moves from one frame to the next: to the right, and downwards."""
    right = down = np.zeros_like(before[-1])
    for one, other in zip(reversed(before), reversed(after), strict=True):
        right, down = _refined(one, other, _doubled(right, one.shape), _doubled(down, one.shape))
    return right, down


def _doubled(motion: Plane, shape: tuple[int, ...]) -> Plane:
    """Motion of a coarser level on a finer one."""
    if motion.shape == shape:
        return motion
    fine = 2 * motion.repeat(2, axis=0).repeat(2, axis=1)
    short = [(0, max(0, want - got)) for want, got in zip(shape, fine.shape, strict=True)]
    return np.pad(fine, short, mode="edge")[: shape[0], : shape[1]]


def _refined(before: Plane, after: Plane, right: Plane, down: Plane) -> tuple[Plane, Plane]:
    """Motion corrected by what is left once the second frame is drawn back by it."""
    rows, columns = np.indices(before.shape, dtype=np.float32)
    back = map_coordinates(after, [rows + down, columns + right], order=1, mode="nearest")
    vertical, across = np.gradient((before + back) / 2)
    left = back - before
    products = (across * across, across * vertical, vertical * vertical, across * left, vertical * left)
    xx, xy, yy, xt, yt = (uniform_filter(product, WINDOW, mode="nearest") for product in products)
    xx, yy = xx + STILL, yy + STILL
    whole = xx * yy - xy * xy
    step_right, step_down = -(yy * xt - xy * yt) / whole, -(xx * yt - xy * xt) / whole
    return right + np.clip(step_right, -MOST, MOST), down + np.clip(step_down, -MOST, MOST)
