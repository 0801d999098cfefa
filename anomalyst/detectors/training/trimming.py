"""Hidden anomalies in training data: samples that stay hard to denoise are left out of the loss.

A sample's denoising loss depends on the noise level far more than on the sample, so each loss counts by its logarithm
above the usual one at that level. This is trimmed training (Rousseeuw 1984; for networks Shen & Sanghavi 2019,
arXiv 1810.11874), with losses averaged over visits because a single one is mostly luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

LEVELS = 16
LEVEL_RATE = 0.05  # how fast the usual loss of a level follows
VISIT_RATE = 0.1  # how fast a sample's hardness follows, once it was seen 10 times
FEWEST_VISITS = 2


@dataclass
class Trimming:
    """`hardness`: (N,) mean log-loss of each sample above its level's; `visits`: (N,); `usual`: (LEVELS,) log-losses,
    NaN until seen; `kept`: (N,) float, 0 for a sample that is left out."""

    hardness: Tensor
    visits: Tensor
    usual: Tensor
    kept: Tensor

    @classmethod
    def start(cls, count: int) -> Trimming:
        """Nothing seen yet, all `count` samples kept."""
        return cls(torch.zeros(count), torch.zeros(count), torch.full((LEVELS,), torch.nan), torch.ones(count))

    def see(self, index: Tensor, u: Tensor, losses: Tensor) -> None:
        """Take in the losses (B,) of samples `index` (B,) at quantiles u (B,) of the noise distribution."""
        level = (u * LEVELS).long().clamp(max=LEVELS - 1)
        logs = losses.clamp_min(1e-12).log()
        for place in level.unique().tolist():
            here = logs[(level == place) & (self.kept[index] > 0)]
            if len(here):
                usual = self.usual[place]
                self.usual[place] = here.mean() if usual.isnan() else usual + LEVEL_RATE * (here.mean() - usual)
        excess = logs - self.usual[level]
        # A batch may hold a sample twice, where an epoch ends: one after the other, not by index.
        for i, value in zip(index.tolist(), excess.tolist(), strict=True):
            if value == value:  # its level has been seen
                self.visits[i] += 1
                self.hardness[i] += max(1 / float(self.visits[i]), VISIT_RATE) * (value - float(self.hardness[i]))

    def choose(self, share: float) -> None:
        """Leave out the hardest `share` of all samples, as far as they were seen often enough to tell."""
        hard = torch.where(self.visits >= FEWEST_VISITS, self.hardness, -torch.inf)
        worst = hard.topk(int(share * len(hard))).indices
        self.kept = torch.ones_like(self.kept)
        self.kept[worst[hard[worst] > -torch.inf]] = 0

    def tensors(self) -> dict[str, Tensor]:
        """Everything, by name."""
        return {"hardness": self.hardness, "visits": self.visits, "usual": self.usual, "kept": self.kept}

    @property
    def excluded(self) -> tuple[int, ...]:
        """The samples that are left out now."""
        return tuple(torch.nonzero(self.kept == 0).flatten().tolist())
