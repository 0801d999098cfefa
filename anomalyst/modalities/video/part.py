"""A stretch of a clip as a clip of its own, by its steps or by its times."""

from __future__ import annotations

import numpy as np

from anomalyst.modalities.sources import Part
from anomalyst.modalities.video.reading.source import LEAST_STEPS
from anomalyst.modalities.video.sample import VideoSample

PLACES = 1  # decimals of seconds


def part(sample: VideoSample, start: float, stop: float, rows: bool) -> Part | None:
    """The stretch, both ends in it; None where fewer than LEAST_STEPS steps lie there."""
    line = np.arange(len(sample.times)) if rows else sample.times
    inside = np.flatnonzero((line >= start) & (line <= stop))
    if len(inside) < LEAST_STEPS:
        return None
    first, last = int(inside[0]), int(inside[-1])
    begins, ends = (round(float(sample.times[step]), PLACES) for step in (first, last))
    return Part(sample.part(first, last + 1), begins, ends, "s")
