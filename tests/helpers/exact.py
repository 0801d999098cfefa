"""Exact answers to compare with: two denoisers known in closed form, and the information that a condition gives.

How much a condition tells of a sample: pointwise mutual information as an integral of denoising errors.

For one x, one y, and noise n ~ N(0, 1) (I-MMSE: Guo et al. 2005; pointwise: Kong et al., ICLR 2024, arXiv 2310.07972):

    i(x; y) = log p(x | y) − log p(x)
            = ½ ∫ E[ ‖n − n̂(x_σ)‖² − ‖n − n̂(x_σ | y)‖² ] d log(1/σ²)
            =   ∫ E[ ‖D(x_σ) − x‖² − ‖D(x_σ | y) − x‖² ] / σ²  d log σ

as d log(1/σ²) is 2 d log σ over the rising σ, and n − n̂ = (D − x) / σ. The integrand before it is summed over
coordinates is a map of where the information is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser, ask
from anomalyst.detectors.denoisers.empirical import log_kernel, normalise_log_kernel, squared_distances, weights
from anomalyst.detectors.noise import gaussian_like
from anomalyst.errors import InputError


@dataclass(frozen=True)
class GaussianMixture:
    """The exact denoiser of Σ_k weights_k N(means_k, covariances_k): the closed form that others are tested against.

    `means`: (K, d); `covariances`: (K, d, d), symmetric, positive semi-definite; `weights`: (K,), positive, made to sum
    to 1. Samples of any axes are flattened to d inside. Raises InputError on shapes or values that do not fit.
    """

    means: Tensor
    covariances: Tensor
    weights: Tensor

    def __post_init__(self) -> None:
        count, dim = self.means.shape if self.means.ndim == 2 else (0, 0)
        if not count or self.covariances.shape != (count, dim, dim) or self.weights.shape != (count,):
            shapes = [tuple(t.shape) for t in (self.means, self.covariances, self.weights)]
            raise InputError(f"a mixture of shapes {shapes}; give means (K, d), covariances (K, d, d), weights (K,)")
        if not bool((self.weights > 0).all()):
            raise InputError(
                f"mixture weights {self.weights.tolist()}; all must be above 0: leave out empty components"
            )

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """D(x; σ) = Σ_k p(k | x) [μ_k + Σ_k (Σ_k + σ² I)⁻¹ (x − μ_k)]: same shape as `x`."""
        values, vectors = self._spectrum
        rotated, variances = self._rotated(x, sigma)
        shrunk = rotated * values.to(x) / variances
        means = self.means.to(x) + torch.einsum("kde,bke->bkd", vectors.to(x), shrunk)
        share = torch.softmax(self._log_joint(rotated, variances), -1)
        return torch.einsum("bk,bkd->bd", share, means).reshape(x.shape)

    def log_density(self, x: Tensor, sigma: Tensor) -> Tensor:
        """log p_σ(x) in nats, (B,); σ = 0 is allowed where the covariances have full rank."""
        return torch.logsumexp(self._log_joint(*self._rotated(x, sigma)), -1)

    @cached_property
    def _spectrum(self) -> tuple[Tensor, Tensor]:
        """Eigenvalues (K, d) and eigenvectors (K, d, d): one decomposition serves every noise level."""
        values, vectors = torch.linalg.eigh(self.covariances.double())
        return values.clamp_min(0), vectors

    def _rotated(self, x: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
        """x − μ_k on the axes of Σ_k, and the variances of Σ_k + σ² I there: both (B, K, d)."""
        values, vectors = self._spectrum
        centred = x.flatten(1).unsqueeze(1) - self.means.to(x)
        variances = values.to(x) + sigma.reshape(-1, 1, 1).square()
        return torch.einsum("kde,bkd->bke", vectors.to(x), centred), variances

    def _log_joint(self, rotated: Tensor, variances: Tensor) -> Tensor:
        """log weights_k + log N(x; μ_k, Σ_k + σ² I): (B, K)."""
        log_normal = -0.5 * (rotated.square() / variances + torch.log(2 * math.pi * variances)).sum(-1)
        return torch.log(self.weights / self.weights.sum()).to(rotated) + log_normal


def denoise(queries: Tensor, normals: Tensor, sigma: float, observed: Tensor | None = None) -> Tensor:
    """D(x; σ) of each query: (…, M, d). With `observed`, weights come from the observed coordinates only."""
    seen = 1.0 if observed is None else observed
    return weights(squared_distances(queries * seen, normals * seen), sigma) @ normals


def log_density(queries: Tensor, normals: Tensor, sigmas: Tensor) -> Tensor:
    """log p_σ(x) of each query at each noise level: (S, …, M), in nats."""
    kernel = log_kernel(squared_distances(queries, normals), sigmas)
    return normalise_log_kernel(kernel, sigmas, normals.shape[-2], normals.shape[-1])


@dataclass(frozen=True)
class Empirical:
    """The exact denoiser of a finite set of normals (N, C, *axes): `denoisers/empirical.py` behind one call."""

    normals: Tensor

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """D(x; σ) = Σ_i w_i(x; σ) x_i: same shape as `x`. Raises InputError if the sample shapes differ."""
        if x.shape[1:] != self.normals.shape[1:]:
            got, known = tuple(x.shape[1:]), tuple(self.normals.shape[1:])
            raise InputError(f"samples of shape {got} for normals of shape {known}; give samples shaped as the normals")
        flat, normals = x.flatten(1), self.normals.to(x).flatten(1)
        clean = torch.empty_like(flat)
        for level in sigma.unique().tolist():
            rows = sigma == level
            clean[rows] = denoise(flat[rows], normals, level)
        return clean.reshape(x.shape)


@torch.no_grad()
def pointwise_information(
    conditional: Denoiser,
    unconditional: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    generator: torch.Generator | None,
    draws: int,
) -> tuple[Tensor, Tensor]:
    """i(x; y) in nats: its map, shaped as clean `x` (B, …), whose sum over a sample is i; and that sum's error, (B,).

    `conditional` is the denoiser with the condition bound to it. `sigmas`: (S,) noise levels in any order; what lies
    beyond them is left out, so they should reach from well below to well above the data's deviation. Trapezoids over
    log σ. Both denoisers get the same noise, so that most of its chance cancels; the error is the standard error of the
    mean over `draws` independent noises, and knows nothing of the quadrature. 2 × S × `draws` calls.
    Raises InputError for fewer than 2 levels or draws, or a level not above 0.
    """
    if sigmas.ndim != 1 or len(sigmas) < 2 or not bool((sigmas > 0).all()):
        raise InputError(f"noise levels {sigmas.tolist()}; give a (S,) tensor of 2 or more, all above 0")
    if draws < 2:
        raise InputError(f"{draws!r} draws of noise; give 2 or more, as the error bar is their spread")
    levels = sigmas.double().sort().values
    widths = _trapezoid_weights(torch.log(levels)).tolist()
    total, sums = torch.zeros_like(x), []
    for _ in range(draws):
        told = torch.zeros_like(x)
        for sigma, width in zip(levels.tolist(), widths, strict=True):
            noisy = x + sigma * gaussian_like(x, generator)
            without = (ask(unconditional, noisy, sigma) - x).square()
            given = (ask(conditional, noisy, sigma) - x).square()
            told += (without - given) * (width / sigma**2)
        total += told / draws
        sums.append(told.flatten(1).sum(1))
    return total, torch.stack(sums).std(0) / draws**0.5


def _trapezoid_weights(positions: Tensor) -> Tensor:
    """What each of the rising `positions` (S,) counts in a trapezoid sum."""
    gaps = positions.diff() / 2
    return torch.cat([gaps, gaps.new_zeros(1)]) + torch.cat([gaps.new_zeros(1), gaps])
