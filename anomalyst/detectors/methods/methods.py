"""Score methods of learned diffusion detectors, written once for images and series.

Each takes a denoiser and clean samples x (B, C, *axes) of standard deviation about 1, and gives element-wise scores of
the same shape, higher where more abnormal. Three families, after the survey of Liu et al. 2025 (arXiv 2501.11430):

    reconstruction  ddpm, ddim, ode, sde   x is noised to a depth σ and denoised again: |x − x̂|
                    simplex                ddpm with simplex noise in training and sampling (AnoDDPM, Wyatt et al. 2022)
                    conditioned            denoised towards x itself (DDAD, Mousakhan et al. 2023, arXiv 2305.15956)
                    one-step               one call at each of two depths (DiffusionAD, Zhang et al. 2023, 2303.08730)
    imputation      masked                 complementary stripes are drawn from the rest (ImDiffusion, Chen et al. 2023)
    density         flow                   −log p by the probability flow (Song et al. 2021, arXiv 2011.13456)
                    score                  |σ ∇ log p_σ(x)| over a ladder of σ (as in MULDE, Micorek et al. 2024)
    hybrid          inversion              |z| of the noise that DDIM inversion turns x into

The random draws of a sample depend on the generator's seed alone, never on the other samples of the batch (but see
`Plan.together`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser, ask
from anomalyst.detectors.noise import sigma_ladder
from anomalyst.detectors.sampling.likelihood import log_likelihood
from anomalyst.detectors.sampling.noises import fields
from anomalyst.detectors.sampling.samplers import add_noise, ddim, ddim_inversion, ddpm, impute, ode, sde

Tier = Literal["one", "few", "full"]
TIERS: tuple[Tier, ...] = get_args(Tier)
STEPS = {"one": 1, "few": 5, "full": 25}
DRAWS = {"one": 1, "few": 2, "full": 4}  # independent noises or masks whose scores are averaged

GUIDANCE = 1.0  # how strongly DDAD pulls towards the input: half way at σ = 1
DEEP = 4.0  # DiffusionAD's rough depth over its fine one
STRIPES = 4  # steps or cells along the side of a masked stripe
LOWEST, HIGHEST = 0.1, 3.0  # noise levels of the density methods
TOP = 10.0  # noise level at which nothing of the sample is left: where likelihood, inversion and imputation start


@dataclass(frozen=True)
class Plan:
    """How to ask: `depth`, the noise level σ of reconstruction; `tier`, how many steps and draws are spent; `together`:
    the samples are parts of one whole, so that their draws may depend on their place in the batch, which is much faster
    for small ones."""

    depth: float = 0.5
    tier: Tier = "few"
    together: bool = False

    @property
    def steps(self) -> int:
        """Sampling steps of one draw."""
        return STEPS[self.tier]

    @property
    def draws(self) -> int:
        """Draws that are averaged."""
        return DRAWS[self.tier]


Method = Callable[[Denoiser, Tensor, Plan, torch.Generator], Tensor]
Sampler = Callable[[Denoiser, Tensor, Plan, torch.Generator], Tensor]


def _shared(x: Tensor, generator: torch.Generator) -> Tensor:
    """One draw of noise, the same for every sample of the batch: (B, C, *axes)."""
    return torch.randn(x.shape[1:], generator=generator).to(x).expand_as(x)


def _restored(sampler: Sampler, noise: Callable[[Tensor, torch.Generator], Tensor]) -> Method:
    """|x − x̂| with x̂ sampled from x + depth · noise, averaged over draws."""

    def method(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
        errors = torch.zeros_like(x)
        for _ in range(plan.draws):
            noised = add_noise(x, plan.depth, noise=noise(x, generator))
            errors += (x - sampler(denoiser, noised, plan, generator)).abs()
        return errors / plan.draws

    return method


def _each(sampler: Callable[[Denoiser, Tensor, Plan, torch.Generator], Tensor]) -> Sampler:
    """A sampler that draws noise, run on every sample with the same noise: batches change nothing."""

    def run(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
        if plan.together:
            return sampler(denoiser, x, plan, generator)
        state = generator.get_state()
        parts = []
        for one in x.split(1):
            generator.set_state(state)
            parts.append(sampler(denoiser, one, plan, generator))
        return torch.cat(parts)

    return run


def _ddpm(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    return ddpm(denoiser, x, plan.depth, plan.steps, generator)


def _ddim(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    return ddim(denoiser, x, plan.depth, plan.steps)


def _ode(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    return ode(denoiser, x, plan.depth, plan.steps)


def _sde(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    return sde(denoiser, x, plan.depth, plan.steps, generator)


def _simplex_ddpm(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """Ancestral steps whose noise is simplex too; the denoiser is one that was trained so."""
    return ddim(denoiser, x, plan.depth, plan.steps, eta=1.0, noise=lambda now: _simplex(now, generator))


def _simplex(x: Tensor, generator: torch.Generator) -> Tensor:
    """Simplex noise, independent in each channel, the same for every sample."""
    return fields((1, *x.shape[1:]), generator).to(x).expand_as(x)


def towards(denoiser: Denoiser, target: Tensor, weight: float) -> Denoiser:
    """A denoiser pulled towards a target: D + w σ² / (1 + σ²) (y − D).

    DDAD's ε̂ − w √(1 − ᾱ) (ỹ_t − x_t) (arXiv 2305.15956, Eq. 7) in the VE form, where y_t − x = y − D.
    With w at most 1 it never goes beyond the target.
    """

    def guided(x: Tensor, sigma: Tensor) -> Tensor:
        clean = denoiser(x, sigma)
        share = weight * sigma.square() / (1 + sigma.square())
        return clean + share.reshape(-1, *[1] * (x.ndim - 1)) * (target - clean)

    return guided


@torch.no_grad()
def conditioned(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """|x − x̂| of a reconstruction by DDIM that is pulled towards x, so that normal detail is kept (DDAD)."""
    errors = torch.zeros_like(x)
    for _ in range(plan.draws):
        noised = add_noise(x, plan.depth, noise=_shared(x, generator))
        errors += (x - ddim(towards(denoiser, x, GUIDANCE), noised, plan.depth, plan.steps)).abs()
    return errors / plan.draws


@torch.no_grad()
def one_step(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """|x − x̂| where x̂ = D at the fine depth, pulled towards D at a rough one, which no anomaly survives (DiffusionAD:
    norm-guided one-step denoising). Two calls a draw, whatever the tier's steps."""
    errors = torch.zeros_like(x)
    for _ in range(plan.draws):
        noise = _shared(x, generator)
        rough = ask(denoiser, add_noise(x, DEEP * plan.depth, noise=noise), DEEP * plan.depth)
        fine = ask(towards(denoiser, rough, 1.0), add_noise(x, plan.depth, noise=noise), plan.depth)
        errors += (x - fine).abs()
    return errors / plan.draws


def masked(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """|x − x̂| at masked elements, x̂ drawn given the others; complementary masks, so that each element is masked once a
    draw. One step is the conditional mean at high noise; more steps draw from the posterior."""
    errors = torch.zeros_like(x)
    for draw in range(plan.draws):
        for observed in gratings(tuple(x.shape[2:]), draw):
            fill = _each(lambda d, one, p, g, o=observed: impute(d, one, o, TOP, max(2, p.steps), g))  # type: ignore[misc]
            guess = fill(denoiser, x, plan, generator)
            errors += (x - guess).abs() * (1 - observed)
    return errors / plan.draws


def gratings(axes: tuple[int, ...], draw: int) -> list[Tensor]:
    """Two complementary masks of 0 and 1 on a grid: a chequerboard of STRIPES cells (stripes along a series), moved by
    half a stripe at each further draw."""
    shift = draw * STRIPES // 2
    bands = [(torch.arange(n) + shift) // STRIPES for n in axes]
    total = sum(torch.meshgrid(*bands, indexing="ij")) if len(bands) > 1 else bands[0]
    even = (torch.as_tensor(total) % 2).float()
    return [even, 1 - even]


def flow(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """Element-wise −log p in nats by the probability flow; of any sign."""

    def run(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
        return -log_likelihood(denoiser, x, LOWEST, TOP, 2 * plan.steps, plan.draws, generator)

    return _each(run)(denoiser, x, plan, generator)


@torch.no_grad()
def score(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """Root mean square over noise levels of |D(x; σ) − x| / σ, the score's length where noise is of length 1.

    x itself is asked, no noise is added: nothing is drawn.
    """
    levels = {"one": 1, "few": 4, "full": 10}[plan.tier]
    sigmas = sigma_ladder(LOWEST, HIGHEST, levels).tolist() if levels > 1 else [plan.depth]
    total = torch.stack([((ask(denoiser, x, s) - x) / s).square() for s in sigmas]).mean(0)
    return total.sqrt()


def inversion(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """|z| / TOP of x carried to the highest noise by DDIM inversion: 1 on average where x is normal, and a few steps
    are enough since nothing has to come back."""
    return ddim_inversion(denoiser, x, TOP, max(2, plan.steps)).abs() / TOP


METHODS: dict[str, Method] = {
    "ddpm": _restored(_each(_ddpm), _shared),
    "ddim": _restored(_ddim, _shared),
    "ode": _restored(_ode, _shared),
    "sde": _restored(_each(_sde), _shared),
    "simplex": _restored(_simplex_ddpm, _simplex),
    "conditioned": conditioned,
    "one-step": one_step,
    "masked": masked,
    "flow": flow,
    "score": score,
    "inversion": inversion,
}
