"""Faults planted in a clip: something that crosses it faster than anything in it, something that looks unlike it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from anomalyst.modalities.video.sample import CHANGE, LOOKS, RIGHT, VideoSample
from anomalyst.modalities.video.space.places import FARTHEST, moving_in, speed_in

FAULTS = ("fast", "fast", "fast", "look")
LASTS, LARGE = 12, 2  # steps, cells along each side
TIMES, CHANGES, LOOK = 2.5, 12.0, 0.3  # times as fast as the fastest motion of the clip; grey levels; of full scale
FASTEST = 0.995


def faulty_clip(sample: VideoSample, number: int, seed: int, times: float | None) -> VideoSample | None:
    """The clip with fault `number`; None where there is none, or of another size than usual."""
    if number >= len(FAULTS) or times not in (None, 1.0):
        return None
    rng = np.random.default_rng(seed)
    steps, rows, columns = sample.shape
    lasts = min(LASTS, steps)
    start = int(rng.integers(0, steps - lasts + 1))
    row = int(rng.integers(0, max(1, rows - LARGE + 1)))
    first, sign = int(rng.integers(0, columns)), float(rng.choice([-1.0, 1.0]))
    moving = moving_in(sample.cells)
    speed = float(np.quantile(speed_in(sample.cells)[moving], FASTEST)) if moving.any() else FARTHEST
    speed = TIMES * max(speed, 2 * FARTHEST)
    cells = sample.cells.copy()
    for passed in range(lasts):
        moves = FAULTS[number] == "fast"
        left = int(first + sign * speed * passed) % columns if moves else first
        place = (start + passed, slice(row, row + LARGE), slice(left, left + LARGE))
        if moves:
            cells[(*place, RIGHT)] = sign * speed
            cells[(*place, CHANGE)] = CHANGES
        else:
            cells[(*place, LOOKS)] += np.float32(LOOK * sign)
    return replace(sample, cells=cells)
