"""The three score rules in closed form, once for every kind of data: density, reconstruction, imputation.

Each asks the empirical denoiser D of stored normals (`empirical.py`) about queries x at a ladder of noise levels σ and
averages the answers, all in units of distance. What is compared with what, and how large a residual is, the caller
says: cells of an image by the length of the residual, windows of a series point by point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.empirical import soft_distance

GRATINGS = (2,)  # widths, in coordinates, of the stripes of a cell that are masked
Size = Callable[[Tensor], Tensor]  # of residuals (…, M, d)


class Near(Protocol):
    """The normals that queries (…, M, d), or what is observed of them, are compared with."""

    @property
    def squared(self) -> Tensor:
        """Squared distances to them: (…, M, N)."""

    def denoised(self, sigma: float) -> Tensor:
        """D(x; σ): (…, M, d)."""


def density(near: Near, sigmas: Tensor) -> Tensor:
    """Mean over σ of √(−2σ² log p_σ(x)), the part of p_σ that depends on x: a soft distance, (…, M).

    −2σ² log mean_i exp(−‖x − x_i‖² / 2σ²) tends to the squared distance to the nearest normal as σ → 0 and to the
    mean one as σ → ∞, so levels may be averaged without weights.
    """
    return torch.stack([soft_distance(near.squared, s) for s in sigmas.tolist()]).mean(0)


def reconstruction(queries: Tensor, near: Near, sigmas: Tensor, size: Size) -> Tensor:
    """Mean over σ of the size of x − D(x; σ)."""
    return torch.stack([size(queries - near.denoised(s)) for s in sigmas.tolist()]).mean(0)


def imputation(
    queries: Tensor,
    near: Callable[[Tensor], Near],
    masks: Sequence[Tensor],
    ladders: Sequence[Tensor],
    size: Callable[[Tensor, Tensor], Tensor],
) -> Tensor:
    """Masked gratings: what `masks` (d,) of 0 and 1 hide of a query is predicted from what they show; the mean size of
    the residuals, of what is `hidden` (d,): `size(residual, hidden)`.

    `near`: the normals near what a mask shows; `ladders`: noise levels whose answers are one guess.
    After ImDiffusion (Chen et al. 2023, arXiv 2307.00754), with the closed-form denoiser instead of a network.
    """
    residuals = []
    for mask in masks:
        found = near(mask)
        for ladder in ladders:
            guess = torch.stack([found.denoised(s) for s in ladder.tolist()]).mean(0)
            residuals.append(size(queries - guess, 1 - mask))
    return torch.stack(residuals).mean(0)


def gratings(dim: int) -> list[Tensor]:
    """Masks of 0 and 1 (dim,) in complementary pairs: stripes of each width and their negatives."""
    stripes = [(torch.arange(dim) // width % 2).float() for width in GRATINGS if dim > width]
    return [m for stripe in stripes for m in (stripe, 1 - stripe)] or [torch.ones(dim)]
