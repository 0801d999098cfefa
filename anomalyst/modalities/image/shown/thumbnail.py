"""An image as a small picture for a step of the page: as it is, under its score map, or with a finding's box."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.modalities.image.region import Box
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.shown.pictures import eight_bit, span_of
from anomalyst.samples import FloatArray

LONG_SIDE = 96  # pixels
MAP_SHARE = 0.65  # how much of the score map covers the picture
MAP_LOW, MAP_MIDDLE, MAP_HIGH = "#440154", "#21918c", "#fde725"  # three points of viridis
BOX, HALO = "#ffd92f", "#000000"


def thumbnail(sample: ImageSample, score_map: ScoreMap | None, finding: Finding | None) -> Image.Image:
    """The picture, its longer side LONG_SIDE pixels, with the finding's box, else under its score map if given."""
    height, width = sample.shape
    scale = LONG_SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = Image.fromarray(eight_bit(sample.pixels)).resize(size, Image.Resampling.LANCZOS)
    if score_map is not None and finding is None:
        small = Image.blend(small.convert("L").convert("RGB"), _heat(score_map.scores, size), MAP_SHARE)
    region = finding.region if finding is not None else None
    if isinstance(region, Box):
        left, top, right, bottom = (round(edge * scale) for edge in (region.x0, region.y0, region.x1, region.y1))
        box = (left, top, max(left + 2, right - 1), max(top + 2, bottom - 1))
        pen = ImageDraw.Draw(small)
        pen.rectangle((box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1), outline=HALO, width=4)
        pen.rectangle(box, outline=BOX, width=2)
    return small


def _heat(scores: FloatArray, size: tuple[int, int]) -> Image.Image:
    """The score map in colours, from its lowest to its highest score."""
    low, high = span_of(scores)
    share = (np.nan_to_num(scores, nan=low) - low) / (high - low)
    grey = Image.fromarray(eight_bit(share)).resize(size, Image.Resampling.BILINEAR)
    return ImageOps.colorize(grey, MAP_LOW, MAP_HIGH, mid=MAP_MIDDLE)
