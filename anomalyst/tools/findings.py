"""Findings: the regions of a score map that are abnormal at a stated false-discovery rate.

Elements are chosen by the step-up rule of Benjamini & Hochberg (1995) on the element p-values; neighbours share
data and are positively dependent, under which the rule still holds its rate (Benjamini & Yekutieli 2001). Among the
elements of one strong region the rule has room for false ones elsewhere; so each further region must also pass at
the same rate among the elements that are left once the regions before it are set aside.

A score map is a blurred picture of the anomaly, so each region is then cut at half height: an edge that was blurred
crosses half of its height where it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects, label, maximum, maximum_filter, minimum
from scipy.stats import false_discovery_control

from anomalyst.detectors.base import ScoreMap
from anomalyst.tools.evidence import Finding, ImageRegion, SeriesRegion

Mask = NDArray[np.bool_]
Scores = NDArray[np.float64]

SPECK_SHARE = 2e-4  # image: regions smaller than this share of the pixels are specks
NEAR_SHARE = 0.01  # elements closer than this share of the shorter side are one region
PEAK_QUANTILE = 0.95  # a region's height, read below its very peak so that one pixel does not set it


@dataclass(frozen=True)
class FoundRegions:
    """Findings, ids R1… by rising peak p and falling score, and each one's mask: image (H, W), series (T,)."""

    findings: tuple[Finding, ...] = ()
    masks: dict[str, Mask] = field(default_factory=dict)

    def union(self, shape: tuple[int, ...]) -> Mask:
        """All elements of all findings, on detection axes of `shape`."""
        covered: Mask = np.zeros(shape, dtype=bool)
        for mask in self.masks.values():
            covered |= mask
        return covered


def find_regions(score_map: ScoreMap, alpha: float = 0.05, fdr: float = 0.05, max_findings: int = 8) -> FoundRegions:
    """The `max_findings` most abnormal regions of a sample whose own p-value is at most `alpha`; none otherwise.

    Where the sample is abnormal but no element passes at rate `fdr`, the region around the highest score is
    given with `significant=False`.
    """
    if not score_map.sample_p <= alpha:
        return FoundRegions()
    scores = np.nan_to_num(score_map.scores.astype(np.float64), nan=-np.inf)
    p_values = np.nan_to_num(score_map.p_values.astype(np.float64), nan=1.0)
    regions = _regions(scores, p_values, fdr, max_findings)
    significant = bool(regions)
    regions = regions or [_most_suspicious(scores)]
    ranked = sorted(regions, key=lambda mask: (p_values[mask].min(), -scores[mask].max()))
    named = {f"R{number}": mask for number, mask in enumerate(ranked, start=1)}
    findings = tuple(
        Finding(
            id=name,
            region=_outline(mask),
            peak_p=float(p_values[mask].min()),
            peak_score=float(scores[mask].max()),
            significant=significant,
        )
        for name, mask in named.items()
    )
    return FoundRegions(findings, named)


def step_up(p_values: Scores, fdr: float) -> float:
    """The largest p-value rejected by the Benjamini–Hochberg rule at rate `fdr` (any shape); −1 if none is.

    Only p-values up to `fdr` can be rejected, so only they are sorted: an image of any size is judged whole.
    """
    small = np.sort(p_values[p_values <= fdr])
    rejected = small[small <= fdr * np.arange(1, small.size + 1) / p_values.size]
    return float(rejected[-1]) if rejected.size else -1.0


def simes(p_values: NDArray[np.floating]) -> float:
    """Simes' (1986) p-value of "all these elements are normal": the smallest Benjamini–Hochberg adjusted one."""
    known = np.nan_to_num(p_values.astype(np.float64), nan=1.0)
    return float(false_discovery_control(known.ravel()).min())


def _regions(scores: Scores, p_values: Scores, fdr: float, most: int) -> list[Mask]:
    """At most `most` abnormal regions: near ones merged, specks left out, each cut at half height."""
    flagged = p_values <= step_up(p_values, fdr)
    reach = max(1, round(NEAR_SHARE * min(scores.shape)))
    joined = _components(maximum_filter(flagged, size=reach + 1))
    background = _background(scores, flagged)
    left = np.ones(scores.shape, dtype=bool)
    regions: list[Mask] = []
    for number in _ranked(scores, p_values, np.where(flagged, joined, 0)):
        region = flagged & (joined == number)
        if len(regions) == most or p_values[region].min() > step_up(p_values[left], fdr):
            break
        regions.append(_half_height(scores, region, background))
        left &= joined != number
    return regions


def _ranked(scores: Scores, p_values: Scores, numbered: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of the components by rising smallest p-value, then falling highest score; specks left out, unless
    there is nothing else. A series has no specks: one row may be a spike."""
    areas = np.bincount(numbered.ravel())[1:]
    large = areas >= (SPECK_SHARE * numbered.size if numbered.ndim == 2 else 1)
    numbers = 1 + np.flatnonzero(large if large.any() else areas)
    lowest, highest = minimum(p_values, numbered, numbers), maximum(scores, numbered, numbers)
    ranked: NDArray[np.int64] = numbers[np.lexsort((-np.asarray(highest), lowest))]
    return ranked


def _components(mask: Mask) -> NDArray[np.int64]:
    """Connected elements, diagonals included, numbered from 1; 0 elsewhere."""
    numbered: NDArray[np.int64] = label(mask, structure=np.ones((3,) * mask.ndim))[0]
    return numbered


def _background(scores: Scores, flagged: Mask) -> float:
    """The score of a normal element of this sample: the median of those not flagged, or of all if few are left."""
    rest = scores[~flagged & np.isfinite(scores)]
    return float(np.median(rest if rest.size >= 10 else scores[np.isfinite(scores)]))


def _half_height(scores: Scores, region: Mask, background: float) -> Mask:
    """The elements of `region` at least half as far above `background` as its upper scores are."""
    level = (background + float(np.quantile(scores[region], PEAK_QUANTILE))) / 2
    return _filled(region & (scores >= level))


def _most_suspicious(scores: Scores) -> Mask:
    """The connected elements around the highest score that reach half of its height."""
    peak = np.unravel_index(int(np.argmax(scores)), scores.shape)
    level = (float(np.median(scores[np.isfinite(scores)])) + float(scores[peak])) / 2
    parts = _components(scores >= level)
    return _filled(parts == parts[peak])


def _filled(mask: Mask) -> Mask:
    """A series' region is one interval of rows: the gaps in its mask are closed; an image's mask stays as it is."""
    if mask.ndim == 1:
        rows = np.flatnonzero(mask)
        mask[rows[0] : rows[-1] + 1] = True
    return mask


def _outline(mask: Mask) -> ImageRegion | SeriesRegion:
    """The half-open box, or the half-open interval of rows, that bounds `mask`."""
    if mask.ndim == 1:
        rows = np.flatnonzero(mask)
        return SeriesRegion(start=int(rows[0]), stop=int(rows[-1]) + 1)
    down, across = find_objects(mask.astype(np.uint8))[0]
    return ImageRegion(x0=across.start, y0=down.start, x1=across.stop, y1=down.stop)
