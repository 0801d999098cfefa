"""Clips made up to try detectors on: things that cross a still scene, some of them much faster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomalyst.modalities.trial import Trial
from anomalyst.modalities.video.reading.reduce import CELL, Reducer
from anomalyst.modalities.video.sample import STEP, VideoSample

STEPS, SIZE = 60, (160, 96)  # frames; width and height
SPEED, FAST = 2.0, 7.0  # pixels a frame
START, LANE = 25, 2  # of the fault: the frame at which it enters, its row of cells


@dataclass(frozen=True)
class Thing:
    """A dark box that crosses the scene. `enters`: the frame at which it is at its left edge; `speed`: pixels a frame,
    negative from right to left."""

    enters: float
    top: int
    speed: float = SPEED
    width: int = 12
    height: int = 18
    grey: int = 60

    def box(self, frame: float) -> tuple[int, int]:
        """Where its left and right edges are."""
        left = round(self.speed * (frame - self.enters)) - (self.width if self.speed > 0 else -SIZE[0])
        return left, left + self.width


def scene() -> NDArray[np.uint8]:
    """A textured ground (rows, columns), the same for all clips."""
    rng = np.random.default_rng(7)
    width, height = SIZE
    ground = 140 + 25 * rng.random((height // 8, width // 8)).repeat(8, 0).repeat(8, 1)
    return np.asarray(ground, dtype=np.uint8)


def drawn(things: Sequence[Thing], seed: int, frames: int = STEPS) -> list[NDArray[np.uint8]]:
    """The frames of a clip in which things cross the scene: (rows, columns, 3) each."""
    rng, ground = np.random.default_rng(seed), scene()
    texture = np.random.default_rng(3).integers(-30, 30, (64, 64))
    made = []
    for frame in range(frames):
        picture = ground.astype(np.int64) + rng.integers(-3, 4, ground.shape)
        for thing in things:
            left, right = thing.box(frame)
            first, last = max(0, left), min(SIZE[0], right)
            if last > first:
                look = texture[: thing.height, first - left : last - left]
                picture[thing.top : thing.top + thing.height, first:last] = thing.grey + look
        made.append(np.repeat(np.clip(picture, 0, 255).astype(np.uint8)[..., None], 3, axis=2))
    return made


def walkers(seed: int) -> list[Thing]:
    """Things that cross at usual speeds, both ways, on two paths."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(4):
        enters, path = float(rng.uniform(-STEPS, STEPS)), int(rng.choice([18, 52]))
        found.append(Thing(enters, path, float(rng.choice([-1, 1]) * rng.uniform(1.4, 2.2))))
    return found


def clip(things: Sequence[Thing], seed: int, frames: int = STEPS) -> VideoSample:
    """The clip of these things."""
    reducer = Reducer(SIZE)
    for number, pixels in enumerate(drawn(things, seed, frames)):
        reducer.take(pixels, number * STEP)
    cells, times, strip = reducer.reduced()
    return VideoSample(cells, times, SIZE, float(CELL), strip, name=f"clip {seed}")


def trial(seed: int) -> Trial:
    """Normal clips, and some in which one thing crosses much faster."""
    ways = (1, -1, 1, -1)
    return Trial(
        normals=[clip(walkers(seed + 100 + number), seed + 100 + number) for number in range(8)],
        normal=[clip(walkers(seed + 300 + number), seed + 300 + number) for number in range(4)],
        faulty=[clip([*walkers(seed + 400 + n), _fault(way)], seed + 400 + n) for n, way in enumerate(ways)],
        faults=[_mask(_fault(way)) for way in ways],
    )


def _fault(way: int) -> Thing:
    return Thing(START, LANE * CELL, way * FAST, width=16, height=3 * CELL)  # whole rows, so that one is its middle


def _mask(thing: Thing) -> NDArray[np.bool_]:
    """The cells that it touches."""
    mask = np.zeros((STEPS, SIZE[1] // CELL, SIZE[0] // CELL), dtype=bool)
    for frame in range(STEPS):
        left, right = thing.box(frame)
        if right > 0 and left < SIZE[0]:
            across = slice(max(0, left) // CELL, (min(SIZE[0], right) - 1) // CELL + 1)
            mask[frame, thing.top // CELL : (thing.top + thing.height - 1) // CELL + 1, across] = True
    return mask
