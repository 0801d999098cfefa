"""Which pixels of a region differ from what was expected there: the outline that a person would draw.

A region is cut from a map of features, whose cells are wider than a small spot, at half of its height, where a long
scratch ends too early. So pixels decide within all that lies above about a third of the height: those that differ by
at least half as much as the most differing ones of the region are the anomaly's, as far as they hang together with it.
Differences are smoothed by the size of the region, and where nothing shows then, once more finely: a thin line does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from skimage.color import rgb2lab
from skimage.measure import label

from anomalyst.evidence.findings import FoundRegions
from anomalyst.modalities.image.region import ImageRegion, bounds
from anomalyst.samples import Mask

Pixels = NDArray[np.floating]

SMOOTH, SHARE = 1.5, 0.06  # pixels, or this share of the side of a square of the region's area: finer is noise
MOST = 0.98  # quantile of a region's differences that is taken for its largest
HALF = 0.5  # of the largest difference
CLEAR = 10.0  # CIELAB distance: a region that nowhere differs more has no such spot
LEAST = 4  # pixels
ONE = 0.7  # share of what differs that hangs together where it is one thing
ENOUGH = 1_000_000  # pixels that tell what is usual
LOWER = 0.35  # of the peak's height above the background: as far as evidence reaches


def drawn(found: FoundRegions, outlines: dict[str, Mask]) -> FoundRegions:
    """The findings with these outlines, by name; those whose outlines meet are parts of one."""
    joined = _joined(outlines)
    first = {finding.id: finding for finding in found.findings}
    masks = {f"R{number}": mask for number, mask in enumerate(joined.values(), start=1)}
    findings = tuple(
        first[then].model_copy(update={"id": now, "region": box(mask)})
        for then, (now, mask) in zip(joined, masks.items(), strict=True)
    )
    return FoundRegions(findings, masks)


def background(scores: NDArray[np.floating]) -> float:
    """The score (H, W) of a usual pixel."""
    stride = math.ceil(math.sqrt(scores.size / ENOUGH))
    return float(np.median(scores[::stride, ::stride]))


def outline(observed: Pixels, expected: Pixels, mask: Mask, scores: NDArray[np.floating], usual: float) -> Mask:
    """The part of a region `mask` (H, W), and of what belongs to it in the map it was cut from, that differs; all of
    the region where no one part does: what differs here and there is a texture, whose single pixels prove nothing.

    `usual`: the score of a usual pixel.
    """
    part = changed_part(observed, expected, mask, reach(scores, mask, usual))
    return part if is_one(part) else mask


def is_one(part: Mask) -> bool:
    """Whether what differs hangs together."""
    numbered = label(part, connectivity=2)
    return bool(np.bincount(numbered[part]).max() >= ONE * part.sum())


def changed_part(observed: Pixels, expected: Pixels, mask: Mask, around: Mask | None = None) -> Mask:
    """The pixels of `around` (H, W), None: of `mask`, that differ as those of the region `mask` do and hang together
    with them; the region where none stands out."""
    around = mask if around is None else around
    x0, y0, x1, y1 = bounds(around)
    crop = slice(y0, y1), slice(x0, x1)
    inside = mask[crop]
    difference = rgb2lab(observed[crop]) - rgb2lab(expected[crop])
    for smooth in (max(SMOOTH, SHARE * float(np.sqrt(mask.sum()))), SMOOTH):  # a thin line only shows in the finer one
        size = np.linalg.norm(gaussian_filter(difference, (smooth, smooth, 0)), axis=-1)
        most = float(np.quantile(size[inside], MOST))
        part = around[crop] & (size >= HALF * most)
        if most >= CLEAR and (part & inside).sum() >= LEAST:
            found: Mask = np.zeros_like(mask)
            found[crop] = touching(part, inside)
            return found
    return mask


def reach(scores: NDArray[np.floating], mask: Mask, usual: float) -> Mask:
    """What hangs together with a region above a lower part of its height, no farther away than it is long."""
    x0, y0, x1, y1 = bounds(mask)
    far = max(y1 - y0, x1 - x0)
    crop = slice(max(0, y0 - far), y1 + far), slice(max(0, x0 - far), x1 + far)
    level = usual + LOWER * (float(scores[mask].max()) - usual)
    found: Mask = mask.copy()
    found[crop] |= touching((scores[crop] >= level) | mask[crop], mask[crop])
    return found


def touching(parts: Mask, within: Mask) -> Mask:
    """The connected parts, diagonals included, that reach into `within`."""
    numbered = label(parts, connectivity=2)
    found: Mask = np.isin(numbered, np.unique(numbered[within & parts]))
    return found


def _joined(outlines: dict[str, Mask]) -> dict[str, Mask]:
    """Outlines that share pixels as one, by the first one's name."""
    joined: dict[str, Mask] = {}
    for name, mask in outlines.items():
        met = list(_meeting(joined, mask))
        for other in met:
            mask = mask | joined[other]
        for other in met[1:]:
            del joined[other]
        joined[met[0] if met else name] = mask
    return joined


def _meeting(outlines: dict[str, Mask], mask: Mask) -> Iterator[str]:
    return (name for name, other in outlines.items() if (other & mask).any())


def box(mask: Mask) -> ImageRegion:
    """The box that bounds a mask (H, W)."""
    x0, y0, x1, y1 = bounds(mask)
    return ImageRegion(x0=x0, y0=y0, x1=x1, y1=y1)
