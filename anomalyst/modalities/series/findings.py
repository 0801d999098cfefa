"""The findings of a series: its events, intervals of rows, cut to those that deviate from what was expected.

An event is a finding where the chance that a normal series as long shows any as high is at most α: there is an alarm
just where there is a finding. One for which it is at most the false-discovery rate holds by itself. A window's score is
shared by all of its rows, so an event is wider than the anomaly by up to a window on each side. The expected values
know better: they were read from the surroundings.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.magnitudes import powers
from anomalyst.evidence.facts import Finding
from anomalyst.evidence.findings import FoundRegions, Mask, RegionRules, find_regions
from anomalyst.modalities.series.region import SeriesRegion, row_region
from anomalyst.modalities.series.runs import joined, near, runs
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import expected_events
from anomalyst.modalities.series.shown.blame import blamed, channel_shares
from anomalyst.modalities.series.units import channel_names

DEVIATES = 4.0  # robust standard deviations of the normal rows' residual
TO_SIGMA = 1.4826  # median absolute deviation → standard deviation of a Gaussian
GAP_SHARE = 0.25  # deviating rows nearer than this share of the region are one anomaly
FLOOR_SHARE = 0.01  # the residual's spread is at least this share of the channel's own


def series_regions(sample: SeriesSample, score_map: ScoreMap, alpha: float, fdr: float, most: int = 8) -> FoundRegions:
    """The `most` most abnormal regions of a series whose own p-value is at most `alpha`; none otherwise. Each is cut to
    the rows that deviate, where any does."""
    found = _events(score_map, alpha, fdr, most)
    if found is None:  # a map of the first version
        found = find_regions(score_map, RULES, alpha, fdr, most)
    if not found.findings:
        return found
    deviation = _deviation(sample, score_map, ~found.union((len(sample.values),)))
    findings, masks = [], {}
    for finding in found.findings:
        rows = _deviating_rows(finding, deviation, score_map)
        region = SeriesRegion(start=rows.start, stop=rows.stop, channels=_to_blame(sample, score_map, rows))
        findings.append(finding.model_copy(update={"region": region}))
        masks[finding.id] = np.zeros(len(sample.values), dtype=bool)
        masks[finding.id][rows] = True
    return replace(found, findings=tuple(findings), masks=masks)


def _events(score_map: ScoreMap, alpha: float, fdr: float, most: int) -> FoundRegions | None:
    """The `most` highest events; None where rows were not judged as events, or an alarm has none at this level."""
    expected = expected_events(score_map)
    if expected is None or not score_map.sample_p <= alpha:
        return None
    above = expected <= -math.log1p(-alpha)
    found = sorted(joined(runs(above), near(len(above))), key=lambda e: float(expected[slice(*e)].min()))[:most]
    findings, masks = [], {}
    for number, (start, stop) in enumerate(found, start=1):
        rows = slice(start, stop)
        name = f"R{number}"
        peak_p, peak = float(score_map.p_values[rows].min()), float(score_map.scores[rows].max())
        region = SeriesRegion(start=start, stop=stop)
        findings.append(
            Finding(id=name, region=region, peak_p=peak_p, peak_score=peak, significant=_stands(expected[rows], fdr))
        )
        masks[name] = np.zeros(len(above), dtype=bool)
        masks[name][rows] = True
    return FoundRegions(tuple(findings), masks) if findings else None


def _stands(expected: NDArray[np.float64], fdr: float) -> bool:
    """Whether an event, by how many of its kind are expected by chance, holds at a false-discovery rate by itself."""
    return bool(expected.min() <= -math.log1p(-fdr))


def _to_blame(sample: SeriesSample, score_map: ScoreMap, rows: slice) -> tuple[str, ...]:
    """Names of the channels to blame for some rows."""
    names = channel_names(sample)
    return tuple(names[channel] for channel in blamed(channel_shares(score_map, rows.start, rows.stop)))


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
    spread = np.nanstd(values, axis=0)
    with np.errstate(all="ignore"):
        scale = np.maximum(TO_SIGMA * np.nanmedian(rest, axis=0), FLOOR_SHARE * spread)
    usually_missing = np.isnan(rest).mean(axis=0) > 0.5
    deviation = residual / np.where(scale > 0, scale, 1.0)
    return np.where(np.isnan(residual), np.where(usually_missing, 0.0, 2 * DEVIATES), deviation)


def _deviating_rows(finding: Finding, deviation: NDArray[np.float64], score_map: ScoreMap) -> slice:
    """The rows of the finding from the first to the last of its strongest cluster of deviating rows."""
    region = row_region(finding)
    channels = blamed(channel_shares(score_map, region.start, region.stop))
    part = deviation[region.start : region.stop][:, channels] if channels else deviation[region.start : region.stop]
    strength = np.nan_to_num(part).max(axis=1, initial=0.0)
    rows = np.flatnonzero(strength > DEVIATES)
    if not rows.size:
        return slice(region.start, region.stop)
    gap = max(2, round(GAP_SHARE * len(strength)))
    clusters = np.split(rows, np.flatnonzero(np.diff(rows) > gap) + 1)
    strongest = max(clusters, key=lambda cluster: float(strength[cluster].sum()))
    return slice(region.start + int(strongest[0]), region.start + int(strongest[-1]) + 1)
