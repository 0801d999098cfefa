"""What kind of anomaly a stretch of one channel is, by simple robust statistics of observed against expected.

The rules are asked in order and the first that holds names the kind; each threshold is a constant below.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.modalities.series.kinds.rest import long_rest
from anomalyst.modalities.series.kinds.stretch import Stretch, Values
from anomalyst.modalities.series.region import SeriesKind
from anomalyst.modalities.series.runs import runs
from anomalyst.modalities.series.scores import come_apart, lacking, mistimed

APART = 0.25  # of a stretch's rows, in which its channel comes apart from the others
MISTIMED = 0.5  # of the rows, of which nothing but the time is odd
MISSING_SHARE = 0.5  # of the stretch's values, for "missing data"
FLAT_STEP = 0.02  # of the mean step between normal rows: smaller steps are none
FLAT_SHARE = 0.3  # of the stretch that must stand still, for "flat line"
FLAT_ROWS = 4
CLEARLY = 0.1  # of a channel's usual range: by less, a value is not outside it
OUT_OF_RANGE = 0.1  # share of a channel's rows that may leave its usual range where it is decoupled
SPIKE_ROWS = 5  # longest spike, however long the series,
MOST_PEAKS = 3  # and so many of them are still a few,
FAINT = 1 / 4  # counting those of at least this share of the highest: more are a burst
SPIKE_HEIGHT = 4.0  # normal spreads
OTHER_SIDE = 1 / 3  # of a peak's height: what swings further to the other side is no mere peak
SHIFT_HEIGHT = 2.0  # normal spreads
EXPLAINED = 0.5  # share of the deviation's energy that one simple shape must explain
CONCENTRATED = 0.4  # share of a spectrum's power around its peak, for a period to exist
PERIOD_CHANGE = 0.1  # relative change of frequency, and at least one step of the spectrum's resolution
VARIANCE_RATIO = 1.5
BINS = 64  # long stretches are averaged into so many bins before shapes are fitted
PERIODIC_ROWS = 16


def series_kind(stretch: Stretch, told: bool = False, apart: bool = False, mistimed: bool = False) -> SeriesKind:
    """The kind of anomaly of a stretch; `told`: what lacks is told by itself; `apart`: what is odd of the channel is
    how it goes with the others; `mistimed`: it is its time."""
    if not told and _is_missing(stretch):
        return "missing data"
    if _is_flat(stretch):
        return "flat line"
    if apart and _in_range(stretch):
        return "lost coupling"
    if mistimed and _in_range(stretch):
        return "wrong hour"
    if long_rest(stretch) is not None:
        return "quiet stretch"
    sign = _spike_sign(stretch)
    if sign:
        return "spike" if sign > 0 else "dip"
    shape = _shape(stretch)
    if shape is not None:
        return shape
    variance = _variance(stretch)
    if variance != "noisy stretch" and _period_changed(stretch):  # a faster oscillation is no larger one
        return "change of period"
    return variance or "unusual pattern"


def kind_in(stretch: Stretch, score_map: ScoreMap, channel: int) -> SeriesKind:
    """The kind of anomaly of a stretch of a channel, with what a detector tells besides."""
    apart = bool(come_apart(score_map)[stretch.start : stretch.stop, channel].mean() >= APART)
    odd_time = bool(mistimed(score_map)[stretch.start : stretch.stop, channel].mean() >= MISTIMED)
    return series_kind(stretch, told=lacking(score_map) is not None, apart=apart, mistimed=odd_time)


def _is_missing(stretch: Stretch) -> bool:
    share = np.isnan(stretch.inside).mean()
    outside = np.isnan(stretch.observed[stretch.normal]).mean() if stretch.normal.any() else 0.0
    return bool(share >= MISSING_SHARE and share > 2 * outside)


def _longest_run(flags: NDArray[np.bool_]) -> int:
    """Length of the longest run of True."""
    return max((stop - start for start, stop in runs(flags)), default=0)


def still_steps(stretch: Stretch) -> NDArray[np.bool_]:
    """Which steps from row to row (T − 1,) are none, against those of normal rows; none of a channel that rests."""
    steps = np.abs(np.diff(stretch.observed))
    usual = steps[_between_normal(stretch) & np.isfinite(steps)]
    typical = float(usual.mean()) if usual.size else 0.0
    return np.asarray(steps <= FLAT_STEP * typical) if typical > 0 else np.zeros(len(steps), dtype=bool)


def _between_normal(stretch: Stretch) -> NDArray[np.bool_]:
    return stretch.normal[1:] & stretch.normal[:-1]


def _is_flat(stretch: Stretch) -> bool:
    """Whether the channel stands still for most of the stretch, at least twice as long as it ever does elsewhere; a
    still run that reaches beyond the stretch is not elsewhere, as a finding may lie on a part of it."""
    still = still_steps(stretch)
    elsewhere = still & _between_normal(stretch)
    for first, last in runs(still):
        if first < stretch.stop - 1 and last > stretch.start:
            elsewhere[first:last] = False
    rows = 1 + _longest_run(still[stretch.start : stretch.stop - 1])
    enough = max(FLAT_ROWS, FLAT_SHARE * (stretch.stop - stretch.start))
    return rows >= enough and rows >= 2 * (1 + _longest_run(elsewhere))


def _in_range(stretch: Stretch) -> bool:
    """Whether the channel stays within the range of its normal rows, nearly all of the time."""
    usual = stretch.observed[stretch.normal]
    if not np.isfinite(usual).any():
        return False
    low, high = np.nanmin(usual), np.nanmax(usual)
    inside, clear = stretch.inside[np.isfinite(stretch.inside)], CLEARLY * (high - low)
    return bool(np.mean((inside < low - clear) | (inside > high + clear)) <= OUT_OF_RANGE)


def _spike_sign(stretch: Stretch) -> int:
    """+1 or −1 if the deviation is a few short peaks of one sign, else 0."""
    residual = np.nan_to_num(stretch.residual[stretch.start : stretch.stop])
    peak = float(residual[np.argmax(np.abs(residual))])
    if abs(peak) < SPIKE_HEIGHT * stretch.spread:
        return 0
    high = np.abs(residual) >= abs(peak) / 2
    one_sign = bool(np.all(np.sign(residual[high]) == np.sign(peak)))
    few = len(runs(np.abs(residual) >= FAINT * abs(peak))) <= MOST_PEAKS
    short = _longest_run(high) <= SPIKE_ROWS
    noise = residual.size * stretch.spread**2
    energy = max(float(np.square(residual).sum()) - noise, 1e-300)
    alone = float(np.square(residual[high]).sum()) >= EXPLAINED * energy
    return (
        int(np.sign(peak))
        if one_sign and short and few and alone and _calm_beside(residual, stretch.spread, peak)
        else 0
    )


def _calm_beside(residual: Values, spread: float, peak: float) -> bool:
    """Whether nothing swings far out to the other side of a peak, as noise would."""
    other = float((-np.sign(peak) * residual).max(initial=0.0))
    return other <= max(SPIKE_HEIGHT * spread, OTHER_SIDE * abs(peak))


def _shape(stretch: Stretch) -> SeriesKind | None:
    """ "level shift" or "drift", if a box or a ramp that starts at zero explains the deviation; else None.

    Both shapes have three parameters (first row, last row, height), fitted by least squares over all intervals.
    """
    residual = stretch.with_margin()
    if len(residual) > BINS:
        residual = np.array([part.mean() for part in np.array_split(residual, BINS)])
    count = len(residual)
    total = float(np.square(residual).sum())
    first, last = np.triu_indices(count + 1, 1)
    position = np.arange(count)
    sums = np.concatenate([[0], np.cumsum(residual)])
    moments = np.concatenate([[0], np.cumsum(position * residual)])
    rows = last - first
    flat = sums[last] - sums[first]
    rising = moments[last] - moments[first] - (first - 1) * flat
    box = np.square(flat) / rows
    ramp = np.square(rising) / (rows * (rows + 1) * (2 * rows + 1) / 6)
    best = int(np.argmax(box))
    if total <= 0 or max(box.max(), ramp.max()) < EXPLAINED * total:
        return None
    if abs(flat[best]) / rows[best] < SHIFT_HEIGHT * stretch.spread:
        return None
    return "drift" if ramp.max() > box.max() else "level shift"


def _normal_stretch(stretch: Stretch) -> Values:
    """The longest run of rows that are normal and present."""
    usable = stretch.normal & np.isfinite(stretch.observed)
    start, stop = max(runs(usable), key=lambda run: run[1] - run[0], default=(0, 0))
    return stretch.observed[start:stop]


def _dominant(values: Values, rows: int) -> tuple[float, float]:
    """(frequency per row, share of power around it) of the strongest oscillation, in windows of `rows` rows."""
    from scipy.signal import welch  # loading it takes long: not before it is needed

    frequency, power = welch(values, nperseg=rows, nfft=8 * rows, detrend="linear")
    usable = frequency * rows >= 1
    frequency, power = frequency[usable], power[usable]
    if not power.sum() > 0:
        return 0.0, 0.0
    peak = float(frequency[np.argmax(power)])
    around = np.abs(frequency - peak) * rows <= 2
    return peak, float(power[around].sum() / power.sum())


def _period_changed(stretch: Stretch) -> bool:
    """Whether both the stretch and the normal rows oscillate, at different frequencies."""
    inside, outside = stretch.inside[np.isfinite(stretch.inside)], _normal_stretch(stretch)
    rows = min(len(inside), len(outside))
    if rows < PERIODIC_ROWS:
        return False
    now, now_share = _dominant(inside, rows)
    usual, usual_share = _dominant(outside, rows)
    if min(now_share, usual_share) < CONCENTRATED:
        return False
    return abs(now - usual) > max(1 / rows, PERIOD_CHANGE * usual)


def _variance(stretch: Stretch) -> SeriesKind | None:
    """ "noisy stretch" or "quiet stretch", if its steps and its spread about a line both grew, or both shrank, by
    VARIANCE_RATIO; else None."""
    from scipy.signal import detrend

    inside, outside = stretch.inside[np.isfinite(stretch.inside)], _normal_stretch(stretch)
    rows = min(len(inside), len(outside))
    if rows < FLAT_ROWS:
        return None
    windows = outside[: len(outside) // rows * rows].reshape(-1, rows)
    usual = float(np.median(detrend(windows, axis=1).std(axis=1)))
    spread = float(detrend(inside).std()) / max(usual, 1e-300)
    steps = float(np.diff(inside).std()) / max(float(np.diff(outside).std()), 1e-300)
    if min(spread, steps) >= VARIANCE_RATIO:
        return "noisy stretch"
    return "quiet stretch" if max(spread, steps) <= 1 / VARIANCE_RATIO else None
