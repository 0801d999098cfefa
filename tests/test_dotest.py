"""The do-test: true findings pass, another sample's findings fail, and the random place is fair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from anomalyst.detectors.base import Calibration, Card, Detector, ScoreMap
from anomalyst.detectors.conformal import Conformal
from anomalyst.errors import InputError
from anomalyst.samples import ImageSample, Sample, SeriesSample
from anomalyst.tools.dotest import do_test, heal_region, moved_elsewhere
from anomalyst.tools.findings import FoundRegions, find_regions


class ZScore(Detector):
    """The smallest real detector: distance from the normals' mean in their standard deviations, conformally
    calibrated; it works on images (mean over colours) and on series (largest channel)."""

    card = Card("z-score", "image", "density", "", "", "", "", "")

    def fit(self, normals: Sequence[Sample]) -> Self:
        data = np.stack([self._array(n) for n in normals])
        half = len(data) // 2
        self.mean_, self.std_ = data[:half].mean(0), data[:half].std() + 1e-9
        held = np.stack([self._scores(x) for x in data[half:]])
        self.elements_ = Conformal.fit(held)
        self.samples_ = Conformal.fit(held.max(axis=tuple(range(1, held.ndim))))
        return self

    def score(self, sample: Sample) -> ScoreMap:
        scores = self._scores(self._array(sample))
        expected = self.mean_.astype(np.float32)
        return ScoreMap(
            modality=sample.modality,
            scores=scores.astype(np.float32),
            p_values=self.elements_.p_values(scores).astype(np.float32),
            sample_score=float(scores.max()),
            sample_p=float(self.samples_.p_values([scores.max()])[0]),
            extrapolated=False,
            expected=expected,
            samples=expected[None],
            calibration=Calibration("split-conformal", self.samples_.count, self.elements_.count),
        )

    def _array(self, sample: Sample) -> NDArray[np.float64]:
        return np.asarray(sample.pixels if isinstance(sample, ImageSample) else sample.values, dtype=np.float64)

    def _scores(self, data: NDArray[np.float64]) -> NDArray[np.float64]:
        distance: NDArray[np.float64] = np.abs(data - self.mean_).max(axis=-1) / self.std_
        return distance

    def config(self) -> dict[str, Any]:
        return {}

    def state(self) -> dict[str, NDArray[Any]]:
        return {"mean": self.mean_, "std": np.array(self.std_)}

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        self.mean_, self.std_ = state["mean"], float(state["std"])


def _image(seed: int) -> ImageSample:
    rng = np.random.default_rng(seed)
    return ImageSample(np.clip(0.5 + 0.03 * rng.standard_normal((48, 64, 3)), 0, 1).astype(np.float32))


def _series(seed: int) -> SeriesSample:
    values = np.random.default_rng(seed).standard_normal((300, 2))
    return SeriesSample(values, ("a", "b"), np.arange(300.0))


def _case(kind: str) -> tuple[Detector, Sample]:
    """A fitted detector and a sample with two anomalies."""
    if kind == "image":
        image = _image(1000)
        image.pixels[10:20, 30:45] += 0.3
        image.pixels[35:40, 5:12] -= 0.3
        return ZScore().fit([_image(seed) for seed in range(80)]), image
    series = _series(1000)
    series.values[40:55, 1] += 12
    series.values[200:204, 0] -= 12
    return ZScore().fit([_series(seed) for seed in range(80)]), series


@pytest.mark.parametrize("kind", ["image", "series"])
def test_true_findings_pass(kind: str) -> None:
    detector, sample = _case(kind)
    score_map = detector.score(sample)
    found = find_regions(score_map)
    assert len(found.findings) == 2
    result = do_test(detector, sample, score_map, found, seed=0, alpha=0.05)
    assert result.passed and result.healed_p > 0.05
    assert result.random_healed_p == pytest.approx(score_map.sample_p)
    rows = result.rows()
    assert list(rows) == ["sample", "R1", "R2"]
    assert ("do_test", "passed", "", "") in rows["sample"] and ("do_test", "passed", "", "") in rows["R2"]
    assert result == do_test(detector, sample, score_map, found, seed=0, alpha=0.05)


@pytest.mark.parametrize("kind", ["image", "series"])
def test_findings_of_another_sample_fail(kind: str) -> None:
    detector, sample = _case(kind)
    score_map = detector.score(sample)
    found = find_regions(score_map)
    swapped = FoundRegions(found.findings, {k: np.ascontiguousarray(m[::-1]) for k, m in found.masks.items()})
    result = do_test(detector, sample, score_map, swapped, seed=0, alpha=0.05)
    assert not result.alarm_gone and not result.passed
    assert ("do_test", "failed", "", "") in result.rows()["sample"]


def test_one_of_two_anomalies_is_not_enough() -> None:
    detector, sample = _case("image")
    score_map = detector.score(sample)
    one = find_regions(score_map, max_findings=1)
    result = do_test(detector, sample, score_map, one, seed=0, alpha=0.05)
    assert not result.alarm_gone
    assert ("do_test", "passed", "", "") in result.rows()["R1"]  # that place itself is normal once healed


def test_without_findings_there_is_nothing_to_test() -> None:
    detector, _ = _case("image")
    normal = _image(5000)
    score_map = detector.score(normal)
    with pytest.raises(InputError, match="no finding to heal"):
        do_test(detector, normal, score_map, FoundRegions(), alpha=0.05)


def test_no_room_elsewhere_is_said() -> None:
    detector, sample = _case("series")
    score_map = detector.score(sample)
    mask = np.zeros(300, dtype=bool)
    mask[:200] = True
    found = FoundRegions(find_regions(score_map).findings[:1], {"R1": mask})
    result = do_test(detector, sample, score_map, found, alpha=0.05)
    assert result.random_healed_p is None and "no room" in result.random_detail
    assert all(row[0] != "random_healed_p" for row in result.rows()["sample"])


def test_healing_changes_the_region_only() -> None:
    detector, sample = _case("series")
    score_map = detector.score(sample)
    mask = np.zeros(300, dtype=bool)
    mask[40:55] = True
    healed = heal_region(sample, score_map, mask)
    assert isinstance(healed, SeriesSample) and isinstance(sample, SeriesSample)
    np.testing.assert_array_equal(healed.values[~mask], sample.values[~mask])
    np.testing.assert_array_equal(healed.values[mask], score_map.expected[mask])


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 1000), shape=st.tuples(st.integers(20, 60), st.integers(20, 60)), side=st.integers(1, 8))
def test_the_random_region_is_as_large_and_touches_nothing(seed: int, shape: tuple[int, int], side: int) -> None:
    mask = np.zeros(shape, dtype=bool)
    mask[:side, 3 : 3 + side] = mask[-side:, -side:] = True
    moved = moved_elsewhere(mask, seed)
    assert moved is not None and moved.sum() == mask.sum() and not (moved & mask).any()
    np.testing.assert_array_equal(moved, moved_elsewhere(mask, seed))
