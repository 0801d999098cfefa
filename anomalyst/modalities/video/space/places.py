"""What normal clips hold at each place: how it looks, how fast things move there, which way, and how large they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label, maximum_filter, uniform_filter

from anomalyst.modalities.video.sample import CHANGE, DOWN, LOOKS, RIGHT, VideoSample

Floats = NDArray[np.float32]

MOVES = 2.0  # grey levels that a cell changes by where something moves in it,
FARTHEST = 0.02  # and how far at least, in sides of a cell
WAYS = 8
FASTEST, NEARBY, ENOUGH = 0.98, 2, 50  # quantile of motions within so many cells of a place; of at least so many
NAMES = ("usual", "mean", "spread", "fastest", "largest", "moved", "ways")


@dataclass(frozen=True)
class Places:
    """`usual` (rows, columns, FEATURES): the median; `mean`, `spread` (rows, columns, 4): of how a place looks;
    `fastest`, `largest`, `moved`, `ways`: see `VideoScores`."""

    usual: Floats
    mean: Floats
    spread: Floats
    fastest: Floats
    largest: Floats
    moved: Floats
    ways: Floats

    @classmethod
    def fit(cls, clips: Sequence[VideoSample]) -> Places:
        """From normal clips of one shape."""
        cells = np.concatenate([clip.cells for clip in clips])
        moving, speed = moving_in(cells), speed_in(cells)
        mean, spread = looking(clips)
        large = np.stack([sizes_in(step) for step in moving]).max(0)
        return cls(
            np.median(cells, axis=0).astype(np.float32),
            mean,
            spread,
            _fastest(speed, moving),
            maximum_filter(large, size=3).astype(np.float32),
            uniform_filter(moving.mean(0, dtype=np.float32), size=3).astype(np.float32),
            _ways(cells, moving),
        )

    def looks(self, cells: Floats) -> Floats:
        """How cells look (T, rows, columns, 4), in deviations from how they usually do."""
        return np.asarray((cells[..., LOOKS] - self.mean) / self.spread, dtype=np.float32)

    def state(self) -> dict[str, NDArray[Any]]:
        """Arrays to save."""
        return {f"places.{name}": getattr(self, name) for name in NAMES}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]]) -> Places:
        """Restore what `state` gave."""
        return cls(*(state[f"places.{name}"] for name in NAMES))


def looking(clips: Sequence[VideoSample]) -> tuple[Floats, Floats]:
    """Mean and spread of how each place looks (rows, columns, 4)."""
    looks = np.concatenate([clip.cells[..., LOOKS] for clip in clips])
    spread = looks.std(0)
    floor = np.maximum(0.5 * np.median(spread, axis=(0, 1)), 1 / 255)
    return looks.mean(0).astype(np.float32), np.maximum(spread, floor).astype(np.float32)


def speed_in(cells: Floats) -> Floats:
    """How fast cells move (…), in sides of a cell in STEP seconds."""
    return np.asarray(np.hypot(cells[..., RIGHT], cells[..., DOWN]), dtype=np.float32)


def moving_in(cells: Floats) -> NDArray[np.bool_]:
    """Where something moves (…)."""
    return np.asarray((cells[..., CHANGE] >= MOVES) & (speed_in(cells) >= FARTHEST))


def way_of(right: Floats, down: Floats) -> NDArray[np.int64]:
    """The eighth of the circle that motion goes to: 0 rightwards, 2 downwards, 4 leftwards, 6 upwards."""
    return np.asarray(np.round(np.arctan2(down, right) / (2 * np.pi / WAYS)).astype(np.int64) % WAYS)


def sizes_in(moving: NDArray[np.bool_]) -> Floats:
    """Of each moving cell (rows, columns) how many hang together with it; 0 where nothing moves."""
    numbered = label(moving)[0]
    counts = np.bincount(numbered.ravel())
    counts[0] = 0
    return np.asarray(counts[numbered], dtype=np.float32)


def _fastest(speed: Floats, moving: NDArray[np.bool_]) -> Floats:
    """What few motions around each place exceed, of all where there are too few."""
    rows, columns = speed.shape[1:]
    every = float(np.quantile(speed[moving], FASTEST)) if moving.any() else FARTHEST
    found = np.full((rows, columns), every, dtype=np.float32)
    for row in range(rows):
        for column in range(columns):
            near = np.s_[:, max(0, row - NEARBY) : row + NEARBY + 1, max(0, column - NEARBY) : column + NEARBY + 1]
            told = speed[near][moving[near]]
            if len(told) >= ENOUGH:
                found[row, column] = np.quantile(told, FASTEST)
    return found


def _ways(cells: Floats, moving: NDArray[np.bool_]) -> Floats:
    """(WAYS, rows, columns): the share of motion around a place that went each way."""
    way = way_of(cells[..., RIGHT], cells[..., DOWN])
    counts = np.stack([((way == one) & moving).sum(0) for one in range(WAYS)]).astype(np.float32)
    around = np.asarray(uniform_filter(counts, size=(0, 3, 3)), dtype=np.float32)
    return np.asarray(around / np.maximum(around.sum(0), 1e-6), dtype=np.float32)
