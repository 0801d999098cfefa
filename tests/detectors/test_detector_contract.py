"""The contract, over all there is by name: a new detector, method or kind of data is tested without a new test."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest

from anomalyst import plugins
from anomalyst.detectors.conditional.text import TextEncoder
from anomalyst.detectors.contract import Calibration, Detector, ScoreMap
from anomalyst.detectors.registry import detector_class, detector_names, list_detectors, load_detector
from anomalyst.errors import InputError, ModelError
from anomalyst.modalities.base import Modality
from anomalyst.modalities.registry import modalities
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.samples import Sample
from anomalyst.testing import check_detector, check_method, check_modality
from anomalyst.testing.modalities import QUESTIONS
from tests.helpers.long import TWINS, marks
from tests.helpers.pair_data import matching

# Each detector's checks run in one process, the long ones apart from each other.
EACH = [pytest.param(n, marks=[pytest.mark.xdist_group(n), *marks(n, TWINS)]) for n in detector_names()]
# For detectors that train a network: enough to find the trials' faults.
QUICK = {"train_steps": 60, "size": 96}
SMALL_NETWORK = {"train_steps": 400}  # of which a step costs a tenth
UNDER_A_SCORE = {"pair-information"}  # of pairs it learns which text is false sooner than where
HALF_PRECISION = {"pair-information": 0.05}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small text encoder that knows the words of the trial's pairs, for the detector that would learn them slowly."""
    folder = tmp_path_factory.mktemp("reader")
    words = [word for seed in range(16) for word in matching(seed).text.split()]
    TextEncoder.of_words(words, width=16, layers=1).save_pretrained(folder)
    return str(folder)


@pytest.mark.parametrize("name", EACH)
def test_every_detector_keeps_to_the_contract(name: str, reader: str) -> None:
    kind = detector_class(name)
    known = kind.defaults()
    quick = QUICK | (SMALL_NETWORK if "estimator" in known else {})
    options = {key: value for key, value in quick.items() if key in known and "train_steps" in known}
    if name == "pair-information":
        options = {"steps": "one", "train_steps": 20, "text_encoder": reader}
    check_detector(name, options, exact=name not in UNDER_A_SCORE, kept=HALF_PRECISION.get(name, 1e-5))


@pytest.mark.parametrize("name", list(plugins.places(plugins.METHODS)))
def test_every_method_keeps_to_the_contract(name: str) -> None:
    check_method(name, on=())  # their detectors are fitted above


@pytest.mark.parametrize("name", list(modalities()))
def test_every_kind_of_data_keeps_to_the_contract(name: str) -> None:
    check_modality(name)


def test_a_new_question_is_asked_of_every_kind() -> None:
    assert set(QUESTIONS) >= Modality.__abstractmethods__


class Constant(Detector):
    """Says the same of everything: what the contract must not let pass."""

    card = detector_class("series-density").card

    def __init__(self, seed: int = 0, noise: bool = False) -> None:
        self.seed, self.noise = seed, noise

    def fit(self, normals: Sequence[Sample]) -> Constant:
        return self

    def score(self, sample: Sample) -> ScoreMap:
        rng = np.random.default_rng(crc32(sample.name.encode()))
        rows = rng.random(sample.shape[0]) if self.noise else np.ones(sample.shape[0])
        p, whole = np.full(len(rows), 0.5, np.float32), np.zeros((*sample.shape,))
        calibration = Calibration("split-conformal", 1, 1)
        return ScoreMap(
            "series", rows.astype(np.float32), p, float(rows.max()), 0.5, False, whole, whole[None], calibration
        )

    def config(self) -> dict[str, Any]:
        return {"seed": self.seed, "noise": self.noise}

    def state(self) -> dict[str, Any]:
        return {"nothing": np.zeros(1)}

    def load_state(self, state: dict[str, Any]) -> None:
        pass


class Random(Constant):
    """Says anything, and claims to have learned."""

    seen = 0.0

    def fit(self, normals: Sequence[Sample]) -> Constant:
        self.seen = sum(float(sample.values.sum()) for sample in normals if isinstance(sample, SeriesSample))
        return self

    def state(self) -> dict[str, Any]:
        return {"seen": np.array([self.seen])}


def test_a_constant_score_and_chance_do_not_pass() -> None:
    with pytest.raises(AssertionError, match="the scores of a sample are all the same"):
        check_detector(Constant)
    with pytest.raises(AssertionError, match="`fit` changes nothing"):
        check_detector(Constant, {"noise": True})
    with pytest.raises(AssertionError, match="AUROC 0.[0-5].*a constant score has 0.5"):
        check_detector(Random, {"noise": True})


def test_the_registry_and_broken_folders(tmp_path: Path) -> None:
    kinds = [name for kind in modalities() for name in detector_names(kind)]
    assert [card.name for card in list_detectors()] == kinds == detector_names()
    assert {"image-density", "series-density", "pair-embedding", "pair-information"} <= set(kinds)
    assert {card.modality for card in list_detectors("series")} == {"series"}
    with pytest.raises(InputError, match="known are"):
        detector_class("nope")
    with pytest.raises(ModelError, match="no saved detector"):
        load_detector(tmp_path)
    (tmp_path / "detector.json").write_text('{"format": 99, "config": {}}')
    with pytest.raises(ModelError):
        load_detector(tmp_path)
