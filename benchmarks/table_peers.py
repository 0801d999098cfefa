"""Peers on tables: scikit-learn's detectors, and PyOD's ECOD where it is installed.

Numbers are standardised by the rows that are learned from, but for isolation forests, which need no scale.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors

from benchmarks.table_data import TableCase

Floats = NDArray[np.float64]
NEIGHBOURS = 5  # as in ADBench and in PyOD


def knn(case: TableCase, seed: int) -> Floats:
    """Mean distance to the five nearest normal rows."""
    learned, judged = standardised(case)
    found = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(learned))).fit(learned)
    return np.asarray(found.kneighbors(judged)[0].mean(1))


def kth(case: TableCase, seed: int) -> Floats:
    """Distance to the fifth nearest normal row, as PyOD's KNN."""
    learned, judged = standardised(case)
    found = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(learned))).fit(learned)
    return np.asarray(found.kneighbors(judged)[0][:, -1])


def lof(case: TableCase, seed: int) -> Floats:
    """Local outlier factor of 20 neighbours."""
    learned, judged = standardised(case)
    found = LocalOutlierFactor(n_neighbors=min(20, len(learned) - 1), novelty=True).fit(learned)
    return -np.asarray(found.score_samples(judged))


def forest(case: TableCase, seed: int) -> Floats:
    """Isolation forest of 100 trees."""
    return -np.asarray(IsolationForest(random_state=seed).fit(case.learned).score_samples(case.judged))


def pca(case: TableCase, seed: int) -> Floats:
    """Squared principal components over their variances, as PyOD's PCA."""
    learned, judged = standardised(case)
    found = PCA().fit(learned)
    kept = found.explained_variance_ > 1e-9
    return np.asarray((found.transform(judged)[:, kept] ** 2 / found.explained_variance_[kept]).sum(1))


def ecod(case: TableCase, seed: int) -> Floats:
    """PyOD's ECOD."""
    from pyod.models.ecod import ECOD

    return np.asarray(ECOD().fit(case.learned).decision_function(case.judged))


def standardised(case: TableCase) -> tuple[Floats, Floats]:
    """Both in standard deviations of what is learned from; a column that does not move there keeps its unit."""
    mean, spread = case.learned.mean(0), case.learned.std(0)
    spread = np.where(spread > 1e-12, spread, 1.0)
    return (case.learned - mean) / spread, (case.judged - mean) / spread


PEERS: dict[str, Callable[[TableCase, int], Floats]] = {
    "k-NN, mean of 5": knn, "k-NN, 5th": kth, "LOF": lof, "IForest": forest, "PCA": pca,
}  # fmt: skip
if importlib.util.find_spec("pyod"):
    PEERS["ECOD"] = ecod
