"""P-values of rows where a table is judged by itself, and a stated share of it may be abnormal.

Then the highest scores tell nothing of what is normal. From the median of the scores up to the quantile that only the
share of bad rows lies above, a generalised Pareto tail (Pickands 1975) is laid through three points, and all above is
read from it:

    p(s) = ½ (1 + ξ (s − m) / β)^(−1/ξ),   m the median, 0 ≤ ξ ≤ HEAVIEST
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from anomalyst.detectors.calibration.conformal import P_FLOOR, Conformal
from anomalyst.detectors.contract import RuleScore
from anomalyst.modalities.table.space.answer import RowYardstick, opinion

LEAST_ROWS = 30
FEW_COLUMNS = 3
HEAVIEST, LIGHTEST = 0.5, 0.05  # shapes: an exponential tail is never believed
ALIKE = 1e-6  # the scale where more than half of the rows are alike, of the median
LEAST_SCORE = 1e-6
MIDDLE = 0.5  # of the way, in log chances, from the median to the last quantile


@dataclass(frozen=True)
class Tail:
    """A generalised Pareto tail above the median of scores."""

    median: float
    shape: float
    scale: float

    @classmethod
    def fit(cls, scores: NDArray[np.float64], bad: float) -> Tail:
        """From the scores (N,) of all rows of a table, of which the share `bad` may be abnormal."""
        last = 2 * bad  # of the upper half
        middle = last**MIDDLE
        median, between, high = (float(q) for q in np.quantile(scores, [0.5, 1 - middle / 2, 1 - bad]))
        apart, width = high - median, between - median
        if apart <= 0:  # most rows are alike
            return cls(median, LIGHTEST, ALIKE * max(1.0, abs(median)))
        shape = _shape(apart / max(width, 1e-9 * apart), middle, last)
        return cls(median, shape, shape * apart / (last**-shape - 1))

    def p(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """How likely a normal row's score is as high, (N,)."""
        above = np.maximum(scores - self.median, 0) / self.scale
        return np.where(scores > self.median, 0.5 * (1 + self.shape * above) ** (-1 / self.shape), 1.0)


@dataclass(frozen=True)
class AloneYardstick(RowYardstick):
    """`tail`: of the scores, or, if `of_logs`, of their logarithms."""

    tail: Tail = Tail(0.0, LIGHTEST, 1.0)
    of_logs: bool = False

    def opinion(self, scores: NDArray[np.float64]) -> RuleScore:
        """What scores (N,) of the table's own rows say of them."""
        p = self.tail.p(_log(scores) if self.of_logs else scores)
        return opinion(scores, np.maximum(p, P_FLOOR))


def alone_yardstick(scores: NDArray[np.float64], bad: float, columns: int) -> AloneYardstick:
    """From the scores (N,) of all rows of a table of so many columns, of which the share `bad` may be abnormal.

    Distances in one or two columns spread over several orders, so that only their logarithms fall off as is supposed.
    """
    of_logs = columns < FEW_COLUMNS
    tail = Tail.fit(_log(scores) if of_logs else scores, bad)
    return AloneYardstick(Conformal.fit(scores), "self-calibrated", tail=tail, of_logs=of_logs)


def _log(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.log(np.maximum(scores, LEAST_SCORE)))


def _shape(ratio: float, middle: float, last: float) -> float:
    """The ξ of which the two excesses over the median stand in this ratio."""

    def off(shape: float) -> float:
        return float((last**-shape - 1) / (middle**-shape - 1) - ratio)

    if off(LIGHTEST) >= 0:
        return LIGHTEST
    return HEAVIEST if off(HEAVIEST) <= 0 else float(brentq(off, LIGHTEST, HEAVIEST))
