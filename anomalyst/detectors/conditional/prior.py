"""What few pairs can teach: x₀ given a text as a Gaussian, whose optimal denoiser is known in closed form.

Latents are maps x = B z with z white of K axes (`basis` B, (d, K), its columns orthogonal and of square length `power`
= d / K, so that an element of x has variance 1). With z | y ~ N(W f(y), Σ) and z ~ N(0, 1) without a text

    D(x; σ, y) = B [ m + Σ (Σ + s)⁻¹ (B⁺x − m) ],    m = W f(y),    s = σ² / power

(Karras et al. 2022, arXiv 2206.00364, App. B.3, for a Gaussian). f(y): which tokens a text has, weighted by how rare
they are, beside the mean embedding of a frozen encoder. W is ridge regression; it is fitted five times, each without a
fifth of the pairs, and Σ is the covariance of what these miss of the fifth left out: a text is trusted as far as it
tells of new pictures. A network that starts from this prior has to learn only what no Gaussian tells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import Ridge
from torch import Tensor, nn
from torch.nn import functional

from anomalyst.detectors.conditional.text import Condition
from anomalyst.detectors.denoisers.contract import per_sample
from anomalyst.detectors.training.precision import matrix_products

FOLDS = 5
STRENGTHS = (1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1)  # of the ridge, as multiples of the number of pairs
SHRUNK = 0.02  # share of Σ that is the same in all directions
LEAST_TEXTS = 2  # a token that fewer texts have is not learned
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PriorSize:
    """`axes` K of the latents; `tokens` that are looked for; `width` of the mean embedding, 0 without."""

    axes: int
    tokens: int
    width: int


class TextPrior(nn.Module):
    """The Gaussian denoiser of latents (B, C, h, w) of `elements` = C h w numbers; no gradient changes it."""

    def __init__(self, size: PriorSize, elements: int) -> None:
        super().__init__()
        self.size, self.power = size, elements / size.axes
        features = size.tokens + size.width
        shapes = {
            "basis": (elements, size.axes), "rarity": (size.tokens,), "centre": (features,), "scale": (features,),
            "weight": (FOLDS, features, size.axes), "turn": (size.axes, size.axes), "spread": (size.axes,),
        }  # fmt: skip
        for name, shape in shapes.items():
            self.register_buffer(name, torch.zeros(shape))
        self.register_buffer("ids", torch.full((size.tokens,), -1))

    basis: Tensor
    rarity: Tensor
    centre: Tensor
    scale: Tensor
    weight: Tensor
    turn: Tensor
    spread: Tensor
    ids: Tensor

    def inward(self, x: Tensor) -> Tensor:
        """B⁺x: (B, C, h, w) → (B, K)."""
        with matrix_products("float32", x.device):
            return x.flatten(1) @ self.basis / self.power

    def outward(self, z: Tensor, shape: torch.Size) -> Tensor:
        """B z: (B, K) → `shape` (B, C, h, w)."""
        with matrix_products("float32", z.device):
            return (z @ self.basis.T).reshape(shape)

    def features(self, condition: Condition) -> Tensor:
        """f(y): (B, tokens + width)."""
        found = [has_tokens(condition.said, self.ids) * self.rarity]
        if self.size.width:
            found.append(functional.normalize(condition.mean.float(), dim=1))
        return (torch.cat(found, 1) - self.centre) * self.scale

    def says(self, condition: Condition) -> Tensor:
        """Whether a text has any token besides special ones: (B, 1), 0 or 1."""
        return (condition.said >= 0).any(1, keepdim=True).float()

    def mean(self, condition: Condition) -> Tensor:
        """m = W f(y), 0 for a text that says nothing: (B, K)."""
        found = self.features(condition)
        with matrix_products("float32", found.device):
            if condition.fold is None:
                return self.says(condition) * (found @ self.weight.mean(0))
            by_all = torch.einsum("bf,gfk->bgk", found, self.weight)
            return self.says(condition) * by_all[torch.arange(len(found)), condition.fold]

    def denoised(self, z: Tensor, sigma: Tensor, mean: Tensor, condition: Condition) -> Tensor:
        """D in coordinates: (B, K)."""
        noise = per_sample(sigma, z).square() / self.power
        with matrix_products("float32", z.device):
            told = mean + ((z - mean) @ self.turn * (self.spread / (self.spread + noise))) @ self.turn.T
        says = self.says(condition)
        return says * told + (1 - says) * z / (1 + noise)


def has_tokens(ids: Tensor, wanted: Tensor) -> Tensor:
    """Which of the `wanted` tokens (n,) each text (B, L) has: (B, n), 0 or 1."""
    return (ids[:, :, None] == wanted).any(1).float()


def fit_prior(directions: Tensor, white: Tensor, condition: Condition, frozen: bool, folds: Tensor) -> TextPrior:
    """From pairs: white latents (N, K), the `directions` (d, K) in which they lie, of any length, and their texts.

    `folds` (N,): which are left out together; `frozen`: the text encoder does not learn, so its embeddings can be read.
    """
    ids = torch.unique(condition.said[condition.said >= 0])
    count = has_tokens(condition.said, ids).sum(0)
    ids, share = ids[count >= LEAST_TEXTS], count[count >= LEAST_TEXTS] / len(white)
    width = condition.tokens.shape[2] if frozen else 0
    prior = TextPrior(PriorSize(white.shape[1], len(ids), width), len(directions))
    prior.basis = functional.normalize(directions, dim=0) * prior.power**0.5
    prior.ids, prior.rarity = ids, -share.clamp(1e-9, 0.999).log()
    prior.scale = torch.ones(len(ids) + width)
    found = prior.features(condition)
    views = found.split([len(ids), width] if width else [len(ids)], 1)
    evened = [view.var(0, correction=0).sum().clamp_min(1e-9).rsqrt().expand(view.shape[1]) for view in views]
    prior.centre, prior.scale = found.mean(0), torch.cat(evened)
    weight, missed = ridges(prior.features(condition).double().numpy(), white.double().numpy(), folds.numpy())
    prior.weight = torch.from_numpy(weight).float()
    covariance = missed.T @ missed / len(missed)
    even = np.eye(len(covariance)) * np.trace(covariance) / len(covariance)
    values, vectors = np.linalg.eigh((1 - SHRUNK) * covariance + SHRUNK * even)
    prior.spread, prior.turn = torch.from_numpy(values).float(), torch.from_numpy(vectors).float()
    return prior


def ridges(texts: Floats, pictures: Floats, folds: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """W without each fold (folds, features, K), and what it misses of the pairs left out (N, K), at the strength at
    which that is least."""
    best: tuple[float, Floats, Floats] | None = None
    for strength in STRENGTHS:
        weights, missed = [], np.zeros_like(pictures)
        for fold in range(FOLDS):
            inside = folds != fold
            ridge = Ridge(alpha=strength * inside.sum(), fit_intercept=False).fit(texts[inside], pictures[inside])
            weights.append(ridge.coef_.T)
            missed[~inside] = pictures[~inside] - ridge.predict(texts[~inside])
        error = float(np.square(missed).mean())
        if best is None or error < best[0]:
            best = error, np.stack(weights), missed
    assert best is not None
    return best[1], best[2]
