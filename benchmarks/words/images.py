"""Known anomalies in real normal images: of each kind at several sizes and places.

Of a category LEARNED normals are learned from, others are spoilt. A place is drawn until the anomaly can be seen there
at all: a missing part where something stands out, a brighter spot where it can get brighter.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.color import rgb2gray
from skimage.morphology import isotropic_dilation

from anomalyst.detectors.contract import Detector
from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.image.colours import colour_name
from anomalyst.modalities.image.found.shape import shape_of
from anomalyst.modalities.image.places import IMAGE_PLACES, image_place
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.tried.synthetic import Pixels, soft_blob
from anomalyst.samples import Mask
from benchmarks.image_data import read_category
from benchmarks.series_events import half_of
from benchmarks.words.judging import ALPHA, Tried, Truth, headline_of

LEARNED, JUDGED = 24, 6  # normals of a category
TRIES = 40  # places drawn for an anomaly
HELD = 0.25  # of an anomaly, that a part of the image must hold for it to lie there
LEAST_CHANGE = 0.1  # of full scale
STANDS_OUT = 0.15  # distance of mean colours, in shares of full scale
PAINTS = {
    "red": (0.8, 0.1, 0.1), "green": (0.1, 0.65, 0.2), "blue": (0.1, 0.2, 0.8), "yellow": (0.95, 0.85, 0.1),
    "orange": (0.95, 0.5, 0.1), "purple": (0.5, 0.15, 0.65),
}  # fmt: skip
Rng = np.random.Generator
Spoilt = tuple[Pixels, Mask, Truth]


def tried(data: Path, half: str, n: int, seed: int, weights: str | None) -> Iterator[Tried]:
    """`n` anomalies of each kind, in the categories of a half in turns; fewer where these have no place for it."""
    fitted = ready(data, half, weights)
    for kind, make in MAKERS.items():
        left, found = deque(fitted), 0
        while left and found < n:
            one = left.popleft()
            sample = one.normals[found // len(fitted) % len(one.normals)]
            made = _planted(sample, make, TRIES * (seed + found))
            if made is None:  # it has no place for this kind
                continue
            left.append(one)
            found += 1
            said = headline_of(made[0], one.detector.score(made[0]))
            yield Tried(kind, f"{one.name}/{sample.name}", said, made[1])


@dataclass(frozen=True)
class Ready:
    """A fitted detector, and normals that raise no alarm."""

    detector: Detector
    normals: list[ImageSample]
    name: str


def ready(data: Path, half: str, weights: str | None) -> list[Ready]:
    """The categories of a half of which some normals raise no alarm."""
    return [one for one in (_fitted(folder, weights) for folder in _folders(data, half)) if one is not None]


def _folders(data: Path, half: str) -> list[Path]:
    return [p for p in sorted((data / "images").iterdir()) if p.is_dir() and half_of(p.name) == half]


def _fitted(folder: Path, weights: str | None) -> Ready | None:
    normals = read_category(folder, LEARNED + JUDGED).normals
    step = max(2, len(normals) // JUDGED)
    judged = normals[::step]
    detector = detector_class("image-density")(backbone=weights, samples=4)
    detector.fit([normal for place, normal in enumerate(normals) if place % step])
    calm = [sample for sample in judged if detector.score(sample).sample_p > ALPHA]
    return Ready(detector, calm, folder.name) if calm else None


def _planted(
    sample: ImageSample, make: Callable[[ImageSample, Rng], Spoilt | None], seed: int
) -> tuple[ImageSample, Truth] | None:
    for number in range(TRIES):
        made = make(sample, np.random.default_rng(seed + number))
        if made is not None:
            pixels, mask, truth = made
            area = None if "missing part" in truth.kinds else 100 * float(mask.mean())  # that of the part is not known
            return replace(sample, pixels=pixels), replace(truth, places=places(mask), area=area)
    return None


def places(mask: Mask) -> tuple[str, ...]:
    """The words for where a mask lies: of its middle, and of each part of the image that holds enough of it."""
    found = {image_place(mask)}
    for down, rows in enumerate(np.array_split(mask, 3)):
        for across, cell in enumerate(np.array_split(rows, 3, axis=1)):
            if cell.sum() >= HELD * mask.sum():
                found.add(IMAGE_PLACES[3 * down + across])
    return tuple(sorted(found))


def brighter(sample: ImageSample, rng: Rng) -> Spoilt | None:
    """A soft spot of more light, where there is room for it."""
    soft, amount = soft_blob(sample.pixels, rng), float(rng.choice([0.15, 0.25, 0.35]))
    pixels = sample.pixels + amount * soft[..., None]
    if not (soft > 0.5).any() or np.quantile(pixels[soft > 0.5], 0.98) > 1:
        return None
    return _shaded(sample, pixels.clip(0, 1), soft > 0.5)


def darker(sample: ImageSample, rng: Rng) -> Spoilt | None:
    """A soft shadow, where it is not black already."""
    soft, share = soft_blob(sample.pixels, rng), float(rng.choice([0.3, 0.5, 0.7]))
    return _shaded(sample, sample.pixels * (1 - share * soft[..., None]), soft > 0.5)


def _shaded(sample: ImageSample, pixels: Pixels, mask: Mask) -> Spoilt | None:
    if not mask.any():
        return None
    change = float((rgb2gray(pixels) - rgb2gray(sample.pixels))[mask].mean())
    if abs(change) < LEAST_CHANGE:
        return None
    up = change > 0
    truth = Truth(("brighter" if up else "darker",), up=up, size=100 * change, shape=shape_of(mask) or "")
    return pixels.astype(np.float32), mask, truth


def scratch(sample: ImageSample, rng: Rng) -> Spoilt | None:
    """A bent line of more or less light."""
    height, width = sample.shape
    side = min(height, width)
    down, across = np.mgrid[:height, :width]
    radius, angle = side * float(rng.uniform(0.3, 2)), float(rng.uniform(0, 2 * np.pi))
    half = side * float(rng.uniform(0.08, 0.2)) / radius  # of its length, as an angle about the centre of its bend
    middle = rng.uniform(0.2, 0.8, 2) * (height, width)
    right, low = across - middle[1] + radius * np.cos(angle), down - middle[0] + radius * np.sin(angle)
    turned = np.abs((np.arctan2(low, right) - angle + np.pi) % (2 * np.pi) - np.pi)
    off = np.where(turned < half, np.abs(np.hypot(low, right) - radius), np.inf)
    thick = max(1.5, side / 120)
    soft = np.clip(thick + 0.5 - off, 0, 1)[..., None]
    share = float(rng.choice([0.5, 0.7]))
    pixels = sample.pixels * (1 - share * soft) if rng.random() < 0.5 else sample.pixels + share * soft / 2
    made = _shaded(sample, pixels.clip(0, 1), off < thick)
    # The mean over so thin a line is that of its rim: its size is not asked.
    return None if made is None else (made[0], made[1], replace(made[2], size=None, shape="scratch-like"))


def coloured(sample: ImageSample, rng: Rng) -> Spoilt | None:
    """A spot of a colour that the image does not have there; on grey images nothing is said of colours."""
    if sample.grey:
        return None
    name = str(rng.choice(list(PAINTS)))
    soft = soft_blob(sample.pixels, rng)
    mask = soft > 0.5
    if not mask.any() or colour_name(*sample.pixels[mask].mean(axis=0)) == name:
        return None
    pixels = sample.pixels + 0.9 * soft[..., None] * (np.array(PAINTS[name]) - sample.pixels)
    return pixels.astype(np.float32), mask, Truth(("colour shift", "extra part"), colours=(name,))


def missing(sample: ImageSample, rng: Rng) -> Spoilt | None:
    """A place that stands out, filled with what surrounds it."""
    soft = soft_blob(sample.pixels, rng)
    mask = soft > 0.5
    ring = _ring(mask)
    if not mask.any() or not ring.any() or _distance(sample.pixels, mask, ring) < STANDS_OUT:
        return None
    around = sample.pixels[ring]
    filled = around[rng.integers(len(around), size=mask.shape)] if around.std() < 0.05 else around.mean(axis=0)
    pixels = sample.pixels + soft[..., None] * (filled - sample.pixels)
    return pixels.astype(np.float32), mask, Truth(("missing part",))


def extra(sample: ImageSample, rng: Rng) -> Spoilt | None:
    """A striped part laid on a place of another tone."""
    soft = soft_blob(sample.pixels, rng)
    mask = soft > 0.5
    ring = _ring(mask)
    if not mask.any() or not ring.any():
        return None
    tone, stripes = rng.uniform(0.15, 0.85), np.sin(np.arange(mask.shape[1]) * 2 * np.pi / 5)
    thing = np.broadcast_to((tone + 0.12 * stripes)[None, :, None], sample.pixels.shape)
    pixels = sample.pixels + (soft > 0.5)[..., None] * (thing - sample.pixels)
    if _distance(pixels, mask, ring) < STANDS_OUT or _distance(sample.pixels, mask, ring) > STANDS_OUT / 2:
        return None
    return pixels.astype(np.float32), mask, Truth(("extra part",))


def texture(sample: ImageSample, rng: Rng) -> Spoilt | None:
    """A place that is grainier than it was, of the same mean."""
    soft = soft_blob(sample.pixels, rng)
    mask = soft > 0.5
    grain = gaussian_filter(rng.normal(size=mask.shape), 0.7)
    grain *= rng.choice([0.08, 0.15]) / grain.std()
    pixels = (sample.pixels + (soft * grain)[..., None]).clip(0, 1).astype(np.float32)
    if not mask.any() or abs(float((pixels - sample.pixels)[mask].mean())) > 0.02:  # cut at black or white
        return None
    return pixels, mask, Truth(("texture change",))


MAKERS: dict[str, Callable[[ImageSample, Rng], Spoilt | None]] = {
    "brighter spot": brighter,
    "darker spot": darker,
    "coloured spot": coloured,
    "missing part": missing,
    "extra part": extra,
    "texture change": texture,
    "scratch": scratch,
}


def _ring(mask: Mask) -> Mask:
    """What surrounds a place, a rim of 2 pixels left out."""
    ring: Mask = isotropic_dilation(mask, 10) & ~isotropic_dilation(mask, 2)
    return ring


def _distance(pixels: Pixels, inside: Mask, ring: Mask) -> float:
    return float(np.linalg.norm(pixels[inside].mean(axis=0) - pixels[ring].mean(axis=0)))
