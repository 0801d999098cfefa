"""The whole picture as one vector, and the Gaussian denoiser of the few that normals give.

A lost part, another object, another surface: what changes everywhere a little, no place shows. Mean and spread over all
places of what the backbone's deepest layer sees are blind to where and how turned a thing lies. There are more of these
coordinates than normals, so the Gaussian (`detectors/denoisers/gaussian.py`) is written in the products of rows A
(k, d) whose Aᵀ A is Σ,

    −2 log p_σ(x) = zᵀ (Σ + σ²I)⁻¹ z = (‖z‖² − (A z)ᵀ (A Aᵀ + σ²I)⁻¹ (A z)) / σ²     (z = x − μ, Woodbury)

The rows are the centred normals over √(n − 1), and below them, over √m, how harmless changes (`harmless.py`) moved some
of the normals: a picture that only light, focus or compression moved is no abnormal one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.denoisers.gaussian import NOISE
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.harmless import CHANGES, changed
from anomalyst.modalities.image.space.pixels import LEAST_SPREAD, SPREAD_FLOOR, drawn
from anomalyst.stopping import check_stop

MOST = 256  # normals that whole pictures are compared with
CHANGED = 16  # normals whose harmless changes are looked at
NAMES = ("mean", "scale", "seen", "factor", "noise")


def pooled(maps: Tensor) -> Tensor:
    """Mean and spread over all places: (B, C, rows, columns) → (B, 2 C)."""
    return torch.cat([maps.mean((2, 3)), maps.std((2, 3), correction=0)], 1)


@dataclass(frozen=True)
class Whole:
    """Whole normals by their two moments. `mean`, `scale`: (d,), to centred coordinates of about unit variance; `seen`:
    A (k, d); `factor`: (k, k) lower Cholesky factor of A Aᵀ + σ²I; `noise`: σ."""

    mean: Tensor
    scale: Tensor
    seen: Tensor
    factor: Tensor
    noise: Tensor

    @classmethod
    def fit(cls, vectors: Tensor, moved: Tensor) -> Self:
        """From the vectors of two or more normals (n, d), and by how much harmless changes move some (m, d)."""
        check_stop()
        exact = vectors.double()
        mean, spread = exact.mean(0), exact.std(0, correction=0)
        scale = 1 / (spread + SPREAD_FLOOR * spread.mean()).clamp_min(LEAST_SPREAD)
        rows = (exact - mean) * scale / math.sqrt(len(exact) - 1)
        noise = (NOISE * (rows.square().sum() / rows.shape[1]).sqrt()).clamp_min(LEAST_SPREAD)
        seen = torch.cat([rows, moved.double() * scale / math.sqrt(max(1, len(moved)))])
        products = seen @ seen.T
        products.diagonal().add_(noise.square())
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


@dataclass(frozen=True)
class Wholes:
    """Whole normals while a detector is fitted. `vectors`: (n, d); `numbers`: theirs among all normals; `moved`: (m, d)
    by how much harmless changes moved some of them; `owner`: (m,) numbers of these."""

    vectors: Tensor
    numbers: Tensor
    moved: Tensor
    owner: Tensor

    @classmethod
    def among(
        cls,
        images: Sequence[ImageSample],
        vectors: Tensor,
        look: Callable[[Sequence[ImageSample]], Tensor],
        fine: bool,
        seed: int,
    ) -> Self:
        """Of normal images and their vectors (N, d); all that calibrate are among them. `look`: the vectors of other
        images (m, d); `fine`: these have more than 256 levels."""
        kept, some = (drawn(range(len(vectors)), most, seed) for most in (MOST, CHANGED))
        owner = torch.tensor(some).repeat_interleave(len(CHANGES))
        others = [replace(images[i], pixels=pixels) for i in some for pixels in changed(images[i].pixels, fine)]
        return cls(vectors[kept], torch.tensor(kept), look(others) - vectors[owner], owner)

    def fit(self) -> Whole:
        """Their Gaussian."""
        return Whole.fit(self.vectors, self.moved)

    def held_out(self, numbers: Sequence[int]) -> list[float]:
        """Scores of some of them, each by the Gaussian of all others."""
        return [self._without(i).score(self.vectors[self.numbers == i][0]) for i in numbers]

    def _without(self, number: int) -> Whole:
        return Whole.fit(self.vectors[self.numbers != number], self.moved[self.owner != number])
