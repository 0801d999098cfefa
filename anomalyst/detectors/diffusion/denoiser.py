"""What a denoiser is, and two exact ones: of a Gaussian mixture and of a finite set of normals.

Everything is in the VE / EDM form of Karras et al. 2022 (arXiv 2206.00364): x = x₀ + σ n with n ~ N(0, 1), and

    D(x; σ)           = E[x₀ | x]
    ∇ log p_σ(x)      = (D(x; σ) − x) / σ²              (Tweedie; Karras et al. 2022, Eq. 3)

Tensors are (B, C, *axes) or (B, d); σ is one number per sample, (B,).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import torch
from torch import Tensor

from anomalyst.detectors.empirical import denoise
from anomalyst.errors import InputError


class Denoiser(Protocol):
    """D(x; σ) = E[x₀ | x]: anything that can be called so, trained or exact."""

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """`x`: (B, …) at noise levels `sigma` (B,); returns the expected clean sample, same shape as `x`."""
        ...


def per_sample(values: Tensor, x: Tensor) -> Tensor:
    """`values` (B,) shaped so that they multiply `x` (B, …) sample by sample."""
    return values.reshape(-1, *[1] * (x.ndim - 1))


def ask(denoiser: Denoiser, x: Tensor, sigma: float | Tensor) -> Tensor:
    """D(x; σ) with one noise level for the whole batch: (B, …) → (B, …)."""
    return denoiser(x, torch.full((len(x),), float(sigma), dtype=x.dtype, device=x.device))


def score(denoiser: Denoiser, x: Tensor, sigma: Tensor) -> Tensor:
    """∇ log p_σ(x) for x (B, …) and σ (B,): same shape as `x`, in nats per unit of `x`."""
    return (denoiser(x, sigma) - x) / per_sample(sigma, x).square()


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


@dataclass(frozen=True)
class Empirical:
    """The exact denoiser of a finite set of normals (N, C, *axes): `detectors/empirical.py` behind one call."""

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
