"""What a learned detector's scores are among held-out normals: at each place, and how far they spread.

Scores of learned methods may have any sign and unit. Standardised by place, 0 is typical and 1 one deviation above, so
that a border which is always harder to restore is no longer suspicious, and several methods can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

PRIOR = 4.0  # normals that the mean over all places counts for, when a place's own is estimated
LEVEL_BLUR = 1.0  # cells


@dataclass(frozen=True)
class Level:
    """`mean`, `spread`: (rows, columns) of normal scores at each place."""

    mean: Tensor
    spread: Tensor

    @classmethod
    def fit(cls, scored: Tensor) -> Self:
        """From the scores of held-out normals (n, rows, columns)."""
        return cls._of(scored.sum(0), scored.square().sum(0), len(scored))

    @classmethod
    def _of(cls, total: Tensor, squares: Tensor, count: int) -> Self:
        """From Σ s and Σ s² at each place; both are drawn towards their mean over all places."""
        everywhere, everywhere2 = total.mean() / count, squares.mean() / count
        mean = gaussian_blur((total + PRIOR * everywhere) / (count + PRIOR), LEVEL_BLUR)
        second = gaussian_blur((squares + PRIOR * everywhere2) / (count + PRIOR), LEVEL_BLUR)
        least = 1e-3 * float((everywhere2 - everywhere.square()).clamp_min(0).sqrt()) + 1e-9
        return cls(mean, (second - mean.square()).clamp_min(0).sqrt().clamp_min(least))

    def standard(self, scored: Tensor) -> Tensor:
        """Scores (…, rows, columns) in deviations from what is typical at their place."""
        return (scored - self.mean) / self.spread

    @classmethod
    def held_out(cls, scored: Tensor) -> Tensor:
        """Each normal's scores by the level of the others (its own would flatter it): (n, rows, columns)."""
        if len(scored) < 2:
            return cls.fit(scored).standard(scored)
        total, squares, count = scored.sum(0), scored.square().sum(0), len(scored) - 1
        return torch.stack([cls._of(total - s, squares - s.square(), count).standard(s) for s in scored])

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        return {f"{prefix}.mean": self.mean.numpy(), f"{prefix}.spread": self.spread.numpy()}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> Self:
        """Restore what `state` gave."""
        return cls(*(torch.from_numpy(state[f"{prefix}.{name}"].copy()) for name in ("mean", "spread")))


def gaussian_blur(plane: Tensor, sigma: float) -> Tensor:
    """A Gaussian blur of (h, w), its border mirrored."""
    reach = min(int(4 * sigma), min(plane.shape) - 1)
    bell = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma).square())
    bell = bell / bell.sum()
    fine = functional.pad(plane[None, None], (reach, reach, 0, 0), mode="reflect")
    fine = functional.conv2d(fine, bell.reshape(1, 1, 1, -1))
    fine = functional.pad(fine, (0, 0, reach, reach), mode="reflect")
    return functional.conv2d(fine, bell.reshape(1, 1, -1, 1))[0, 0]
