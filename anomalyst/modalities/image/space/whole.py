"""The whole picture as one vector, and the Gaussian denoiser of the few that normals give.

A lost part, another object, another surface: what changes everywhere a little, no place shows. Mean and spread over all
places of what the backbone's deepest layer sees are blind to where and how turned a thing lies. There are more of these
coordinates than normals, so the Gaussian (`detectors/denoisers/gaussian.py`) is written in the normals' own products:
with Z (n, d) the centred normals, G = Z Zᵀ and Σ = Zᵀ Z / (n − 1),

    −2 log p_σ(x) = zᵀ (Σ + σ²I)⁻¹ z = (‖z‖² − (Z z)ᵀ (G + (n − 1) σ²I)⁻¹ (Z z)) / σ²     (z = x − μ, Woodbury)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.denoisers.gaussian import NOISE
from anomalyst.modalities.image.space.pixels import LEAST_SPREAD, SPREAD_FLOOR
from anomalyst.stopping import check_stop

NAMES = ("mean", "scale", "seen", "factor", "noise")


def pooled(maps: Tensor) -> Tensor:
    """Mean and spread over all places: (B, C, rows, columns) → (B, 2 C)."""
    return torch.cat([maps.mean((2, 3)), maps.std((2, 3), correction=0)], 1)


@dataclass(frozen=True)
class Whole:
    """Whole normals by their two moments. `mean`, `scale`: (d,), to centred coordinates of about unit variance; `seen`:
    Z (n, d); `factor`: (n, n) lower Cholesky factor of G + (n − 1) σ²I; `noise`: σ."""

    mean: Tensor
    scale: Tensor
    seen: Tensor
    factor: Tensor
    noise: Tensor

    @classmethod
    def fit(cls, vectors: Tensor) -> Self:
        """From the vectors of two or more normals (n, d)."""
        check_stop()
        exact = vectors.double()
        mean, spread = exact.mean(0), exact.std(0, correction=0)
        scale = 1 / (spread + SPREAD_FLOOR * spread.mean()).clamp_min(LEAST_SPREAD)
        seen = (exact - mean) * scale
        free = len(seen) - 1
        noise = (NOISE * (seen.square().sum() / (free * seen.shape[1])).sqrt()).clamp_min(LEAST_SPREAD)
        products = seen @ seen.T
        products.diagonal().add_(free * noise.square())
        return cls(mean, scale, seen, torch.linalg.cholesky(products).contiguous(), noise)

    def score(self, vector: Tensor) -> float:
        """√(−2 log p_σ(x)) of one picture (d,), but for a constant."""
        away = (vector.double() - self.mean) * self.scale
        explained = torch.linalg.solve_triangular(self.factor, (self.seen @ away)[:, None], upper=False)
        return float((away.square().sum() - explained.square().sum()).clamp_min(0).sqrt() / self.noise)

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        return {f"{prefix}.{name}": getattr(self, name).numpy() for name in NAMES}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> Self | None:
        """Restore what `state` gave; None where there was none."""
        if f"{prefix}.mean" not in state:
            return None
        return cls(*(torch.from_numpy(np.array(state[f"{prefix}.{name}"])) for name in NAMES))


def held_out_scores(vectors: Tensor, numbers: Sequence[int]) -> list[float]:
    """Scores of some of the normals (n, d), each by the Gaussian of all others."""
    every = torch.arange(len(vectors))
    return [Whole.fit(vectors[every != i]).score(vectors[i]) for i in numbers]
