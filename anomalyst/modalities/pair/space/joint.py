"""How much an image and a text tell of each other, in nats, learned from pairs that match.

Both sides are whitened and turned onto canonical axes (Hotelling 1936). There two estimates of the pointwise mutual
information i(x; y) = log p(y | x) − log p(y) are averaged, each the closed-form optimum of a diffusion model on its
kind of data: a joint Gaussian's, and the empirical denoiser's over the stored pairs (weights of stored pairs by the
image, a kernel of unit width on the texts, which it sees blurred by that: it tells less than there is). How far axes
correlate is measured on pairs left out, so that a coincidence of few pairs tells nothing. Five models, each without a
fifth of the pairs, judge the pairs left out for calibration; new pairs get their mean, and their spread is the error.

A text that says little tells little of any image. So what is held against a pair is the difference to what its text
tells of an image that it fits, on average: the divergence of p(x | y) from p(x), in closed form for the Gaussian.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.stopping import check_stop

FOLDS = 5
AXES = (8, 16, 32, 64, 96, 128)
PAIRS_PER_AXIS = 8
MOST_STORED = 4000  # pairs of a fold that the empirical estimate compares with
HIGHEST = 0.98  # correlation
CHUNK = 200_000_000  # numbers of a block of comparisons


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
    def fit(cls, data: Tensor, axes: int) -> Self:
        """From (N, d); axes without variance are left out."""
        check_stop()
        mean = data.mean(0)
        centred = (data - mean).double()
        wide = centred.shape[1] > centred.shape[0]
        gram = centred @ centred.T if wide else centred.T @ centred
        values, vectors = torch.linalg.eigh(gram / len(data))
        values, vectors = values.flip(0)[:axes], vectors.flip(1)[:, :axes]
        kept = values > 1e-9 * values[0].clamp_min(1e-12)
        values, vectors = values[kept], vectors[:, kept]
        # for wide data the eigenvectors are those of samples: brought over to coordinates
        basis = centred.T @ vectors / (values * len(data)).sqrt() if wide else vectors
        return cls(mean, (basis / values.sqrt()).float())

    def apply(self, data: Tensor, axes: int | None = None) -> Tensor:
        """(N, d) → (N, axes)."""
        return (data - self.mean) @ self.basis[:, :axes]


@dataclass(frozen=True)
class Fold:
    """One model: canonical axes of both sides, and stored pairs on them."""

    image_mean: Tensor
    image_basis: Tensor
    text_mean: Tensor
    text_basis: Tensor
    images: Tensor
    texts: Tensor

    def image_axes(self, images: Tensor) -> Tensor:
        """(N, p) → (N, k)."""
        return (images - self.image_mean) @ self.image_basis

    def text_axes(self, texts: Tensor) -> Tensor:
        """(N, q) → (N, k)."""
        return (texts - self.text_mean) @ self.text_basis


@dataclass(frozen=True)
class JointModel:
    """`rho` (k,): correlation of each canonical axis, on pairs left out; `fold_of` (N,): the model without the pair."""

    folds: tuple[Fold, ...]
    rho: Tensor
    fold_of: Tensor

    @classmethod
    def fit(
        cls, images: Tensor, texts: Tensor, groups: NDArray[np.int64], seed: int = 0, axes: int | None = None
    ) -> Self:
        """From matching pairs' vectors (N, p) and (N, q); pairs of one group (one image) stay together.

        The number of axes is that which best tells pairs left out from the same ones with texts exchanged.
        """
        order = np.random.default_rng(seed).permutation(int(groups.max()) + 1)
        fold_of = torch.from_numpy(order[groups] % FOLDS)
        most = max(2, min(AXES[-1], len(images) // PAIRS_PER_AXIS))
        whitened = []
        for fold in range(FOLDS):
            inside = fold_of != fold
            whitened.append((Whitening.fit(images[inside], most), Whitening.fit(texts[inside], most)))
        best: tuple[float, Self] | None = None
        for count in [axes] if axes else [k for k in AXES if k <= most] or [most]:
            model = cls._of(images, texts, fold_of, whitened, count)
            told = model.told(images, texts, groups, seed)
            if best is None or told > best[0]:
                best = told, model
        assert best is not None
        return best[1]

    @classmethod
    def _of(
        cls, images: Tensor, texts: Tensor, fold_of: Tensor, whitened: Sequence[tuple[Whitening, Whitening]], count: int
    ) -> Self:
        turned, correlations = [], []
        for fold, (seen, said) in enumerate(whitened):
            check_stop()
            inside, outside = fold_of != fold, fold_of == fold
            a, b = seen.apply(images[inside], count), said.apply(texts[inside], count)
            u, _, v = torch.linalg.svd(a.T @ b / len(a), full_matrices=False)
            turned.append((seen.basis[:, :count] @ u, said.basis[:, :count] @ v.T))
            x, y = seen.apply(images[outside], count) @ u, said.apply(texts[outside], count) @ v.T
            size = (x.square().mean(0) * y.square().mean(0)).sqrt().clamp_min(1e-9)
            correlations.append((x * y).mean(0) / size)
        axes = min(len(c) for c in correlations)
        rho = torch.stack([c[:axes] for c in correlations]).mean(0).clamp(0, HIGHEST)
        folds = []
        for fold, ((seen, said), (u, v)) in enumerate(zip(whitened, turned, strict=True)):
            check_stop()
            inside = torch.nonzero(fold_of != fold)[:, 0]
            inside = inside[torch.linspace(0, len(inside) - 1, min(len(inside), MOST_STORED)).long()]
            u, v = u[:, :axes], v[:, :axes]
            stored = (images[inside] - seen.mean) @ u, (texts[inside] - said.mean) @ v
            folds.append(Fold(seen.mean, u, said.mean, v, *stored))
        return cls(tuple(folds), rho, fold_of)

    def told(self, images: Tensor, texts: Tensor, groups: NDArray[np.int64], seed: int) -> float:
        """Area under ROC of pairs left out against the same images with other pairs' texts."""
        from sklearn.metrics import roc_auc_score

        other = exchanged(groups, self.fold_of.numpy(), seed)
        fits = self.left_out(images, texts, range(len(images)))
        not_fits = self.left_out(images, texts[torch.from_numpy(other)], range(len(images)))
        labels = np.repeat([1, 0], len(images))
        return float(roc_auc_score(labels, torch.cat([fits, not_fits]).numpy()))

    def left_out(self, images: Tensor, texts: Tensor, rows: Sequence[int]) -> Tensor:
        """Information of images with texts, row by row, each by the model that never saw pair `rows[n]`: (n,)."""
        found = torch.zeros(len(images))
        which = self.fold_of[torch.as_tensor(list(rows))]
        for number, fold in enumerate(self.folds):
            own = which == number
            if own.any():
                found[own] = self._paired(fold, fold.image_axes(images[own]), fold.text_axes(texts[own]))
        return found

    def information(self, images: Tensor, texts: Tensor, fold: int | None = None) -> Tensor:
        """Information of every image with every text by every model (or one): (models, images, texts), nats."""
        chosen = self.folds if fold is None else (self.folds[fold],)
        return torch.stack([self._crossed(f, f.image_axes(images), f.text_axes(texts)) for f in chosen])

    def usual(self, texts: Tensor, fold: int | None = None) -> Tensor:
        """Information of texts (N, q) with images they fit, on average over such images, by every model (or one):
        (models, N), nats."""
        chosen = self.folds if fold is None else (self.folds[fold],)
        return torch.stack([usual_information(f.text_axes(texts), self.rho).sum(1) for f in chosen])

    def _paired(self, fold: Fold, a: Tensor, b: Tensor) -> Tensor:
        parts = [self._one_to_one(fold, x, y) for x, y in zip(a.split(512), b.split(512), strict=True)]
        return torch.cat(parts)

    def _one_to_one(self, fold: Fold, a: Tensor, b: Tensor) -> Tensor:
        near, like = self._log_kernels(fold, a, b)
        told = torch.logsumexp(near + like, 1) - torch.logsumexp(near, 1)
        empirical = told - torch.logsumexp(like, 1) + math.log(len(fold.images))
        return 0.5 * (gaussian_information(a, b, self.rho).sum(-1) + empirical)

    def _crossed(self, fold: Fold, a: Tensor, b: Tensor) -> Tensor:
        near, like = self._log_kernels(fold, a, b)
        chunk = max(1, CHUNK // max(1, near.numel()))
        told = [torch.logsumexp(near[:, None] + part[None], 2) for part in like.split(chunk)]
        empirical = torch.cat(told, 1) - torch.logsumexp(near, 1)[:, None] - torch.logsumexp(like, 1)[None]
        gaussian = gaussian_information(a[:, None], b[None], self.rho).sum(-1)
        return 0.5 * (gaussian + empirical + math.log(len(fold.images)))

    def _log_kernels(self, fold: Fold, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        check_stop()
        weight = self.rho.sqrt()
        near = -0.5 * torch.cdist(a * weight, fold.images * weight).square()
        like = -0.5 * torch.cdist(b * weight, fold.texts * weight).square()
        return near, like

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        arrays = {f"{prefix}.rho": self.rho.numpy(), f"{prefix}.fold_of": self.fold_of.numpy()}
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
        return cls(folds, tensor("rho"), tensor("fold_of"))


def gaussian_information(a: Tensor, b: Tensor, rho: Tensor) -> Tensor:
    """Pointwise mutual information of standard normal a and b of correlation rho, axis by axis, nats."""
    rest = 1 - rho.square()
    return -0.5 * (rest.log() + (rho.square() * (a.square() + b.square()) - 2 * rho * a * b) / rest)


def usual_information(b: Tensor, rho: Tensor) -> Tensor:
    """Mean of `gaussian_information` over a given b: the divergence of p(a | b) from p(a), axis by axis, nats."""
    return -0.5 * (1 - rho.square()).log() + 0.5 * rho.square() * (b.square() - 1)


def exchanged(groups: NDArray[np.int64], folds: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """For each pair another one of its fold and of another group, to take the text of (itself where there is none)."""
    generator = np.random.default_rng(seed)
    found = np.arange(len(groups))
    for fold in np.unique(folds):
        rows = np.flatnonzero(folds == fold)
        shuffled = generator.permutation(rows)
        partner = np.roll(shuffled, 1)
        for _ in range(8):
            same = groups[shuffled] == groups[partner]
            if not same.any():
                break
            partner[same] = generator.permutation(rows)[: int(same.sum())]
        found[shuffled] = partner
    return found
