"""Length of the score over a ladder of noise levels.

After Song & Ermon 2019 (arXiv 1907.05600) and Micorek et al. 2024 (MULDE, arXiv 2403.14497), with σ ∇ log p_σ(x) =
(D(x; σ) − x) / σ (denoising score matching, Vincent 2011):

    s = √ mean_σ (σ ∇ log p_σ(x))²               over a ladder of σ; x itself is asked, nothing is drawn
"""

from __future__ import annotations

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser, ask
from anomalyst.detectors.methods.base import LOWEST, Plan
from anomalyst.detectors.methods.learner import Asked
from anomalyst.detectors.noise import sigma_ladder

HIGHEST = 3.0


@torch.no_grad()
def score(denoiser: Denoiser, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
    """Root mean square over noise levels of |D(x; σ) − x| / σ, the score's length where noise is of length 1.

    x itself is asked, no noise is added: nothing is drawn.
    """
    levels = {"one": 1, "few": 4, "full": 10}[plan.tier]
    sigmas = sigma_ladder(LOWEST, HIGHEST, levels).tolist() if levels > 1 else [plan.depth]
    total = torch.stack([((ask(denoiser, x, s) - x) / s).square() for s in sigmas]).mean(0)
    return total.sqrt()


METHOD = Asked(
    name="score",
    family="density",
    summary="How strongly a trained model's score pulls at each {place}, over several noise levels; nothing is drawn.",
    best_for="a first learned opinion, quick and free of chance: fine and coarse deviations count alike",
    paper="Song & Ermon 2019, arXiv 1907.05600; Micorek et al. 2024, MULDE, arXiv 2403.14497; Vincent 2011",
    score=score,
)
