"""A cell as vectors: how it moves, and how it has looked for a while, each with its place.

What passes is told by its motion. Its looks differ from one passer-by to the next, so that a place is judged by how it
has looked for the last STAYS steps: something that was left behind, a changed light, a place that is no longer there.
"""

from __future__ import annotations

from collections.abc import Sequence
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
SELDOM = 0.05  # deviations, so that cells in which nothing happens are stored too
STAYS = 30  # steps over which the looks of a place are averaged, up to the one that is judged
LEAST = 1e-3  # deviation of a coordinate that hardly varies
PLACE = 0.5  # deviations that a place counts from edge to edge


@dataclass(frozen=True)
class Encoder:
    """`scale` (3,): of the coordinates of motion, what is one deviation."""

    places: Places
    scale: NDArray[np.float32]

    @classmethod
    def fit(cls, places: Places, clips: Sequence[VideoSample]) -> Encoder:
        """From normal clips."""
        moved = np.concatenate([_motion(clip.cells).reshape(-1, 3) for clip in clips])
        return cls(places, np.maximum(moved.std(0), LEAST).astype(np.float32))

    def vectors(self, clip: VideoSample, view: View) -> Tensor:
        """The cells (T · rows · columns, d) of a clip."""
        moves = view == "motion"
        seen = _motion(clip.cells) / self.scale if moves else past_mean(self.places.looks(clip.cells), STAYS)
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


def past_mean(values: NDArray[Any], count: int) -> NDArray[Any]:
    """The mean of the last `count` entries (T, …), up to each one: what comes later does not count."""
    total = np.concatenate([np.zeros_like(values[:1], dtype=np.float64), np.cumsum(values, axis=0, dtype=np.float64)])
    stop = np.arange(1, len(values) + 1)
    start = np.maximum(stop - count, 0)
    length = (stop - start).reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray((total[stop] - total[start]) / length, dtype=values.dtype)


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


def chosen(vectors: Tensor, most: int, seed: int) -> Tensor:
    """Numbers, rising, of at most `most` cells (N, d) to learn from: the likelier the further they are from nothing, by
    the square, as cells in which nothing happens are many and alike."""
    if len(vectors) <= most:
        return torch.arange(len(vectors))
    weight = (vectors[:, :-2].norm(dim=1) + SELDOM).square()
    draws = torch.Generator().manual_seed(seed)
    late = torch.rand(len(vectors), generator=draws).clamp_min(1e-12).log() / weight  # Efraimidis & Spirakis 2006
    found: Tensor = late.topk(most).indices.sort().values
    return found
