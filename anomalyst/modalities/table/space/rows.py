"""Stored normal rows, and how rows are judged by them: the three rules in closed form, each normal as if held out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.contract import Rule
from anomalyst.detectors.denoisers.closed_form import density, imputation, reconstruction
from anomalyst.detectors.denoisers.empirical import Neighbours, nearest, weights
from anomalyst.detectors.noise import sigma_ladder

LADDER = (0.25, 1.0)  # lowest and highest noise, in typical distances between neighbouring normal rows
NEAR = 32  # neighbours over which the denoiser's sums run; farther ones weigh nothing
LEAST_DISTANCE = 1e-3  # deviations: rows that repeat each other are as near as this
BLOCK = 16_000_000  # coordinates of neighbours held at once


@dataclass(frozen=True)
class NearRows:
    """The normal rows `vectors` (M, d) that are nearest to each of N queries."""

    vectors: Tensor
    found: Neighbours

    @property
    def squared(self) -> Tensor:
        """(N, NEAR)."""
        return self.found.squared

    def denoised(self, sigma: float) -> Tensor:
        """D(x; σ) over them: (N, d)."""
        return (weights(self.squared, sigma).unsqueeze(-2) @ self._near)[:, 0]

    @cached_property
    def _near(self) -> Tensor:
        """(N, NEAR, d)."""
        return self.vectors[self.found.index]


@dataclass(frozen=True)
class RowBank:
    """Stored normal rows: `vectors` (M, d); `owner` (d,), the column of each coordinate; `sigmas` (S,), noise levels.

    Distances are of rows, so those of a row without one column are those without its coordinates, exactly.
    """

    vectors: Tensor
    owner: Tensor
    sigmas: Tensor

    @classmethod
    def fit(cls, vectors: Tensor, owner: Tensor, levels: int) -> RowBank:
        """From normal rows (M, d)."""
        some = vectors[:: max(1, len(vectors) // 1000)]
        apart = nearest(some, vectors, 2).squared[:, -1].clamp_min(0).sqrt()
        typical = max(float(apart.median()), LEAST_DISTANCE)
        return cls(vectors, owner, sigma_ladder(LADDER[0] * typical, LADDER[1] * typical, levels))

    def scores(self, rules: Sequence[Rule], queries: Tensor, *, held_out: bool = False) -> list[Tensor]:
        """Scores (N,) of queries (N, d) by each rule; `held_out`: they are the stored rows, and none is its own
        neighbour."""
        if held_out:
            return self.of_its_own(rules, torch.arange(len(queries)))
        found = [self._scores(rules, part, None) for part in queries.split(self._at_once)]
        return [torch.cat(of_rule) for of_rule in zip(*found, strict=True)]

    def of_its_own(self, rules: Sequence[Rule], numbers: Tensor) -> list[Tensor]:
        """Scores of stored rows by their numbers (n,), none of which is its own neighbour."""
        found = [self._scores(rules, self.vectors[part], part) for part in numbers.split(self._at_once)]
        return [torch.cat(of_rule) for of_rule in zip(*found, strict=True)]

    @property
    def _at_once(self) -> int:
        """Rows judged at once, such that their neighbours' coordinates stay within BLOCK."""
        return max(16, min(4_096, BLOCK // (NEAR * self.vectors.shape[1])))

    def _scores(self, rules: Sequence[Rule], queries: Tensor, own: Tensor | None) -> list[Tensor]:
        @cache
        def all_seen() -> NearRows:
            return self.near(queries, own)

        def one(rule: Rule) -> Tensor:
            if rule == "density":
                return density(all_seen(), self.sigmas)
            if rule == "reconstruction":
                return reconstruction(queries, all_seen(), self.sigmas, _length)
            return imputation(
                queries, lambda mask: self.near(queries, own, mask), self._masks, self.sigmas.split(1), _hidden_length
            )

        return [one(rule) for rule in rules]

    def near(self, queries: Tensor, own: Tensor | None = None, observed: Tensor | None = None) -> NearRows:
        """The nearest normal rows of queries (N, d), but for those of the numbers `own` (N,); `observed` (d,): 0 for
        coordinates that do not count."""
        if own is None:
            return NearRows(self.vectors, nearest(queries, self.vectors, NEAR, observed))
        found = nearest(queries, self.vectors, NEAR + 1, observed)
        drop = found.index == own[:, None]
        drop[:, -1] |= ~drop.any(-1)  # among rows that repeat it, it may not be there
        left = [kept[~drop].reshape(len(queries), -1) for kept in (found.squared, found.index)]
        return NearRows(self.vectors, Neighbours(*left))

    def nearest(self, queries: Tensor) -> Tensor:
        """The numbers of the nearest normal row of each query (N, d): (N,)."""
        return nearest(queries, self.vectors, 1).index[:, 0]

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        return {f"{prefix}.{name}": getattr(self, name).numpy() for name in ("vectors", "owner", "sigmas")}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> RowBank:
        """Restore what `state` gave."""
        return cls(*(torch.from_numpy(state[f"{prefix}.{name}"].copy()) for name in ("vectors", "owner", "sigmas")))

    @property
    def _masks(self) -> list[Tensor]:
        """Every second column is hidden, then the others; of a single column nothing can be."""
        if int(self.owner.max()) == 0:
            return [torch.ones(len(self.owner))]
        return [(self.owner % 2 == half).float() for half in range(2)]


def _length(residuals: Tensor) -> Tensor:
    found: Tensor = torch.linalg.vector_norm(residuals, dim=-1)
    return found


def _hidden_length(residuals: Tensor, hidden: Tensor) -> Tensor:
    """As of all coordinates."""
    return _length(residuals * hidden) * math.sqrt(len(hidden) / max(1.0, float(hidden.sum())))
