"""The findings of a series: its events, intervals of rows, cut to those that deviate from what was expected.

An event is a finding where the chance that a normal series as long shows any as high is at most α: there is an alarm
just where there is a finding. One for which it is at most the false-discovery rate holds by itself. A window's score is
shared by all of its rows, so an event is wider than the anomaly by up to a window on each side. The expected values
know better: they were read from the surroundings. What deviates from them clearly may in turn be a part of the anomaly
only, whose kind tells where it begins and ends (`kinds/extent.py`).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.magnitudes import powers
from anomalyst.evidence.facts import Finding
from anomalyst.evidence.findings import FoundRegions, Mask, RegionRules, find_regions
from anomalyst.modalities.series.region import SeriesRegion, row_region
from anomalyst.modalities.series.runs import joined, near, runs
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import (
    come_apart,
    expected_events,
    judged_events,
    judged_p,
    lacking,
    off_level,
    without_rare,
)
from anomalyst.modalities.series.shown.blame import blamed, channel_shares
from anomalyst.modalities.series.shown.channels import to_blame, whole_rows
from anomalyst.modalities.series.units import channel_names

DEVIATES = 4.0  # robust standard deviations of the normal rows' residual
TO_SIGMA = 1.4826  # median absolute deviation → standard deviation of a Gaussian
CLEARLY = 0.1  # of the range of calm rows: by less, a value is not outside it
FAINT = 0.1  # of the strongest deviation: less is not seen beside it
NEARLY = 0.7  # of an event's height above what is usual: as far as it reaches
NEXT = 3  # rows nearer than this are one stretch
GAP_SHARE = 0.25  # deviating rows nearer than this share of the region are one anomaly
FLOOR_SHARE = 0.01  # the residual's spread is at least this share of the channel's own


def series_regions(sample: SeriesSample, score_map: ScoreMap, alpha: float, fdr: float, most: int = 8) -> FoundRegions:
    """The `most` most abnormal regions of a series whose own p-value is at most `alpha`; none otherwise. Each is cut to
    the rows that deviate, where any does, or is all that lacks."""
    if not score_map.sample_p <= alpha:
        return FoundRegions()
    found = [*_lacking(sample, score_map, alpha, fdr), *_deviating(sample, score_map, alpha, fdr, most)]
    found += _beside_rare(sample, score_map, found, alpha, fdr, most)
    found = found or _highest(sample, score_map, alpha, fdr, most)
    findings = tuple(
        finding.model_copy(update={"id": f"R{number}"})
        for number, finding in enumerate(sorted(found, key=lambda finding: finding.peak_p)[:most], start=1)
    )
    places = {finding.id: row_region(finding) for finding in findings}
    return FoundRegions(findings, {name: _mask([(r.start, r.stop)], len(sample.values)) for name, r in places.items()})


def _deviating(sample: SeriesSample, score_map: ScoreMap, alpha: float, fdr: float, most: int) -> list[Finding]:
    """The `most` highest events, by the values that are there."""
    rows, expected, found = len(sample.values), judged_events(score_map), []
    events = [] if expected is None else _events(expected, alpha, most)
    if expected is None or not events:
        return []
    reached = [reached_rows(event, -np.log(expected)) for event in events]
    # A drift begins before it alarms, so as much on each side does not tell what is usual.
    wide = [(max(0, 2 * a - b), 2 * b - a) for a, b in reached]
    off = off_level(score_map)
    outside = _outside(sample, ~_mask(wide, rows) & ~off.any(axis=1)) | off
    deviation = _deviation(sample, score_map, ~_mask(reached, rows) & ~off.any(axis=1))
    calm = ~_mask(reached, rows)
    parts = [_shown_rows(event, deviation, outside, score_map) for event in reached]
    shown = [whole_rows(sample, score_map, part, event, calm) for part, event in zip(parts, reached, strict=True)]
    for number, part in enumerate(shown):
        if not any(_within(part, other) for other in shown[:number]):
            channels = _to_blame(sample, score_map, part, calm)
            region = SeriesRegion(start=part.start, stop=part.stop, channels=channels)
            significant = bool(expected[slice(*events[number])].min() <= -math.log1p(-fdr))
            found.append(_finding(region, events[number], score_map, judged_p(score_map), significant))
    return found


def _beside_rare(
    sample: SeriesSample, score_map: ScoreMap, found: Sequence[Finding], alpha: float, fdr: float, most: int
) -> list[Finding]:
    """What rare events hide: events of other channels that would be findings without them, where no finding there names
    their first channel."""
    others = without_rare(score_map)
    if others is None:
        return []
    told = [row_region(finding) for finding in found]
    return [
        finding
        for finding in _deviating(sample, others, alpha, fdr, most)
        if not any(_tells(region, row_region(finding)) for region in told)
    ]


def _tells(region: SeriesRegion, other: SeriesRegion) -> bool:
    """Whether a region overlaps another and names its first channel."""
    overlap = region.start < other.stop and other.start < region.stop
    return overlap and (not other.channels or other.channels[0] in region.channels)


def _lacking(sample: SeriesSample, score_map: ScoreMap, alpha: float, fdr: float) -> list[Finding]:
    """What lacks, where the chance that a normal series lacks as much is at most `alpha`."""
    expected, found = expected_events(score_map), []
    for rows, channels in _lacking_stretches(sample, score_map).items():
        least = math.inf if expected is None else float(expected[slice(*rows)].min())
        if least <= -math.log1p(-alpha):
            region = SeriesRegion(start=rows[0], stop=rows[1], channels=channels)
            found.append(_finding(region, rows, score_map, score_map.p_values, least <= -math.log1p(-fdr)))
    return found


def _lacking_stretches(sample: SeriesSample, score_map: ScoreMap) -> dict[tuple[int, int], tuple[str, ...]]:
    """Rows [start, stop) that lack values, and the channels that lack them there."""
    found: dict[tuple[int, int], tuple[str, ...]] = {}
    missing, names = lacking(score_map), channel_names(sample)
    if missing is None:
        return found
    for channel in np.flatnonzero(missing.any(axis=0)).tolist():
        for rows in joined(runs(missing[:, channel]), NEXT):
            found[rows] = (*found.get(rows, ()), names[channel])
    return found


def _highest(sample: SeriesSample, score_map: ScoreMap, alpha: float, fdr: float, most: int) -> list[Finding]:
    """The regions of a map of the first version, or of an alarm between two rows."""
    found = find_regions(score_map, RULES, alpha, fdr, most)
    deviation = _deviation(sample, score_map, ~found.union((len(sample.values),)))
    cut = []
    for finding in found.findings:
        r = _deviating_rows(row_region(finding), deviation, score_map)
        region = SeriesRegion(
            start=r.start, stop=r.stop, channels=_to_blame(sample, score_map, r, ~found.union((len(sample.values),)))
        )
        cut.append(finding.model_copy(update={"region": region}))
    return cut


def _events(expected: NDArray[np.float64], alpha: float, most: int) -> list[tuple[int, int]]:
    """The `most` highest events at an alarm level, rows [start, stop), the highest first."""
    above = expected <= -math.log1p(-alpha)
    return sorted(joined(runs(above), near(len(above))), key=lambda e: float(expected[slice(*e)].min()))[:most]


def reached_rows(event: tuple[int, int], surprise: NDArray[np.float64]) -> tuple[int, int]:
    """The rows about an event that are nearly as surprising: what barely alarms does so in a part of its rows only."""
    usual = float(np.median(surprise))
    level = usual + NEARLY * (float(surprise[slice(*event)].max()) - usual)
    below = np.flatnonzero(surprise < level)
    before, after = below[below < event[0]], below[below >= event[1]]
    start = int(before[-1]) + 1 if before.size else 0
    return min(start, event[0]), max(int(after[0]) if after.size else len(surprise), event[1])


def _finding(
    region: SeriesRegion,
    event: tuple[int, int],
    score_map: ScoreMap,
    p_values: NDArray[np.float32],
    significant: bool,
) -> Finding:
    """A finding of the rows of an event; `significant`: the chance of any such event holds the false-discovery rate."""
    rows = slice(*event)
    peak_p, peak = float(p_values[rows].min()), float(score_map.scores[rows].max())
    return Finding(id="R1", region=region, peak_p=peak_p, peak_score=peak, significant=significant)


def _mask(intervals: Sequence[tuple[int, int]], rows: int) -> Mask:
    covered: Mask = np.zeros(rows, dtype=bool)
    for start, stop in intervals:
        covered[start:stop] = True
    return covered


def _within(part: slice, other: slice) -> bool:
    return bool(other.start <= part.start and part.stop <= other.stop)


def _to_blame(sample: SeriesSample, score_map: ScoreMap, rows: slice, normal: Mask) -> tuple[str, ...]:
    """Names of the channels to blame for some rows."""
    names = channel_names(sample)
    return tuple(names[channel] for channel in to_blame(sample, score_map, rows, normal))


def _outline(mask: Mask) -> SeriesRegion:
    """The interval of rows that bounds a mask (T,)."""
    rows = np.flatnonzero(mask)
    return SeriesRegion(start=int(rows[0]), stop=int(rows[-1]) + 1)


def _filled(mask: Mask) -> Mask:
    """A region is one interval of rows: the gaps in its mask (T,) belong to it."""
    rows = np.flatnonzero(mask)
    mask[rows[0] : rows[-1] + 1] = True
    return mask


RULES = RegionRules(_outline, _filled)  # no specks: one row may be a spike


def _deviation(sample: SeriesSample, score_map: ScoreMap, normal: Mask) -> NDArray[np.float64]:
    """|observed − expected| in robust standard deviations of the normal rows, (T, C); a missing value deviates fully
    where values are not usually missing."""
    power = powers(sample.values) + 1
    values, expected = np.ldexp(sample.values, -power), np.ldexp(score_map.expected.astype(np.float64), -power)
    residual = np.abs(values - expected)
    rest = residual[normal] if normal.sum() >= len(normal) // 10 else residual
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a channel without any value has no spread
        spread = np.nanstd(values, axis=0)
        scale = np.maximum(TO_SIGMA * np.nanmedian(rest, axis=0), FLOOR_SHARE * spread)
    usually_missing = np.isnan(rest).mean(axis=0) > 0.5
    deviation = residual / np.where(scale > 0, scale, 1.0)
    if lacking(score_map) is not None:  # what lacks is told by itself
        return np.asarray(np.nan_to_num(deviation, nan=0.0))
    return np.where(np.isnan(residual), np.where(usually_missing, 0.0, 2 * DEVIATES), deviation)


def _outside(sample: SeriesSample, calm: Mask) -> NDArray[np.bool_]:
    """Where each channel lies clearly outside its range in the calm rows, (T, C); nowhere where few are calm."""
    if calm.sum() < len(calm) // 10:
        return np.zeros(sample.values.shape, dtype=bool)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a channel without any calm value has no range
        low, high = np.nanmin(sample.values[calm], axis=0), np.nanmax(sample.values[calm], axis=0)
    clear = CLEARLY * (high - low)
    return np.asarray((sample.values < low - clear) | (sample.values > high + clear))


def _shown_rows(
    event: tuple[int, int], deviation: NDArray[np.float64], outside: NDArray[np.bool_], score_map: ScoreMap
) -> slice:
    """The rows of an event that are shown: where half of it and more lies outside the usual range, as far as that
    reaches beyond the event too, so that a long shift is one finding from its first row; else those that deviate."""
    region = SeriesRegion(start=event[0], stop=event[1])
    channels = blamed(channel_shares(score_map, *event))
    beyond: Mask = np.asarray((outside[:, channels] if channels else outside).any(axis=1))
    if 2 * beyond[event[0] : event[1]].sum() < event[1] - event[0]:
        apart = event[0] + np.flatnonzero(come_apart(score_map)[event[0] : event[1]].any(axis=1))
        if 2 * len(apart) < event[1] - event[0]:
            return _deviating_rows(region, deviation, score_map, FAINT)
        return slice(int(apart[0]), int(apart[-1]) + 1)  # channels that go their own ways meet now and then
    touching = [run for run in joined(runs(beyond), NEXT) if run[0] < event[1] and run[1] > event[0]]
    return slice(touching[0][0], touching[-1][1])


def _deviating_rows(
    region: SeriesRegion, deviation: NDArray[np.float64], score_map: ScoreMap, faint: float = 0.0
) -> slice:
    """The rows of a region from the first to the last of its strongest cluster of deviating rows, those left out that
    deviate by less than `faint` of the most deviating one."""
    channels = blamed(channel_shares(score_map, region.start, region.stop))
    part = deviation[region.start : region.stop][:, channels] if channels else deviation[region.start : region.stop]
    strength = np.nan_to_num(part).max(axis=1, initial=0.0)
    rows = np.flatnonzero(strength > max(DEVIATES, faint * strength.max(initial=0.0)))
    if not rows.size:
        return slice(region.start, region.stop)
    gap = max(2, round(GAP_SHARE * len(strength)))
    clusters = np.split(rows, np.flatnonzero(np.diff(rows) > gap) + 1)
    strongest = max(clusters, key=lambda cluster: float(strength[cluster].sum()))
    return slice(region.start + int(strongest[0]), region.start + int(strongest[-1]) + 1)
