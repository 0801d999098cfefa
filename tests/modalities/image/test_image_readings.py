"""The image's one score: the most unusual of its readings, with the stated rate of false alarms; the whole picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.denoisers.gaussian import NOISE
from anomalyst.detectors.registry import load_detector
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.harmless import changed
from anomalyst.modalities.image.space.map import image_score
from anomalyst.modalities.image.space.readings import LEAST, Pooling, readings
from anomalyst.modalities.image.space.whole import Whole, Wholes, pooled
from tests.helpers.detectors import ImageDensity
from tests.modalities.image.test_image_detectors import SIDE, WEIGHTS, needs_weights, texture


def drawn_readings(count: int, seed: int) -> np.ndarray:
    """Readings of normals that hang together, each with a unit and a spread of its own."""
    rng = np.random.default_rng(seed)
    shared, own = rng.normal(size=(count, 1)), rng.normal(size=(count, 4))
    logs = 0.7 * shared + 0.7 * own
    return np.exp(np.array([1.0, 0.0, -1.0, 3.0]) + np.array([0.1, 0.3, 0.2, 0.05]) * logs)


def test_readings_are_peak_width_views_and_the_whole() -> None:
    plane = torch.ones(100, 100)
    plane[:2, :2] = 9.0
    views = torch.ones(2, 10, 10)
    views[1, 3, 4] = 5.0
    read = readings(plane, views, 7.0)
    assert read.tolist() == pytest.approx([image_score(plane), 1 + 4 * 8 / 500, 1.0, 5.0, 7.0])
    assert len(readings(plane, views, None)) == 4


def test_the_most_unusual_reading_is_told_as_a_peak() -> None:
    normals = drawn_readings(60, 0)
    pooling = Pooling.fit(normals)
    usual = np.exp(pooling.centre)
    assert pooling.score(usual) == pytest.approx(usual[0])
    high = usual * [2.0, 1.0, 1.0, 1.0]
    assert pooling.score(high) == pytest.approx(high[0]), "where the peak is the most unusual, it is the score"
    wide = usual * [1.0, 1.0, 1.0, 2.0]
    assert pooling.score(wide) == pytest.approx(usual[0] * 2 ** (pooling.spread[0] / pooling.spread[3]))
    assert pooling.score(usual / 2) < usual[0]


def test_few_normals_and_older_detectors_leave_the_peak_alone() -> None:
    normals = drawn_readings(LEAST, 1)
    for pooling in (Pooling.fit(normals), Pooling.from_state({}, "pooling.density")):
        assert [pooling.score(read) for read in normals] == pytest.approx(normals[:, 0].tolist())
    assert Pooling.held_out(normals) == pytest.approx(normals[:, 0].tolist())


def test_a_pooling_survives_saving() -> None:
    pooling = Pooling.fit(drawn_readings(30, 2))
    again = Pooling.from_state(pooling.state("pooling.density"), "pooling.density")
    assert again.score(np.array([9.0, 1.0, 1.0, 1.0])) == pooling.score(np.array([9.0, 1.0, 1.0, 1.0]))


@pytest.mark.parametrize("count", [20, 60])
def test_false_alarms_of_the_most_unusual_reading_stay_at_their_level(count: int) -> None:
    rates = []
    for seed in range(150):
        every = drawn_readings(count + 40, 1000 + seed)
        normals, others = every[:count], every[count:]
        judge, pooling = Conformal.fit(Pooling.held_out(normals)), Pooling.fit(normals)
        rates.append(np.mean([judge.sample_p(pooling.score(read)) <= 0.1 for read in others]))
    assert 0.06 <= np.mean(rates) <= 0.115


def test_the_whole_is_judged_by_the_gaussian_of_the_normals() -> None:
    generator = torch.Generator().manual_seed(0)
    vectors = torch.randn(12, 40, generator=generator) @ torch.randn(40, 40, generator=generator)
    moved = torch.randn(6, 40, generator=generator)
    whole = Whole.fit(vectors, moved)
    z, away = (vectors.double() - whole.mean) * whole.scale, moved.double() * whole.scale
    covariance = z.T @ z / 11
    noise = NOISE**2 * covariance.diagonal().mean()
    covariance = covariance + away.T @ away / 6
    away = (vectors[3].double() + 1 - whole.mean) * whole.scale
    plain = away @ torch.linalg.solve(covariance + noise * torch.eye(40), away)
    assert whole.score(vectors[3] + 1) == pytest.approx(float(plain.sqrt()))
    again = Whole.from_state(whole.state("picture"), "picture")
    assert again is not None
    assert again.score(vectors[3] + 1) == whole.score(vectors[3] + 1)


def test_normals_are_left_out_of_what_judges_their_whole() -> None:
    generator = torch.Generator().manual_seed(1)
    vectors, moved = torch.randn(8, 20, generator=generator), torch.randn(4, 20, generator=generator)
    wholes = Wholes(vectors, torch.arange(100, 108), moved, torch.tensor([101, 101, 105, 105]))
    others = Whole.fit(vectors[torch.arange(8) != 5], moved[:2])
    assert wholes.held_out([105]) == [others.score(vectors[5])]


def test_what_harmless_changes_move_is_no_evidence() -> None:
    generator = torch.Generator().manual_seed(2)
    vectors, way = torch.randn(30, 20, generator=generator), torch.zeros(20)
    way[0] = 20.0
    known, unknown = Whole.fit(vectors, way[None]), Whole.fit(vectors, torch.zeros(1, 20))
    assert known.score(vectors[0] + way) < 0.5 * unknown.score(vectors[0] + way)
    shades = [float(picture.mean()) for picture in changed(np.full((16, 16, 3), 0.4, np.float32))]
    assert shades == pytest.approx([0.3, 0.5, 0.4, 0.4], abs=0.02)


def test_where_a_thing_lies_does_not_count_for_the_whole() -> None:
    maps = torch.randn(1, 6, 8, 8)
    assert torch.allclose(pooled(maps), pooled(maps.roll((3, 2), (2, 3)).rot90(1, (2, 3))), atol=1e-6)
    assert pooled(maps).shape == (1, 12)


@pytest.mark.external
@needs_weights
def test_a_picture_that_differs_as_a_whole_is_told_and_saved(tmp_path: Path) -> None:
    detector = ImageDensity(backbone=str(WEIGHTS), size=SIDE, neighbours="global")
    detector.fit([texture(seed) for seed in range(16)])
    plain, other = texture(50), texture(51)
    other = replace(other, pixels=np.ascontiguousarray(other.pixels[:, ::-1] * np.float32([1.0, 0.8, 0.5])))
    sample: ImageSample = other
    assert detector.score(sample).sample_p < 0.05 < detector.score(plain).sample_p
    pooling = detector.yardsticks_["density"].pooling
    assert len(pooling.centre) == 2 + 3 + 1
    detector.save_pretrained(tmp_path)
    assert load_detector(tmp_path).score(sample).sample_p == detector.score(sample).sample_p
