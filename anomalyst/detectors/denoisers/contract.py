"""What a denoiser is, and its score.

Everything is in the VE / EDM form of Karras et al. 2022 (arXiv 2206.00364): x = x₀ + σ n with n ~ N(0, 1), and

    D(x; σ)           = E[x₀ | x]
    ∇ log p_σ(x)      = (D(x; σ) − x) / σ²              (Tweedie; Karras et al. 2022, Eq. 3)

Tensors are (B, C, *axes) or (B, d); σ is one number per sample, (B,).
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor


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
