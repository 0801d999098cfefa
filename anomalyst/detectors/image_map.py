"""From scores of cells to a map of pixels and the image's one score, in units of what is typical at each place."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

BLUR = 3.0  # standard deviation, in working pixels, of the map's smoothing
LEVEL_BLUR = 1.0  # and, in cells, of the typical score
PEAK_SHARE = 0.0005  # share of the map's pixels whose mean is the image's score
PRIOR = 4.0  # normals that the mean over all places counts for, when the typical score of a place is estimated
FLOOR = 0.1


def level(scored: Tensor) -> Tensor:
    """Typical score at each place, from held-out normals' scores (n, rows, columns): (rows, columns).

    Borders, edges of parts and busy areas are always harder to match; divided by this, they are no longer suspicious.
    """
    return _level(scored.sum(0), len(scored))


def levelled(scored: Tensor) -> Tensor:
    """Each normal's scores over the level of the others (its own would flatter it): (n, rows, columns)."""
    if len(scored) == 1:
        return scored / scored.mean().clamp_min(1e-6)
    total = scored.sum(0)
    return torch.stack([cells / _level(total - cells, len(scored) - 1) for cells in scored])


def _level(total: Tensor, count: int) -> Tensor:
    mean = (total.mean() / count).clamp_min(1e-6)
    return gaussian_blur((total + PRIOR * mean) / (count + PRIOR), LEVEL_BLUR).clamp_min(FLOOR * mean)


def smooth_map(cells: Tensor, shape: tuple[int, int]) -> Tensor:
    """Scores of cells (rows, columns) on the working pixels (h, w), smoothed by a Gaussian."""
    return gaussian_blur(functional.interpolate(cells[None, None], shape, mode="bilinear")[0, 0], BLUR)


def image_score(working: Tensor) -> float:
    """The image's score: the mean of the map's highest pixels."""
    return float(working.flatten().topk(max(1, int(PEAK_SHARE * working.numel()))).values.mean())


def gaussian_blur(plane: Tensor, sigma: float) -> Tensor:
    """A Gaussian blur of (h, w), its border mirrored."""
    reach = min(int(4 * sigma), min(plane.shape) - 1)
    bell = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma).square())
    bell = bell / bell.sum()
    fine = functional.pad(plane[None, None], (reach, reach, 0, 0), mode="reflect")
    fine = functional.conv2d(fine, bell.reshape(1, 1, 1, -1))
    fine = functional.pad(fine, (0, 0, reach, reach), mode="reflect")
    return functional.conv2d(fine, bell.reshape(1, 1, -1, 1))[0, 0]
