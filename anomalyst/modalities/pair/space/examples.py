"""Pairs that were learned from, kept to show one that is like a new image: on the canonical axes of the first model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.modalities.pair.space.joint import JointModel, crossed
from anomalyst.modalities.pair.space.text import packed, unpacked

MOST = 4000  # pairs
MAX_CAPTION = 200  # characters


@dataclass(frozen=True)
class Examples:
    """`images`, `texts` (N, k): pairs on their axes; `captions`: their texts."""

    images: Tensor
    texts: Tensor
    captions: tuple[str, ...]

    @classmethod
    def fit(cls, model: JointModel, images: Tensor, texts: Tensor, captions: Sequence[str]) -> Self:
        """From the vectors of pairs; of very many, some."""
        rows = torch.linspace(0, len(images) - 1, min(len(images), MOST)).long()
        fold = model.folds[0]
        kept = tuple(captions[k][:MAX_CAPTION] for k in rows.tolist())
        return cls(fold.image_axes(images[rows]), fold.text_axes(texts[rows]), kept)

    def nearest(self, model: JointModel, image: Tensor, count: int) -> list[tuple[str, float]]:
        """The captions of the images most like one (1, p), the nearest first, and what each tells of it in nats."""
        fold = model.folds[0]
        axes, weight = fold.image_axes(image), fold.rho.sqrt()
        near = torch.cdist(axes * weight, self.images * weight)[0].argsort()[:count]
        told = crossed(axes, self.texts[near], fold.rho)[0]
        return [(self.captions[k], nats) for k, nats in zip(near.tolist(), told.tolist(), strict=True)]

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        axes = {f"{prefix}.images": self.images.numpy(), f"{prefix}.texts": self.texts.numpy()}
        return axes | {f"{prefix}.captions": packed(self.captions)}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> Self:
        """Restore what `state` gave."""
        images, texts = (torch.from_numpy(np.array(state[f"{prefix}.{name}"])) for name in ("images", "texts"))
        return cls(images, texts, tuple(unpacked(state[f"{prefix}.captions"])))
