"""How much an image and a text tell of each other, in nats, learned from pairs that match.

Both sides are turned onto canonical axes (Hotelling 1936) of a covariance that is shrunk (Vinod 1976), as few images
span few directions. There the pointwise mutual information i(x; y) = log p(y | x) − log p(y) is that of a joint
Gaussian, the closed-form optimum of a diffusion model on such data. How far axes spread and correlate is measured on
images left out, so that a coincidence of few images tells nothing. Five models, each without a fifth of the images,
judge the pairs left out for calibration; new pairs get their mean, and their spread is the error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.stopping import check_stop

FOLDS = 5
AXES = 64
DIRECTIONS = 512  # principal ones, of which canonical axes are made
SHRINK = 0.01  # of the total variance, added to that of each principal direction: best of five powers of ten, for 50 to
# 700 images, with and without a text encoder, on halves of both data sets ("Text-image pairs" in docs/benchmarks.md)
HIGHEST = 0.98  # correlation


@dataclass(frozen=True)
class Scaler:
    """Concatenates views, each centred and of total variance 1."""

    means: tuple[Tensor, ...]
    scales: tuple[float, ...]

    @classmethod
    def fit(cls, views: Sequence[Tensor]) -> Self:
        """From the views of what is learned from: (N, d) each."""
        means = tuple(v.mean(0) for v in views)
        return cls(means, tuple(1 / max(float(v.var(0, correction=0).sum()) ** 0.5, 1e-9) for v in views))

    def apply(self, views: Sequence[Tensor]) -> Tensor:
        """(N, d of all views)."""
        return torch.cat([(v - m) * s for v, m, s in zip(views, self.means, self.scales, strict=True)], 1)


@dataclass(frozen=True)
class Whitening:
    """The first principal axes, scaled to unit variance: (d, axes)."""

    mean: Tensor
    basis: Tensor

    @classmethod
    def fit(cls, data: Tensor, axes: int, shrink: float = 0.0) -> Self:
        """From (N, d); axes without variance are left out. `shrink`: share of the total variance that each axis is
        taken to have besides its own."""
        check_stop()
        mean = data.mean(0)
        centred = (data - mean).double()
        wide = centred.shape[1] > centred.shape[0]
        gram = centred @ centred.T if wide else centred.T @ centred
        values, vectors = torch.linalg.eigh(gram / len(data))
        total = values.clamp_min(0).sum()
        values, vectors = values.flip(0)[:axes], vectors.flip(1)[:, :axes]
        kept = values > 1e-9 * values[0].clamp_min(1e-12)
        values, vectors = values[kept], vectors[:, kept]
        # for wide data the eigenvectors are those of samples: brought over to coordinates
        basis = centred.T @ vectors / (values * len(data)).sqrt() if wide else vectors
        return cls(mean, (basis / (values + shrink * total).sqrt()).float())

    def apply(self, data: Tensor) -> Tensor:
        """(N, d) → (N, axes)."""
        return (data - self.mean) @ self.basis


@dataclass(frozen=True)
class Fold:
    """One model: canonical axes of both sides, of unit variance on what it has not seen; `rho` (k,): how far they
    correlate there."""

    image_mean: Tensor
    image_basis: Tensor
    text_mean: Tensor
    text_basis: Tensor
    rho: Tensor

    @classmethod
    def fit(cls, images: Tensor, texts: Tensor, axes: int) -> Self:
        """From the vectors of matching pairs, row by row; its axes have yet to be measured."""
        seen, said = (Whitening.fit(side, DIRECTIONS, SHRINK) for side in (images, texts))
        check_stop()
        u, rho, v = torch.linalg.svd(seen.apply(images).T @ said.apply(texts) / len(images), full_matrices=False)
        return cls(seen.mean, seen.basis @ u[:, :axes], said.mean, said.basis @ v.T[:, :axes], rho[:axes])

    def image_axes(self, images: Tensor) -> Tensor:
        """(N, p) → (N, k)."""
        return (images - self.image_mean) @ self.image_basis

    def text_axes(self, texts: Tensor) -> Tensor:
        """(N, q) → (N, k)."""
        return (texts - self.text_mean) @ self.text_basis

    def measured(self, x: Tensor, y: Tensor, images: int) -> Self:
        """The same with what pairs of so many images, that models had not seen, show on the axes: (n, k) each. What a
        correlation is expected to be by chance is taken off."""
        scale = [side.square().mean(0).sqrt().clamp_min(1e-9) for side in (x, y)]
        rho = ((x * y).mean(0) / (scale[0] * scale[1])).clamp(0, HIGHEST)
        rho = (rho.square() - (1 - rho.square()) / images).clamp_min(0).sqrt()
        count = len(rho)
        image_basis, text_basis = self.image_basis[:, :count] / scale[0], self.text_basis[:, :count] / scale[1]
        return type(self)(self.image_mean, image_basis, self.text_mean, text_basis, rho)


@dataclass(frozen=True)
class JointModel:
    """Several models; `fold_of` (N,): the one that has not seen the pair."""

    folds: tuple[Fold, ...]
    fold_of: Tensor

    @classmethod
    def fit(
        cls, images: Tensor, texts: Tensor, groups: NDArray[np.int64], seed: int = 0, axes: int | None = None
    ) -> Self:
        """From matching pairs' vectors (N, p) and (N, q); pairs of one group (one image) stay together."""
        order = np.random.default_rng(seed).permutation(int(groups.max()) + 1)
        fold_of = torch.from_numpy(order[groups] % FOLDS)
        folds, outside = [], []
        for number in range(FOLDS):
            out = fold_of == number
            fold = Fold.fit(images[~out], texts[~out], axes or AXES)
            folds.append(fold)
            outside.append((fold.image_axes(images[out]), fold.text_axes(texts[out])))
        count = min(x.shape[1] for x, _ in outside)
        measured = []
        for number, fold in enumerate(folds):
            # not on the pairs that it is to judge, or those would look as if they fitted better than new ones
            others = [pair for k, pair in enumerate(outside) if k != number]
            x, y = (torch.cat([side[:, :count] for side in sides]) for sides in zip(*others, strict=True))
            measured.append(fold.measured(x, y, len(np.unique(groups[(fold_of != number).numpy()]))))
        return cls(tuple(measured), fold_of)

    def left_out(self, images: Tensor, texts: Tensor, rows: Sequence[int]) -> Tensor:
        """Information of images with texts, row by row, each by the model that never saw pair `rows[n]`: (n,)."""
        found = torch.zeros(len(images))
        which = self.fold_of[torch.as_tensor(list(rows))]
        for number, fold in enumerate(self.folds):
            own = which == number
            found[own] = gaussian_information(fold.image_axes(images[own]), fold.text_axes(texts[own]), fold.rho).sum(1)
        return found

    def information(self, images: Tensor, texts: Tensor, fold: int | None = None) -> Tensor:
        """Information of every image with every text by every model (or one): (models, images, texts), nats."""
        check_stop()
        chosen = self.folds if fold is None else (self.folds[fold],)
        return torch.stack([crossed(f.image_axes(images), f.text_axes(texts), f.rho) for f in chosen])

    def against(self, images: Tensor, texts: Tensor, fold: int | None = None) -> Tensor:
        """How much speaks against every text for every image, by every model (or one): (models, images, texts)."""
        return -self.information(images, texts, fold)

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        arrays = {f"{prefix}.fold_of": self.fold_of.numpy()}
        for number, fold in enumerate(self.folds):
            arrays |= {f"{prefix}.{number}.{name}": value.numpy() for name, value in vars(fold).items()}
        return arrays

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> Self:
        """Restore what `state` gave."""

        def tensor(name: str) -> Tensor:
            return torch.from_numpy(np.array(state[f"{prefix}.{name}"]))

        names = Fold.__dataclass_fields__
        folds = tuple(Fold(**{name: tensor(f"{k}.{name}") for name in names}) for k in range(FOLDS))
        return cls(folds, tensor("fold_of"))


def gaussian_information(a: Tensor, b: Tensor, rho: Tensor) -> Tensor:
    """Pointwise mutual information of standard normal a and b of correlation rho, axis by axis, nats."""
    rest = 1 - rho.square()
    return -0.5 * (rest.log() + (rho.square() * (a.square() + b.square()) - 2 * rho * a * b) / rest)


def crossed(a: Tensor, b: Tensor, rho: Tensor) -> Tensor:
    """The same of every a (N, k) with every b (M, k), over all axes: (N, M)."""
    rest = 1 - rho.square()
    alone = [0.5 * (side.square() @ (rho.square() / rest)) for side in (a, b)]
    return (a * (rho / rest)) @ b.T - alone[0][:, None] - alone[1][None] - 0.5 * rest.log().sum()
