"""How detectors of the first version judge a series, for those that were saved then: by stretches.

Rows near in time are alike, so a whole series is judged by stretches: with p the conformal p-value of its largest score
among the maxima of normal stretches, a series as long as k stretches has p-value 1 − (1 − p)^k. A score is the sum of
three surprises (`profile.py`). Without normals the bulk of the series' own scores (all but its upper quarter) is taken
as normal and its tail as exponential. What is fitted today judges by events (`alarm.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anomalyst.detectors.calibration.conformal import P_FLOOR, Conformal
from anomalyst.detectors.contract import RuleScore
from anomalyst.modalities.series.space.profile import Profile

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class StretchCalibration:
    """`rows`: calibrates single rows; `stretches`: the maxima of stretches of `length` grid steps."""

    rows: Conformal
    stretches: Conformal
    length: int

    @property
    def behind(self) -> int:
        """Rows that this was learned from."""
        return self.rows.count

    def opinion(self, profile: Profile) -> RuleScore:
        """What a rule says of a sample with this profile: scores and p-values of its rows, and of the whole."""
        return _opinion(profile.rows, self.rows.p_values(profile.rows), self.whole_p)

    def whole_p(self, highest: float, steps: int) -> float:
        """P-value of a series of `steps` grid steps by its highest score."""
        return of_many(float(self.stretches.p_values(np.array([highest]))[0]), steps / self.length)

    def is_extrapolated(self, highest: float) -> bool:
        """Whether the p-value of a highest score was read from a fitted tail."""
        return self.stretches.is_extrapolated(float(self.stretches.p_values(np.array([highest]))[0]))

    def smallest_p(self, steps: int) -> float:
        """The smallest p-value that a series of `steps` grid steps can get."""
        return of_many(P_FLOOR if self.stretches.has_tail else self.stretches.smallest, steps / self.length)

    def independent(self, steps: int) -> float | None:
        """Not known of stretches."""
        return None

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        length = {f"{prefix}.length": np.array([self.length])}
        return {**self.rows.state(f"{prefix}.rows"), **self.stretches.state(f"{prefix}.stretches"), **length}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> StretchCalibration:
        """Restore what `state` gave."""
        rows, stretches = (Conformal.from_state(state, f"{prefix}.{name}") for name in ("rows", "stretches"))
        return cls(rows, stretches, int(state[f"{prefix}.length"][0]))


@dataclass(frozen=True)
class OwnStretches:
    """A series' own scores as its calibration: empirical up to `edge` (upper quartile), exponential beyond it.

    `ordered`: sorted scores; `decay`: mean excess over the edge; `length`: steps that count as one stretch.
    """

    ordered: Floats
    edge: float
    decay: float
    length: int

    stretches: ClassVar[None] = None

    @property
    def behind(self) -> int:
        """Rows that this was learned from."""
        return len(self.ordered)

    @classmethod
    def fit(cls, scores: Floats, length: int) -> OwnStretches:
        """From the scores (G,) of the series itself."""
        middle, edge, high = np.quantile(scores, [0.5, 0.75, 0.9])
        # Two looks at the same tail: the median to the quartile, the quartile to the 90 % point (ln 2.5 decays apart).
        decay = max(float(edge - middle) / math.log(2), float(high - edge) / math.log(2.5), 1e-9)
        return cls(np.sort(scores), float(edge), decay, length)

    def opinion(self, profile: Profile) -> RuleScore:
        """What a rule says of a sample with this profile: scores and p-values of its rows, and of the whole."""
        return _opinion(profile.rows, self._row_p(profile.rows), self.whole_p)

    def _row_p(self, scores: ArrayLike) -> Floats:
        values = np.asarray(scores, dtype=np.float64)
        rank = 1 - np.searchsorted(self.ordered, values, side="left") / len(self.ordered)
        tail = 0.25 * np.exp(-(values - self.edge) / self.decay)
        return np.clip(np.where(values <= self.edge, rank, np.minimum(tail, 0.25)), P_FLOOR, 1.0)

    def whole_p(self, highest: float, steps: int) -> float:
        """P-value of the whole series by its highest score."""
        return of_many(float(self._row_p([highest])[0]), steps / self.length)

    def is_extrapolated(self, highest: float) -> bool:
        """Always."""
        return True

    def smallest_p(self, steps: int) -> float:
        """The smallest p-value that a series of `steps` grid steps can get."""
        return of_many(P_FLOOR, steps / self.length)

    def independent(self, steps: int) -> float | None:
        """Not known of stretches."""
        return None


def _opinion(rows: Floats, p_values: Floats, whole_p: Any) -> RuleScore:
    highest = float(rows.max())
    return RuleScore(rows.astype(np.float32), p_values.astype(np.float32), highest, whole_p(highest, len(rows)))


def of_many(p: float, times: float) -> float:
    """P-value of the smallest of about `times` independent p-values: 1 − (1 − p)^times."""
    return float(np.clip(-math.expm1(max(1.0, times) * math.log1p(-min(p, 1 - 1e-12))), P_FLOOR, 1.0))
