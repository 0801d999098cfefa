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
HEAVIEST, LIGHTEST = 0.5, 0.05  # shapes: an exponential tail is never believed
MIDDLE = 0.5  # of the way, in log chances, from the median to the last quantile


@dataclass(frozen=True)
class AloneYardstick(RowYardstick):
    """`tail`: median, ξ and β of the scores of the rows that are not taken for bad."""

    tail: tuple[float, float, float] = (0.0, LIGHTEST, 1.0)

    def opinion(self, scores: NDArray[np.float64]) -> RuleScore:
        """What scores (N,) of the table's own rows say of them."""
        median, shape, scale = self.tail
        above = np.maximum(scores - median, 0) / scale
        p = np.where(scores > median, 0.5 * (1 + shape * above) ** (-1 / shape), 1.0)
        return opinion(scores, np.maximum(p, P_FLOOR))


def alone_yardstick(scores: NDArray[np.float64], bad: float) -> AloneYardstick:
    """From the scores (N,) of all rows of a table, of which the share `bad` may be abnormal."""
    last = 2 * bad  # of the upper half
    middle = last**MIDDLE
    median, between, high = np.quantile(scores, [0.5, 1 - middle / 2, 1 - bad])
    apart, width = float(high - median), float(between - median)
    if apart <= 0:  # most rows are alike
        return AloneYardstick(Conformal.fit(scores), "self-calibrated", {}, (float(median), LIGHTEST, 1e-6))
    shape = _shape(apart / max(width, 1e-9 * apart), middle, last)
    scale = shape * apart / (last**-shape - 1)
    return AloneYardstick(Conformal.fit(scores), "self-calibrated", {}, (float(median), shape, scale))


def _shape(ratio: float, middle: float, last: float) -> float:
    """The ξ of which the two excesses over the median stand in this ratio."""

    def off(shape: float) -> float:
        return float((last**-shape - 1) / (middle**-shape - 1) - ratio)

    if off(LIGHTEST) >= 0:
        return LIGHTEST
    return HEAVIEST if off(HEAVIEST) <= 0 else float(brentq(off, LIGHTEST, HEAVIEST))
