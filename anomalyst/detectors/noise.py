"""Noise levels: the ladder of σ at which denoisers are asked."""

from __future__ import annotations

import torch


def sigma_ladder(sigma_min: float, sigma_max: float, steps: int) -> torch.Tensor:
    """`steps` noise levels, falling from `sigma_max` to `sigma_min`, spaced as in Karras et al. 2022, Eq. 5 (ρ = 7).

    Returns float32 of shape (steps,).
    """
    # diffusers is slow to import and only needed once scoring starts.
    from diffusers import EDMEulerScheduler

    if steps == 1:
        return torch.tensor([sigma_min], dtype=torch.float32)
    scheduler = EDMEulerScheduler(sigma_min=sigma_min, sigma_max=sigma_max)
    scheduler.set_timesteps(steps)
    ladder: torch.Tensor = scheduler.sigmas[:-1].to(torch.float32)
    return ladder
