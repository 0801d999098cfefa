"""AnoDDPM: noise with structure hides whole regions.

After Wyatt et al. 2022 (AnoDDPM, CVPR Workshops):

    x_σ = x + σ n,   n simplex noise             noised to the depth σ, in each channel by itself
    x̂ ~ p(x₀ | x_σ)                              ancestral steps whose noise is simplex too
    s = |x − x̂|                                  averaged over draws

by a denoiser that was trained on this noise.
"""

from __future__ import annotations

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser
from anomalyst.detectors.methods.base import Plan, residual
from anomalyst.detectors.methods.learner import Asked
from anomalyst.detectors.sampling.noises import fields
from anomalyst.detectors.sampling.samplers import ddim


def simplex(x: Tensor, generator: torch.Generator) -> Tensor:
    """Simplex noise, independent in each channel, the same for every sample."""
    return fields((1, *x.shape[1:]), generator).to(x).expand_as(x)


def restored(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """x̂ of a noised x; the denoiser is one that was trained so."""
    return ddim(denoiser, x, plan.depth, plan.steps, eta=1.0, noise=lambda now: simplex(now, generator))


METHOD = Asked(
    name="simplex",
    family="reconstruction",
    summary="AnoDDPM: noise with structure, simplex noise, hides whole regions and is drawn away again; residual as "
    "score.",
    best_for="larger anomalies, which grainy noise leaves recognisable",
    paper="Wyatt et al. 2022, AnoDDPM (CVPR Workshops)",
    cost="trains for two to four minutes on one core, then scores in {speed}",
    score=residual(restored, simplex),
    wants_depth=True,
    noise="simplex",
)
