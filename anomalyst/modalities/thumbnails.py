"""A sample as a small picture for a step of the page: the image or the lines, the score map over it, a finding marked.

Drawn with Pillow in colours that hold on a light and on a dark page, so that one picture serves both.
"""

from __future__ import annotations

import base64
import io
import math

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.modalities.image.region import ImageRegion
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.region import PairRegion
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.series.decimate import extremes
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import channel_scores
from anomalyst.modalities.series.units import channel_names
from anomalyst.samples import FloatArray

LONG_SIDE = 96  # pixels
LINES_HEIGHT = 54
FINER = 4  # lines are drawn this many times as large and made smaller, which smooths them
MAX_LINES = 3
MAP_SHARE = 0.65  # how much of the score map covers the picture
MAP_LOW, MAP_MIDDLE, MAP_HIGH = "#440154", "#21918c", "#fde725"  # three points of viridis
BOX, HALO = "#ffd92f", "#000000"
OBSERVED, EXPECTED, FLAG = "#647a8c", "#2f8fd0", "#e0712d"


def thumbnail(
    sample: ImageSample | SeriesSample | PairSample, score_map: ScoreMap | None = None, finding: Finding | None = None
) -> str:
    """A PNG data URI, its longer side LONG_SIDE pixels.

    Image or pair: the picture with the finding's box, else under its score map if one is given. Series: up to three
    channels, the most to blame first, what was expected beneath and the finding's rows shaded if they are given.
    """
    if isinstance(sample, SeriesSample):
        drawn = _lines(sample, score_map, finding)
    else:
        drawn = _picture(sample.image if isinstance(sample, PairSample) else sample, score_map, finding)
    buffer = io.BytesIO()
    drawn.save(buffer, "png", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"


def _picture(sample: ImageSample, score_map: ScoreMap | None, finding: Finding | None) -> Image.Image:
    height, width = sample.shape
    scale = LONG_SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = Image.fromarray(_bytes(sample.pixels)).resize(size, Image.Resampling.LANCZOS)
    if score_map is not None and finding is None:
        small = Image.blend(small.convert("L").convert("RGB"), _heat(score_map.scores, size), MAP_SHARE)
    region = finding.region if finding is not None else None
    if isinstance(region, ImageRegion | PairRegion):
        left, top, right, bottom = (round(edge * scale) for edge in (region.x0, region.y0, region.x1, region.y1))
        box = (left, top, max(left + 2, right - 1), max(top + 2, bottom - 1))
        pen = ImageDraw.Draw(small)
        pen.rectangle((box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1), outline=HALO, width=4)
        pen.rectangle(box, outline=BOX, width=2)
    return small


def _bytes(pixels: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.rint(np.clip(np.nan_to_num(pixels), 0, 1) * 255).astype(np.uint8)


def _heat(scores: FloatArray, size: tuple[int, int]) -> Image.Image:
    """The score map in colours, from its lowest to its highest score."""
    finite = scores[np.isfinite(scores)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    share = (np.nan_to_num(scores, nan=low) - low) / ((high - low) or 1.0)
    grey = Image.fromarray(_bytes(share)).resize(size, Image.Resampling.BILINEAR)
    return ImageOps.colorize(grey, MAP_LOW, MAP_HIGH, mid=MAP_MIDDLE)


def _lines(sample: SeriesSample, score_map: ScoreMap | None, finding: Finding | None) -> Image.Image:
    canvas = Image.new("RGBA", (LONG_SIDE * FINER, LINES_HEIGHT * FINER))
    pen = ImageDraw.Draw(canvas)
    region = finding.region if finding is not None else None
    steps = max(1, sample.shape[0] - 1)
    if isinstance(region, SeriesRegion):
        left, right = (canvas.width * row / steps for row in (region.start, region.stop - 1))
        middle, half = (left + right) / 2, max((right - left) / 2, FINER * 1.5)
        pen.rectangle((middle - half, 0, middle + half, canvas.height), fill=FLAG + "70")
    shown = _channels(sample, score_map, region)
    tall = canvas.height / len(shown)
    for place, channel in enumerate(shown):
        lanes = [(sample.values[:, channel], OBSERVED)]
        if score_map is not None:
            lanes.insert(0, (score_map.expected[:, channel].astype(np.float64), EXPECTED))
        span = _span([values for values, _ in lanes])
        for values, colour in lanes:
            _draw_line(pen, values, span, (canvas.width, place * tall, tall), colour)
    return canvas.resize((LONG_SIDE, LINES_HEIGHT), Image.Resampling.LANCZOS)


def _channels(sample: SeriesSample, score_map: ScoreMap | None, region: object) -> list[int]:
    """Positions of the channels to draw: the finding's own, else the highest-scoring ones, else the first ones."""
    if isinstance(region, SeriesRegion) and region.channels:
        names = channel_names(sample)
        return [names.index(name) for name in region.channels if name in names][:1] or [0]
    if score_map is not None and (blame := channel_scores(score_map)) is not None:
        order = np.argsort(-np.nan_to_num(blame).max(axis=0), kind="stable")
        return [int(channel) for channel in order[:MAX_LINES]]
    return list(range(min(MAX_LINES, sample.shape[1])))


def _span(lanes: list[FloatArray]) -> tuple[float, float]:
    finite = np.concatenate([values[np.isfinite(values)] for values in lanes])
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return low, high if high > low else low + 1.0


def _draw_line(
    pen: ImageDraw.ImageDraw,
    values: FloatArray,
    span: tuple[float, float],
    place: tuple[float, float, float],
    colour: str,
) -> None:
    """A line in the lane `place` (width, top, height); it breaks where values are missing."""
    width, top, tall = place
    low, high = span
    x, y = extremes(np.linspace(0, width, len(values)), values.astype(np.float64), LONG_SIDE * 2)
    points = [(a, top + tall * (0.92 - 0.84 * (b - low) / (high - low))) for a, b in zip(x, y, strict=True)]
    run: list[tuple[float, float]] = []
    for point in [*points, (0.0, math.nan)]:
        if math.isfinite(point[1]):
            run.append(point)
            continue
        if len(run) > 1:
            pen.line(run, fill=colour, width=FINER + 2, joint="curve")
        elif run:
            pen.ellipse((run[0][0] - 3, run[0][1] - 3, run[0][0] + 3, run[0][1] + 3), fill=colour)
        run = []
