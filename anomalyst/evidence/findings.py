"""Findings: the regions of a score map that are abnormal at a stated false-discovery rate.

Elements are flagged by the step-up rule of Benjamini & Hochberg (1995) on the element p-values; neighbours share
data and are positively dependent, under which the rule still holds its rate (Benjamini & Yekutieli 2001). Among the
elements of one strong region the rule has room for false ones elsewhere; so each further region must also pass at
the same rate once those before it are set aside with all flagged elements that touch them.

A score map is a blurred picture of the anomaly, so a region is what lies around a peak above half of its height: an
edge that was blurred crosses half of its height where it was. A peak whose half-height contour holds a higher one
is a shoulder of that, not a region of its own. Where nearly all elements are flagged, the sample differs as a whole:
regions in it are then those that stand out from the sample itself, half as much at least as the first one does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label, maximum_filter

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding, Region
from anomalyst.evidence.units import Measure, rounded

Mask = NDArray[np.bool_]
Scores = NDArray[np.float64]

NEAR_SHARE = 0.01  # elements closer than this share of the shorter side are one region
MOSTLY = 0.9  # of the elements flagged: the sample differs as a whole; strong anomalies blur over less
HALF = 0.5  # of the height of a peak above the background
PEAKS = 64  # peaks looked at, shoulders among them
NORMAL_QUANTILE = 0.95


def as_it_is(mask: Mask) -> Mask:
    """The mask."""
    return mask


@dataclass(frozen=True)
class RegionRules:
    """How regions of one kind of data are cut. `outline`: the place that bounds a mask; `filled`: the mask of a region
    whose gaps belong to it; `specks`: regions smaller than this share of the elements are too small to tell;
    `grid`: elements looked at, None for all; a larger map is thinned to a regular grid."""

    outline: Callable[[Mask], Region]
    filled: Callable[[Mask], Mask] = as_it_is
    specks: float = 0.0
    grid: int | None = None

    def stride(self, scores: Scores) -> int:
        """Every how many elements of an axis are looked at."""
        return 1 if self.grid is None else math.ceil((scores.size / self.grid) ** (1 / scores.ndim))


class Judged(Protocol):
    """What regions are cut from: scores and p-values of the elements, and the p-value of the whole sample."""

    @property
    def scores(self) -> NDArray[np.float32]: ...

    @property
    def p_values(self) -> NDArray[np.float32]: ...

    @property
    def sample_p(self) -> float: ...


@dataclass(frozen=True)
class FoundRegions:
    """Findings, ids R1… by rising peak p and falling score, and each one's mask, on the axes of the score map."""

    findings: tuple[Finding, ...] = ()
    masks: dict[str, Mask] = field(default_factory=dict)

    def union(self, shape: tuple[int, ...]) -> Mask:
        """All elements of all findings, on detection axes of `shape`."""
        covered: Mask = np.zeros(shape, dtype=bool)
        for mask in self.masks.values():
            covered |= mask
        return covered


def find_regions(
    score_map: Judged, rules: RegionRules, alpha: float = 0.05, fdr: float = 0.05, most: int = 8
) -> FoundRegions:
    """The `most` most abnormal regions of a sample whose own p-value is at most `alpha`; none otherwise.

    Where the sample is abnormal but no element passes at rate `fdr`, the region around the highest score is
    given with `significant=False`.
    """
    if not score_map.sample_p <= alpha:
        return FoundRegions()
    scores, p_values = score_map.scores.astype(np.float64), score_map.p_values.astype(np.float64)
    stride = rules.stride(scores)
    coarse = (slice(None, None, stride),) * scores.ndim
    regions = _regions(scores[coarse], p_values[coarse], rules, fdr, most)
    significant = bool(regions)
    regions = regions or [rules.filled(_most_suspicious(scores[coarse]))]
    regions = [_refined(mask, stride, scores.shape) for mask in regions]
    ranked = sorted(regions, key=lambda mask: (p_values[mask].min(), -scores[mask].max()))
    named = {f"R{number}": mask for number, mask in enumerate(ranked, start=1)}
    findings = tuple(
        Finding(
            id=name,
            region=rules.outline(mask),
            peak_p=float(p_values[mask].min()),
            peak_score=float(scores[mask].max()),
            significant=significant,
        )
        for name, mask in named.items()
    )
    return FoundRegions(findings, named)


def at_level(found: FoundRegions, alpha: float) -> FoundRegions:
    """The findings without those that are less abnormal by themselves than the alarm level asks of the sample. Where
    all are, the first one is only the most suspicious place."""
    kept = tuple(finding for finding in found.findings if finding.peak_p <= alpha)
    kept = kept or tuple(finding.model_copy(update={"significant": False}) for finding in found.findings[:1])
    return FoundRegions(kept, {finding.id: found.masks[finding.id] for finding in kept})


def step_up(p_values: NDArray[np.floating], fdr: float) -> float:
    """The largest p-value rejected by the Benjamini–Hochberg rule at rate `fdr` (any shape); −1 if none is.

    Only p-values up to `fdr` can be rejected, so only they are sorted: an image of any size is judged whole.
    """
    small = np.sort(p_values[p_values <= fdr])
    rejected = small[small <= fdr * np.arange(1, small.size + 1) / p_values.size]
    return float(rejected[-1]) if rejected.size else -1.0


def simes(p_values: NDArray[np.floating]) -> float:
    """Simes' (1986) p-value of "all these elements are normal": the smallest Benjamini–Hochberg adjusted one."""
    rising = np.sort(p_values.astype(np.float64), axis=None)
    return float(min(1.0, (rising * (rising.size / np.arange(1, rising.size + 1))).min()))


def _regions(scores: Scores, p_values: Scores, rules: RegionRules, fdr: float, most: int) -> list[Mask]:
    """At most `most` abnormal regions, highest peak first; specks are left out unless there is nothing else."""
    flagged = p_values <= step_up(p_values, fdr)
    touching, background = _components(flagged), _background(scores, flagged)
    least = _least_peak(scores, background) if differs_as_a_whole(flagged) else background
    free, left = flagged.copy(), np.ones(scores.shape, dtype=bool)
    regions: list[Mask] = []
    specks: list[Mask] = []
    for _ in range(PEAKS):
        if len(regions) == most or not free.any():
            break
        peak = int(np.argmax(np.where(free, scores, -np.inf)))
        if scores.flat[peak] <= least:
            break
        around = rules.filled(_around_peak(scores, flagged, peak, background))
        shoulder = bool((around & flagged & ~free).any())
        free &= ~around
        if shoulder:
            continue
        if p_values[around].min() > step_up(p_values[left | around], fdr):
            break
        (specks if around.sum() < rules.specks * around.size else regions).append(around)
        left &= ~np.isin(touching, touching[around & flagged])
    return regions or specks[:1]


def _components(mask: Mask) -> NDArray[np.int64]:
    """Connected elements, diagonals included, numbered from 1; 0 elsewhere."""
    numbered: NDArray[np.int64] = label(mask, structure=np.ones((3,) * mask.ndim))[0]
    return numbered


def _background(scores: Scores, flagged: Mask) -> float:
    """The score of a normal element of this sample: the median of those not flagged, or of all if few are left."""
    rest = scores[~flagged & np.isfinite(scores)]
    return float(np.median(rest if rest.size >= 10 else scores[np.isfinite(scores)]))


def differs_as_a_whole(flagged: Mask) -> bool:
    """Whether so many elements are abnormal that no place in the sample is what is wrong with it."""
    return bool(flagged.mean() > MOSTLY)


def _least_peak(scores: Scores, background: float) -> float:
    """The height up to which a peak does not stand out beside the highest one."""
    return background + HALF * (float(np.nanmax(scores)) - background)


def _around_peak(scores: Scores, within: Mask, peak: int, background: float) -> Mask:
    """The elements of `within` around the flat index `peak` at least half as high above the background, near ones
    taken as connected."""
    high = within & (scores >= (background + float(scores.flat[peak])) / 2)
    reach = max(1, round(NEAR_SHARE * min(scores.shape)))
    joined = _components(maximum_filter(high, size=reach + 1))
    found: Mask = high & (joined == joined.flat[peak])
    return found


def _most_suspicious(scores: Scores) -> Mask:
    """The region around the highest score of all."""
    everything = np.isfinite(scores)
    return _around_peak(scores, everything, int(np.argmax(scores)), float(np.median(scores[everything])))


def _refined(mask: Mask, stride: int, shape: tuple[int, ...]) -> Mask:
    """A mask of every `stride`-th element as one of `shape`."""
    if stride == 1:
        return mask
    for axis in range(mask.ndim):
        mask = mask.repeat(stride, axis=axis)
    return mask[tuple(slice(size) for size in shape)]


def strength(score_map: ScoreMap, finding: Finding) -> Iterator[Measure]:
    """The peak score as a multiple of the normal 95 % quantile, where it means something."""
    ratio = _peak_ratio(score_map, finding.peak_score)
    if ratio is not None:
        yield Measure(finding.id, "peak_ratio", rounded(ratio))


def _peak_ratio(score_map: ScoreMap, peak: float) -> float | None:
    """`peak` as a multiple of the normal 95 % quantile: the score at which the element p-value falls to 0.05, read
    off this map. None where the map never crosses it or scores there are not positive (then a ratio means nothing)."""
    usual = score_map.p_values > 1 - NORMAL_QUANTILE
    below, beyond = score_map.scores[usual], score_map.scores[score_map.p_values <= 1 - NORMAL_QUANTILE]
    if not below.size or not beyond.size:
        return None
    quantile = (float(np.nanmax(below)) + float(np.nanmin(beyond))) / 2
    return peak / quantile if quantile > 0 else None
