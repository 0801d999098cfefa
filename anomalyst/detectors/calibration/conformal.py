"""Calibration: from scores to p-values by comparison with held-out normals.

Split-conformal p-values (Vovk et al. 2005; Bates et al. 2023, arXiv 2104.08279): with n held-out normal scores,
p(s) = (1 + #{held-out ≥ s}) / (n + 1), valid at every n if the new normal is exchangeable with them.
Below 1 / (n + 1) nothing was observed: there a generalised Pareto tail (Pickands 1975) is fitted to the largest
scores, and the p-value is marked as extrapolated; of a whole sample, it is never less than a
hundredth of what n normals can show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anomalyst.errors import InputError

TAIL_SHARE = 0.1  # the tail is fitted to this share of the scores, or to TAIL_COUNT of them if that is more
TAIL_COUNT = 10
MAX_TAIL_SHARE = 0.5
MIN_TAIL = 2
MAX_KEPT = 20_000
P_FLOOR = 1e-12
TIE = 1e-6  # share of itself by which a score must exceed another to be the higher one: less is rounding
REACH = 100  # times below 1 / (n + 1) that a fitted tail is believed: n normals say nothing about what is rarer still


def judged(scores: ArrayLike, whose: str) -> NDArray[np.float64]:
    """Scores as float64; InputError if one is NaN: what could not be scored was not found normal."""
    values = np.asarray(scores, dtype=np.float64)
    if unknown := int(np.isnan(values).sum()):
        raise InputError(
            f"{unknown} of {values.size} scores of {whose} are not numbers (NaN), so nothing can be judged by them; "
            "check the values of the input and of its normals, or choose another detector."
        )
    return values


@dataclass(frozen=True)
class Conformal:
    """Sorted held-out normal scores and their fitted upper tail.

    `kept`: sorted scores (all of them, or about MAX_KEPT order statistics, denser towards the top);
    `above`: how many of all `count` scores rank above each kept one; `tail`: (share of scores above the threshold,
    threshold, shape, scale) of the generalised Pareto, scale 0 where there were too few scores to fit one.
    """

    kept: NDArray[np.float64]
    above: NDArray[np.int64]
    count: int
    tail: tuple[float, float, float, float]

    @classmethod
    def fit(cls, scores: ArrayLike) -> Conformal:
        """Calibrate on held-out normal scores of any shape; InputError if one is NaN."""
        ordered = np.sort(judged(scores, "held-out normals").ravel())
        if not len(ordered):
            raise ValueError("no calibration score; give at least one held-out normal")
        positions = _kept_positions(len(ordered))
        return cls(ordered[positions], len(ordered) - 1 - positions, len(ordered), _fit_tail(ordered))

    def p_values(self, scores: ArrayLike) -> NDArray[np.float64]:
        """P-values of `scores`, same shape; InputError if one is NaN."""
        values = judged(scores, "the sample")
        surely = values * (1 - TIE * np.sign(values))
        place = np.searchsorted(self.kept, surely, side="left")
        # Where scores were thinned out, those between two kept ones count as ≥ s: never too small a p-value.
        at_least = np.concatenate([[self.count], self.above])[place]
        p = (1 + at_least) / (self.count + 1)
        beyond = surely > self.kept[-1]
        p[beyond] = np.minimum(p[beyond], self._tail_p(values[beyond]))
        return p

    def sample_p(self, score: float) -> float:
        """P-value of one whole sample: believed no further than REACH times below what n held-out normals can show."""
        return max(float(self.p_values([score])[0]), 1 / (REACH * (self.count + 1)))

    @property
    def has_tail(self) -> bool:
        """Whether there were scores enough to fit a tail, so that p-values can lie below 1 / (n + 1)."""
        return self.tail[3] > 0

    @property
    def smallest(self) -> float:
        """The smallest p-value that a whole sample can get."""
        return 1 / ((REACH if self.has_tail else 1) * (self.count + 1))

    @property
    def supported(self) -> float:
        """The smallest p-value that the normals show without the fitted tail."""
        return 1 / (self.count + 1)

    def is_extrapolated(self, p: float) -> bool:
        """Whether a p-value lies below what n held-out normals can show."""
        return p < 1 / (self.count + 1) * (1 - 1e-9)

    def _tail_p(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        share, threshold, shape, scale = self.tail
        if not self.has_tail:
            return np.full(values.shape, 1 / (self.count + 1))
        # As scipy.stats gives it, which takes a second to load.
        beyond: NDArray[np.float64] = np.exp(-np.log1p(shape * (values - threshold) / scale) / shape)
        return np.maximum(share * beyond, P_FLOOR)

    def thinned(self, most: int) -> Conformal:
        """The same with about `most` scores kept: p-values between two of them are those of the lower one."""
        positions = _kept_positions(len(self.kept), most)
        return Conformal(self.kept[positions], self.above[positions], self.count, self.tail)

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        head = np.array([self.count, *self.tail], dtype=np.float64)
        return {f"{prefix}.kept": self.kept, f"{prefix}.above": self.above, f"{prefix}.head": head}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> Conformal:
        """Restore what `state` gave."""
        count, share, threshold, shape, scale = (float(v) for v in state[f"{prefix}.head"])
        return cls(state[f"{prefix}.kept"], state[f"{prefix}.above"], int(count), (share, threshold, shape, scale))


def _kept_positions(count: int, most: int = MAX_KEPT) -> NDArray[np.int64]:
    """Which order statistics to keep: all of few; of many, an even grid and the whole top tenth, thinned to fit."""
    if count <= most:
        return np.arange(count)
    grid = np.linspace(0, count - 1, most // 2).astype(np.int64)
    top = np.unique(count - 1 - np.geomspace(1, count * TAIL_SHARE, most // 2).astype(np.int64) + 1)
    return np.union1d(grid, top)


def _fit_tail(ordered: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Generalised Pareto fitted to the m largest excesses by probability-weighted moments (Hosking & Wallis 1987).

    The shape is held in [1/m, 1/2] (at 1/m where that is more): with shape 1/m the tail is the predictive distribution
    of an exponential one whose mean was estimated from m excesses, so that few scores never pretend to know much.
    """
    share = float(np.clip(TAIL_COUNT / len(ordered), TAIL_SHARE, MAX_TAIL_SHARE))
    threshold = float(np.quantile(ordered, 1 - share))
    excess = ordered[ordered > threshold] - threshold
    count = len(excess)
    if count < MIN_TAIL or excess[-1] <= 0:
        return share, threshold, 0.0, 0.0
    mean = float(excess.mean())
    weighted = float(np.mean(excess * (1 - (np.arange(count) + 0.65) / count)))
    fitted = 2 - mean / (mean - 2 * weighted) if mean > 2 * weighted else 0.5
    shape = float(np.clip(fitted, 1 / count, max(0.5, 1 / count)))
    # The predictive tail keeps the mean excess as its scale; a fitted one has it as its mean.
    return share, threshold, shape, mean if shape == 1 / count else mean * (1 - shape)
