"""The healing test: true findings pass, another sample's findings fail, and the random place is fair."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from anomalyst.detectors.contract import Detector, ScoreMap
from anomalyst.errors import InputError
from anomalyst.evidence.facts import Finding
from anomalyst.evidence.findings import FoundRegions
from anomalyst.evidence.healing import moved_elsewhere
from anomalyst.modalities.image.healing import heal_region as heal_image
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.region import PairRegion
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import PairScores
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.healing import heal_region as heal_series
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.samples import Sample
from anomalyst.tools.healing import healing_test
from tests.helpers.detectors import ImageDensity, SeriesDensity
from tests.helpers.run_records import pair_record


def _image(seed: int) -> ImageSample:
    """A plate with a smooth shade and fine grain."""
    rng = np.random.default_rng(seed)
    shade = np.linspace(0.4, 0.6, 64)[None, :, None]
    pixels = shade + 0.01 * gaussian_filter(rng.standard_normal((64, 64, 1)), (1, 1, 0)) * 3
    return ImageSample(np.clip(pixels, 0, 1).astype(np.float32).repeat(3, axis=2), grey=True)


def _series(seed: int) -> SeriesSample:
    rng = np.random.default_rng(seed)
    wave = np.sin(2 * np.pi * (np.arange(400) + rng.integers(0, 50)) / 50)
    values = 5 * wave[:, None] * [1.0, 0.5] + rng.standard_normal((400, 2)) * 0.3
    return SeriesSample(values, ("a", "b"), np.arange(400.0))


@cache
def _case(kind: str) -> tuple[Detector, Sample]:
    """A fitted detector and a sample with two anomalies."""
    if kind == "image":
        image = _image(1000)
        image.pixels[8:20, 36:50] += 0.3
        image.pixels[40:52, 8:18] -= 0.3
        return ImageDensity(size=64, neighbours="aligned").fit([_image(seed) for seed in range(40)]), image
    series = _series(1000)
    series.values[100:130, 1] += 8
    series.values[300:304, 0] -= 12
    return SeriesDensity().fit([_series(seed) for seed in range(30)]), series


def _found(sample: Sample, score_map: ScoreMap, most: int = 8) -> FoundRegions:
    return modality(sample.modality).locate(sample, score_map, 0.05, 0.05, most)


@pytest.mark.parametrize("kind", ["image", "series"])
def test_true_findings_pass(kind: str) -> None:
    detector, sample = _case(kind)
    score_map = detector.score(sample)
    found = _found(sample, score_map)
    assert len(found.findings) == 2
    result = healing_test(detector, sample, score_map, found, seed=0, alpha=0.05)
    assert result.passed and result.healed_p > 0.05
    assert result.random_healed_p is not None and result.random_healed_p <= 0.05
    rows = result.rows()
    assert list(rows) == ["sample", "R1", "R2"]
    assert ("do_test", "passed", "", "") in rows["sample"] and ("do_test", "passed", "", "") in rows["R2"]
    assert result == healing_test(detector, sample, score_map, found, seed=0, alpha=0.05)


@pytest.mark.parametrize("kind", ["image", "series"])
def test_findings_of_another_sample_fail(kind: str) -> None:
    detector, sample = _case(kind)
    score_map = detector.score(sample)
    found = _found(sample, score_map)
    swapped = FoundRegions(found.findings, {k: np.ascontiguousarray(m[::-1]) for k, m in found.masks.items()})
    result = healing_test(detector, sample, score_map, swapped, seed=0, alpha=0.05)
    assert not result.alarm_gone and not result.passed
    assert ("do_test", "failed", "", "") in result.rows()["sample"]
    assert ("do_test", "not applicable", "", "") in replace(result, whole=True).rows()["sample"]


def test_an_alarm_about_the_whole_may_pass_all_the_same() -> None:
    detector, sample = _case("image")
    score_map = detector.score(sample)
    result = healing_test(detector, sample, score_map, _found(sample, score_map), seed=0, alpha=0.05)
    assert ("do_test", "passed", "", "") in replace(result, whole=True).rows()["sample"]


@pytest.mark.parametrize("kind", ["image", "series"])
def test_one_of_two_anomalies_is_not_enough(kind: str) -> None:
    detector, sample = _case(kind)
    score_map = detector.score(sample)
    one = _found(sample, score_map, most=1)
    result = healing_test(detector, sample, score_map, one, seed=0, alpha=0.05)
    assert not result.alarm_gone
    assert ("do_test", "passed", "", "") in result.rows()["R1"]  # that place itself is normal once healed


def test_without_findings_there_is_nothing_to_test() -> None:
    detector, _ = _case("image")
    normal = _image(5000)
    score_map = detector.score(normal)
    with pytest.raises(InputError, match="no finding to heal"):
        healing_test(detector, normal, score_map, FoundRegions(), alpha=0.05)


def test_no_room_elsewhere_is_said() -> None:
    detector, sample = _case("series")
    score_map = detector.score(sample)
    mask = np.zeros(400, dtype=bool)
    mask[:250] = True
    found = FoundRegions(_found(sample, score_map).findings[:1], {"R1": mask})
    result = healing_test(detector, sample, score_map, found, alpha=0.05)
    assert result.random_healed_p is None and "no room" in result.random_detail
    assert all(row[0] != "random_healed_p" for row in result.rows()["sample"])


def test_healing_a_series_changes_the_region_only() -> None:
    detector, sample = _case("series")
    mask = np.zeros(400, dtype=bool)
    mask[100:130] = mask[300:304] = True
    assert isinstance(sample, SeriesSample)
    healed = heal_series(detector, sample, mask)
    np.testing.assert_array_equal(healed.values[~mask], sample.values[~mask])
    assert np.abs(healed.values[mask, 1]).max() < 5  # the shift of 8 and the normal swing of 2.5 are gone


def test_healing_an_image_changes_the_region_and_its_rim_only() -> None:
    detector, sample = _case("image")
    mask = np.zeros((64, 64), dtype=bool)
    mask[8:20, 36:50] = True
    assert isinstance(sample, ImageSample)
    healed = heal_image(detector, sample, mask)
    changed = np.abs(healed.pixels - sample.pixels).max(axis=2) > 0.02  # the border is blended a few pixels wide
    allowed = np.zeros_like(mask)
    allowed[2:26, 30:56] = True
    assert changed[mask].all() and not changed[~allowed].any()
    assert healed.pixels[mask].max() < 0.7 < sample.pixels[mask].max()


def test_only_detectors_that_can_heal_are_taken() -> None:
    detector, _ = _case("series")
    with pytest.raises(InputError, match="only the image detectors can heal"):
        heal_image(detector, _image(0), np.ones((64, 64), dtype=bool))


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 1000), shape=st.tuples(st.integers(20, 60), st.integers(20, 60)), side=st.integers(1, 8))
def test_the_random_region_is_as_large_and_touches_nothing(seed: int, shape: tuple[int, int], side: int) -> None:
    mask = np.zeros(shape, dtype=bool)
    mask[:side, 3 : 3 + side] = mask[-side:, -side:] = True
    moved = moved_elsewhere(mask, seed)
    assert moved is not None and moved.sum() == mask.sum() and not (moved & mask).any()
    np.testing.assert_array_equal(moved, moved_elsewhere(mask, seed))


def test_where_no_word_is_left_nothing_can_be_abnormal() -> None:
    record, detector = pair_record(), Mock(spec=Detector)
    words = record.score_map.detail
    assert isinstance(words, PairScores) and isinstance(record.sample, PairSample)
    whole = PairRegion(start=0, stop=len(record.sample.text), x0=0, y0=0, x1=4, y1=4)
    found = FoundRegions((Finding(id="R1", region=whole, peak_p=0.01, peak_score=1.0),), dict(record.masks))
    nothing_fits = replace(record.score_map, detail=replace(words, repairs=(), captions=()))
    result = healing_test(detector, record.sample, nothing_fits, found, alpha=0.05)
    assert result.healed_p == 1.0 and result.random_healed_p is None and not detector.score.called
    assert result.rows()["R1"] == [("do_test", "passed", "", "")]
