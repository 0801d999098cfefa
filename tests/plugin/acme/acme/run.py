"""`bits-run`: how many ones stand together, against their usual share: a binomial test in a sliding window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from acme.bits import BitsSample
from anomalyst.detectors.contract import Calibration, Card, Detector, ScoreMap
from anomalyst.errors import InputError
from anomalyst.samples import Sample

WINDOW, LEAST_P = 9, 1e-12


class Run(Detector):
    """−ln p of the number of ones in the window around each bit, were they spread as in the normals."""

    card = Card(
        name="bits-run", modality="bits", family="density", summary="Finds runs of ones, or of noughts.",
        cost="no time at all", best_for="runs", avoid_when="order matters", paper="Bernoulli 1713",
    )  # fmt: skip

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, normals: Sequence[Sample]) -> Run:
        """Learn the share of ones."""
        bits = [_values(sample) for sample in normals]
        if not bits:
            raise InputError("bits-run got no normal rows of bits; give some.")
        self.learned_ = np.array([np.concatenate(bits).mean(), len(bits), sum(map(len, bits))])
        return self

    def score(self, sample: Sample) -> ScoreMap:
        """The windows' p-values, and the smallest of them, times their number, for the row."""
        values, (share, rows, count) = _values(sample), self.learned_
        wide = np.pad(values, WINDOW // 2, mode="reflect")
        ones = np.lib.stride_tricks.sliding_window_view(wide, WINDOW).sum(1)
        p = 2 * np.minimum(binom.sf(ones - 1, WINDOW, share), binom.cdf(ones, WINDOW, share))
        p = p.clip(LEAST_P, 1)
        scores = -np.log(p)
        whole, whole_p = float(scores.max()), float(min(1.0, p.min() * len(p)))
        expected = np.full(len(values), share)
        return ScoreMap(
            "bits", scores.astype(np.float32), p.astype(np.float32), whole, whole_p, False, expected, expected[None],
            Calibration("split-conformal", int(rows), int(count)),
        )  # fmt: skip

    def config(self) -> dict[str, Any]:
        """The options."""
        return {"seed": self.seed}

    def state(self) -> dict[str, NDArray[Any]]:
        """What was learned."""
        return {"learned": self.learned_}

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Learned again."""
        self.learned_ = state["learned"]


def _values(sample: Sample) -> NDArray[np.int8]:
    if not isinstance(sample, BitsSample):
        raise InputError(f"bits-run reads bits, and {sample.name!r} is {sample.modality} data.")
    return sample.values
