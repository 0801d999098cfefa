"""The findings of an image: boxes around what is abnormal; specks are left out."""

from __future__ import annotations

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.findings import FoundRegions, RegionRules, find_regions
from anomalyst.modalities.image.changed import box, drawn
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.scores import is_drawn

SPECK_SHARE = 2e-4  # regions smaller than this share of the pixels are specks
GRID = 4_000_000  # pixels looked at; a larger map is thinned, as it was interpolated anyway


def image_regions(
    sample: ImageSample, score_map: ScoreMap, alpha: float = 0.05, fdr: float = 0.05, most: int = 8
) -> FoundRegions:
    """The `most` most abnormal regions of an image whose own p-value is at most `alpha`; none otherwise."""
    found = find_regions(score_map, RULES, alpha, fdr, most)
    return drawn(found, sample.pixels, score_map.expected, score_map.scores) if is_drawn(score_map) else found


RULES = RegionRules(box, specks=SPECK_SHARE, grid=GRID)
