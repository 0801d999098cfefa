"""A clip as cells: what moves and how each place looks, step by step, with a few small frames to show."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from anomalyst.errors import InputError

STEP = 0.1  # seconds from step to step, where the clip has as many frames
FEATURES = ("right", "down", "change", "brightness", "detail", "red", "blue")
RIGHT, DOWN, CHANGE = 0, 1, 2
MOTION, LOOKS = slice(0, 3), slice(3, 7)


@dataclass(frozen=True)
class Strip:
    """Small frames to show. `data`: JPEG files end to end; `ends` (n,): where each ends; `steps` (n,): of which step it
    is, rising."""

    data: NDArray[np.uint8]
    ends: NDArray[np.int64]
    steps: NDArray[np.int64]

    def nearest(self, step: int) -> int:
        """The number of the frame nearest to a step."""
        return int(np.argmin(np.abs(self.steps - step)))

    def jpeg(self, number: int) -> bytes:
        """One frame as a JPEG file."""
        start = int(self.ends[number - 1]) if number else 0
        return bytes(self.data[start : int(self.ends[number])])

    def picture(self, number: int) -> Image.Image:
        """One frame."""
        return Image.open(io.BytesIO(self.jpeg(number))).convert("RGB")


@dataclass(frozen=True)
class VideoSample:
    """A clip.

    `cells`: float32 of shape (T, rows, columns, FEATURES): how far things move in STEP seconds, as shares of a cell's
    side, to the right and downwards; how much changes, in grey levels; and how the cell looks. `times` (T,): seconds by
    the clip's own clock, rising; `size`: (width, height) of a frame as it is shown; `side`: of a cell, in
    pixels of such a frame; `notes`: what reading it changed, one sentence each.
    """

    cells: NDArray[np.float32]
    times: NDArray[np.float64]
    size: tuple[int, int]
    side: float
    strip: Strip
    name: str = "clip"
    notes: tuple[str, ...] = ()

    modality: Literal["video"] = field(default="video", init=False)

    def __post_init__(self) -> None:
        if self.cells.ndim != 4 or self.cells.shape[3] != len(FEATURES) or len(self.times) != len(self.cells):
            raise InputError(
                f"{self.name!r}: got cells of shape {self.cells.shape!r} and {len(self.times)} times; a clip has shape "
                f"(steps, rows, columns, {len(FEATURES)}) and a time for each step."
            )

    @property
    def shape(self) -> tuple[int, int, int]:
        """(steps, rows, columns)."""
        steps, rows, columns = self.cells.shape[:3]
        return steps, rows, columns

    @property
    def step(self) -> float:
        """Seconds from step to step, as they usually are."""
        return float(np.median(np.diff(self.times))) if len(self.times) > 1 else STEP

    @property
    def per_second(self) -> float:
        """Pixels of a frame per second that a motion of 1 in `cells` is."""
        return self.side / STEP

    def part(self, start: int, stop: int) -> VideoSample:
        """Steps [start, stop), which keep their times."""
        return replace(self, cells=self.cells[start:stop], times=self.times[start:stop], strip=self._shown(start, stop))

    def _shown(self, start: int, stop: int) -> Strip:
        """The frames of a part; the nearest one where it has none."""
        inside = np.flatnonzero((self.strip.steps >= start) & (self.strip.steps < stop))
        inside = inside if inside.size else np.array([self.strip.nearest(start)])
        frames = [np.frombuffer(self.strip.jpeg(int(number)), dtype=np.uint8) for number in inside]
        ends = np.cumsum([len(frame) for frame in frames])
        steps = np.clip(self.strip.steps[inside] - start, 0, stop - start - 1)
        return Strip(np.concatenate(frames), ends.astype(np.int64), steps.astype(np.int64))
