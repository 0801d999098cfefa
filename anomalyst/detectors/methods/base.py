"""What the methods share: the card's words, how they are asked, noise added once, samplers run sample by sample.

A method takes clean samples x (B, C, *axes) of standard deviation about 1, and gives element-wise scores of the same
shape, higher where more abnormal. The random draws of a sample depend on the generator's seed alone, never on the other
samples of the batch (but see `Plan.together`).
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import ClassVar

import torch
from torch import Tensor

from anomalyst.detectors.contract import Card, Family
from anomalyst.detectors.denoisers.contract import Denoiser
from anomalyst.detectors.effort import DRAWS, STEPS, Tier
from anomalyst.detectors.offer import Offer
from anomalyst.detectors.sampling.samplers import add_noise
from anomalyst.errors import InputError

LOWEST = 0.1  # noise level of the density methods below which nothing of a sample is hidden
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


Score = Callable[[Denoiser, Tensor, Plan, torch.Generator], Tensor]
Sampler = Callable[[Denoiser, Tensor, Plan, torch.Generator], Tensor]


@dataclass(frozen=True, kw_only=True)
class Method(ABC):
    """A method by the words of its card, in which a kind's nouns are filled in. `body`: place of the detector's body,
    whose `on(offer, method, name)` makes the detector that the method is on a kind of data."""

    name: str
    family: Family
    summary: str
    best_for: str
    avoid_when: str
    paper: str
    cost: str

    body: ClassVar[str]

    def card(self, offer: Offer, name: str) -> Card:
        """The card of this method's detector `name` on a kind of data."""
        if offer.nouns is None:
            raise InputError(f"{offer.name} data has no words for the card of {self.name!r}; see `Offer.nouns`.")
        nouns = asdict(offer.nouns) | {"modality": offer.name, "fused": " and ".join(offer.fused)}
        told = {key: getattr(self, key) for key in ("summary", "best_for", "avoid_when", "paper", "cost")}
        told |= offer.words.get(self.name, {})
        return Card(
            name=name, modality=offer.name, family=self.family, **{k: v.format(**nouns) for k, v in told.items()}
        )


def same_noise(x: Tensor, generator: torch.Generator) -> Tensor:
    """One draw of noise, the same for every sample of the batch: (B, C, *axes)."""
    return torch.randn(x.shape[1:], generator=generator).to(x).expand_as(x)


def residual(sampler: Sampler, noise: Callable[[Tensor, torch.Generator], Tensor] = same_noise) -> Score:
    """|x − x̂| with x̂ sampled from x + depth · noise, averaged over draws."""

    def score(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
        errors = torch.zeros_like(x)
        for _ in range(plan.draws):
            noised = add_noise(x, plan.depth, noise=noise(x, generator))
            errors += (x - sampler(denoiser, noised, plan, generator)).abs()
        return errors / plan.draws

    return score


def each(sampler: Sampler) -> Sampler:
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
