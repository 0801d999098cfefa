"""Score SDE: noise to a depth, back by the reverse stochastic differential equation; the residual is the score.

After Song et al. 2021 (arXiv 2011.13456), solved as by Lu et al. 2022 (arXiv 2211.01095):

    x_σ = x + σ ε,   ε ~ N(0, 1)                 noised to the depth σ
    dx = −2σ ∇ log p_σ(x) dσ + √(2σ) dw          solved from σ to 0: x̂
    s = |x − x̂|                                  averaged over draws
"""

from __future__ import annotations

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser
from anomalyst.detectors.methods.base import Plan, each, residual
from anomalyst.detectors.methods.learner import Asked
from anomalyst.detectors.sampling.samplers import sde


def restored(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """x̂ of a noised x."""
    return sde(denoiser, x, plan.depth, plan.steps, generator)


METHOD = Asked(
    name="sde",
    family="reconstruction",
    summary="Noises {seen} to a depth and solves the reverse SDE of the score back; the residual is the score.",
    best_for="a second opinion that does not depend on one sampler; noisy data, where draws show what varies anyway",
    paper="Song et al. 2021, arXiv 2011.13456; Lu et al. 2022, arXiv 2211.01095",
    score=residual(each(restored)),
    wants_depth=True,
)
