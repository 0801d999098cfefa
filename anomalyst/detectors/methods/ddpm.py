"""DDPM: noise to a depth, back by ancestral steps; the residual is the score.

After Ho et al. 2020 (arXiv 2006.11239), reconstruction family of Liu et al. 2025 (arXiv 2501.11430):

    x_σ = x + σ ε,   ε ~ N(0, 1)                 noised to the depth σ
    x̂ ~ p(x₀ | x_σ)                              drawn by ancestral steps
    s = |x − x̂|                                  averaged over draws
"""

from __future__ import annotations

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser
from anomalyst.detectors.methods.base import Plan, each, residual
from anomalyst.detectors.methods.learner import Asked
from anomalyst.detectors.sampling.samplers import ddpm


def restored(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """x̂ of a noised x."""
    return ddpm(denoiser, x, plan.depth, plan.steps, generator)


METHOD = Asked(
    name="ddpm",
    family="reconstruction",
    summary="Noises {seen} to a depth and draws them back by DDPM's random steps; the residual is the score.",
    best_for="a second opinion from a trained model; the spread of its draws shows what could be normal",
    paper="Ho et al. 2020, arXiv 2006.11239; Liu et al. 2025, arXiv 2501.11430, reconstruction family",
    score=residual(each(restored)),
    wants_depth=True,
)
