"""Length of the noise that DDIM inversion ends in.

After Song et al. 2021 (arXiv 2010.02502), Sec. 4.3:

    z = DDIM⁻¹(x)                                carried to the highest noise σ_T
    s = |z| / σ_T                                1 on average where x is normal
"""

from __future__ import annotations

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser
from anomalyst.detectors.methods.base import TOP, Plan
from anomalyst.detectors.methods.learner import Asked
from anomalyst.detectors.sampling.samplers import ddim_inversion


def inversion(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """|z| / TOP of x carried to the highest noise by DDIM inversion: a few steps are enough since nothing has to come
    back."""
    return ddim_inversion(denoiser, x, TOP, max(2, plan.steps)).abs() / TOP


METHOD = Asked(
    name="inversion",
    family="hybrid",
    summary="Turns {seen} into noise by a few steps of DDIM inversion; what is abnormal ends far from standard noise.",
    best_for="density in few steps, without reconstruction; nothing is drawn",
    paper="Song et al. 2021, arXiv 2010.02502, Sec. 4.3",
    score=inversion,
)
