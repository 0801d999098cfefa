"""ImDiffusion: complementary stripes drawn from the rest.

After Chen et al. 2023 (ImDiffusion, arXiv 2307.00754), drawn as by Lugmayr et al. 2022 (RePaint, arXiv 2201.09865):

    m, 1 − m                                     two complementary gratings: what is observed
    x̂ ~ p(x₀ | m ∘ x)                            the masked elements drawn given the others
    s = |x − x̂| ∘ (1 − m)                        added over the two, averaged over shifts of the grating
"""

from __future__ import annotations

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser
from anomalyst.detectors.methods.base import TOP, Plan, each
from anomalyst.detectors.methods.learner import Asked
from anomalyst.detectors.sampling.samplers import impute

STRIPES = 4  # steps or cells along the side of a masked stripe


def masked(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """|x − x̂| at masked elements, x̂ drawn given the others; complementary masks, so that each element is masked once a
    draw. One step is the conditional mean at high noise; more steps draw from the posterior."""
    errors = torch.zeros_like(x)
    for draw in range(plan.draws):
        for observed in gratings(tuple(x.shape[2:] or x.shape[1:]), draw):
            fill = each(lambda d, one, p, g, o=observed: impute(d, one, o, TOP, max(2, p.steps), g))  # type: ignore[misc]
            guess = fill(denoiser, x, plan, generator)
            errors += (x - guess).abs() * (1 - observed)
    return errors / plan.draws


def gratings(axes: tuple[int, ...], draw: int) -> list[Tensor]:
    """Two complementary masks of 0 and 1 on a grid: a chequerboard of STRIPES cells (stripes along a series), moved by
    half a stripe at each further draw. On a grid without axes the stripes run along its channels."""
    shift = draw * STRIPES // 2
    bands = [(torch.arange(n) + shift) // STRIPES for n in axes]
    total = sum(torch.meshgrid(*bands, indexing="ij")) if len(bands) > 1 else bands[0]
    even = (torch.as_tensor(total) % 2).float()
    return [even, 1 - even]


METHOD = Asked(
    name="masked",
    family="imputation",
    summary="Hides every second stripe of {seen}, draws it from the others, then the other way round.",
    best_for="parts that do not fit their surroundings although each is normal by itself",
    paper="Chen et al. 2023, ImDiffusion, arXiv 2307.00754; Lugmayr et al. 2022, RePaint, arXiv 2201.09865",
    score=masked,
)
