"""Series peers, run by their own code: TSB-AD 1.5 (Liu & Paparrizos, NeurIPS 2024) and scikit-learn.

TSB-AD's methods are unsupervised: as TSB-AD does, they see the whole series (train part first, where there is one) and
their scores on the test part are evaluated. Sub-PCA, matrix profile and KShapeAD are univariate there: each channel
that moves is scored alone and the standardised scores are averaged. IForest runs on joint windows of all channels, with
TSB-AD's own settings for one or many channels. The k-NN of windows learns from the train part where there is one.
"""

from __future__ import annotations

import sys
import types
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from benchmarks.series_data import Case
from benchmarks.vus import sliding_window

Scores = NDArray[np.float64]
KSHAPE_CELLS = 300_000


def _shim() -> None:
    """Names that TSB-AD 1.5 expects and current releases lack: two imports for methods not run here, and `np.Inf`."""
    import statsmodels.tsa.ar_model as ar_model

    if not hasattr(ar_model, "AR"):
        ar_model.AR = None
    if not hasattr(np, "Inf"):
        np.Inf = np.inf  # type: ignore[attr-defined]
    sys.modules.setdefault("hurst", types.SimpleNamespace(compute_Hc=None))  # type: ignore[arg-type]


def _whole(case: Case) -> Scores:
    return case.test if case.train is None else np.concatenate([case.train, case.test])


def _standard(score: Scores) -> Scores:
    finite = np.nan_to_num(np.asarray(score, dtype=np.float64), posinf=0.0, neginf=0.0)
    return (finite - finite.mean()) / (finite.std() + 1e-12)


def _by_channel(case: Case, run: Callable[[Scores], Scores], cells: int | None = None) -> Scores:
    whole = _whole(case)
    moving = [c for c in range(whole.shape[1]) if np.ptp(whole[:, c]) > 0]
    if cells is not None:
        moving = moving[:: -(-len(moving) * len(whole) // cells)]
    total = np.zeros(len(whole))
    for c in moving:
        score = _standard(run(whole[:, [c]].copy()))
        total[: len(score)] += score[: len(whole)]
    return total[-len(case.test) :]


def sub_pca(case: Case) -> Scores:
    """TSB-AD `run_Sub_PCA`."""
    _shim()
    from TSB_AD.model_wrapper import run_Sub_PCA

    return _by_channel(case, lambda x: run_Sub_PCA(x, periodicity=1, n_components=None))


def matrix_profile(case: Case) -> Scores:
    """TSB-AD `run_MatrixProfile` (stumpy)."""
    _shim()
    from TSB_AD.model_wrapper import run_MatrixProfile

    return _by_channel(case, lambda x: run_MatrixProfile(x, periodicity=1))


def kshape(case: Case) -> Scores:
    """TSB-AD `run_KShapeAD`; a channel that it cannot cluster counts as score 0. It takes minutes for each channel of
    a long series: where rows × channels exceed KSHAPE_CELLS (SMD), every k-th channel is given to it."""
    _shim()
    from TSB_AD.model_wrapper import run_KShapeAD

    def run(x: Scores) -> Scores:
        np.random.seed(0)
        try:
            return np.asarray(run_KShapeAD(x, periodicity=1))
        except (ValueError, IndexError, ZeroDivisionError, np.linalg.LinAlgError) as error:
            print(f"KShapeAD could not score a channel of {case.name}: {error}", file=sys.stderr)
            return np.zeros(len(x))

    return _by_channel(case, run, KSHAPE_CELLS)


def iforest(case: Case) -> Scores:
    """TSB-AD `run_IForest` on windows of 100 rows of all channels, its best settings for one or many channels."""
    _shim()
    from TSB_AD.model_wrapper import run_IForest

    np.random.seed(0)
    whole = _whole(case)
    many = {"n_estimators": 25, "max_features": 0.8} if whole.shape[1] > 1 else {"n_estimators": 200}
    return np.asarray(run_IForest(whole.astype(np.float32), **many))[-len(case.test) :]


@dataclass(frozen=True)
class Windows:
    """Windows of a series as vectors (n, d), columns standardised: some to learn from, some to judge, and where.

    `own`: they were drawn from the same rows, as there is no train part.
    """

    normal: NDArray[np.float32]
    query: NDArray[np.float32]
    stored: NDArray[np.int64]
    asked: NDArray[np.int64]
    window: int
    rows: int
    own: bool

    def to_rows(self, scores: Scores) -> Scores:
        """A score of each query, put at its window's middle, as one for every row."""
        return np.interp(np.arange(self.rows), self.asked + self.window // 2, scores)


def windows_of(case: Case) -> Windows:
    """At most 5000 windows to learn from and 10,000 to judge, evenly spread; length by TSB-AD's period rule."""
    bank = case.test if case.train is None else case.train
    scale = bank.std(0)
    scale[scale == 0] = 1.0
    window = min(sliding_window(_whole(case)[:, 0]), len(bank) // 4, len(case.test) // 4)

    def windows(x: Scores) -> Scores:
        view = np.lib.stride_tricks.sliding_window_view((x - bank.mean(0)) / scale, window, axis=0)
        return view.reshape(len(view), -1).astype(np.float32)

    normal, query = windows(bank), windows(case.test)
    stored = np.unique(np.linspace(0, len(normal) - 1, 5000).astype(int))
    asked = np.unique(np.linspace(0, len(query) - 1, 10_000).astype(int))
    return Windows(normal[stored], query[asked], stored, asked, window, len(case.test), case.train is None)


def knn_windows(case: Case) -> Callable[[], Scores]:
    """Mean distance to the 5 nearest windows (scikit-learn)."""
    w = windows_of(case)
    count = min(5 + w.own * 2 * w.window, len(w.stored))
    neighbours = NearestNeighbors(n_neighbors=count).fit(w.normal)

    def score() -> Scores:
        distance, index = neighbours.kneighbors(w.query)
        if w.own:
            distance = np.where(np.abs(w.stored[index] - w.asked[:, None]) < w.window, np.nan, distance)
            distance = np.sort(distance, axis=1)[:, :5]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            near = np.nan_to_num(np.nanmean(distance, axis=1))
        return w.to_rows(near)

    return score


PEERS: dict[str, Callable[[Case], Scores | Callable[[], Scores]]] = {
    "TSB-AD Sub-PCA": sub_pca,
    "TSB-AD MatrixProfile": matrix_profile,
    "TSB-AD KShapeAD": kshape,
    "TSB-AD IForest": iforest,
    "k-NN of windows": knn_windows,
}
