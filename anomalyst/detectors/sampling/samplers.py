"""From noise to a clean sample, and back: pure functions of a denoiser, with one callback for progress.

The noise levels of a run are Karras et al. 2022's ladder (arXiv 2206.00364, Eq. 5, ρ = 7) from the asked σ down to
SIGMA_MIN, then 0. The steps are those of diffusers' schedulers, given this ladder as their whole training schedule, so
that each step meets its σ exactly and any number of steps is allowed. Four of them work in the VP form
x_vp = x / √(1 + σ²) and turn back to VE at the end; the denoiser itself is always asked in the VE form.

    ddpm             ancestral sampling                     Ho et al. 2020, arXiv 2006.11239, Algorithm 2
    ddim             implicit sampling, and its inversion   Song et al. 2021, arXiv 2010.02502, Eq. 12
    ode              probability flow, Heun                 Karras et al. 2022, Algorithm 1
    sde              reverse SDE, SDE-DPM-Solver++(2M)      Lu et al. 2022, arXiv 2211.01095
    impute           replacement with resampling            Lugmayr et al. 2022 (RePaint), arXiv 2201.09865, Algorithm 1

All take data of standard deviation about 1, (B, C, *axes) or (B, d), return the same shape, and raise InputError for
`steps` below 1 or `sigma` not above 0. No gradient flows through them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser, ask
from anomalyst.detectors.noise import gaussian_like, sigma_ladder
from anomalyst.errors import InputError

Callback = Callable[[int, int, Tensor], None]
"""Called after each step with (steps done, steps in all, x now in the VE form)."""

SIGMA_MIN = 0.01
"""The last noise level before 0, in units of the data's standard deviation: below what a score can tell apart."""


def add_noise(
    x0: Tensor, sigma: float, generator: torch.Generator | None = None, noise: Tensor | None = None
) -> Tensor:
    """x = x₀ + σ n, same shape as `x0`; `noise` of the same shape stands in for a Gaussian draw (e.g. simplex)."""
    return x0 + sigma * (gaussian_like(x0, generator) if noise is None else noise)


@torch.no_grad()
def ddpm(
    denoiser: Denoiser,
    x: Tensor,
    sigma: float,
    steps: int,
    generator: torch.Generator | None,
    callback: Callback | None = None,
) -> Tensor:
    """Draw a clean sample by DDPM's ancestral steps from `x` at noise level `sigma`."""
    scheduler = _scheduler("DDPMScheduler", _ladder(sigma, steps), clip_sample=False)
    return _descend(denoiser, x, scheduler, callback, generator=generator)


@torch.no_grad()
def ddim(  # noqa: PLR0913 - how far, how finely and by which noise are separate questions
    denoiser: Denoiser,
    x: Tensor,
    sigma: float,
    steps: int,
    *,
    eta: float = 0.0,
    generator: torch.Generator | None = None,
    noise: Callable[[Tensor], Tensor] | None = None,
    callback: Callback | None = None,
) -> Tensor:
    """A clean sample by DDIM from `x` at noise level `sigma`: deterministic at `eta` 0, as DDPM at 1.

    `noise`, given x, stands in for the Gaussian draws of the steps (e.g. simplex); then leave out `generator`.
    Raises InputError for `eta` outside [0, 1].
    """
    if not 0 <= eta <= 1:
        raise InputError(f"eta {eta!r}; give 0 (deterministic) to 1 (as much noise as DDPM)")
    scheduler = _scheduler("DDIMScheduler", _ladder(sigma, steps), clip_sample=False)
    scheduler.set_timesteps(steps)
    return _descend(denoiser, x, scheduler, callback, noise, eta=eta, generator=generator)


@torch.no_grad()
def ddim_inversion(
    denoiser: Denoiser, x0: Tensor, sigma: float, steps: int, callback: Callback | None = None
) -> Tensor:
    """The `x` at noise level `sigma` from which `ddim` comes back to `x0`, up to an error that falls with `steps`.

    `x0` is taken to be at SIGMA_MIN, and the denoiser is asked at the level that x has, not at the next one.
    """
    # One more level than steps: the scheduler's own first step would go from 0, where x0 says nothing of the noise.
    scheduler = _scheduler("DDIMInverseScheduler", _ladder(sigma, steps + 1), clip_sample=False, set_alpha_to_one=False)
    scheduler.set_timesteps(steps + 1)
    levels = _levels(scheduler)
    x = x0
    for step in range(1, steps + 1):
        x_vp = scheduler.step(ask(denoiser, x, levels[step - 1]), step, _to_vp(x, levels[step - 1])).prev_sample
        x = _to_ve(x_vp, levels[step])
        _report(callback, step, steps, x)
    return x


@torch.no_grad()
def ode(denoiser: Denoiser, x: Tensor, sigma: float, steps: int, callback: Callback | None = None) -> Tensor:
    """The clean sample at the end of the probability flow from `x` at noise level `sigma`: 2 × `steps` − 1 calls."""
    scheduler = _scheduler("HeunDiscreteScheduler", _ladder(sigma, steps))
    for call, timestep in enumerate(scheduler.timesteps):
        x = scheduler.step(ask(denoiser, x, float(scheduler.sigmas[call])), timestep, x).prev_sample
        # Each step asks twice, at both of its ends, but for the last, which ends at 0.
        if call % 2 or call == len(scheduler.timesteps) - 1:
            _report(callback, call // 2 + 1, steps, x)
    return x


@torch.no_grad()
def sde(
    denoiser: Denoiser,
    x: Tensor,
    sigma: float,
    steps: int,
    generator: torch.Generator | None,
    callback: Callback | None = None,
) -> Tensor:
    """Draw a clean sample by the reverse SDE from `x` at noise level `sigma`, to second order in the step."""
    ladder = _ladder(sigma, steps)
    scheduler = _scheduler(
        "DPMSolverMultistepScheduler", ladder, algorithm_type="sde-dpmsolver++", timestep_spacing="trailing"
    )
    scheduler.set_timesteps(steps)
    return _descend(denoiser, x, scheduler, callback, generator=generator)


@torch.no_grad()
def impute(  # noqa: PLR0913 - what is known, how noisy to start and how long to look are separate questions
    denoiser: Denoiser,
    x0: Tensor,
    observed: Tensor,
    sigma: float,
    steps: int,
    generator: torch.Generator | None,
    *,
    resample: int = 1,
    callback: Callback | None = None,
) -> Tensor:
    """Draw the unobserved coordinates given the observed ones, which come back exactly as they are in `x0`.

    `observed`: 0 or 1 (or bool), broadcastable to `x0`; unobserved values of `x0` are never read and may be NaN.
    Sampling starts from noise around 0, so `sigma` should be well above the data's standard deviation. At each level
    the observed coordinates are replaced by x₀ + σ n and an ancestral step is taken, `resample` times: once is fast
    but draws from too wide a distribution; the more times, the nearer to the exact conditional one.
    """
    if resample < 1:
        raise InputError(f"resample {resample!r}; give 1 or more passes at each noise level")
    known = observed.bool().expand_as(x0)
    kept = torch.where(known, x0, 0)
    scheduler = _scheduler("DDPMScheduler", _ladder(sigma, steps), clip_sample=False)
    levels = [0.0, *_levels(scheduler)]
    x = add_noise(torch.zeros_like(x0), levels[-1], generator)
    for done in range(steps):
        t = steps - 1 - done
        for again in range(resample):
            if again:
                x = add_noise(x, math.sqrt(levels[t + 1] ** 2 - levels[t] ** 2), generator)
            x = torch.where(known, add_noise(kept, levels[t + 1], generator), x)
            guess = ask(denoiser, x, levels[t + 1])
            x_vp = scheduler.step(guess, t, _to_vp(x, levels[t + 1]), generator=generator).prev_sample
            x = _to_ve(x_vp, levels[t])
        _report(callback, done + 1, steps, torch.where(known, kept, x))
    return torch.where(known, kept, x)


def _ladder(sigma: float, steps: int) -> Tensor:
    """The noise levels of a run, rising: (steps,) float64, the last one `sigma`."""
    if steps < 1:
        raise InputError(f"{steps!r} sampling steps; give 1 or more")
    if not 0 < sigma < math.inf:
        raise InputError(f"noise level sigma {sigma!r}; give a number above 0, in units of the data's deviation")
    if steps == 1:
        return torch.tensor([sigma], dtype=torch.float64)
    return sigma_ladder(min(SIGMA_MIN, sigma / 2), sigma, steps).double().flip(0)


def _scheduler(name: str, ladder: Tensor, **settings: Any) -> Any:
    """A diffusers scheduler whose training schedule is this ladder, and which is told D as the predicted sample."""
    import diffusers  # slow to import, and only needed once sampling starts

    # The share of the variance that is signal; each β then takes it from one level to the next.
    signal = 1 / (1 + ladder.square())
    betas = 1 - signal / torch.cat([signal.new_ones(1), signal[:-1]])
    return getattr(diffusers, name)(
        num_train_timesteps=len(ladder), trained_betas=betas.tolist(), prediction_type="sample", **settings
    )


def _levels(scheduler: Any) -> list[float]:
    """σ of each timestep as the scheduler has it after rounding to float32, rising."""
    signal = scheduler.alphas_cumprod.double()
    levels: list[float] = torch.sqrt((1 - signal) / signal).tolist()
    return levels


def _descend(
    denoiser: Denoiser,
    x: Tensor,
    scheduler: Any,
    callback: Callback | None,
    noise: Callable[[Tensor], Tensor] | None = None,
    **settings: Any,
) -> Tensor:
    """One call and one step of a VP scheduler per level, from the highest down to 0: VE form in and out."""
    levels = [0.0, *_levels(scheduler)]
    for t in range(len(levels) - 2, -1, -1):
        if noise is not None:
            settings["variance_noise"] = noise(x)
        x_vp = scheduler.step(ask(denoiser, x, levels[t + 1]), t, _to_vp(x, levels[t + 1]), **settings).prev_sample
        x = _to_ve(x_vp, levels[t])
        _report(callback, len(levels) - 1 - t, len(levels) - 1, x)
    return x


def _to_vp(x: Tensor, sigma: float) -> Tensor:
    return x / math.sqrt(1 + sigma * sigma)


def _to_ve(x_vp: Tensor, sigma: float) -> Tensor:
    return x_vp * math.sqrt(1 + sigma * sigma)


def _report(callback: Callback | None, done: int, steps: int, x: Tensor) -> None:
    if callback is not None:
        callback(done, steps, x)
