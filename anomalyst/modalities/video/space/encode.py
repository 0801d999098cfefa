"""A cell as vectors: how it moves, and how it looks, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.modalities.video.sample import CHANGE, DOWN, RIGHT, VideoSample
from anomalyst.modalities.video.space.places import Places

View = Literal["motion", "looks"]
VIEWS: tuple[View, ...] = ("motion", "looks")
WEIGHED = 2.0  # grey levels of change at which motion counts half: below, it is mostly noise
LEAST = 1e-3  # deviation of a coordinate that hardly varies
PLACE = 0.5  # deviations that a place counts from edge to edge


@dataclass(frozen=True)
class Encoder:
    """`scale` (3,): of the coordinates of motion, what is one deviation."""

    places: Places
    scale: NDArray[np.float32]

    @classmethod
    def fit(cls, places: Places, clips: list[VideoSample]) -> Encoder:
        """From normal clips."""
        moved = np.concatenate([_motion(clip.cells).reshape(-1, 3) for clip in clips])
        return cls(places, np.maximum(moved.std(0), LEAST).astype(np.float32))

    def vectors(self, clip: VideoSample, view: View) -> Tensor:
        """The cells (T · rows · columns, d) of a clip."""
        seen = _motion(clip.cells) / self.scale if view == "motion" else self.places.looks(clip.cells)
        where = np.broadcast_to(_where(clip.shape[1:]), (*clip.shape, 2))
        joined = np.concatenate([seen, where], axis=-1, dtype=np.float32)
        return torch.from_numpy(joined.reshape(-1, joined.shape[-1]))

    def state(self) -> dict[str, NDArray[Any]]:
        """Arrays to save."""
        return self.places.state() | {"scale": self.scale}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]]) -> Encoder:
        """Restore what `state` gave."""
        return cls(Places.from_state(state), state["scale"])


def owners(view: View) -> Tensor:
    """Which coordinates go together (d,): motion, change, looks each by itself; the place."""
    return torch.tensor([0, 0, 1, 2, 2]) if view == "motion" else torch.tensor([0, 1, 2, 3, 4, 4])


def _motion(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """Motion that counts as far as something changes, and the logarithm of how much does."""
    change = cells[..., CHANGE]
    share = change / (change + WEIGHED)
    return np.stack([cells[..., RIGHT] * share, cells[..., DOWN] * share, np.log1p(change)], axis=-1)


def _where(shape: tuple[int, ...]) -> NDArray[np.float32]:
    rows, columns = shape
    down, across = np.mgrid[0:rows, 0:columns]
    return (PLACE * np.stack([down / max(1, rows - 1), across / max(1, columns - 1)], axis=-1)).astype(np.float32)
