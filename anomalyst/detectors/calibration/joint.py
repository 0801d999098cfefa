"""The p-value of a whole sample from several detectors, calibrated on normals that all of them held out.

A combination of p-values is exact for some kinds of dependence only. Where every detector has scored the same normals
as if it had not learned from them, their dependence is there to be read: the sample joins these normals, each one's
scores become ranks by each detector, the ranks are combined, and the sample's place among all is its p-value. All that
treats the n + 1 alike, so the p-value is valid if the sample is exchangeable with the normals (Vovk et al. 2005),
whatever the dependence and the way of combining.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from anomalyst.detectors.calibration.combine import Floats

LEAST = 10  # normals in common, below which a place among them says too little
ROUNDING = 1e-9


def common_scores(held_out: Sequence[Mapping[int, float]]) -> Floats:
    """Scores (K, n) by each of K detectors of the normals that all held out; n is 0 where these are under LEAST."""
    numbers = sorted(set.intersection(*(set(scores) for scores in held_out)))
    kept = numbers if len(numbers) >= LEAST else []
    return np.array([[scores[i] for i in kept] for scores in held_out], dtype=np.float64)


def calibrated_p(normals: Floats, scores: Sequence[float], combine: Callable[[Sequence[Any]], Floats]) -> float:
    """The share of the normals (K, n), and of the sample with `scores` (K,), whose combined rank is as extreme as the
    sample's: at least 1 / (n + 1)."""
    every = np.concatenate([normals, np.asarray(scores, dtype=np.float64)[:, None]], 1)
    ranks = (every[:, None, :] >= every[:, :, None]).mean(-1)
    combined = combine(list(ranks))
    return float((combined <= combined[-1] * (1 + ROUNDING)).mean())
