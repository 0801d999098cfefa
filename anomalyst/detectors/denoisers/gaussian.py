"""The Gaussian denoiser by place: the optimum of the diffusion objective for normals known by their two moments.

At high noise the score of any distribution is that of the Gaussian with its two moments (Wang & Vastola 2024,
arXiv 2412.09726), and there are enough normals to know these at every place of an image:

    p_σ(x)    = N(x; μ, Σ + σ²I)
    D(x; σ)   = x − σ² (Σ + σ²I)⁻¹ (x − μ)
    −2 log p_σ(x) = (x − μ)ᵀ (Σ + σ²I)⁻¹ (x − μ) + const       (PaDiM's distance: Defard et al. 2021, arXiv 2011.08785)

Σ of a place is drawn, the more the fewer the normals, towards the mean of all places at the place's own size, as by a
Wishart prior whose shape is shared: few normals tell a size well, since every coordinate speaks of it, a shape badly.
And σ is not small: directions in which few normals happen not to vary must not count for much. Where a grid has very
many places, neighbouring ones share a Gaussian, so memory stays bounded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.contract import Rule
from anomalyst.detectors.denoisers.closed_form import gratings
from anomalyst.stopping import check_stop

NOISE = 0.5  # σ as a share of the root mean variance of a coordinate at one place,
LEAST_NOISE = 1e-3  # and no less than this, where normals are all the same: rounding alone must not count
MOST_PLACES = 2_048
LEAST_NORMALS = 3  # leaving one out, two are needed to show any spread
TOGETHER = 32  # images summed at once
FOLDS = 10  # where there are more normals, those of one fold are left out together


@dataclass(frozen=True)
class Gaussian:
    """Normals at P places by their first two moments.

    `mean`: (P, d); `factor`: (P, d, d) lower Cholesky factor of Σ + σ²I; `place`: (rows, columns) number of the place
    that each cell belongs to; `noise`: σ.
    """

    mean: Tensor
    factor: Tensor
    place: Tensor
    noise: Tensor

    def scores(self, rule: Rule, cells: Tensor) -> Tensor:
        """Scores of cells (rows, columns, d) by one rule: (rows, columns), higher is more abnormal."""
        flat, place = cells.flatten(0, 1), self.place.flatten()
        order = torch.argsort(place, stable=True)
        counts = torch.bincount(place, minlength=len(self.mean))
        # All cells of a place are judged at once: (P, most, d), empty seats stay 0.
        seat = torch.arange(len(order)) - (counts.cumsum(0) - counts)[place[order]]
        seated = torch.zeros(len(self.mean), int(counts.max()), flat.shape[1])
        seated[place[order], seat] = flat[order] - self.mean[place[order]]
        found = torch.empty(len(flat))
        found[order] = self._judge(rule, seated.mT)[place[order], seat]
        return found.reshape(cells.shape[:2])

    def within(self, box: tuple[slice, slice]) -> Gaussian:
        """That of the cells in a box of the grid."""
        kept, place = torch.unique(self.place[box], return_inverse=True)
        return Gaussian(self.mean[kept], self.factor[kept], place, self.noise)

    def _judge(self, rule: Rule, away: Tensor) -> Tensor:
        """Scores of x − μ, (P, d, m): (P, m)."""
        check_stop()
        if rule == "density":
            white: Tensor = torch.linalg.solve_triangular(self.factor, away, upper=False)
            return lengths(white)
        pull: Tensor = torch.cholesky_solve(away, self.factor)  # (Σ + σ²I)⁻¹ (x − μ)
        if rule == "reconstruction":
            return self.noise.square() * lengths(pull)
        residuals = []
        for hidden, block in self._hidden:  # x_h − E[x_h | x_v] = P_hh⁻¹ (P (x − μ))_h of the hidden coordinates h
            check_stop()
            missed = torch.cholesky_solve(pull[:, hidden], block)
            residuals.append(lengths(missed) * math.sqrt(away.shape[1] / max(1, len(hidden))))
        return torch.stack(residuals).mean(0)

    @cached_property
    def _hidden(self) -> list[tuple[Tensor, Tensor]]:
        """Of each mask the hidden coordinates h and the Cholesky factor of P_hh, P the precision: (P, h, h). They take
        longer than what is asked of them."""
        precision = torch.cholesky_inverse(self.factor)
        hidden = [(mask == 0).nonzero()[:, 0] for mask in gratings(self.factor.shape[1])]
        return [(h, torch.linalg.cholesky(precision[:, h][:, :, h])) for h in hidden]

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        names = ("mean", "factor", "place", "noise")
        return {f"{prefix}.{name}": getattr(self, name).numpy() for name in names}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> Self:
        """Restore what `state` gave."""
        return cls(*(torch.from_numpy(state[f"{prefix}.{n}"].copy()) for n in ("mean", "factor", "place", "noise")))


@dataclass(frozen=True)
class Moments:
    """Sums over normals (n, rows, columns, d) at each place, from which any image can be taken out again.

    `origin`: (P, d), what is taken off the vectors at each place before anything is summed: the mean of the first
    normal, so that what all normals share does not drown, squared, what they differ in. `first`: Σ x (P, d); `second`:
    Σ x xᵀ (P, d, d); `without`: Gaussians made without a fold of the normals, by fold.
    """

    vectors: Tensor
    place: Tensor
    origin: Tensor
    first: Tensor
    second: Tensor
    without: dict[int, Gaussian] = field(default_factory=dict)

    @classmethod
    def fit(cls, vectors: Tensor) -> Self:
        """From all cells of all normals."""
        place = places(vectors.shape[1], vectors.shape[2])
        count = int(place.max()) + 1
        shared = vectors.new_zeros(count, vectors.shape[-1]).index_add_(0, place.flatten(), vectors[0].flatten(0, 1))
        origin = shared / torch.bincount(place.flatten())[:, None]
        return cls(vectors, place, origin, *_sums(vectors, place, origin))

    def leaving_out(self, image: int) -> Gaussian:
        """The Gaussian of the normals without the fold of one of them (cross-conformal: Vovk 2015, arXiv 1208.0806)."""
        fold = image % FOLDS
        if fold not in self.without:
            self.without[fold] = self.gaussian(range(fold, len(self.vectors), FOLDS))
        return self.without[fold]

    def gaussian(self, leave_out: Sequence[int] = ()) -> Gaussian:
        """The Gaussian of all normals but some."""
        first, second, images = self.first, self.second, len(self.vectors) - len(leave_out)
        if leave_out:
            out = _sums(self.vectors[list(leave_out)], self.place, self.origin)
            first, second = first - out[0], second - out[1]
        count = torch.bincount(self.place.flatten())[:, None, None] * images
        mean = first / count[..., 0]
        within = (second / count - mean[:, :, None] * mean[:, None]) * (count / (count - 1))
        dim = mean.shape[1]
        shrunk = dim / (dim + count)
        shared = within.mean(0)
        noise = (NOISE * shared.diagonal().mean().clamp_min(0).sqrt()).clamp_min(LEAST_NOISE)
        known = torch.linalg.inv(shared + noise.square() * torch.eye(dim))
        size = torch.einsum("ij,pij->p", known, within) / (known * shared).sum().clamp_min(1e-6)  # 1 on average
        size = size.clamp_min(0)  # rounding may leave less
        covariance = (1 - shrunk) * within + shrunk * size[:, None, None] * shared
        covariance.diagonal(dim1=1, dim2=2).add_(noise.square())
        # In the order in which it is loaded again, so that a saved detector scores the same to the last bit.
        factor = torch.linalg.cholesky(covariance).contiguous()
        return Gaussian(mean + self.origin, factor, self.place, noise)


def lengths(vectors: Tensor) -> Tensor:
    """Euclidean norms over the middle axis: (P, d, m) → (P, m)."""
    return vectors.square().sum(1).sqrt()


def places(rows: int, columns: int) -> Tensor:
    """The number of the place of each cell: its own, or in large grids one for a square of cells."""
    side = math.ceil(math.sqrt(rows * columns / MOST_PLACES))
    down, across = torch.arange(rows) // side, torch.arange(columns) // side
    return down[:, None] * (int(across.max()) + 1) + across


def _sums(vectors: Tensor, place: Tensor, origin: Tensor) -> tuple[Tensor, Tensor]:
    """Σ x (P, d) and Σ x xᵀ (P, d, d) of images (n, rows, columns, d), x counted from `origin` (P, d)."""
    first, second = torch.zeros_like(origin), origin.new_zeros(*origin.shape, origin.shape[1])
    where = place.flatten()
    alone = len(where) == len(origin)  # a place a cell, in order
    for some in vectors.flatten(1, 2).split(TOGETHER if alone else 1):
        check_stop()
        away = (some - origin[where]).transpose(0, 1)
        if alone:
            first += away.sum(1)
            second.baddbmm_(away.mT, away)
        else:
            first.index_add_(0, where, away[:, 0])
            second.index_add_(0, where, away.mT * away)
    return first, second
