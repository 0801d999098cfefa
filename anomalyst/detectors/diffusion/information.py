"""How much a condition tells of a sample: pointwise mutual information as an integral of denoising errors.

For one x, one y, and noise n ~ N(0, 1) (I-MMSE: Guo et al. 2005; pointwise: Kong et al., ICLR 2024, arXiv 2310.07972):

    i(x; y) = log p(x | y) − log p(x)
            = ½ ∫ E[ ‖n − n̂(x_σ)‖² − ‖n − n̂(x_σ | y)‖² ] d log(1/σ²)
            =   ∫ E[ ‖D(x_σ) − x‖² − ‖D(x_σ | y) − x‖² ] / σ²  d log σ

as d log(1/σ²) is 2 d log σ over the rising σ, and n − n̂ = (D − x) / σ. The integrand before it is summed over
coordinates is a map of where the information is.
"""

from __future__ import annotations

import torch
from torch import Tensor

from anomalyst.detectors.diffusion.denoiser import Denoiser, ask
from anomalyst.detectors.noise import gaussian_like
from anomalyst.errors import InputError


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
