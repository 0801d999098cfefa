"""Findings: the regions of a score map that are abnormal at a stated false-discovery rate.

Elements are flagged by the step-up rule of Benjamini & Hochberg (1995) on the element p-values; neighbours share
data and are positively dependent, under which the rule still holds its rate (Benjamini & Yekutieli 2001). Among the
elements of one strong region the rule has room for false ones elsewhere; so each further region must also pass at
the same rate once those before it are set aside with all flagged elements that touch them.

A score map is a blurred picture of the anomaly, so a region is what lies around a peak above half of its height: an
edge that was blurred crosses half of its height where it was. A peak whose half-height contour holds a higher one
is a shoulder of that, not a region of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects, label, maximum_filter

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.modalities.image.region import ImageRegion
from anomalyst.modalities.series.region import SeriesRegion

Mask = NDArray[np.bool_]
Scores = NDArray[np.float64]

SPECK_SHARE = 2e-4  # image: regions smaller than this share of the pixels are specks
NEAR_SHARE = 0.01  # elements closer than this share of the shorter side are one region
PEAKS = 64  # peaks looked at, shoulders among them
GRID = 4_000_000  # elements looked at; a larger image's map is thinned to a regular grid, as it was interpolated anyway


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
    scores, p_values = score_map.scores.astype(np.float64), score_map.p_values.astype(np.float64)
    stride = math.ceil(math.sqrt(scores.size / GRID)) if scores.ndim == 2 else 1
    coarse = (slice(None, None, stride),) * scores.ndim
    regions = _regions(scores[coarse], p_values[coarse], fdr, max_findings)
    significant = bool(regions)
    regions = [_refined(mask, stride, scores.shape) for mask in regions or [_most_suspicious(scores[coarse])]]
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
    from scipy.stats import false_discovery_control  # loading it takes long: not before it is needed

    return float(false_discovery_control(p_values.astype(np.float64).ravel()).min())


def _regions(scores: Scores, p_values: Scores, fdr: float, most: int) -> list[Mask]:
    """At most `most` abnormal regions, highest peak first; specks are left out unless there is nothing else."""
    flagged = p_values <= step_up(p_values, fdr)
    touching, background = _components(flagged), _background(scores, flagged)
    free, left = flagged.copy(), np.ones(scores.shape, dtype=bool)
    regions: list[Mask] = []
    specks: list[Mask] = []
    for _ in range(PEAKS):
        if len(regions) == most or not free.any():
            break
        peak = int(np.argmax(np.where(free, scores, -np.inf)))
        if scores.flat[peak] <= background:
            break
        around = _around_peak(scores, flagged, peak, background)
        shoulder = bool((around & flagged & ~free).any())
        free &= ~around
        if shoulder:
            continue
        if p_values[around].min() > step_up(p_values[left | around], fdr):
            break
        (specks if _is_speck(around) else regions).append(around)
        left &= ~np.isin(touching, touching[around & flagged])
    return regions or specks[:1]


def _is_speck(mask: Mask) -> bool:
    """Whether an image's region is too small to tell; a series has no specks: one row may be a spike."""
    return mask.ndim == 2 and bool(mask.sum() < SPECK_SHARE * mask.size)


def _components(mask: Mask) -> NDArray[np.int64]:
    """Connected elements, diagonals included, numbered from 1; 0 elsewhere."""
    numbered: NDArray[np.int64] = label(mask, structure=np.ones((3,) * mask.ndim))[0]
    return numbered


def _background(scores: Scores, flagged: Mask) -> float:
    """The score of a normal element of this sample: the median of those not flagged, or of all if few are left."""
    rest = scores[~flagged & np.isfinite(scores)]
    return float(np.median(rest if rest.size >= 10 else scores[np.isfinite(scores)]))


def _around_peak(scores: Scores, within: Mask, peak: int, background: float) -> Mask:
    """The elements of `within` around the flat index `peak` at least half as high above the background, near ones
    taken as connected."""
    high = within & (scores >= (background + float(scores.flat[peak])) / 2)
    reach = max(1, round(NEAR_SHARE * min(scores.shape)))
    joined = _components(maximum_filter(high, size=reach + 1))
    return _filled(high & (joined == joined.flat[peak]))


def _most_suspicious(scores: Scores) -> Mask:
    """The region around the highest score of all."""
    everything = np.isfinite(scores)
    return _around_peak(scores, everything, int(np.argmax(scores)), float(np.median(scores[everything])))


def _refined(mask: Mask, stride: int, shape: tuple[int, ...]) -> Mask:
    """A mask of every `stride`-th element as one of `shape`."""
    if stride == 1:
        return mask
    fine: Mask = mask.repeat(stride, axis=0).repeat(stride, axis=1)[: shape[0], : shape[1]]
    return fine


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
