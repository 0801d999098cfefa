"""DiffusionAD: one call at a rough level guides one at a fine level.

Norm-guided one-step denoising, after Zhang et al. 2023 (DiffusionAD, arXiv 2303.08730):

    x_r = D(x + 4σ ε; 4σ)                        rough: no anomaly survives
    x̂ = D + σ² / (1 + σ²) (x_r − D),  D = D(x + σ ε; σ)      fine, pulled towards the rough one
    s = |x − x̂|                                  averaged over draws of ε
"""

from __future__ import annotations

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser, ask
from anomalyst.detectors.methods.base import Plan, same_noise
from anomalyst.detectors.methods.conditioned import towards
from anomalyst.detectors.methods.learner import Asked
from anomalyst.detectors.sampling.samplers import add_noise

DEEP = 4.0  # DiffusionAD's rough depth over its fine one


@torch.no_grad()
def one_step(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """|x − x̂| as above. Two calls a draw, whatever the tier's steps."""
    errors = torch.zeros_like(x)
    for _ in range(plan.draws):
        noise = same_noise(x, generator)
        rough = ask(denoiser, add_noise(x, DEEP * plan.depth, noise=noise), DEEP * plan.depth)
        fine = ask(towards(denoiser, rough, 1.0), add_noise(x, plan.depth, noise=noise), plan.depth)
        errors += (x - fine).abs()
    return errors / plan.draws


METHOD = Asked(
    name="one-step",
    family="reconstruction",
    summary="DiffusionAD: one denoising call at a rough noise level guides one at a fine level; no sampling at all.",
    best_for="many samples, little time, a trained model at hand",
    paper="Zhang et al. 2023, DiffusionAD, arXiv 2303.08730",
    score=one_step,
    wants_depth=True,
)
