"""Peers of the pair detectors, on the same vectors: ridge regression, canonical correlation, nearest neighbours.

Each gives how well an image fits a text, higher is better. What a peer has to choose is chosen by cross-validation in
which the pairs of one image stay together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, GroupKFold

Vectors = NDArray[np.float64]
Fit = Callable[[Vectors, Vectors], Vectors]  # images and texts, row by row
STRENGTHS = tuple(10.0**k for k in range(-5, 3))  # of the ridge, as multiples of the number of pairs
AXES = (2, 4, 8, 16, 32, 64, 128)
NEIGHBOURS = 10


@dataclass(frozen=True)
class Learned:
    """Matching pairs, row by row; `groups`: which image each is of; `offset`: the mean of the texts."""

    images: Vectors
    texts: Vectors
    groups: NDArray[np.int64]
    offset: Vectors


def peers(learned: Learned) -> dict[str, Fit]:
    """All of them, fitted."""
    ridge = _ridge(learned)
    return {
        "ridge": lambda images, texts: cosine(ridge(images), texts),
        "ridge, not centred": lambda images, texts: cosine(ridge(images) + learned.offset, texts + learned.offset),
        "cca": _cca(learned),
        "k-NN": _neighbours(learned),
    }


def _ridge(learned: Learned) -> Callable[[Vectors], Vectors]:
    """The text's vector from the image's."""
    strengths = {"alpha": [len(learned.images) * a for a in STRENGTHS]}
    search = GridSearchCV(Ridge(), strengths, cv=GroupKFold(5))
    found: Callable[[Vectors], Vectors] = search.fit(learned.images, learned.texts, groups=learned.groups).predict
    return found


def _cca(learned: Learned) -> Fit:
    """Cosine on canonical axes of as many principal axes of both sides as best tell pairs left out."""
    most = min(0.8 * len(np.unique(learned.groups)), *learned.images.shape[1:], *learned.texts.shape[1:])
    counts = [count for count in AXES if count < most]
    best = max(counts, key=lambda count: _told(learned, count))
    return _canonical(learned.images, learned.texts, best)


def _canonical(images: Vectors, texts: Vectors, count: int) -> Fit:
    seen, said = (PCA(count, whiten=True, random_state=0).fit(side) for side in (images, texts))
    u, rho, v = np.linalg.svd(seen.transform(images).T @ said.transform(texts) / len(images))
    return lambda x, y: cosine(seen.transform(x) @ u * rho, said.transform(y) @ v.T * rho)


def _told(learned: Learned, count: int) -> float:
    """Area under ROC of pairs left out against the same with texts of other images."""
    areas = []
    for inside, outside in GroupKFold(5).split(learned.images, groups=learned.groups):
        fit = _canonical(learned.images[inside], learned.texts[inside], count)
        order = np.random.default_rng(0).permutation(outside)
        other = np.roll(order, 1)
        apart = learned.groups[order] != learned.groups[other]
        good = fit(learned.images[outside], learned.texts[outside])
        bad = fit(learned.images[order[apart]], learned.texts[other[apart]])
        areas.append(roc_auc_score(np.repeat([1, 0], [len(good), len(bad)]), np.concatenate([good, bad])))
    return float(np.mean(areas))


def _neighbours(learned: Learned) -> Fit:
    """Mean cosine of the text with the texts of the learned pairs whose images are nearest."""
    seen, said = _unit(learned.images), _unit(learned.texts)

    def fit(images: Vectors, texts: Vectors) -> Vectors:
        near = np.argsort(-_unit(images) @ seen.T, axis=1)[:, :NEIGHBOURS]
        found: Vectors = np.einsum("nkd,nd->n", said[near], _unit(texts)) / NEIGHBOURS
        return found

    return fit


def _unit(rows: Vectors) -> Vectors:
    found: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return found


def cosine(a: Vectors, b: Vectors) -> Vectors:
    """Of each row of `a` with that of `b`."""
    found: Vectors = (_unit(a) * _unit(b)).sum(1)
    return found
