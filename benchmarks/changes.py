"""Changes of test inputs and of training data, for the robustness benchmark: pure functions of a seed."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

from anomalyst.modalities.image.sample import ImageSample
from benchmarks.series_data import Case
from benchmarks.vus import label_ranges

Rng = np.random.Generator
Pixels = NDArray[np.float32]
Thing = TypeVar("Thing")


def jpeg(pixels: Pixels, quality: int) -> Pixels:
    """(H, W, 3) in [0, 1] written as JPEG and read again."""
    file = io.BytesIO()
    Image.fromarray(np.round(pixels * 255).astype(np.uint8)).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file), dtype=np.float32) / 255


def blur(pixels: Pixels, sigma: float) -> Pixels:
    """A Gaussian blur of `sigma` pixels."""
    return gaussian_filter(pixels, (sigma, sigma, 0)).astype(np.float32)


def noise(pixels: Pixels, levels: float, rng: Rng) -> Pixels:
    """Gaussian noise of `levels` grey levels of 255; the same in all three colours, so that grey stays grey."""
    return (pixels + rng.normal(0, levels / 255, (*pixels.shape[:2], 1))).clip(0, 1).astype(np.float32)


def brightness(pixels: Pixels, factor: float) -> Pixels:
    """Every pixel times `factor`."""
    return (pixels * np.float32(factor)).clip(0, 1)


def scaled(pixels: Pixels, times: float) -> Pixels:
    """The same picture with `times` as many pixels along each side."""
    height, width = (max(1, round(times * side)) for side in pixels.shape[:2])
    kind = Image.Resampling.BICUBIC
    bands = [np.asarray(Image.fromarray(band).resize((width, height), kind)) for band in np.moveaxis(pixels, 2, 0)]
    return np.stack(bands, 2).clip(0, 1).astype(np.float32)


IMAGE_CHANGES: dict[str, Callable[[Pixels, Rng], Pixels]] = {
    "none": lambda x, rng: x,
    "JPEG, quality 50": lambda x, rng: jpeg(x, 50),
    "JPEG, quality 20": lambda x, rng: jpeg(x, 20),
    "blur, σ 1": lambda x, rng: blur(x, 1),
    "blur, σ 2": lambda x, rng: blur(x, 2),
    "noise, σ 5": lambda x, rng: noise(x, 5, rng),
    "noise, σ 15": lambda x, rng: noise(x, 15, rng),
    "brightness − 25 %": lambda x, rng: brightness(x, 0.75),
    "brightness − 10 %": lambda x, rng: brightness(x, 0.9),
    "brightness + 10 %": lambda x, rng: brightness(x, 1.1),
    "brightness + 25 %": lambda x, rng: brightness(x, 1.25),
    "half the size": lambda x, rng: scaled(x, 0.5),
    "double the size": lambda x, rng: scaled(x, 2),
}


def changed_image(sample: ImageSample, change: str, seed: int) -> ImageSample:
    """The image after a change of IMAGE_CHANGES."""
    return replace(sample, pixels=IMAGE_CHANGES[change](sample.pixels, np.random.default_rng(seed)))


@dataclass(frozen=True)
class Rows:
    """A stretch of a series: `values` (T, C), `label` (T,) of 0/1, `index` (T,) its time."""

    values: NDArray[np.float64]
    label: NDArray[np.int64]
    index: NDArray[np.float64]


def added_noise(rows: Rows, spread: NDArray[np.float64], share: float, rng: Rng) -> Rows:
    """Gaussian noise of `share` of each channel's standard deviation `spread` (C,)."""
    return replace(rows, values=rows.values + share * spread * rng.normal(size=rows.values.shape))


def dropped(rows: Rows, share: float, rng: Rng) -> Rows:
    """Without `share` of the rows, at random; the others keep their times."""
    kept = np.sort(rng.permutation(len(rows.values))[round(share * len(rows.values)) :])
    return Rows(rows.values[kept], rows.label[kept], rows.index[kept])


def halved(rows: Rows) -> Rows:
    """At half the rate: means of pairs of rows, numbered anew; abnormal where one of the pair is."""
    count = len(rows.values) // 2
    values = rows.values[: 2 * count].reshape(count, 2, -1).mean(1)
    return Rows(values, rows.label[: 2 * count].reshape(count, 2).max(1), np.arange(float(count)))


SERIES_CHANGES: dict[str, Callable[[Rows, NDArray[np.float64], Rng], Rows]] = {
    "none": lambda r, s, rng: r,
    "noise, 0.1 sd": lambda r, s, rng: added_noise(r, s, 0.1, rng),
    "noise, 0.3 sd": lambda r, s, rng: added_noise(r, s, 0.3, rng),
    "10 % of the rows dropped": lambda r, s, rng: dropped(r, 0.1, rng),
    "30 % of the rows dropped": lambda r, s, rng: dropped(r, 0.3, rng),
    "half the rate": lambda r, s, rng: halved(r),
    "gain × 1.1": lambda r, s, rng: replace(r, values=r.values * 1.1),
    "gain × 1.25": lambda r, s, rng: replace(r, values=r.values * 1.25),
    "offset + 0.1 sd": lambda r, s, rng: replace(r, values=r.values + 0.1 * s),
    "offset + 0.5 sd": lambda r, s, rng: replace(r, values=r.values + 0.5 * s),
}


def set_aside(things: Sequence[Thing], count: int, seed: int) -> tuple[list[Thing], list[Thing]]:
    """`count` things at random, in random order, and the others, in their order."""
    order = np.random.default_rng(seed).permutation(len(things)).tolist()
    return [things[i] for i in order[:count]], [things[i] for i in sorted(order[count:])]


def hidden_among(normals: Sequence[Thing], anomalies: Sequence[Thing], share: float) -> list[Thing]:
    """The normals, the last `share` of them replaced by the first anomalies; ValueError if these are too few."""
    count = round(share * len(normals))
    if count > len(anomalies):
        raise ValueError(f"{count} anomalies are to be hidden, {len(anomalies)} are there")
    return [*normals[: len(normals) - count], *anomalies[:count]]


def donors_and_rest(case: Case) -> tuple[list[NDArray[np.float64]], Case]:
    """The earlier half of the labelled anomalies, each (rows, C), and the case with only what comes after them."""
    ranges = label_ranges(case.label)
    if len(ranges) < 2:
        raise ValueError(f"{case.name} has {len(ranges)} labelled anomalies; two are needed, one of them to hide")
    given = ranges[: len(ranges) // 2]
    first = given[-1][1] + 1
    rest: dict[str, Any] = {"test": case.test[first:], "label": case.label[first:], "start": 0}
    causes = None if case.causes is None else case.causes[first:]
    return [case.test[a : b + 1] for a, b in given], replace(case, causes=causes, **rest)


def spliced(
    train: NDArray[np.float64], donors: Sequence[NDArray[np.float64]], share: float, piece: int, seed: int
) -> NDArray[np.float64]:
    """`train` (T, C) with `share` of its rows overwritten, in pieces of `piece` rows at random slots, by donors'."""
    slots = len(train) // piece
    count = min(slots, round(share * len(train) / piece)) if share else 0
    rng, out = np.random.default_rng(seed), train.copy()
    for slot in rng.permutation(slots)[:count].tolist():
        donor = donors[int(rng.integers(len(donors)))]
        start = int(rng.integers(max(1, len(donor) - piece + 1)))
        rows = donor[start : start + piece]
        out[slot * piece : slot * piece + len(rows)] = rows
    return out
