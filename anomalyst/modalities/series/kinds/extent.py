"""From where to where an anomaly lasts in one channel, by the shape that its kind has.

The rows that deviate clearly are a part of it only: a drift begins before it is seen, a channel that is stuck passes
through what is normal, noise comes back to it. So its shape is laid over all intervals about them, and the one that
explains most is the anomaly's: of a level shift and a drift by least squares (a box, a ramp from zero), of a noisy or
quiet stretch by the likelihood of another spread of the bends (as in Page's cumulative sums, Biometrika 1954).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from anomalyst.modalities.series.kinds.kind import series_kind, still_steps
from anomalyst.modalities.series.kinds.rest import long_rest
from anomalyst.modalities.series.kinds.stretch import Stretch, Values, spread_of
from anomalyst.modalities.series.region import SeriesKind
from anomalyst.modalities.series.runs import runs

Rows = tuple[int, int]
Counts = NDArray[np.intp]
Gain = Callable[[Values, Counts, Counts], Values]  # of intervals [first, last) of some values

REACH = 8  # rows on each side that are looked at, or as many as the stretch has
MOST = 400  # cells that shapes are laid over: of a longer stretch they are means of rows
SWING_ROWS = 8  # a noisy or quiet stretch is this long at least,
LONGER = 1.5  # and so many times as long as the part of it that deviates most
NONE = 1e-6  # of the highest deviation: less is none
LEAST_STEP, MOST_STEP = 0.1, 4.0  # bends count as so many usual ones: a single one is no swing, a calm no standstill
RHYTHM: SeriesKind = "change of period"
PEAKED: tuple[SeriesKind, ...] = ("spike", "dip", "unusual pattern", "level shift", "drift")


def whole(stretch: Stretch, kind: SeriesKind, event: Rows) -> Rows:
    """The rows [start, stop) of the whole anomaly, of which a stretch of this kind is a part; `event`: the rows that
    alarm for it."""
    if kind in PEAKED:
        for name, rows in (("noisy stretch", _noisy(stretch)), ("quiet stretch", _quiet(stretch)), (RHYTHM, event)):
            long = rows[1] - rows[0] >= max(SWING_ROWS, LONGER * (stretch.stop - stretch.start))
            if long and series_kind(replace(stretch, start=rows[0], stop=rows[1]), told=True) == name:
                return rows
    return EXTENTS[kind](stretch) if kind in EXTENTS else (stretch.start, stretch.stop)


def _window(stretch: Stretch) -> Rows:
    reach = max(REACH, stretch.stop - stretch.start)
    return max(0, stretch.start - reach), min(len(stretch.observed), stretch.stop + reach)


def _peak(stretch: Stretch) -> Rows:
    """From the first to the last row at least half as high as the highest; about it, that is off at all, where no
    normal row is: of a counter of errors that stood still every one belongs."""
    size = np.abs(np.nan_to_num(stretch.residual))
    most = size[stretch.start : stretch.stop].max(initial=0.0)
    never = most > 0 and bool((size[stretch.normal] <= NONE * most).all())
    first, last = _window(stretch) if never else (stretch.start, stretch.stop)
    high = np.flatnonzero(size[first:last] > NONE * most if never else size[first:last] >= most / 2)
    return first + int(high[0]), first + int(high[-1]) + 1


def _still(stretch: Stretch) -> Rows:
    """The longest run of rows that stand still and reach into the stretch."""
    still = still_steps(stretch)
    touching = [run for run in runs(still) if run[0] < stretch.stop - 1 and run[1] > stretch.start]
    first, last = max(touching, key=lambda run: run[1] - run[0], default=(stretch.start, stretch.stop - 1))
    return first, last + 1


def _box(stretch: Stretch) -> Rows:
    """Where a shift of the residual's level explains most."""
    return _best(stretch, np.nan_to_num(stretch.residual), _box_gain)


def _ramp(stretch: Stretch) -> Rows:
    """Where a slope that begins at zero explains most."""
    return _best(stretch, np.nan_to_num(stretch.residual), _ramp_gain)


def _noisy(stretch: Stretch) -> Rows:
    return _swing(stretch, more=True)


def _quiet(stretch: Stretch) -> Rows:
    return long_rest(stretch) or _swing(stretch, more=False)


EXTENTS: dict[SeriesKind, Callable[[Stretch], Rows]] = {
    "spike": _peak,
    "dip": _peak,
    "level shift": _box,
    "drift": _ramp,
    "flat line": _still,
    "noisy stretch": _noisy,
    "quiet stretch": _quiet,
}


def apart(stretch: Stretch) -> Rows:
    """Where a channel is further from what the others say of it, `stretch.expected`, than in normal rows."""
    size = np.nan_to_num(np.abs(stretch.residual)) / stretch.spread
    return _best(stretch, np.square(np.minimum(size, MOST_STEP)), _more_gain)


def _swing(stretch: Stretch, more: bool) -> Rows:
    """Where a channel bends more, or less, from row to row than in normal rows, by the likelihood of it: steps are as
    large where it climbs without any noise."""
    bends, normal = np.diff(stretch.observed, 2), stretch.normal
    usual = bends[normal[2:] & normal[1:-1] & normal[:-2] & np.isfinite(bends)]
    if not usual.any():
        return stretch.start, stretch.stop
    size = np.pad(np.nan_to_num(np.abs(bends)) / spread_of(usual), 1, constant_values=1.0)  # of each row
    squares = np.square(np.minimum(size, MOST_STEP))
    start, stop = _best(stretch, squares, _more_gain if more else _less_gain)
    # A row bends with both of its neighbours: the rows beside noise bend too, the outer ones of a calm do not.
    beside = 1 if more else -1
    start, stop = max(0, start + beside), min(len(size), stop - beside)
    return start, max(start + 1, stop)


def _best(stretch: Stretch, values: Values, gain: Gain) -> Rows:
    """The interval about a stretch, overlapping it, of the most gain: of a long one to the nearest cell, and then to
    the row near its edges."""
    low, high = _window(stretch)
    size = -(-(high - low) // MOST)
    cells = np.array_split(values[low:high], -(-(high - low) // size))
    edges = np.cumsum([0, *(len(cell) for cell in cells)])
    first, last = np.triu_indices(len(cells) + 1, 1)
    inside = (low + edges[first] < stretch.stop) & (low + edges[last] > stretch.start)
    means = np.array([cell.mean() for cell in cells])
    start, stop = _highest(gain, means, first[inside], last[inside])
    near = np.arange(-size, size + 1) if size > 1 else np.zeros(1, dtype=np.intp)
    first, last = (grid.ravel() for grid in np.meshgrid(edges[start] + near, edges[stop] + near))
    usable = (first >= 0) & (last <= high - low) & (first < last)
    start, stop = _highest(gain, values[low:high], first[usable], last[usable])
    return low + start, low + stop


def _highest(gain: Gain, values: Values, first: Counts, last: Counts) -> Rows:
    best = int(np.argmax(gain(values, first, last)))
    return int(first[best]), int(last[best])


def _sums(values: Values, first: Counts, last: Counts) -> Values:
    total = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(total[last] - total[first])


def _box_gain(values: Values, first: Counts, last: Counts) -> Values:
    """Squares that a constant over each interval explains."""
    return np.asarray(np.square(_sums(values, first, last)) / (last - first))


def _ramp_gain(values: Values, first: Counts, last: Counts) -> Values:
    """Squares that a line explains which is zero just before each interval."""
    rows, position = last - first, np.arange(len(values))
    rising = _sums(position * values, first, last) - (first - 1) * _sums(values, first, last)
    return np.asarray(np.square(rising) / (rows * (rows + 1) * (2 * rows + 1) / 6))


def _more_gain(squares: Values, first: Counts, last: Counts) -> Values:
    """Twice ln of the likelihood ratio of a larger spread in each interval, the likeliest, against the usual one."""
    size = _sums(squares, first, last) / (last - first)
    return np.asarray((last - first) * _unlike(np.maximum(size, 1.0)))


def _less_gain(squares: Values, first: Counts, last: Counts) -> Values:
    """The same of a smaller one."""
    size = _sums(squares, first, last) / (last - first)
    return np.asarray((last - first) * _unlike(size.clip(LEAST_STEP**2, 1.0)))


def _unlike(size: Values) -> Values:
    """The same of each value, by the mean square of an interval in usual ones."""
    return np.asarray(size - 1 - np.log(size))
