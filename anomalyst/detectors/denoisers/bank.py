"""The bank of normal vectors and the search for neighbours in it: near the same position, or anywhere.

Both banks answer `nearest` with squared distances and with numbers of vectors, and can leave out the vectors of one
normal image, so that this image can be scored as if it had been held out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from anomalyst.detectors.denoisers.empirical import BLOCK_ELEMENTS, Neighbours, nearest, squared_distances

RARE_SHARE = 0.5
SCREEN = 4_000  # vectors against which rarity is measured


@dataclass(frozen=True)
class AlignedBank:
    """Normals by position. `vectors`: (rows, columns, N, d); `owner`: (N,) number of the normal image each is from;
    `radius`: cells around a position that count as the same."""

    vectors: Tensor
    owner: Tensor
    radius: int = 1

    @classmethod
    def fit(cls, vectors: Tensor, limit: int, seed: int, radius: int = 1) -> Self:
        """From vectors (N, rows, columns, d), keeping whole images at random if they exceed `limit` vectors."""
        most = max(1, limit // (vectors.shape[1] * vectors.shape[2]))
        kept = _drawn(len(vectors), most, seed)
        return cls(vectors[kept].permute(1, 2, 0, 3).contiguous(), kept, radius)

    @property
    def flat(self) -> Tensor:
        """All vectors, as `nearest` numbers them: (rows · columns · N, d)."""
        return self.vectors.reshape(-1, self.vectors.shape[-1])

    def nearest(
        self, cells: Tensor, k: int, leave_out: int | None = None, observed: Tensor | None = None
    ) -> Neighbours:
        """The k nearest normals of each cell (rows, columns, d) within the window: squared, index (rows·columns, k)."""
        rows, columns, count, _ = self.vectors.shape
        at_once = max(1, BLOCK_ELEMENTS // (columns * (2 * self.radius + 1) ** 2 * count))
        blocks = [(start, min(start + at_once, rows)) for start in range(0, rows, at_once)]
        parts = [self._nearest_rows(cells, block, k, leave_out, observed) for block in blocks]
        return Neighbours(torch.cat([p.squared for p in parts]), torch.cat([p.index for p in parts]))

    def _nearest_rows(
        self, cells: Tensor, block: tuple[int, int], k: int, leave_out: int | None, observed: Tensor | None
    ) -> Neighbours:
        """Neighbours of the cells of some rows. Queries move, not the bank: every normal vector is read once."""
        rows, columns, count, dim = self.vectors.shape
        side = 2 * self.radius + 1
        first, last = max(0, block[0] - self.radius), min(rows, block[1] + self.radius)
        padded = functional.pad(cells.permute(2, 0, 1)[None], (self.radius,) * 4, mode="replicate")
        around = functional.unfold(padded, side)[0].reshape(dim, side * side, rows, columns)
        queries = around[:, :, first:last].permute(2, 3, 1, 0).reshape(-1, side * side, dim)
        squared = squared_distances(queries, self.vectors[first:last].flatten(0, 1), observed)
        if leave_out is not None:
            squared[..., self.owner == leave_out] = torch.inf
        place, inside = self._places(block)
        # Query (y, x) meets the bank at place + offset; there it stood as the neighbour at − offset.
        met = (place - first * columns) * side * side + torch.arange(side * side - 1, -1, -1)
        found = squared.reshape(-1, count)[met.clamp(0, squared.shape[0] * side * side - 1)]
        found = found.masked_fill(~inside[..., None], torch.inf).flatten(1)
        best = found.topk(min(k, found.shape[1]), largest=False)
        return Neighbours(best.values, place.gather(1, best.indices // count) * count + best.indices % count)

    def _places(self, block: tuple[int, int]) -> tuple[Tensor, Tensor]:
        """Places (number of row · columns + column) in the window of every cell of some rows, and which exist."""
        rows, columns = self.vectors.shape[:2]
        offset = torch.arange(-self.radius, self.radius + 1)
        down = torch.arange(*block)[:, None, None, None] + offset[:, None]
        across = torch.arange(columns)[:, None, None] + offset
        inside = (down >= 0) & (down < rows) & (across >= 0) & (across < columns)
        place = down.clamp(0, rows - 1) * columns + across.clamp(0, columns - 1)
        return place.flatten(2).flatten(0, 1), inside.flatten(2).flatten(0, 1)

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        radius = {f"{prefix}.radius": np.array([self.radius])}
        return {f"{prefix}.vectors": self.vectors.numpy(), f"{prefix}.owner": self.owner.numpy(), **radius}


@dataclass(frozen=True)
class GlobalBank:
    """Normals from anywhere. `vectors`: (M, d); `owner`: (M,) number of the normal image a vector comes from."""

    vectors: Tensor
    owner: Tensor

    @classmethod
    def fit(cls, vectors: Tensor, limit: int, seed: int) -> Self:
        """From vectors (N, rows, columns, d): all, or at most `limit`, half of them the rarest and half at random."""
        flat = vectors.flatten(0, 2)
        owner = torch.arange(len(vectors)).repeat_interleave(len(flat) // len(vectors))
        if len(flat) > limit:
            kept = _rare_and_random(flat, owner, limit, seed)
            flat, owner = flat[kept], owner[kept]
        return cls(flat.contiguous(), owner)

    @property
    def flat(self) -> Tensor:
        """All vectors, as `nearest` numbers them: (M, d)."""
        return self.vectors

    def nearest(
        self, cells: Tensor, k: int, leave_out: int | None = None, observed: Tensor | None = None
    ) -> Neighbours:
        """The k nearest normals of each cell (rows, columns, d): squared, index (rows·columns, k)."""
        queries = cells.flatten(0, 1)
        if leave_out is None:
            return nearest(queries, self.vectors, k, observed)
        others = (self.owner != leave_out).nonzero()[:, 0]
        found = nearest(queries, self.vectors[others], k, observed)
        return Neighbours(found.squared, others[found.index])

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        return {f"{prefix}.vectors": self.vectors.numpy(), f"{prefix}.owner": self.owner.numpy()}


Bank = AlignedBank | GlobalBank


def load_bank(state: dict[str, NDArray[Any]], prefix: str) -> Bank:
    """Restore what a bank's `state` gave."""
    vectors, owner = (torch.from_numpy(state[f"{prefix}.{name}"].copy()) for name in ("vectors", "owner"))
    radius = int(state.get(f"{prefix}.radius", [1])[0])  # detectors saved before there were tiers had no other
    return AlignedBank(vectors, owner, radius) if vectors.ndim == 4 else GlobalBank(vectors, owner)


def _drawn(count: int, most: int, seed: int) -> Tensor:
    """At most `most` of `count` numbers, at random, rising."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    return order[:most].sort().values


def _rare_and_random(flat: Tensor, owner: Tensor, limit: int, seed: int) -> Tensor:
    """Numbers of the vectors to keep: rare patterns must not fall out of the bank only because it is thinned.

    A vector is rare if it lies far from a random screen of vectors of other images, so that no image's
    choice depends on its own presence.
    """
    order = torch.randperm(len(flat), generator=torch.Generator().manual_seed(seed))
    screen = order[:SCREEN]
    far = torch.full((len(flat),), -1.0)
    for image in owner.unique():
        own, others = (owner == image).nonzero()[:, 0], screen[owner[screen] != image]
        if len(others):
            far[own] = nearest(flat[own], flat[others], 1).squared[:, 0]
    rare = far.topk(int(limit * RARE_SHARE)).indices
    is_rare = torch.zeros(len(flat), dtype=torch.bool)
    is_rare[rare] = True
    common = order[~is_rare[order]][: limit - len(rare)]
    return torch.cat([rare, common]).sort().values
