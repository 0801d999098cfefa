"""Normals without spread, and values of any magnitude: judged, or refused with the reason; never NaN, never a crash."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from anomalyst.detectors.contract import Detector, ScoreMap
from anomalyst.detectors.magnitudes import drawn_in, powers
from anomalyst.evidence.numbers import NUMBER, agrees, read_number
from anomalyst.evidence.units import compared
from anomalyst.evidence.wording import number
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.series.findings import series_regions
from anomalyst.modalities.series.sample import SeriesSample
from tests.helpers.detectors import ImageDensity, ImageImputation, ImageReconstruction, SeriesDensity

Pixels = NDArray[np.float32]
LEVEL = np.float32(1 / 255)
RULES = (ImageDensity, ImageReconstruction, ImageImputation)


def texture(seed: int = 0, side: int = 48) -> Pixels:
    """A grey texture on 8-bit levels."""
    grey = np.random.default_rng(seed).integers(100, 150, (side, side, 1))
    return np.repeat(grey, 3, 2).astype(np.float32) / np.float32(255)


def flat() -> Pixels:
    """One grey."""
    return np.full((48, 48, 3), np.float32(128) * LEVEL, np.float32)


def spotted(pixels: Pixels, level: float = 1 / 255, side: int = 1) -> Pixels:
    """The picture with a square of `side` pixels brighter by `level`."""
    out = pixels.copy()
    out[20 : 20 + side, 20 : 20 + side] += np.float32(level)
    return out


def judge(kind: Any, normals: list[Pixels]) -> Detector:
    """A small detector fitted to pictures."""
    return kind(size=64).fit([ImageSample(pixels, name=f"{i}.png") for i, pixels in enumerate(normals)])


def scored(detector: Detector, pixels: Pixels) -> ScoreMap:
    """The map of a picture, all of it numbers."""
    found = detector.score(ImageSample(pixels))
    for part in (found.scores, found.p_values, found.expected, found.samples):
        assert np.isfinite(part).all()
    return found


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize("picture", [texture(), flat()], ids=["texture", "flat"])
def test_identical_normals_tell_a_copy_from_any_difference(kind: Any, picture: Pixels) -> None:
    detector = judge(kind, [picture] * 20)
    copy = scored(detector, picture)
    assert copy.sample_p == 1 and copy.p_values.min() == 1
    for different in (spotted(picture), spotted(picture, 0.2, 8)):
        found = scored(detector, different)
        assert found.sample_p <= 0.05
        assert found.scores[20, 20] > 3 * np.median(found.scores)


@pytest.mark.parametrize("kind", RULES)
def test_normals_that_differ_in_ten_pixels_are_no_crash(kind: Any) -> None:
    generator = np.random.default_rng(3)

    def like() -> Pixels:
        out = flat()
        out[generator.integers(0, 48, 10), generator.integers(0, 48, 10)] += LEVEL
        return out

    detector = judge(kind, [like() for _ in range(20)])
    assert scored(detector, like()).sample_p > 0.05
    assert scored(detector, spotted(flat(), 0.2, 8)).sample_p < 0.01


@pytest.mark.parametrize("kind", RULES)
def test_one_flat_normal_gives_numbers(kind: Any) -> None:
    detector = judge(kind, [flat()])
    assert scored(detector, flat()).sample_p == 1
    assert scored(detector, spotted(flat())).sample_score > 100 * scored(detector, flat()).sample_score


def test_a_saved_detector_judges_copies_alike(tmp_path: object) -> None:
    detector = judge(ImageDensity, [texture()] * 6)
    detector.save_pretrained(str(tmp_path))
    again = ImageDensity.from_pretrained(str(tmp_path))
    assert scored(again, texture()).sample_p == 1
    assert scored(again, spotted(texture())).sample_p == pytest.approx(1 / 7)


def series(seed: int, factor: float, fault: float = 0.0) -> SeriesSample:
    """Two channels, the first one times `factor`; rows 200 to 220 of it higher by `fault`."""
    generator = np.random.default_rng(seed)
    rows = np.arange(400)
    waves = np.stack([20 + np.sin(rows / 8), 50 + np.cos(rows / 8)], 1) + 0.1 * generator.normal(size=(400, 2))
    waves[200:220, 0] += fault
    values = waves * np.array([factor, 1.0])
    return SeriesSample(values, ("temp", "load"), rows.astype(np.float64), ("C", "%"))


@pytest.mark.parametrize("factor", [5e306, 1e300, 1e-300, -5e306])
def test_a_factor_changes_nothing(factor: float) -> None:
    def found(times: float) -> tuple[ScoreMap, list[tuple[int, int]]]:
        detector = SeriesDensity(lengths=(8, 16)).fit([series(1, times), series(2, times)])
        sample = series(3, times, fault=3.0)
        judged = detector.score(sample)
        regions = [f.region for f in series_regions(sample, judged, 0.05, 0.1).findings]
        return judged, [(r.start, r.stop) for r in regions]  # type: ignore[union-attr]

    (plain, rows), (scaled, same) = found(1.0), found(factor)
    assert plain.sample_p <= 0.05 and same == rows
    np.testing.assert_allclose(scaled.scores, plain.scores, rtol=2e-2, atol=1e-2)
    assert scaled.sample_p == pytest.approx(plain.sample_p, rel=0.05)
    np.testing.assert_allclose(scaled.expected[:, 0] / factor, plain.expected[:, 0], rtol=1e-2)


@pytest.mark.parametrize("value", [0.0, 5.0, 1e300, 1e-300, -1.7e308])
def test_constant_channels_and_infinities_give_numbers(value: float) -> None:
    def with_constant(seed: int) -> SeriesSample:
        sample = series(seed, 1.0)
        values = sample.values.copy()
        values[:, 1] = value
        return replace(sample, values=values)

    sample = with_constant(3)
    sample.values[50, 0], sample.values[60, 0] = np.inf, -np.inf
    detector = SeriesDensity(lengths=(8, 16)).fit([with_constant(1), with_constant(2)])
    for judged in (detector.score(sample), SeriesDensity(lengths=(8, 16)).fit([]).score(sample)):
        assert all(np.isfinite(part).all() for part in (judged.scores, judged.p_values, judged.expected))
    moved = with_constant(4)
    moved.values[200:210, 1] += max(1.0, abs(value) / 20)
    assert np.isfinite(detector.score(moved).scores).all()


@pytest.mark.parametrize(
    "value", [5e306, 1.02e308, -1.6e308, 1e300, 2.5e-300, 123456.7, 1e15, 8.0, 5_000_000_000_000_000]
)
def test_numbers_of_any_magnitude_are_printed_and_read_again(value: float) -> None:
    text = number(value)
    match = NUMBER.fullmatch(text)
    assert len(text) < 25 and match is not None
    assert agrees(read_number(match), value)
    seen, normal, difference, _ = compared(value, value / 2)
    assert np.isfinite([seen, normal, difference]).all()


def test_powers_and_factors() -> None:
    assert powers(np.array([[0.0, 3.0, np.nan, 1e300], [0.0, -5.0, np.inf, -2.0]])).tolist() == [0, 3, 0, 997]
    assert [drawn_in(np.array(v)) for v in ([np.nan], [0.0], [5e3], [2e306], [3e-300])] == [1, 1, 1, 1e306, 1e-300]
