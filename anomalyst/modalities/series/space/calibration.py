"""P-values of series: rows against held-out normal rows, whole samples against the maxima of held-out stretches.

Rows near in time are alike, so a whole series is judged by stretches: with p the conformal p-value of its largest score
among the maxima of normal stretches, a series as long as k stretches has p-value 1 − (1 − p)^k.
A score is a sum of surprises −ln p: it rises by 1 where p falls by 1/e if they are independent, by 3 if all three move
together. No fitted tail may fall by more than 1/e per LEAST_SCALE, as few stretches can look calmer than normals are.
Without normals the bulk of the series' own scores (all but its upper quarter, which may be abnormal) is taken as normal
and its tail as exponential; whatever is read from that tail is extrapolated.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from anomalyst.detectors.calibration.conformal import P_FLOOR, Conformal
from anomalyst.detectors.contract import Calibration, RuleScore, ScoreMap
from anomalyst.modalities.series.scores import SeriesScores
from anomalyst.modalities.series.space.grid import Grid

Name = TypeVar("Name", bound=str)  # of a rule, or of any family

MAX_STRETCHES = 400
LEAST_SCALE = 2.0
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SeriesCalibration:
    """`rows`: calibrates single rows; `stretches`: the maxima of stretches of `length` grid steps."""

    rows: Conformal
    stretches: Conformal
    length: int

    @classmethod
    def fit(cls, scores: Floats, pieces: list[tuple[int, int]], shortest: int) -> SeriesCalibration:
        """From held-out normal scores (G,), in stretches of at least `shortest` steps."""
        length = max(shortest, len(scores) // MAX_STRETCHES)
        maxima = [m for a, b in pieces for m in stretch_maxima(scores[a:b], length)]
        return cls(slower(Conformal.fit(scores)), slower(Conformal.fit(maxima)), length)

    def row_p(self, scores: Floats) -> Floats:
        """P-value of each row."""
        return self.rows.p_values(scores)

    def sample_p(self, highest: float, steps: int) -> tuple[float, bool]:
        """P-value of a series of `steps` grid steps by its highest score, and whether it was extrapolated."""
        p = float(self.stretches.p_values(np.array([highest]))[0])
        return of_many(p, steps / self.length), self.stretches.is_extrapolated(p)

    def smallest_p(self, steps: int) -> float:
        """The smallest p-value that a series of `steps` grid steps can get."""
        return of_many(P_FLOOR if self.stretches.has_tail else self.stretches.smallest, steps / self.length)

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        length = {f"{prefix}.length": np.array([self.length])}
        return {**self.rows.state(f"{prefix}.rows"), **self.stretches.state(f"{prefix}.stretches"), **length}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> SeriesCalibration:
        """Restore what `state` gave."""
        rows, stretches = (Conformal.from_state(state, f"{prefix}.{name}") for name in ("rows", "stretches"))
        return cls(rows, stretches, int(state[f"{prefix}.length"][0]))


@dataclass(frozen=True)
class OwnCalibration:
    """A series' own scores as its calibration: empirical up to `edge` (upper quartile), exponential beyond it.

    `ordered`: sorted scores; `decay`: mean excess over the edge; `length`: steps that count as one stretch.
    """

    ordered: Floats
    edge: float
    decay: float
    length: int

    @classmethod
    def fit(cls, scores: Floats, length: int) -> OwnCalibration:
        """From the scores (G,) of the series itself."""
        middle, edge, high = np.quantile(scores, [0.5, 0.75, 0.9])
        # Two looks at the same tail: the median to the quartile, the quartile to the 90 % point (ln 2.5 decays apart).
        decay = max(float(edge - middle) / math.log(2), float(high - edge) / math.log(2.5), 1e-9)
        return cls(np.sort(scores), float(edge), decay, length)

    def row_p(self, scores: ArrayLike) -> Floats:
        """P-value of each row."""
        values = np.asarray(scores, dtype=np.float64)
        rank = 1 - np.searchsorted(self.ordered, values, side="left") / len(self.ordered)
        tail = 0.25 * np.exp(-(values - self.edge) / self.decay)
        return np.clip(np.where(values <= self.edge, rank, np.minimum(tail, 0.25)), P_FLOOR, 1.0)

    def sample_p(self, highest: float, steps: int) -> tuple[float, bool]:
        """P-value of the whole series by its highest score; always extrapolated."""
        return of_many(float(self.row_p([highest])[0]), steps / self.length), True

    def smallest_p(self, steps: int) -> float:
        """The smallest p-value that a series of `steps` grid steps can get."""
        return of_many(P_FLOOR, steps / self.length)


Judge = SeriesCalibration | OwnCalibration


def opinion(rows: Floats, judge: Judge) -> RuleScore:
    """What a rule says of a sample whose rows have these scores (G,)."""
    highest = float(rows.max())
    p, _ = judge.sample_p(highest, len(rows))
    return RuleScore(rows.astype(np.float32), judge.row_p(rows).astype(np.float32), highest, p)


def score_map(
    grid: Grid,
    opinions: Mapping[Name, RuleScore],
    own: Name,
    judge: Judge,
    calibration: Calibration,
    pictures: tuple[NDArray[np.floating], NDArray[np.floating]],
    blame: Tensor,
) -> ScoreMap:
    """A series detector's answer on the sample's rows. `opinions`: of each rule on the grid (G,), `own` the detector's;
    `pictures`: expected (T, C) and samples (K, T, C); `blame`: (C, G)."""
    rows = grid.rows
    foremost = opinions[own]
    on_rows: dict[str, RuleScore] = {
        rule: replace(said, scores=said.scores[rows], p_values=said.p_values[rows]) for rule, said in opinions.items()
    }
    return ScoreMap(
        modality="series",
        scores=on_rows[own].scores,
        p_values=on_rows[own].p_values,
        sample_score=foremost.sample_score,
        sample_p=foremost.sample_p,
        extrapolated=judge.sample_p(foremost.sample_score, len(grid.values))[1],
        expected=grid.back(pictures[0]),
        samples=grid.back(pictures[1]),
        calibration=replace(calibration, smallest=judge.smallest_p(len(grid.values))),
        rules=on_rows,
        detail=SeriesScores(grid.back(blame.T.numpy()[rows]).astype(np.float32)),
    )


def slower(fitted: Conformal) -> Conformal:
    """The same with a tail that falls by at most 1/e per LEAST_SCALE."""
    share, threshold, shape, scale = fitted.tail
    if scale <= 0:
        return fitted
    return replace(fitted, tail=(share, threshold, shape, max(scale, LEAST_SCALE)))


def stretch_maxima(scores: Floats, length: int) -> list[float]:
    """The largest score of each stretch of about `length` steps."""
    return [float(part.max()) for part in np.array_split(scores, max(1, round(len(scores) / length)))]


def of_many(p: float, times: float) -> float:
    """P-value of the smallest of about `times` independent p-values: 1 − (1 − p)^times."""
    return float(np.clip(-math.expm1(max(1.0, times) * math.log1p(-min(p, 1 - 1e-12))), P_FLOOR, 1.0))
