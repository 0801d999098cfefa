"""The contract, over the whole registry: a new detector is tested without a new test."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from anomalyst.detectors.contract import Detector, Family, ScoreMap
from anomalyst.detectors.registry import detector_class, detector_names, list_detectors, load_detector
from anomalyst.errors import InputError, ModelError
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.samples import Sample
from tests.fault_data import image

NAMES = [*detector_names("image"), *detector_names("series")]  # those of pairs have tests of their own
# Each detector's tests run in one process, so that it is fitted once.
EACH = [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in NAMES]
# Where a patch of PATCH pixels (its upper left corner), or a burst of BURST rows (its first), is planted.
PATCH, CORNERS_AND_EDGES = 16, [(r, c) for r in (0, 40, 80) for c in (0, 40, 80) if (r, c) != (40, 40)]
BURST, ENDS_AND_MIDDLE = 30, [(0,), (235,), (470,)]
# For detectors that train a network: enough to find these faults.
QUICK = {"train_steps": 60, "time_limit": None, "size": 96}
SMALL_NETWORK = {"train_steps": 400}  # of which a step costs a tenth


def series(seed: int, fault: bool = False) -> SeriesSample:
    """Two noisy sines; the fault lifts the second by 4 amplitudes over rows 300–330."""
    rng = np.random.default_rng(seed)
    time = np.arange(500.0)
    values = np.stack([np.sin(time / 6), np.cos(time / 6)], 1) + 0.1 * rng.normal(size=(500, 2))
    if fault:
        values[300:330, 1] += 4
    return SeriesSample(values, ("a", "b"), time, name=f"series {seed}")


def make(name: str, seed: int, fault: bool = False) -> Sample:
    return image(seed, fault) if name.startswith("image") else series(seed, fault)


def planted(name: str, place: tuple[int, ...]) -> Sample:
    """A normal sample with a bright patch, or a lifted second channel, that begins at `place`."""
    sample = make(name, 1)
    if isinstance(sample, ImageSample):
        row, column = place
        sample.pixels[row : row + PATCH, column : column + PATCH] = 1.0
    else:
        assert isinstance(sample, SeriesSample)
        sample.values[place[0] : place[0] + BURST, 1] += 4
    return sample


def centre(scores: NDArray[np.float32], size: int) -> NDArray[np.float64]:
    """The middle (median) of the highest elements, as many as a fault of `size` along each axis has."""
    highest = np.argsort(scores, axis=None)[-(size**scores.ndim) :]
    return np.array([np.median(places) for places in np.unravel_index(highest, scores.shape)])


def made(name: str, seed: int = 0) -> Detector:
    kind = detector_class(name)
    known = kind().config()
    quick = QUICK | (SMALL_NETWORK if "estimator" in known else {})
    return kind(seed=seed, **{k: v for k, v in quick.items() if k in known and "train_steps" in known})


@cache
def fitted(name: str, seed: int = 0) -> Detector:
    count = 12 if name.startswith("image") else 2
    return made(name, seed).fit([make(name, 100 + i) for i in range(count)])


@cache
def scored(name: str) -> ScoreMap:
    return fitted(name).score(make(name, 1, fault=True))


@pytest.mark.parametrize("name", EACH)
def test_card_and_config(name: str) -> None:
    kind = detector_class(name)
    assert kind.card.name == name and kind.card.family in get_args(Family)
    assert all(kind.card.as_dict().values())
    config = json.loads(json.dumps(kind(seed=5).config()))
    assert kind(**config).config() == config and config["seed"] == 5


@pytest.mark.parametrize("name", EACH)
def test_the_map_lies_on_the_samples_axes(name: str) -> None:
    sample, got = make(name, 1, fault=True), scored(name)
    axes = sample.shape if got.modality == "image" else sample.shape[:1]
    assert got.scores.shape == got.p_values.shape == axes
    whole = sample.pixels.shape if isinstance(sample, ImageSample) else sample.values.shape
    assert got.expected.shape == whole and got.samples.shape[1:] == whole
    assert np.isfinite(got.scores).all() and np.isfinite(got.expected).all()
    assert ((got.p_values > 0) & (got.p_values <= 1)).all()
    assert got.scores.std() > 0


@pytest.mark.parametrize("name", EACH)
def test_the_fault_is_found_where_it_is(name: str) -> None:
    peak = np.unravel_index(np.argmax(scored(name).scores), scored(name).scores.shape)
    if name.startswith("image"):
        assert 26 <= peak[0] <= 49 and 56 <= peak[1] <= 79
    else:
        assert 290 <= peak[0] <= 340


@pytest.mark.parametrize("name", EACH)
def test_a_fault_at_every_border_is_found_where_it_is(name: str) -> None:
    """Its centre in the fault each time, and on the mean nearly in the middle: what borders do to one end they do to
    the other, while a map that is shifted by a cell is so everywhere."""
    places, size = (CORNERS_AND_EDGES, PATCH) if name.startswith("image") else (ENDS_AND_MIDDLE, BURST)
    maps = [fitted(name).score(planted(name, place)).scores for place in places]
    off = np.array([centre(m, size) - np.add(place, (size - 1) / 2) for m, place in zip(maps, places, strict=True)])
    assert np.abs(off).max() <= size / 2, off
    assert np.abs(off.mean(0)).max() <= size / 5, off


@pytest.mark.parametrize("name", EACH)
def test_the_faulty_sample_outranks_normal_ones(name: str) -> None:
    normal = [fitted(name).score(make(name, seed)) for seed in (2, 3)]
    assert scored(name).sample_score > max(m.sample_score for m in normal)
    assert scored(name).sample_p < min(m.sample_p for m in normal)


@pytest.mark.parametrize("name", EACH)
def test_the_expected_sample_heals_the_fault(name: str) -> None:
    sample, normal = make(name, 1, fault=True), make(name, 1)
    if isinstance(sample, ImageSample) and isinstance(normal, ImageSample):
        place, seen, true = np.s_[32:43, 62:73], sample.pixels, normal.pixels
    else:
        assert isinstance(sample, SeriesSample) and isinstance(normal, SeriesSample)
        place, seen, true = np.s_[302:328], sample.values, normal.values
    healed = np.abs(scored(name).expected[place] - true[place]).mean()
    assert healed < 0.5 * np.abs(seen[place] - true[place]).mean()


@pytest.mark.parametrize("name", EACH)
def test_same_seed_same_scores_whatever_was_scored_between(name: str) -> None:
    fitted(name).score(make(name, 7))
    again = fitted(name).score(make(name, 1, fault=True))
    np.testing.assert_array_equal(again.scores, scored(name).scores)
    np.testing.assert_array_equal(again.samples, scored(name).samples)


@pytest.mark.parametrize("name", EACH)
def test_save_and_load(name: str, tmp_path: Path) -> None:
    fitted(name).save_pretrained(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["detector.json", "detector.safetensors"]
    again = load_detector(tmp_path).score(make(name, 1, fault=True))
    np.testing.assert_allclose(again.scores, scored(name).scores, rtol=1e-5)
    assert again.sample_p == pytest.approx(scored(name).sample_p)
    assert type(fitted(name)).from_pretrained(tmp_path).config() == fitted(name).config()


@pytest.mark.parametrize("name", EACH)
def test_every_tier_is_taken_and_finds_the_fault(name: str) -> None:
    known = fitted(name).config()
    quick = {"size": 96, "neighbours": "aligned"} if "neighbours" in known else {}
    for tier in ("one", "full"):
        detector = detector_class(name)(**known | quick | {"steps": tier})
        if "train_steps" in known:  # what was learned and calibrated does for a look at another tier
            detector.load_state(fitted(name).state())
        else:
            detector.fit([make(name, 100 + i) for i in range(4 if name.startswith("image") else 2)])
        got = detector.score(make(name, 1, fault=True))
        peak = np.unravel_index(np.argmax(got.scores), got.scores.shape)
        assert np.isfinite(got.scores).all() and ((got.p_values > 0) & (got.p_values <= 1)).all()
        assert 26 <= peak[0] <= 49 and 56 <= peak[1] <= 79 if name.startswith("image") else 290 <= peak[0] <= 340
        assert not np.array_equal(got.scores, scored(name).scores)
        assert detector.config()["steps"] == tier
    with pytest.raises(InputError, match="one, few, full"):
        detector_class(name)(steps="many")  # type: ignore[call-arg]


@pytest.mark.parametrize("name", EACH)
def test_no_normals_and_wrong_samples_are_refused(name: str) -> None:
    other = series(0) if name.startswith("image") else image(0)
    with pytest.raises(InputError):
        detector_class(name)().fit([other])
    with pytest.raises(InputError):
        fitted(name).score(other)
    if not detector_class(name).self_calibrating:
        with pytest.raises(InputError):
            detector_class(name)().fit([])


def test_the_registry_and_broken_folders(tmp_path: Path) -> None:
    assert {card.name for card in list_detectors()} == {*NAMES, "pair-information", "pair-embedding"}
    assert {card.modality for card in list_detectors("series")} == {"series"}
    with pytest.raises(InputError, match="known are"):
        detector_class("nope")
    with pytest.raises(ModelError, match="no saved detector"):
        load_detector(tmp_path)
    (tmp_path / "detector.json").write_text('{"format": 99, "config": {}}')
    with pytest.raises(ModelError):
        load_detector(tmp_path)
