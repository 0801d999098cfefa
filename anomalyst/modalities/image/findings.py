"""The findings of an image: boxes around what is abnormal; specks are left out."""

from __future__ import annotations

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.findings import FoundRegions, Mask, RegionRules, find_regions
from anomalyst.modalities.image.region import ImageRegion, bounds
from anomalyst.modalities.image.space.scores import is_close

SPECK_SHARE = 2e-4  # regions smaller than this share of the pixels are specks
GRID = 4_000_000  # pixels looked at; a larger map is thinned, as it was interpolated anyway


def image_regions(score_map: ScoreMap, alpha: float = 0.05, fdr: float = 0.05, most: int = 8) -> FoundRegions:
    """The `most` most abnormal regions of an image whose own p-value is at most `alpha`; none otherwise."""
    return find_regions(score_map, CLOSE_RULES if is_close(score_map) else RULES, alpha, fdr, most)


def _outline(mask: Mask) -> ImageRegion:
    """The box that bounds a mask (H, W)."""
    x0, y0, x1, y1 = bounds(mask)
    return ImageRegion(x0=x0, y0=y0, x1=x1, y1=y1)


RULES = RegionRules(_outline, specks=SPECK_SHARE, grid=GRID)
CLOSE_RULES = RegionRules(_outline, grid=GRID)
