"""Frames reduced, one by one, to cells: nothing of a frame is kept but these, and a bounded number of small pictures.

A clip is looked at about every STEP seconds, by its own clock, whatever its rate. Of a clip with more than MOST_STEPS
of these every second one is dropped, again and again, so that memory does not grow with its length; motion stays that
between two frames STEP seconds apart.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from anomalyst.modalities.video.reading.flow import Plane, halved, motion, pyramid
from anomalyst.modalities.video.sample import STEP, Strip

WORKING = 256  # pixels of the longer side of a frame that is looked at
CELL = 16  # pixels of its side there
HALF = CELL // 2  # pixels of its side in half the frame, on which motion is measured
EDGE = 6  # pixels of half the frame along its edges, where things come in and go out: how they move cannot be told
HARDLY = 0.3  # grey levels: what changes less does not tell how it moves
SMALL, QUALITY = 192, 80  # pixels of the longer side of a frame that is kept to show
MOST_STEPS, MOST_SHOWN = 36_000, 1_200

Pixels = NDArray[np.uint8]


def working_size(width: int, height: int) -> tuple[int, int]:
    """Width and height that a frame is looked at in: its own where it is small."""
    share = min(1.0, WORKING / max(width, height))
    return max(1, round(width * share)), max(1, round(height * share))


@dataclass
class Reducer:
    """Takes the frames of a clip in their order, as (rows, columns, 3) of the working size, and keeps cells."""

    size: tuple[int, int]  # of a frame as it is shown
    cells: list[NDArray[np.float32]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    shown: list[tuple[int, bytes]] = field(default_factory=list)  # number of the step among all taken, JPEG
    taken: int = 0
    every: int = 1  # of the steps taken that is kept
    shown_every: int = 1
    last: list[Plane] | None = None
    last_time: float = 0.0

    def wants(self, time: float, frame: float) -> bool:
        """Whether a frame at this time is looked at; `frame`: seconds that one lasts."""
        return self.last is None or time - self.last_time >= STEP - frame / 2 - 1e-6

    def take(self, pixels: Pixels, time: float) -> None:
        """Look at a frame."""
        grey, looks = _planes(pixels)
        planes = pyramid(halved(grey))
        moved = _moved(self.last, planes, time - self.last_time, pixels.shape)
        if self.taken % self.every == 0:
            self.cells.append(np.concatenate([moved, looks], axis=-1))
            self.times.append(time)
        if self.taken % self.shown_every == 0:
            self.shown.append((self.taken, _jpeg(pixels)))
        self.last, self.last_time = planes, time
        self.taken += 1
        self._thin()

    def _thin(self) -> None:
        if len(self.cells) > MOST_STEPS:
            self.cells, self.times, self.every = self.cells[::2], self.times[::2], 2 * self.every
        if len(self.shown) > MOST_SHOWN:
            self.shown, self.shown_every = self.shown[::2], 2 * self.shown_every

    def reduced(self) -> tuple[NDArray[np.float32], NDArray[np.float64], Strip]:
        """Cells, times and small frames. The first frame moves as the second does, as nothing came before it."""
        cells = np.stack(self.cells)
        if len(cells) > 1:
            cells[0, ..., :3] = cells[1, ..., :3]
        steps = np.minimum(np.array([step for step, _ in self.shown]) // self.every, len(cells) - 1)
        ends = np.cumsum([len(jpeg) for _, jpeg in self.shown])
        data = np.frombuffer(b"".join(jpeg for _, jpeg in self.shown), dtype=np.uint8).copy()
        return cells, np.array(self.times), Strip(data, ends.astype(np.int64), steps.astype(np.int64))


def _planes(pixels: Pixels) -> tuple[Plane, NDArray[np.float32]]:
    """The frame in grey, whole cells of it; and how each cell looks (rows, columns, 4)."""
    short = [(0, -side % CELL) for side in pixels.shape[:2]]
    frame = np.pad(pixels, (*short, (0, 0)), mode="edge").astype(np.float32)
    red, green, blue = frame[..., 0], frame[..., 1], frame[..., 2]
    grey = 0.299 * red + 0.587 * green + 0.114 * blue
    down, across = np.gradient(grey)
    planes = np.stack([grey, np.hypot(across, down), red - grey, blue - grey], axis=-1)
    rows, columns = (side // CELL for side in grey.shape)
    return grey, planes.reshape(rows, CELL, columns, CELL, 4).mean((1, 3)) / np.float32(255)


def _moved(
    before: list[Plane] | None, after: list[Plane], seconds: float, size: tuple[int, ...]
) -> NDArray[np.float32]:
    """How what changes in each cell moves: to the right and downwards, in shares of a cell's side in STEP seconds, and
    how much it changes, in grey levels: (rows, columns, 3). `size`: (rows, columns) of the frame without its rim."""
    rows, columns = (side // HALF for side in after[0].shape)
    if before is None or not seconds > 0:
        return np.zeros((rows, columns, 3), dtype=np.float32)
    right, down = motion(before, after)
    change = np.abs(after[0] - before[0])
    inner = np.zeros_like(change)
    inner[EDGE : size[0] // 2 - EDGE, EDGE : size[1] // 2 - EDGE] = 1
    change *= inner
    planes = np.stack([change, change * right, change * down])
    cells = planes.reshape(3, rows, HALF, columns, HALF).mean((2, 4))
    moved = cells[1:] / (cells[0] + HARDLY) * (STEP / seconds / HALF)
    return np.concatenate([moved, cells[:1]]).transpose(1, 2, 0).astype(np.float32)


def _jpeg(pixels: Pixels) -> bytes:
    picture = Image.fromarray(pixels)
    picture.thumbnail((SMALL, SMALL))
    kept = io.BytesIO()
    picture.save(kept, "jpeg", quality=QUALITY)
    return kept.getvalue()
