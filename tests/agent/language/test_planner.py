"""The built-in choice of a detector, and that any registered one can be built, named and healed with."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from anomalyst.agent.fitting import chosen, profile_of
from anomalyst.agent.language.planner import choose_detector
from anomalyst.detectors import registry
from anomalyst.detectors.contract import RULES, Card, Detector
from anomalyst.detectors.cost import enough_normals, estimate, numbers
from anomalyst.detectors.registry import list_detectors
from anomalyst.errors import InputError
from anomalyst.evidence.names import needs_quotes, own_names
from anomalyst.modalities.image.healing import heal_region
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.tools.budget import check_budget, offers, training_time
from anomalyst.tools.workbench import build_detector
from tests.helpers.detectors import ImageScore


def cards(*names: str, **changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Offers of the named detectors: alike, but for `changes` by the name's last word."""
    plain = {"estimated_seconds": 10.0, "training_seconds": 0.0, "measured_accuracy": 0.5, "enough_normals": True}
    return [
        dict(name=name, modality=name.split("-")[0], family="density") | plain | changes.get(name.split("-")[1], {})
        for name in names
    ]


def real(profile: dict[str, Any]) -> list[dict[str, Any]]:
    """The registered detectors as they are offered for such data."""
    return offers(list_detectors("series" if "rows" in profile else "image"), profile)


IMAGES = {"normals": 50, "gpu": False}
SERIES = {"normals": 1, "rows": 2000, "normal_rows": 5000, "channels": ["a", "b"], "gpu": False}


@pytest.mark.parametrize(("profile", "modality"), [(IMAGES, "image"), (SERIES, "series")])
def test_the_default_is_the_best_measured_whatever_is_registered_beside_it(
    profile: dict[str, Any], modality: str
) -> None:
    assert choose_detector(profile, real(profile), None).name == f"{modality}-density"
    assert choose_detector(profile, real(profile)[::-1], None).name == f"{modality}-density"
    assert choose_detector(profile, real(profile), f"{modality}-flow").name == f"{modality}-flow"
    holed = profile | {"missing_percent": 20.0}
    assert choose_detector(holed, real(holed), None).name == f"{modality}-imputation"


def test_the_most_accurate_that_fits_is_chosen_of_equals_the_quickest() -> None:
    slow, quick = {"estimated_seconds": 90.0, "measured_accuracy": 0.9}, {"estimated_seconds": 5.0}
    offered = cards("image-slow", "image-plain", "image-quick", "image-new", slow=slow, quick=quick, new=NEW)
    for budget, name, fitting in ((None, "image-slow", 4), (100, "image-slow", 4), (50, "image-quick", 3)):
        profile = {} if budget is None else {"budget_seconds": budget}
        found = choose_detector(profile, offered, None)
        assert (found.name, found.fitting, found.suitable) == (name, fitting, 4)
        assert "most accurate" in found.reason
    alone = choose_detector({"budget_seconds": 2.0}, offered, None)
    assert alone.name == "image-new" and alone.fitting == 1 and alone.reason == "it is the only one that fits"
    none = choose_detector({"budget_seconds": 0.5}, offered, None)
    assert none.name == "image-new" and none.fitting == 0 and "probably take longer" in none.reason


def test_it_is_said_when_others_are_as_accurate() -> None:
    offered = cards("image-slow", "image-plain", slow={"estimated_seconds": 90.0})
    found = choose_detector({}, offered, None)
    assert found.name == "image-plain" and found.reason.startswith("it is the quickest of those measured")


NEW = {"estimated_seconds": 1.0, "measured_accuracy": None}


def test_too_few_normals_rule_a_detector_out() -> None:
    hungry = {"measured_accuracy": 0.9, "enough_normals": False}
    offered = cards("image-hungry", "image-plain", hungry=hungry)
    assert choose_detector({}, offered, None).name == "image-plain"
    assert choose_detector({"budget_seconds": 1.0}, offered, None).name == "image-plain"
    assert choose_detector({}, offered[:1], None).name == "image-hungry"
    assert not enough_normals("image-score", {"normals": 8}) and enough_normals("image-density", {"normals": 8})
    assert not enough_normals("series-score", SERIES | {"normal_rows": 300})


def test_a_wanted_detector_over_the_budget_is_used_and_this_is_said() -> None:
    learned = {"estimated_seconds": 60.0, "training_seconds": 50.0}
    offered = cards("image-learned", "image-slow", learned=learned, slow={"estimated_seconds": 60.0})
    cut = choose_detector({"budget_seconds": 30.0}, offered, "image-learned")
    assert cut.name == "image-learned" and "asked for, with its training cut short" in cut.reason
    slow = choose_detector({"budget_seconds": 30.0}, offered, "image-slow")
    assert slow.name == "image-slow" and "asked for, but it will probably take longer" in slow.reason
    assert "longer" not in choose_detector({}, offered, "image-slow").reason


def test_every_registered_detector_was_measured() -> None:
    assert set(registry.detector_names()) <= set(numbers().detectors)
    for seen in numbers().detectors.values():
        assert min(seen.fit, seen.score) > 0 and min(seen.train, seen.fit_each, seen.score_each) >= 0
        assert seen.least >= 1 and (seen.accuracy is None or 0 < seen.accuracy < 1)


def test_estimates_grow_with_the_data_and_shrink_with_a_gpu() -> None:
    few, many = estimate("image-density", IMAGES, False), estimate("image-density", IMAGES | {"normals": 400}, False)
    assert many.fit > 4 * few.fit and many.score == few.score and few.run == few.fit + 3 * few.score
    assert estimate("image-density", IMAGES | {"normals": 9000}, False).fit < 1000
    assert estimate("image-density", IMAGES | {"backbone": True}, False).fit > few.fit
    trained, quicker = (estimate("image-score", IMAGES, gpu) for gpu in (False, True))
    assert quicker.train < trained.train and quicker.fit - quicker.train == pytest.approx(trained.fit - trained.train)
    assert estimate("image-density", IMAGES, True) == few
    long, own = (estimate("series-density", SERIES | change, False) for change in ({"rows": 90_000}, {"normals": 0}))
    assert long.score > estimate("series-density", SERIES, False).score and own.fit == 0
    assert estimate("series-density", SERIES | {"scorings": 0}, False).run == long.fit


def test_training_is_limited_to_what_the_budget_leaves() -> None:
    planned = estimate("image-score", IMAGES, False)
    rest = planned.run - planned.train
    assert training_time("image-score", IMAGES | {"budget_seconds": rest + 20, "spent_seconds": 2.0}) == pytest.approx(
        18
    )
    assert training_time("image-score", IMAGES | {"budget_seconds": 1.0}) == pytest.approx(planned.train / 10)
    assert training_time("image-score", IMAGES) is None
    assert training_time("image-density", IMAGES | {"budget_seconds": 1.0}) is None
    limited = build_detector("image-score", None, 0, 18.0)
    assert limited.config()["time_limit"] == 18.0
    assert build_detector("image-density", None, 0, 18.0).config() == build_detector("image-density", None, 0).config()


@pytest.mark.parametrize("budget", [0, -1, float("nan"), float("inf"), True, "60"])
def test_a_budget_is_a_positive_number(budget: Any) -> None:
    with pytest.raises(InputError, match="positive number of seconds"):
        check_budget(budget)
    assert check_budget(60) == 60.0 and check_budget(None) is None


def test_fit_takes_the_same_choice() -> None:
    def name(normals: list[Any], budget: float | None = None) -> str:
        modality = "series" if isinstance(normals[0], SeriesSample) else "image"
        return chosen(modality, None, profile_of(normals, None, budget)).name

    values = np.ones((100, 1))
    whole = SeriesSample(values, ("a",), np.arange(100.0))
    holed = SeriesSample(np.where(np.arange(100)[:, None] % 3 == 0, np.nan, values), ("a",), np.arange(100.0))
    images = [ImageSample(np.zeros((8, 8, 3), np.float32))]
    assert name([whole]) == "series-density"
    assert name([whole, holed]) == "series-imputation"
    assert name(images) == "image-density"
    assert name(images * 900) == "image-density"
    assert name(images * 900, 120.0) == "image-inversion"  # of two equals the first by name


class Plain(Detector):
    """A detector whose constructor takes neither witnesses nor a backbone."""

    card = Card("image-plain", "image", "density", *["-"] * 5)

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    fit = score = config = state = load_state = lambda self, *_: self  # type: ignore[assignment]


def test_a_constructor_gets_only_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._entries(), "image-plain", registry.Entry("image", "tests", lambda: Plain))
    plain = build_detector("image-plain", "some/backbone", 7)
    assert isinstance(plain, Plain) and plain.seed == 7
    config = build_detector("image-score", "some/backbone", 7).config()
    assert config["backbone"] == "some/backbone" and config["seed"] == 7 and len(config["witnesses"]) == 2
    assert "backbone" not in build_detector("series-density", "some/backbone", 7).config()
    assert (
        build_detector("pair-embedding", None, 7, text_encoder="some/encoder").config()["text_encoder"]
        == "some/encoder"
    )
    with pytest.raises(InputError, match="image-density reads no text"):
        build_detector("image-density", None, 7, text_encoder="some/encoder")


def test_every_registered_name_is_a_word_of_our_own() -> None:
    assert {*registry.detector_names(), *RULES} <= own_names()
    assert not any(needs_quotes(name) for name in registry.detector_names())


def test_the_verifier_reads_the_registry_without_loading_a_detector() -> None:
    code = "import sys, anomalyst.agent.verifier.marks; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def picture(seed: int) -> ImageSample:
    rng = np.random.default_rng(seed)
    shade = np.linspace(0.4, 0.6, 64)[None, :, None] + 0.03 * rng.standard_normal((64, 64, 1))
    return ImageSample(shade.clip(0, 1).astype(np.float32).repeat(3, axis=2), grey=True)


def test_a_learned_detector_heals_too() -> None:
    detector = ImageScore(size=64, space="pixels", train_steps=2, samples=1)
    damaged = picture(99)
    with pytest.raises(InputError, match="can heal an image"):
        heal_region(detector, damaged, np.ones((64, 64), dtype=bool))
    detector.fit([picture(seed) for seed in range(12)])
    damaged.pixels[20:30, 20:30] = 1.0
    mask = np.zeros((64, 64), dtype=bool)
    mask[20:30, 20:30] = True
    healed = heal_region(detector, damaged, mask)
    assert isinstance(healed, ImageSample)
    assert healed.pixels[mask].max() < 0.9 and np.array_equal(healed.pixels[50:], damaged.pixels[50:])
