"""When to stop learning from pairs: when pairs that are not learned from are told from false ones no better.

Some hundreds of pairs are soon known by heart. And what makes a denoiser better need not make texts tell more: pictures
are soon denoised better under all texts alike, while the difference between a true text and another one, which is what
information is made of, drowns in what was learned by heart. So what is watched is how well held-out pairs are told from
the same pictures with other pairs' texts, under noise that is drawn once. The weights kept are the best so far; those
before the first step are among them, so a prior is never made worse.
"""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor

from anomalyst.detectors.conditional.contrast import odds_loss
from anomalyst.detectors.conditional.denoiser import ConditionalDenoiser
from anomalyst.detectors.conditional.text import Tokens
from anomalyst.detectors.training.draws import random_source, stratified

DRAWS = 512  # noisy held-out maps at least
CHUNK = 128


class HeldPairs:
    """Held-out maps (N, C, h, w), their texts, and the fold that each was left out with."""

    def __init__(self, clean: Tensor, tokens: Tokens, fold: Tensor, denoiser: ConditionalDenoiser) -> None:
        generator = random_source(clean.device, "held pairs")
        self.rows = torch.arange(len(clean), device=clean.device).repeat(max(1, math.ceil(DRAWS / len(clean))))
        self.sigma = denoiser.sigma_quantile(stratified(len(self.rows), generator))
        self.sigma = self.sigma[torch.randperm(len(self.rows), generator=generator, device=clean.device)]
        self.noise = torch.randn((len(self.rows), *clean.shape[1:]), generator=generator, device=clean.device)
        self.clean, self.tokens, self.fold = clean, tokens, fold

    @torch.no_grad()
    def loss(self, denoiser: ConditionalDenoiser) -> float:
        """Mean − log of the odds of true texts against other pairs', as single noise levels tell them."""
        total = 0.0
        for part in torch.arange(len(self.rows), device=self.rows.device).split(CHUNK):
            rows = self.rows[part]
            clean, sigma, level = self.clean[rows], self.sigma[part], self.sigma[part].reshape(-1, 1, 1, 1)
            noisy = clean + level * self.noise[part]
            errors = []
            # Half of all pairs further on: next to a caption often stands another one of the same picture.
            for told in (rows, (rows + len(self.clean) // 2) % len(self.clean)):
                said = replace(denoiser.given(self.tokens.rows(told)), fold=self.fold[rows])
                errors.append((denoiser(noisy, sigma, said) - clean).square().flatten(1).sum(1))
            total += len(rows) * float(odds_loss(errors[0], errors[1], sigma, 2 * denoiser.settings.p_std))
        return total / len(self.rows)
