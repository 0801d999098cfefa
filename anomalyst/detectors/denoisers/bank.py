"""The bank of normal vectors and the search for neighbours in it: near the same position, or anywhere.

Both banks answer `nearest` with squared distances and with numbers of vectors, and can leave out the vectors of one
normal image, so that this image can be scored as if it had been held out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from anomalyst.detectors.denoisers.empirical import (
    SEARCH_ELEMENTS,
    Neighbours,
    apart,
    nearest_of,
    smallest_of_layers,
    sought,
)

RARE_SHARE = 0.5
SCREEN = 2_000  # vectors against which rarity is measured

Box = tuple[slice, slice]  # rows and columns of a grid


@dataclass(frozen=True)
class AlignedBank:
    """Normals by position. `vectors`: (rows, columns, N, d); `owner`: (N,) number of the normal image each is from;
    `radius`: cells around a position that count as the same."""

    vectors: Tensor
    owner: Tensor
    radius: int = 1
    _ready: dict[bytes, tuple[Tensor, Tensor]] = field(default_factory=dict, init=False, repr=False, compare=False)

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

    def part(self, box: Box) -> AlignedBank:
        """The normals of a box of positions."""
        return AlignedBank(self.vectors[box].contiguous(), self.owner, self.radius)

    def nearest(
        self, cells: Tensor, k: int, leave_out: int | None = None, observed: Tensor | None = None
    ) -> Neighbours:
        """The k nearest normals of each cell (rows, columns, d) within the window: squared, index (rows·columns, k).

        `observed`: optional (d,) mask of 0 and 1; unobserved coordinates do not count.
        """
        rows, columns, count, _ = self.vectors.shape
        vectors, lengths = self._seen(observed)
        if leave_out is not None:
            lengths = lengths.masked_fill(self.owner == leave_out, torch.inf)
        queries = cells if observed is None else cells[..., observed > 0]
        at_once = max(1, SEARCH_ELEMENTS // (columns * (2 * self.radius + 1) ** 2 * count))
        blocks = [(start, min(start + at_once, rows)) for start in range(0, rows, at_once)]
        parts = [self._nearest_rows(queries, vectors, lengths, block, k) for block in blocks]
        # What a query adds to all its distances does not change their order, so it is added to the nearest ones alone.
        own = queries.square().sum(-1).flatten()[:, None]
        found = Neighbours(torch.cat([p.squared for p in parts]), torch.cat([p.index for p in parts]))
        return Neighbours((found.squared + own).clamp_min_(0), found.index)

    def _nearest_rows(
        self, queries: Tensor, vectors: Tensor, lengths: Tensor, block: tuple[int, int], k: int
    ) -> Neighbours:
        """Neighbours of the queries of some rows. Queries move, not the bank: every normal vector is read once."""
        rows, columns, count, dim = vectors.shape
        first, last = max(0, block[0] - self.radius), min(rows, block[1] + self.radius)
        steps = range(-self.radius, self.radius + 1)
        offsets = [(down, across) for down in steps for across in steps]
        padded = functional.pad(queries.permute(2, 0, 1)[None], (self.radius,) * 4, mode="replicate")[0]
        moved = [
            padded[:, first + self.radius + y : last + self.radius + y, self.radius + x : self.radius + x + columns]
            for y, x in offsets
        ]
        asked = torch.stack(moved).permute(2, 3, 0, 1).reshape(-1, len(offsets), dim)
        met = apart(asked, vectors[first:last].flatten(0, 1), lengths[first:last].flatten(0, 1))
        met = met.reshape(last - first, columns, len(offsets), count)
        found = met.new_full((len(offsets), block[1] - block[0], columns, count), torch.inf)
        for k_th, (y, x) in enumerate(offsets):  # query (row, column) met the normals of (row − y, column − x)
            down = slice(max(block[0], first + y), min(block[1], last + y))
            across = slice(max(0, x), min(columns, columns + x))
            found[k_th, down.start - block[0] : down.stop - block[0], across] = met[
                down.start - y - first : down.stop - y - first, across.start - x : across.stop - x, k_th
            ]
        best = smallest_of_layers(found.flatten(1, 2), k)
        return Neighbours(best.squared, self._numbered(best.index, block))

    def _numbered(self, index: Tensor, block: tuple[int, int]) -> Tensor:
        """From layer · N + number of the image, of queries of some rows (M, k), to the numbers of `flat`."""
        rows, columns, count, _ = self.vectors.shape
        side = 2 * self.radius + 1
        layer = index // count
        row = torch.arange(*block).repeat_interleave(columns)[:, None] - (layer // side - self.radius)
        column = torch.arange(columns).repeat(block[1] - block[0])[:, None] - (layer % side - self.radius)
        return (row.clamp(0, rows - 1) * columns + column.clamp(0, columns - 1)) * count + index % count

    def _seen(self, observed: Tensor | None) -> tuple[Tensor, Tensor]:
        """What is observed of the vectors, and ‖x_i‖² of it (rows, columns, N): every search needs them, and they cost
        as much as it."""
        key = b"" if observed is None else observed.numpy().tobytes()
        if key not in self._ready:
            seen = self.vectors if observed is None else self.vectors[..., observed > 0]
            self._ready[key] = seen, seen.square().sum(-1)
        return self._ready[key]

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        radius = {f"{prefix}.radius": np.array([self.radius])}
        return {f"{prefix}.vectors": self.vectors.numpy(), f"{prefix}.owner": self.owner.numpy(), **radius}


@dataclass(frozen=True)
class GlobalBank:
    """Normals from anywhere. `vectors`: (M, d); `owner`: (M,) number of the normal image a vector comes from."""

    vectors: Tensor
    owner: Tensor
    radius: ClassVar[int] = 0
    _ready: dict[bytes, Tensor] = field(default_factory=dict, init=False, repr=False, compare=False)

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

    def part(self, box: Box) -> GlobalBank:
        """The same: positions do not count."""
        return self

    def nearest(
        self, cells: Tensor, k: int, leave_out: int | None = None, observed: Tensor | None = None
    ) -> Neighbours:
        """The k nearest normals of each cell (rows, columns, d): squared, index (rows·columns, k)."""
        queries = cells.flatten(0, 1)
        if observed is not None:
            queries = queries[:, observed > 0]
        own = None if leave_out is None else (self.owner == leave_out).nonzero()[:, 0]
        others = len(self.vectors) - (0 if own is None else len(own))
        return nearest_of(queries, self._sought(observed), min(k, others), own)

    def _sought(self, observed: Tensor | None) -> Tensor:
        """The vectors, or what is observed of them, made ready to be searched."""
        key = b"" if observed is None else observed.numpy().tobytes()
        if key not in self._ready:
            self._ready[key] = sought(self.vectors if observed is None else self.vectors[:, observed > 0])
        return self._ready[key]

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        return {f"{prefix}.vectors": self.vectors.numpy(), f"{prefix}.owner": self.owner.numpy()}


Bank = AlignedBank | GlobalBank


def grown(box: Box, by: int, shape: Sequence[int]) -> tuple[Box, Box]:
    """A box with `by` more cells on each side, as far as the grid goes, and where in it the box lies."""
    wide = tuple(slice(max(0, s.start - by), min(n, s.stop + by)) for s, n in zip(box, shape, strict=True))
    inner = tuple(slice(s.start - w.start, s.stop - w.start) for s, w in zip(box, wide, strict=True))
    return (wide[0], wide[1]), (inner[0], inner[1])


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
    known = sought(flat[screen])
    far = torch.full((len(flat),), -1.0)
    for image in owner.unique():
        own, same = owner == image, (owner[screen] == image).nonzero()[:, 0]
        if len(same) < len(screen):
            far[own] = nearest_of(flat[own], known, 1, same).squared[:, 0]
    rare = far.topk(int(limit * RARE_SHARE)).indices
    is_rare = torch.zeros(len(flat), dtype=torch.bool)
    is_rare[rare] = True
    common = order[~is_rare[order]][: limit - len(rare)]
    return torch.cat([rare, common]).sort().values
