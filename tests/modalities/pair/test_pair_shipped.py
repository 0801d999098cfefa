"""The model of drawn scenes that ships: what it finds without any pairs to learn from, and what it refuses."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from anomalyst.agent.analyst import Anomalyst
from anomalyst.datasets.pairs_example import pair_example
from anomalyst.datasets.scenes import TEST_SEEDS, Kind, Scene, matched, mismatched
from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.effort import TIERS
from anomalyst.detectors.registry import load_detector
from anomalyst.errors import InputError
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import pair_scores
from anomalyst.modalities.pair.space.information import PairInformation
from anomalyst.modalities.pair.space.shipped import CALIBRATION, SCENES, shipped_folder

FIRST = TEST_SEEDS + 5000  # seeds that no table in docs/benchmarks.md uses
ALWAYS: tuple[Kind, ...] = ("colour", "state")
OTHERS: tuple[Kind, ...] = ("swap", "shape", "count", "position", "relation", "texture", "size")


@cache
def detector(tier: str = "one") -> PairInformation:
    return PairInformation(steps=tier).fit([])  # type: ignore[arg-type]


def least(found: ScoreMap) -> str:
    assert pair_scores(found) is not None
    return min(pair_scores(found).words, key=lambda word: word.information).text


def test_it_ships_small_and_whole() -> None:
    files = [path for path in shipped_folder().rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 8_000_000
    assert {"README.md", "training.log", "denoiser.safetensors", CALIBRATION} <= {path.name for path in files}


def false_word(scene: Scene) -> str:
    assert scene.mismatch is not None
    return scene.words[scene.mismatch.positions[0]].text


@pytest.mark.parametrize("tier", TIERS)
def test_every_tier_is_calibrated_and_finds_a_false_word(tier: str) -> None:
    scene = mismatched(FIRST, "state")
    found = detector(tier).score(scene.pair)
    assert found.sample_p <= 0.05 and found.calibration.normals == 300
    assert pair_scores(found) is not None and least(found) == false_word(scene)


def test_a_note_that_denies_a_missing_head_is_explained_without_any_pairs(tmp_path: Path) -> None:
    example = pair_example(tmp_path)
    explanation = Anomalyst().explain(example.input, text=example.text, out=tmp_path / "run")
    assert explanation.verdict == "anomalous"
    told = {fact.kind: fact.value for fact in explanation.evidence.about("R1")}
    assert (told["words"], told["fitting_words"]) == ("intact", example.truth)
    assert any("intact" in checked.claim.text for checked in explanation.claims)


@cache
def of_true_ones() -> tuple[float, ...]:
    return tuple(detector().score(matched(FIRST + 100 + i).pair).sample_score for i in range(8))


@pytest.mark.parametrize("kind", [*ALWAYS, *(pytest.param(kind, marks=pytest.mark.long) for kind in OTHERS)])
def test_every_kind_of_mismatch_is_told_from_its_truth(kind: Kind) -> None:
    scenes = [mismatched(FIRST + i, kind) for i in range(8)]
    false = [detector().score(scene.pair) for scene in scenes]
    higher = np.mean([f.sample_score > true for f in false for true in of_true_ones()])
    assert higher >= 0.9, higher
    if kind != "swap":
        assert np.mean([least(f) == false_word(s) for f, s in zip(false, scenes, strict=True)]) >= 0.75


@pytest.mark.long  # how often is a benchmark too
def test_matching_scenes_rarely_alarm() -> None:
    p = np.array([detector().score(matched(FIRST + 200 + i).pair).sample_p for i in range(40)])
    assert (p <= 0.05).sum() <= 6  # 40 draws at a chance of 0.05: more than 6 once in a hundred


def test_case_does_not_count() -> None:
    pair = matched(FIRST).pair
    shouted = PairSample(pair.image, pair.text.upper(), pair.name)
    assert detector().score(shouted).sample_score == detector().score(pair).sample_score


def test_photographs_and_other_words_are_refused() -> None:
    noise = np.random.default_rng(0).random((40, 40, 3), dtype=np.float32)
    with pytest.raises(InputError, match="unlike the drawn scenes"):
        detector().score(PairSample(ImageSample(noise, "photo"), "a red circle", "photo"))
    with pytest.raises(InputError, match="matching pairs to learn from"):
        detector().score(PairSample(matched(FIRST).pair.image, "a dog on a beach", "dog"))


def test_it_is_saved_by_name_and_loads_to_equal_scores(tmp_path: Path) -> None:
    detector().save_pretrained(tmp_path)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 500_000  # the weights stay where they ship
    again = load_detector(tmp_path)
    assert again.config()["model"] == SCENES
    pair = mismatched(FIRST, "colour").pair
    assert again.score(pair).sample_p == detector().score(pair).sample_p


def test_own_pairs_calibrate_it_anew() -> None:
    own = PairInformation(model=SCENES, steps="one").fit([matched(FIRST + 300 + i).pair for i in range(40)])
    assert own.calibration_.whole.count == 20 and own.score(mismatched(FIRST, "colour").pair).sample_p < 0.1


def test_a_model_elsewhere_needs_pairs_to_calibrate_on(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least 40"):
        PairInformation(model=str(tmp_path)).fit([])
