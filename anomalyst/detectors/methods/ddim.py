"""DDIM: noise to a depth, back by deterministic steps; the residual is the score.

After Song et al. 2021 (arXiv 2010.02502):

    x_σ = x + σ ε,   ε ~ N(0, 1)                 noised to the depth σ
    x̂ = DDIM(x_σ), η = 0                         by few deterministic steps
    s = |x − x̂|                                  averaged over draws of ε
"""

from __future__ import annotations

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser
from anomalyst.detectors.methods.base import Plan, residual
from anomalyst.detectors.methods.learner import Asked
from anomalyst.detectors.sampling.samplers import ddim


def restored(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """x̂ of a noised x."""
    return ddim(denoiser, x, plan.depth, plan.steps)


METHOD = Asked(
    name="ddim",
    family="reconstruction",
    summary="Noises {seen} to a depth and denoises them by DDIM's deterministic steps; the residual is the score.",
    best_for="reconstruction in few steps where normals are many and varied",
    paper="Song et al. 2021, arXiv 2010.02502",
    score=residual(restored),
    wants_depth=True,
)
