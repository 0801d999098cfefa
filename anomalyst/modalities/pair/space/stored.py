"""A joint model as the first version saved it: read to score as it did, never learned.

Half of its estimate was the empirical denoiser's over stored pairs, which on pairs left out told less than the Gaussian
half alone; and what a text usually tells of an image it fits was taken off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.modalities.pair.space.joint import FOLDS, Fold, JointModel
from anomalyst.stopping import check_stop

CHUNK = 200_000_000  # numbers of a block of comparisons
NAMES = ("image_mean", "image_basis", "text_mean", "text_basis")


@dataclass(frozen=True)
class StoredModel(JointModel):
    """`images`, `texts`: the stored pairs of each model on its axes."""

    images: tuple[Tensor, ...]
    texts: tuple[Tensor, ...]

    def information(self, images: Tensor, texts: Tensor, fold: int | None = None) -> Tensor:
        """The mean of the Gaussian's and the empirical one's: (models, images, texts), nats."""
        chosen = range(len(self.folds)) if fold is None else (fold,)
        empirical = [
            self._empirical(k, self.folds[k].image_axes(images), self.folds[k].text_axes(texts)) for k in chosen
        ]
        return 0.5 * (super().information(images, texts, fold) + torch.stack(empirical))

    def against(self, images: Tensor, texts: Tensor, fold: int | None = None) -> Tensor:
        """What a text tells less of an image than usually of one that it fits: (models, images, texts), nats."""
        chosen = self.folds if fold is None else (self.folds[fold],)
        usual = torch.stack([usual_information(f.text_axes(texts), f.rho).sum(1) for f in chosen])
        return usual[:, None] - self.information(images, texts, fold)

    def _empirical(self, number: int, a: Tensor, b: Tensor) -> Tensor:
        check_stop()
        weight = self.folds[number].rho.sqrt()
        near = -0.5 * torch.cdist(a * weight, self.images[number] * weight).square()
        like = -0.5 * torch.cdist(b * weight, self.texts[number] * weight).square()
        chunk = max(1, CHUNK // max(1, near.numel()))
        told = [torch.logsumexp(near[:, None] + part[None], 2) for part in like.split(chunk)]
        found = torch.cat(told, 1) - torch.logsumexp(near, 1)[:, None] - torch.logsumexp(like, 1)[None]
        return found + math.log(len(self.images[number]))

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        arrays = {f"{prefix}.rho": self.folds[0].rho.numpy(), f"{prefix}.fold_of": self.fold_of.numpy()}
        for number, fold in enumerate(self.folds):
            arrays |= {f"{prefix}.{number}.{name}": getattr(fold, name).numpy() for name in NAMES}
            arrays[f"{prefix}.{number}.images"] = self.images[number].numpy()
            arrays[f"{prefix}.{number}.texts"] = self.texts[number].numpy()
        return arrays

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> Self:
        """Restore what `state` gave."""

        def tensor(name: str) -> Tensor:
            return torch.from_numpy(np.array(state[f"{prefix}.{name}"]))

        rho, numbers = tensor("rho"), range(FOLDS)
        folds = tuple(Fold(**{name: tensor(f"{k}.{name}") for name in NAMES}, rho=rho) for k in numbers)
        images, texts = (tuple(tensor(f"{k}.{side}") for k in numbers) for side in ("images", "texts"))
        return cls(folds, tensor("fold_of"), images, texts)


def usual_information(b: Tensor, rho: Tensor) -> Tensor:
    """Mean of `gaussian_information` over a given b: the divergence of p(a | b) from p(a), axis by axis, nats."""
    return -0.5 * (1 - rho.square()).log() + 0.5 * rho.square() * (b.square() - 1)


def with_examples(state: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """What was saved, with the pairs of the first model as `Examples` has them."""
    if "captions" not in state:
        return state  # saved again since
    names = {"images": "model.0.images", "texts": "model.0.texts", "captions": "captions"}
    return state | {f"examples.{name}": state[key] for name, key in names.items()}
