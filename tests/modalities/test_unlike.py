"""Inputs that were recorded unlike the normals: what is said of them, and that a calm verdict on them is none."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter

from anomalyst import Anomalyst, load_detector
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.unlike import measures
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.samples import Sample


def image(seed: int, side: int = 128, width: int = 0) -> ImageSample:
    rng = np.random.default_rng(seed)
    grey = np.round(255 * np.clip(0.5 + 0.1 * rng.standard_normal((side, width or side, 1)), 0, 1)) / 255
    return ImageSample(grey.astype(np.float32).repeat(3, axis=2), f"{seed}.png", True)


def jpeg(sample: ImageSample, quality: int) -> ImageSample:
    held = io.BytesIO()
    Image.fromarray((255 * sample.pixels).round().astype(np.uint8)).save(held, "JPEG", quality=quality)
    return replace(sample, pixels=np.asarray(Image.open(held), dtype=np.float32) / np.float32(255))


def blurred(sample: ImageSample) -> ImageSample:
    return replace(sample, pixels=gaussian_filter(sample.pixels, (1.5, 1.5, 0)))


def spotted(sample: ImageSample) -> ImageSample:
    pixels = sample.pixels.copy()
    pixels[40:60, 40:60] = 1.0
    return replace(sample, pixels=pixels)


def series(seed: int, rows: int = 300, step: int = 60) -> SeriesSample:
    rng = np.random.default_rng(seed)
    index = np.datetime64("2026-01-01", "ns") + np.arange(rows) * np.timedelta64(step, "s")
    values = np.stack([np.sin(np.arange(rows) / 8) + 0.1 * rng.standard_normal(rows), rng.standard_normal(rows)], 1)
    return SeriesSample(values, ("flow", "temp_c"), index, name=f"{seed}.csv")


def scaled(sample: SeriesSample, times: float, add: float = 0.0) -> SeriesSample:
    return replace(sample, values=sample.values * np.array([1.0, times]) + np.array([0.0, add]))


IMAGES, SERIES = [image(n) for n in range(8)], [series(n) for n in range(3)]
PAIRS = [PairSample(image(n), f"a plate of kind {n}") for n in range(8)]


@pytest.mark.parametrize(
    ("normals", "sample", "words"),
    [
        (IMAGES, image(9), []),
        (IMAGES, spotted(image(9)), []),
        (IMAGES, jpeg(image(9), 95), []),
        (IMAGES, image(9, side=32), ["the image is 4 times smaller than its normals"]),
        (IMAGES, image(9, side=128, width=256), ["the image is 2 times as wide for its size as its normals"]),
        (IMAGES, jpeg(image(9), 20), ["the image is compressed more strongly than its normals"]),
        (IMAGES, blurred(image(9)), ["less detail than its normals"]),
        ([jpeg(one, 20) for one in IMAGES], image(9), ["the image is compressed less strongly than its normals"]),
        (SERIES, series(9), []),
        (SERIES, series(9, step=600), ["the rows are 10 times as far apart as in its normals"]),
        (SERIES, series(9, step=6), ["the rows are 10 times closer together than in its normals"]),
        (SERIES, scaled(series(9), 0.0), ["temp_c moves not at all, unlike in its normals"]),
        (SERIES, scaled(series(9), 1.0, 50.0), ["temp_c lies mostly outside of the range of its normals"]),
        (PAIRS, PairSample(image(9), "a plate of kind 9"), []),
        (PAIRS, PairSample(image(9), "word " * 40), ["the text is 8 times longer than those of its normals"]),
        (PAIRS, PairSample(image(9, side=32), "a plate of kind 9"), ["the image is 4 times smaller than its normals"]),
    ],
)
def test_what_is_unlike_is_said_in_words(normals: list[Any], sample: Sample, words: list[str]) -> None:
    kind = modality(sample.modality)
    usual = json.loads(json.dumps(kind.usual(normals)))  # as it is saved
    told = [str(fact.value) for fact in kind.unlike(sample, usual)]
    assert all(any(said in text for text in told) for said in words), told
    assert bool(told) == bool(words), told


@pytest.mark.parametrize("usual", [{}, {"size": "x", "step": [1], "channels": 3, "image": [], "words": None}])
@pytest.mark.parametrize("sample", [image(9), series(9), PairSample(image(9), "a plate")])
def test_nothing_is_said_where_nothing_is_known(usual: dict[str, Any], sample: Sample) -> None:
    assert list(modality(sample.modality).unlike(sample, usual)) == []


def test_a_fault_moves_no_measure_of_the_whole_picture() -> None:
    before, after = measures(image(9)), measures(spotted(image(9)))
    assert all(0.9 < after[name] / before[name] < 1.1 for name in before)


def test_a_calm_verdict_on_an_unlike_image_is_none(tmp_path: Path) -> None:
    normals = [image(n, side=64) for n in range(24)]
    odd = replace(image(99, side=64), pixels=np.full((64, 64, 3), 0.5, dtype=np.float32))
    explanation = Anomalyst().explain(odd, normals, detector="image-density", out=tmp_path / "run")
    told = [str(fact.value) for fact in explanation.evidence.about("sample", "unlike_normals")]
    assert any("fewer grey levels" in text for text in told)
    said = " ".join(checked.claim.text for checked in (*explanation.claims, *explanation.next_actions))
    assert explanation.verdict != "normal"
    if explanation.verdict == "cannot tell":
        assert explanation.summary.startswith("Cannot tell whether the image is normal: the image has")
        assert "recorded as this image was" in said
    else:
        assert "Beware: the image has" in said
    assert load_detector(tmp_path / "run" / "detector").usual_["size"] == [64.0, 64.0]
