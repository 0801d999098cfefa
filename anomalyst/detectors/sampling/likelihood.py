"""The log-density of a sample under a denoiser, by the probability-flow ODE (Song et al. 2021, arXiv 2011.13456, §4.3).

Along the flow dx/dσ = (x − D(x; σ)) / σ (Karras et al. 2022, Eq. 1 and 3) the density changes by the divergence:

    log p_σmin(x) = log p_σmax(x(σmax)) + ∫_{σmin}^{σmax} tr(1 − ∂D/∂x) d log σ

The trace is Hutchinson's: E over Rademacher ε of εᵀ (∂D/∂x) ε, one vector-Jacobian product for each probe. Neither the
trace nor the log-density of a Gaussian is mixed over coordinates until the end, so both are kept per coordinate.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser, ask
from anomalyst.detectors.noise import sigma_ladder
from anomalyst.errors import InputError

Probes = int | Literal["exact"]


def log_likelihood(
    denoiser: Denoiser,
    x: Tensor,
    sigma_min: float,
    sigma_max: float,
    steps: int,
    probes: Probes = 1,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Each coordinate's part of log p_σmin(x), in nats: `x` (B, …) → same shape; a sample's sum is its log-density.

    `x` is taken to be at noise level `sigma_min`, in units in which the data has mean 0 and standard deviation 1: at
    `sigma_max` the density is taken to be N(0, 1 + sigma_max²), so that `sigma_max` must be well above 1. Heun steps
    over Karras et al.'s ladder of `steps` levels; 2 × `steps` − 1 calls of the denoiser. `probes`: how many random
    probes, the same at all levels, or "exact" for one per coordinate. One probe is held at a time. With the flow
    exact, the sum is unbiased over probes; the parts of single coordinates are too, but noisier.
    Raises InputError for levels that do not rise, fewer than 2 steps or no probes.
    """
    if not 0 < sigma_min < sigma_max < math.inf:
        raise InputError(f"noise levels from {sigma_min!r} to {sigma_max!r}; give 0 < sigma_min < sigma_max")
    if steps < 2 or (probes != "exact" and probes < 1):
        raise InputError(
            f"{steps!r} steps and {probes!r} probes; give 2 or more steps, and 1 or more probes or 'exact'"
        )
    levels: list[float] = sigma_ladder(sigma_min, sigma_max, steps).flip(0).tolist()
    signs = None if probes == "exact" else _rademacher(x, probes, generator)
    total, x = torch.zeros_like(x), x.detach()
    clean, trace = _denoised_and_trace(denoiser, x, levels[0], signs)
    for sigma, after in zip(levels[:-1], levels[1:], strict=True):
        x = _heun(denoiser, x, clean, sigma, after)
        previous = trace
        clean, trace = _denoised_and_trace(denoiser, x, after, signs)
        # Trapezoids over log σ, in which the trace stays between 0 and d.
        total = total + 0.5 * math.log(after / sigma) * (previous + trace)
    variance = 1 + levels[-1] ** 2
    return total - 0.5 * (x.square() / variance + math.log(2 * math.pi * variance))


@torch.no_grad()
def _heun(denoiser: Denoiser, x: Tensor, clean: Tensor, sigma: float, after: float) -> Tensor:
    """One step up the flow from `sigma` to `after`, given D(x; sigma)."""
    slope = (x - clean) / sigma
    ahead = x + (after - sigma) * slope
    return x + (after - sigma) * 0.5 * (slope + (ahead - ask(denoiser, ahead, after)) / after)


def _denoised_and_trace(
    denoiser: Denoiser, x: Tensor, sigma: float, signs: list[Tensor] | None
) -> tuple[Tensor, Tensor]:
    """D(x; σ), and the diagonal of 1 − ∂D/∂x, exact or estimated: both shaped as `x`."""
    with torch.enable_grad():
        point = x.detach().requires_grad_()
        clean = ask(denoiser, point, sigma)
    diagonal, count = torch.zeros_like(x), 0
    for probe in _one_hot(x) if signs is None else signs:
        (product,) = torch.autograd.grad(clean, point, probe, retain_graph=True)
        diagonal, count = diagonal + probe * product, count + 1
    return clean.detach(), 1 - (diagonal if signs is None else diagonal / count)


def _rademacher(x: Tensor, probes: int, generator: torch.Generator | None) -> list[Tensor]:
    place = x.device if generator is None else generator.device
    draws = (torch.randint(0, 2, x.shape, generator=generator, device=place) for _ in range(probes))
    return [(2 * draw - 1).to(x) for draw in draws]


def _one_hot(x: Tensor) -> Iterator[Tensor]:
    """The unit vector of each coordinate in turn, for all samples at once, shaped as `x`."""
    for coordinate in range(x[0].numel()):
        probe = torch.zeros_like(x)
        probe.flatten(1)[:, coordinate] = 1
        yield probe
