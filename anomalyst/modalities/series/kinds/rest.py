"""A channel that rests for too long: a beat, a job or a customer that did not come.

What rests between its beats is still often, so that no row of a longer pause deviates by much. The pause itself does:
it lasts longer than any other.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from anomalyst.modalities.series.kinds.stretch import Stretch
from anomalyst.modalities.series.runs import runs

WITHIN = 8  # rows, whose spread tells whether a channel rests:
RESTING = 0.35  # it is less than so much of that of normal rows
LONGER = 1.5  # times as long as any other rest
LEAST = 2  # times WITHIN: shorter ones are none
SHARE = 0.5  # of a stretch that must rest
MOST = 0.9  # of normal rows rest: where nearly all do, the channel only moves slowly
USUAL = (0.05, 0.95)  # quantiles of the values at other rests: another level is more than a rest


def long_rest(stretch: Stretch) -> tuple[int, int] | None:
    """The rows [start, stop) of a rest that most of a stretch lies in, if none about normal rows is nearly as long and
    its level is usual; else None."""
    observed = stretch.observed
    if len(observed) < LEAST * WITHIN or not stretch.normal.any():
        return None
    rests = _rests(stretch)
    if rests[stretch.normal].mean() > MOST:
        return None
    found = runs(rests)
    lengths = [min(b, stretch.stop) - max(a, stretch.start) for a, b in found]
    best = max(range(len(found)), key=lambda one: lengths[one], default=None)
    if best is None or lengths[best] < SHARE * (stretch.stop - stretch.start):
        return None
    start, stop = found.pop(best)
    others = [(a, b) for a, b in found if stretch.normal[a:b].all()]
    least = max(LEAST * WITHIN, LONGER * max((b - a for a, b in others), default=0))
    at = np.concatenate([observed[a:b] for a, b in others]) if others else observed[stretch.normal]
    low, high = np.nanquantile(at, USUAL)
    return (start, stop) if stop - start >= least and low <= np.median(observed[start:stop]) <= high else None


def _rests(stretch: Stretch) -> NDArray[np.bool_]:
    """Which rows (T,) rest, by the spread of WITHIN of them; none beside what is missing, or of a channel that never
    moves."""
    spread = sliding_window_view(stretch.observed, WITHIN).std(axis=1)
    usual = float(np.nanstd(stretch.observed[stretch.normal]))
    ends = (WITHIN // 2, len(stretch.observed) - len(spread) - WITHIN // 2)
    return np.pad(np.asarray(spread < RESTING * usual), ends)
