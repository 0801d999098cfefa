"""Where exactly: the findings of a sample, those of a series tightened to the rows that deviate from what was expected.

A window's score is shared by all of its rows, so a series' region is wider than the anomaly by up to a window on each
side. The expected values know better: they were read from the surroundings.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.magnitudes import powers
from anomalyst.evidence.facts import Finding
from anomalyst.evidence.findings import FoundRegions, find_regions
from anomalyst.modalities.pair.findings import pair_regions
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.series.facts import blamed, channel_shares
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.samples import Sample

DEVIATES = 4.0  # robust standard deviations of the normal rows' residual
TO_SIGMA = 1.4826  # median absolute deviation → standard deviation of a Gaussian
GAP_SHARE = 0.25  # deviating rows nearer than this share of the region are one anomaly
FLOOR_SHARE = 0.01  # the residual's spread is at least this share of the channel's own

Mask = NDArray[np.bool_]


def locate(sample: Sample, score_map: ScoreMap, alpha: float, fdr: float, max_findings: int = 8) -> FoundRegions:
    """The findings of `find_regions`, each of a series' cut to the rows that deviate, where any does; of a pair,
    those of `pair_regions`."""
    if isinstance(sample, PairSample):
        return pair_regions(sample, score_map, alpha, fdr, max_findings)
    found = find_regions(score_map, alpha, fdr, max_findings)
    if not isinstance(sample, SeriesSample) or not found.findings:
        return found
    deviation = _deviation(sample, score_map, ~found.union((len(sample.values),)))
    findings, masks = [], {}
    for finding in found.findings:
        rows = _deviating_rows(finding, deviation, score_map)
        findings.append(finding.model_copy(update={"region": SeriesRegion(start=rows.start, stop=rows.stop)}))
        mask = np.zeros(len(sample.values), dtype=bool)
        mask[rows] = True
        masks[finding.id] = mask
    return replace(found, findings=tuple(findings), masks=masks)


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
    region = finding.region
    if not isinstance(region, SeriesRegion):
        raise TypeError(f"a series' finding needs a SeriesRegion, got {region!r}")
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
