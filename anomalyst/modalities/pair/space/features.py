"""Images of pairs as maps of features on a grid, and the denoiser of such maps: what few photographs can teach.

The views of `PairEncoder` (colours, layers of a backbone) are brought to a few channels each by principal components of
their cells; whole images are then turned into white latents by those of all cells together, and laid back on the grid
(`TextPrior`). So noise hides all that is known of an image evenly, and what a text tells can be read place by place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.conditional.denoiser import ConditionalDenoiser
from anomalyst.detectors.conditional.text import Condition, Tokens
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.space.encoders import SIDE, PairEncoder, Seen
from anomalyst.modalities.pair.space.joint import Whitening

GRID = 8  # cells along each side: a map's
COLOUR_CHANNELS, CHANNELS = 32, 16  # of the map: of colours, and of each other view


@dataclass(frozen=True)
class PictureSettings:
    """`shape`: (h, w) of the pictures it takes."""

    shape: tuple[int, int] = (SIDE, SIDE)


@dataclass(frozen=True)
class CellSpace:
    """Per view: the mean cell (d,), and its first principal axes (d, channels), scaled to cells of variance 1."""

    means: tuple[Tensor, ...]
    bases: tuple[Tensor, ...]

    @classmethod
    def fit(cls, seen: Seen) -> Self:
        """From the images learned from."""
        means, bases = [], []
        for number, cells in enumerate(_cells(seen)):
            flat = cells.flatten(0, 1).double()
            means.append(flat.mean(0))
            covariance = torch.cov((flat - means[-1]).T)
            _, vectors = torch.linalg.eigh(covariance)
            kept = vectors.flip(1)[:, : CHANNELS if number else COLOUR_CHANNELS]
            bases.append(kept / covariance.trace().clamp_min(1e-12).sqrt())
        return cls(tuple(m.float() for m in means), tuple(b.float() for b in bases))

    def apply(self, seen: Seen) -> Tensor:
        """Maps (N, channels of all views, GRID, GRID)."""
        parts = zip(_cells(seen), self.means, self.bases, strict=True)
        joined = torch.cat([(cells - mean) @ basis for cells, mean, basis in parts], 2)
        maps: Tensor = joined.mT.unflatten(2, (GRID, GRID))
        return maps


def _cells(seen: Seen) -> list[Tensor]:
    """All views as cells (N, GRID², d); what is of the whole image stands in every cell."""
    rooted = [c.clamp_min(0).sqrt() if r else c for c, r in zip(seen.cells, seen.rooted, strict=True)]
    return [*rooted, *(whole[:, None].expand(-1, GRID**2, -1) for whole in seen.whole)]


class FeatureDenoiser:
    """D(x; σ, y) of white latents x, (B, channels, GRID, GRID), of the features of images."""

    def __init__(
        self, encoder: PairEncoder, space: CellSpace, whitening: Whitening, denoiser: ConditionalDenoiser
    ) -> None:
        self.encoder, self.space, self.whitening = encoder, space, whitening
        self.denoiser, self.text = denoiser, denoiser.text
        self.settings = PictureSettings()

    def given(self, texts: Sequence[str] | Tokens) -> Condition:
        """Texts, or tokens made by `self.text`, as a condition."""
        return self.denoiser.given(texts)

    def __call__(self, x: Tensor, sigma: Tensor, condition: Condition) -> Tensor:
        """D(x; σ, y), same shape as `x`; one σ (B,) and one text for each."""
        found: Tensor = self.denoiser(x, sigma, condition)
        return found

    def centred(self, pictures: Tensor) -> Tensor:
        """Pictures (B, 3, h, w) in [0, 1] to latents."""
        seen = self.encoder.images([ImageSample(p.permute(1, 2, 0).numpy(), name="picture") for p in pictures])
        return self.latents(seen)

    def latents(self, seen: Seen) -> Tensor:
        """Encoded images to latents."""
        prior = self.denoiser.prior
        assert prior is not None
        maps = self.space.apply(seen)
        return prior.outward(self.whitening.apply(maps.flatten(1)), maps.shape)

    def state(self) -> dict[str, NDArray[Any]]:
        """What was learned, without the encoders, as arrays."""
        arrays = {"mean": self.whitening.mean, "basis": self.whitening.basis}
        for number, (mean, basis) in enumerate(zip(self.space.means, self.space.bases, strict=True)):
            arrays |= {f"means.{number}": mean, f"bases.{number}": basis}
        return {f"features.{name}": value.numpy() for name, value in arrays.items()}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], encoder: PairEncoder, denoiser: ConditionalDenoiser) -> Self:
        """Restore what `state` gave."""
        told = {k.removeprefix("features."): torch.from_numpy(np.array(v)) for k, v in state.items()}
        views = range(sum(name.startswith("means.") for name in told))
        space = CellSpace(tuple(told[f"means.{k}"] for k in views), tuple(told[f"bases.{k}"] for k in views))
        return cls(encoder, space, Whitening(told["mean"], told["basis"]), denoiser)
