"""Likelihood by the probability flow.

After Song et al. 2021 (arXiv 2011.13456), Sec. 4.3:

    dx = −σ ∇ log p_σ(x) dσ                      from the lowest noise to the highest
    s = −log p(x), of every element              in nats, of any sign
"""

from __future__ import annotations

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser
from anomalyst.detectors.methods.base import LOWEST, TOP, Plan, each
from anomalyst.detectors.methods.learner import Asked
from anomalyst.detectors.sampling.likelihood import log_likelihood


def surprise(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """Element-wise −log p in nats by the probability flow; of any sign."""
    return -log_likelihood(denoiser, x, LOWEST, TOP, 2 * plan.steps, plan.draws, generator)


METHOD = Asked(
    name="flow",
    family="density",
    summary="The exact likelihood of {seen} under a trained model, {place} by {place}, by its probability-flow ODE.",
    best_for="a likelihood in nats; what is unlikely as a whole though nothing in it is far out",
    paper="Song et al. 2021, arXiv 2011.13456, Sec. 4.3",
    score=each(surprise),
    signed=True,
)
