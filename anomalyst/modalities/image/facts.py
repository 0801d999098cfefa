"""Facts about one finding of an image: where, how large, what kind of anomaly, observed against expected."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from skimage.color import rgb2gray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.evidence.findings import FoundRegions, strength
from anomalyst.evidence.units import POINTS, Measure, compared, rounded
from anomalyst.modalities.image.colours import COLOURS
from anomalyst.modalities.image.found.changed import changed_part
from anomalyst.modalities.image.found.kinds import image_kind
from anomalyst.modalities.image.found.shape import image_shape
from anomalyst.modalities.image.places import image_place
from anomalyst.modalities.image.region import PARTS, ImageRegion
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.scores import as_a_whole, is_drawn, retaken
from anomalyst.samples import Mask

BAND = (0.05, 0.95)  # quantiles of the posterior samples that bound an expected value
BRIGHTNESS = "brightness"


def sample_facts(sample: ImageSample, score_map: ScoreMap) -> Iterator[Measure]:
    """Facts about the whole image."""
    height, width = sample.shape
    yield Measure("sample", "sample_size", f"{width:,} × {height:,} pixels")
    if taken := retaken(score_map):
        text = f"the image is {taken} than its normals: it was held against normals made so"
        yield Measure("sample", "retaken", text)


def alarm_facts(score_map: ScoreMap, alpha: float) -> Iterator[Measure]:
    """That an alarm is about the whole picture more than about any place in it, where it is."""
    if score_map.sample_p <= alpha and as_a_whole(score_map):
        yield Measure("sample", "whole_differs", True)


def finding_facts(sample: ImageSample, score_map: ScoreMap, found: FoundRegions, finding: Finding) -> Iterator[Measure]:
    """Facts of strength, place, size and kind of one finding; brightness and colours in % of full scale."""
    yield from strength(score_map, finding)
    if isinstance(finding.region, ImageRegion):
        yield from _image_facts(sample, score_map, finding, finding.region, found.masks[finding.id])


def _image_facts(
    sample: ImageSample, score_map: ScoreMap, finding: Finding, region: ImageRegion, mask: Mask
) -> Iterator[Measure]:
    subject = finding.id
    yield Measure(subject, "place", image_place(mask))
    yield Measure(subject, "box", f"x {region.x0}–{region.x1}, y {region.y0}–{region.y1}")
    part = mask if is_drawn(score_map) else _told_part(sample, score_map, mask)
    yield Measure(subject, "area", rounded(100 * float(part.mean())), "%")
    peak = int(np.argmax(np.where(mask, score_map.scores, -np.inf)))
    y, x = np.unravel_index(peak, mask.shape)
    yield Measure(subject, "peak_at", f"({x}, {y})")
    kind = image_kind(sample.pixels, score_map.expected, part)
    yield Measure(subject, "anomaly_kind", kind)
    is_mark = is_drawn(score_map) and kind not in PARTS
    shape = image_shape(sample.pixels, score_map.expected, mask) if is_mark else None
    if shape is not None:
        yield Measure(subject, "shape", shape)
    seen, normal, draws = sample.pixels[part], score_map.expected[part], score_map.samples[:, part]
    tones = list(_compared(subject, BRIGHTNESS, rgb2gray(seen), rgb2gray(normal), _tones(draws)))
    difference = float(tones[-1].value)
    if difference:
        yield Measure(subject, "direction", "brighter" if difference > 0 else "darker")
    yield from tones
    if not sample.grey:
        for band, colour in enumerate(COLOURS):
            yield from _compared(subject, colour, seen[:, band], normal[:, band], draws[..., band])


def _told_part(sample: ImageSample, score_map: ScoreMap, mask: Mask) -> Mask:
    """What of a finding differs, in runs of before outlines were drawn so; all of it where its texture does."""
    part = changed_part(sample.pixels, score_map.expected, mask)
    whole, own = (image_kind(sample.pixels, score_map.expected, place) for place in (mask, part))
    return mask if whole == "texture change" and own not in ("missing part", "extra part") else part


def _tones(draws: NDArray[np.floating]) -> NDArray[np.floating]:
    """Brightness of posterior samples (K, n, 3): (K, n)."""
    return np.stack([rgb2gray(draw) for draw in draws]) if len(draws) else np.empty((0, draws.shape[1]))


def _compared(
    subject: str, quality: str, seen: NDArray[np.floating], normal: NDArray[np.floating], draws: NDArray[np.floating]
) -> Iterator[Measure]:
    """Observed, expected and difference of the mean over the region: arrays (n,), (n,) and (K, n) in [0, 1]."""
    observed, expected, difference, places = compared(100 * float(seen.mean()), 100 * float(normal.mean()))
    means = draws.mean(axis=1) if len(draws) else np.array([normal.mean()])
    low, high = (round(100 * float(bound), places) for bound in np.quantile(means, BAND))
    yield Measure(subject, "observed", observed, "%", quality)
    yield Measure(subject, "expected", expected, "%", quality, low=min(low, expected), high=max(high, expected))
    yield Measure(subject, "difference", difference, POINTS, quality)
