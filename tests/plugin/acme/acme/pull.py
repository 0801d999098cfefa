"""`pull`: a method of somebody else's, on every kind of data that has a space: |D(x; σ) − x| over noise levels."""

from __future__ import annotations

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser, ask
from anomalyst.detectors.methods.base import Plan
from anomalyst.detectors.methods.learner import Asked


@torch.no_grad()
def score(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """How far x is pulled, on the mean over as many noise levels as the tier has draws; nothing is drawn."""
    sigmas = [plan.depth * 2.0**number for number in range(plan.draws)]
    return torch.stack([(ask(denoiser, x, sigma) - x).abs() for sigma in sigmas]).mean(0)


METHOD = Asked(
    name="pull",
    family="density",
    summary="How far a trained denoiser pulls each {place}.",
    best_for="a first look",
    paper="none",
    score=score,
)
