"""The findings of an image: boxes around what is abnormal; specks are left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from anomalyst.detectors.contract import RuleScore, ScoreMap
from anomalyst.evidence.findings import FoundRegions, RegionRules, find_regions
from anomalyst.modalities.image.found.changed import background, box, drawn, outline, reach
from anomalyst.modalities.image.found.faint import faint_parts, hanging
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.scores import is_aligned, is_close, is_drawn
from anomalyst.samples import Mask

SPECK_SHARE = 2e-4  # regions smaller than this share of the pixels are specks
WIDEST_RATE = 0.2  # false-discovery rate, higher than any that findings are chosen at
GRID = 4_000_000  # pixels looked at; a larger map is thinned, as it was interpolated anyway


def image_regions(
    sample: ImageSample, score_map: ScoreMap, alpha: float = 0.05, fdr: float = 0.05, most: int = 8
) -> FoundRegions:
    """The `most` most abnormal regions of an image whose own p-value is at most `alpha`; none otherwise."""
    found = find_regions(score_map, CLOSE_RULES if is_close(score_map) else RULES, alpha, fdr, most)
    if not is_drawn(score_map):
        return found
    usual = background(score_map.scores)
    return drawn(found, {name: _outlined(sample, score_map, mask, usual) for name, mask in found.masks.items()})


def _outlined(sample: ImageSample, score_map: ScoreMap, mask: Mask, usual: float) -> Mask:
    """The outline of a region of the map, with the faint parts of an object that stands where its normals do."""
    observed, expected = sample.pixels, score_map.expected
    found = outline(observed, expected, mask, score_map.scores, usual)
    if not is_aligned(score_map):
        return found
    return found | faint_parts(observed, expected, score_map.samples, score_map.p_values, mask, found)


def suspected(said: RuleScore, aligned: bool) -> Mask:
    """All pixels that may belong to a finding, at whichever alarm level and rate: (H, W). `aligned`: faint parts are
    told too."""
    found = find_regions(replace(said, sample_p=0.0), RULES, fdr=WIDEST_RATE)
    covered: Mask = np.zeros(said.scores.shape, dtype=bool)
    usual = background(said.scores)
    for mask in found.masks.values():
        covered |= reach(said.scores, mask, usual)
        if aligned:
            covered |= hanging(said.p_values, mask)
    return covered


RULES = RegionRules(box, specks=SPECK_SHARE, grid=GRID)
CLOSE_RULES = RegionRules(box, grid=GRID)
