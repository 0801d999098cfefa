"""A series as a small picture for a step of the page: its lines, what was expected beneath, a finding's rows shaded."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.modalities.series.blame import blamed_by, by_score
from anomalyst.modalities.series.decimate import extremes
from anomalyst.modalities.series.region import row_region
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.samples import FloatArray

WIDTH, HEIGHT = 96, 54  # pixels
FINER = 4  # lines are drawn this many times as large and made smaller, which smooths them
MAX_LINES = 3
OBSERVED, EXPECTED, FLAG = "#647a8c", "#2f8fd0", "#e0712d"


def thumbnail(sample: SeriesSample, score_map: ScoreMap | None, finding: Finding | None) -> Image.Image:
    """Up to three channels, the most to blame first; what was expected and the finding's rows if given."""
    canvas = Image.new("RGBA", (WIDTH * FINER, HEIGHT * FINER))
    pen = ImageDraw.Draw(canvas)
    steps = max(1, sample.shape[0] - 1)
    if finding is not None:
        region = row_region(finding)
        left, right = (canvas.width * row / steps for row in (region.start, region.stop - 1))
        middle, half = (left + right) / 2, max((right - left) / 2, FINER * 1.5)
        pen.rectangle((middle - half, 0, middle + half, canvas.height), fill=FLAG + "70")
    shown = _channels(sample, score_map, finding)
    tall = canvas.height / len(shown)
    for place, channel in enumerate(shown):
        lanes = [(sample.values[:, channel], OBSERVED)]
        if score_map is not None:
            lanes.insert(0, (score_map.expected[:, channel].astype(np.float64), EXPECTED))
        span = _span([values for values, _ in lanes])
        for values, colour in lanes:
            _draw_line(pen, values, span, (canvas.width, place * tall, tall), colour)
    return canvas.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _channels(sample: SeriesSample, score_map: ScoreMap | None, finding: Finding | None) -> list[int]:
    """Positions of the channels to draw: the finding's own, else the highest-scoring ones, else the first ones."""
    if finding is not None and row_region(finding).channels:
        return blamed_by(sample, [finding])[:1] or [0]
    return by_score(sample, score_map)[:MAX_LINES]


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
    x, y = extremes(np.linspace(0, width, len(values)), values.astype(np.float64), WIDTH * 2)
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
