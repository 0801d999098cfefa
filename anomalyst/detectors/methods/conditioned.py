"""DDAD: denoised towards the sample itself, so that normal detail is kept and only what is abnormal is changed.

After Mousakhan et al. 2023 (DDAD, arXiv 2305.15956), Eq. 7 in the VE form:

    x_σ = x + σ ε,   ε ~ N(0, 1)                 noised to the depth σ
    D'(x_t; σ_t) = D + w σ_t² / (1 + σ_t²) (x − D)       pulled towards x, here w = 1
    x̂ = DDIM(x_σ) by D'
    s = |x − x̂|                                  averaged over draws of ε
"""

from __future__ import annotations

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser
from anomalyst.detectors.methods.base import Plan, same_noise
from anomalyst.detectors.methods.learner import Asked
from anomalyst.detectors.sampling.samplers import add_noise, ddim

GUIDANCE = 1.0  # how strongly DDAD pulls towards the input: half way at σ = 1


def towards(denoiser: Denoiser, target: Tensor, weight: float) -> Denoiser:
    """A denoiser pulled towards a target: D + w σ² / (1 + σ²) (y − D).

    DDAD's ε̂ − w √(1 − ᾱ) (ỹ_t − x_t) (arXiv 2305.15956, Eq. 7) in the VE form, where y_t − x = y − D.
    With w at most 1 it never goes beyond the target.
    """

    def guided(x: Tensor, sigma: Tensor) -> Tensor:
        clean = denoiser(x, sigma)
        share = weight * sigma.square() / (1 + sigma.square())
        return clean + share.reshape(-1, *[1] * (x.ndim - 1)) * (target - clean)

    return guided


@torch.no_grad()
def conditioned(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """|x − x̂| of a reconstruction by DDIM that is pulled towards x."""
    errors = torch.zeros_like(x)
    for _ in range(plan.draws):
        noised = add_noise(x, plan.depth, noise=same_noise(x, generator))
        errors += (x - ddim(towards(denoiser, x, GUIDANCE), noised, plan.depth, plan.steps)).abs()
    return errors / plan.draws


METHOD = Asked(
    name="conditioned",
    family="reconstruction",
    summary="DDAD: denoises towards the input, so that normal detail is kept and only what is abnormal is changed.",
    best_for="detailed objects whose normal variety a plain reconstruction would blur away",
    paper="Mousakhan et al. 2023, DDAD, arXiv 2305.15956",
    score=conditioned,
    wants_depth=True,
)
