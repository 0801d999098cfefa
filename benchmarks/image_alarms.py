"""What an image method says once its scores are calibrated: alarms at stated rates, and outlines.

Peers give scores only. They are calibrated as ours are, on the normals that they learn from: each fifth is scored by
the method fitted to the other four (cross-conformal), which gives p-values of images and of pixels; what p-values say
is outlined by the product's own rule for maps, so that an outline is as good as the map; ours are then drawn where the
picture differs from what was expected, which peers do not tell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom
from skimage.transform import resize

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.contract import Calibration, ScoreMap
from anomalyst.modalities.image.found.findings import image_regions
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.samples import Mask
from benchmarks import image_data as d

ALPHAS = (0.01, 0.05, 0.1)
ALARM = 0.05  # the level at which defects count as found, and are outlined
FOLDS = 5
STRIDE = 4  # every how many pixels of a held-out map calibrate
HIGH = 0.95

Outline = Callable[[d.Map, float], Mask]


class Peer(Protocol):
    """A method without p-values."""

    def fit(self, normals: list[ImageSample]) -> None:
        """Learn from normal images."""

    def score(self, sample: ImageSample) -> tuple[d.Map, float]:
        """A map (H, W) and the image's score, higher is more abnormal."""


@dataclass(frozen=True)
class Yardstick:
    """Held-out normals' scores of pixels and of images; `high`: the pixels' 95th percentile."""

    element: Conformal
    whole: Conformal
    high: float

    def told(self, sample: ImageSample, scores: d.Map, total: float) -> ScoreMap:
        """A peer's map and score with their p-values; nothing is expected by a peer, so the sample stands for it."""
        p = self.whole.sample_p(total)
        how = Calibration("cross-conformal", self.whole.count, self.element.count)
        pixel_p = self.element.p_values(scores).astype(np.float32)
        extrapolated = self.whole.is_extrapolated(p)
        return ScoreMap(
            "image", scores, pixel_p, total, p, extrapolated, sample.pixels, sample.pixels[None], calibration=how
        )


def cross_conformal(make: Callable[[], Peer], normals: list[ImageSample]) -> Yardstick:
    """Every normal scored by a method that has not seen its fifth."""
    maps: list[NDArray[np.float32]] = []
    totals: list[float] = []
    for fold in range(min(FOLDS, len(normals))):
        peer = make()
        peer.fit([n for i, n in enumerate(normals) if i % FOLDS != fold])
        for scores, total in map(peer.score, normals[fold::FOLDS]):
            maps.append(scores[::STRIDE, ::STRIDE].ravel())
            totals.append(total)
    pixels = np.concatenate(maps)
    return Yardstick(Conformal.fit(pixels), Conformal.fit(totals), float(np.quantile(pixels, HIGH)))


def outlined(case: d.Case, found: ScoreMap) -> Mask:
    """All regions outlined at alarm and discovery rates of 0.05."""
    return image_regions(case.sample, found, ALARM).union(found.scores.shape)


def calibrated_row(category: d.Category, maps: Sequence[ScoreMap], outlines: Sequence[Mask]) -> dict[str, Any]:
    """Detection and false alarms at each level; how outlines of found defects fit, and of all test images (SegF1)."""
    bad = np.array([case.abnormal for case in category.cases])
    p_values = np.array([m.sample_p for m in maps])
    row: dict[str, Any] = {"false_alarms": {str(a): alarms(p_values[~bad], a) for a in ALPHAS}}
    row |= {f"detected_at_{a}": float((p_values[bad] <= a).mean()) for a in ALPHAS}
    row |= {f"alarms_at_{a}": float((p_values[~bad] <= a).mean()) for a in ALPHAS}
    overlaps = [
        _overlap(case.mask, outline)
        for case, outline, p in zip(category.cases, outlines, p_values, strict=True)
        if case.mask is not None and p <= ALARM
    ]
    if overlaps:
        row["outline_hits"] = float(np.mean([iou > 0 for iou in overlaps]))
        row["outline_iou"] = float(np.mean(overlaps))
    if category.masks == "pixel":
        row["seg_f1"] = seg_f1(d.masks_of(category.cases), outlines)
    return row


def alarms(p_values: NDArray[np.float64], alpha: float) -> dict[str, Any]:
    """Alarms on good test images: count, number, and the central 95 % interval of counts at the stated rate."""
    number = len(p_values)
    low, high = binom.ppf([0.025, 0.975], number, alpha)
    return {"alarms": int((p_values <= alpha).sum()), "of": number, "interval": [int(low), int(high)]}


def seg_f1(masks: Mask, outlines: Sequence[Mask]) -> float:
    """F1 of pixels over all test images, good ones included, as MVTec AD 2 counts (arXiv 2503.21622)."""
    found = np.stack([resize(outline, masks.shape[1:], order=0) > 0 for outline in outlines])
    both = int((found & masks).sum())
    return 2 * both / max(1, int(found.sum()) + int(masks.sum()))


def _overlap(mask: Mask, outline: Mask) -> float:
    """Intersection over union."""
    return float((outline & mask).sum() / max(1, (outline | mask).sum()))
