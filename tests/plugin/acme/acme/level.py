"""`acme-level`: a detector of somebody else's for series: how far a value lies from its channel's usual level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfc

from anomalyst.detectors.contract import Calibration, Card, Detector, RuleScore, ScoreMap
from anomalyst.errors import InputError
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.samples import Sample

LEAST_P = 1e-12


class Level(Detector):
    """|value − mean| / deviation of the normals' channel, the highest of all channels; p-values as of a Gaussian."""

    card = Card(
        name="acme-level",
        modality="series",
        family="density",
        summary="How far each value lies from the usual level of its channel.",
        cost="no time at all",
        best_for="values out of range",
        avoid_when="what matters is in which order values come",
        paper="Shewhart 1931",
    )

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, normals: Sequence[Sample]) -> Level:
        """Learn level and spread of each channel."""
        values = np.concatenate([_values(sample) for sample in normals]) if normals else np.empty((0, 1))
        if len(values) < 2:
            raise InputError("acme-level got no normal rows; give normal series.")
        self.mean_, self.spread_, self.rows_ = values.mean(0), values.std(0) + 1e-12, np.array([len(values)])
        return self

    def score(self, sample: Sample) -> ScoreMap:
        """Rows by their height above the usual level, the sample by its highest row among so many."""
        values = _values(sample)
        if values.shape[1] != len(self.mean_):
            raise InputError(f"{sample.name!r} has {values.shape[1]} channels, the normals have {len(self.mean_)}.")
        heights = np.nan_to_num(np.abs(values - self.mean_) / self.spread_).max(1)
        p = erfc(heights / np.sqrt(2)).clip(LEAST_P, 1)
        whole, whole_p = float(heights.max()), float(np.clip(p.min() * values.size, LEAST_P, 1))
        scores, p_values = heights.astype(np.float32), p.astype(np.float32)
        expected = np.broadcast_to(self.mean_, values.shape).copy()
        rows = int(self.rows_[0])
        return ScoreMap(
            "series", scores, p_values, whole, whole_p, False, expected, expected[None],
            Calibration("split-conformal", rows, rows), {"density": RuleScore(scores, p_values, whole, whole_p)},
        )  # fmt: skip

    def impute(self, sample: SeriesSample, start: int, stop: int) -> NDArray[np.float64]:
        """What the rows from start to stop would have been: the usual level."""
        return np.broadcast_to(self.mean_, (stop - start, len(self.mean_))).copy()

    def config(self) -> dict[str, Any]:
        """The options."""
        return {"seed": self.seed}

    def state(self) -> dict[str, NDArray[Any]]:
        """What was learned."""
        return {"mean": self.mean_, "spread": self.spread_, "rows": self.rows_}

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Learned again."""
        self.mean_, self.spread_, self.rows_ = (state[name] for name in ("mean", "spread", "rows"))


def _values(sample: Sample) -> NDArray[np.float64]:
    if not isinstance(sample, SeriesSample):
        raise InputError(f"acme-level reads series, and {sample.name!r} is {sample.modality} data.")
    return np.asarray(sample.values, np.float64)
