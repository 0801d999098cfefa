"""The built-in choice of a detector, and that any registered one can be built, named and healed with."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from anomalyst.agent.cli_detectors import _chosen
from anomalyst.agent.planner import choose_detector
from anomalyst.agent.verify_marks import OWN_NAMES, needs_quotes
from anomalyst.detectors import registry
from anomalyst.detectors.base import RULES, Card, Detector
from anomalyst.detectors.image_learned import ImageScore
from anomalyst.errors import InputError
from anomalyst.samples import ImageSample, SeriesSample
from anomalyst.tools.dotest import heal_region
from anomalyst.tools.workbench import build_detector


def cards(*names: str) -> list[dict[str, str]]:
    """Cards whose family is not what their name says, as of a second detector of a family."""
    return [
        dict(name=name, modality=name.split("-")[0], family="density", best_for=f"what {name} suits") for name in names
    ]


@pytest.mark.parametrize("modality", ["image", "series"])
@pytest.mark.parametrize("missing", [0.0, 20.0])
def test_later_detectors_do_not_replace_the_default(modality: str, missing: float) -> None:
    own = [f"{modality}-{rule}" for rule in RULES]
    offered = cards(f"{modality}-flow", *own, f"{modality}-score", f"{modality}-imdiffusion")
    expected = f"{modality}-{'imputation' if missing else 'density'}"
    assert choose_detector({"missing_percent": missing}, offered, None)[0] == expected
    assert choose_detector({"missing_percent": missing}, offered, f"{modality}-flow")[0] == f"{modality}-flow"
    assert choose_detector({"missing_percent": missing}, cards(f"{modality}-flow"), None) == (
        f"{modality}-flow",
        f"it suits what {modality}-flow suits",
    )


def test_fit_takes_the_same_choice() -> None:
    values = np.ones((100, 1))
    whole = SeriesSample(values, ("a",), np.arange(100.0))
    holed = SeriesSample(np.where(np.arange(100)[:, None] % 3 == 0, np.nan, values), ("a",), np.arange(100.0))
    assert _chosen([whole], "series") == "series-density"
    assert _chosen([whole, holed], "series") == "series-imputation"
    assert _chosen([ImageSample(np.zeros((8, 8, 3), np.float32))], "image") == "image-density"


class Plain(Detector):
    """A detector whose constructor takes neither witnesses nor a backbone."""

    card = Card("image-plain", "image", "density", *["-"] * 5)

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    fit = score = config = state = load_state = lambda self, *_: self  # type: ignore[assignment]


def test_a_constructor_gets_only_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._PLACES, "image-plain", f"{__name__}:Plain")
    monkeypatch.setitem(registry._PLACES, "image-score", "anomalyst.detectors.image_learned:ImageScore")
    plain = build_detector("image-plain", "some/backbone", 7)
    assert isinstance(plain, Plain) and plain.seed == 7
    config = build_detector("image-score", "some/backbone", 7).config()
    assert config["backbone"] == "some/backbone" and config["seed"] == 7 and len(config["witnesses"]) == 2
    assert "backbone" not in build_detector("series-density", "some/backbone", 7).config()


def test_every_registered_name_is_a_word_of_our_own() -> None:
    assert {*registry.detector_names(), *RULES} <= OWN_NAMES
    assert not any(needs_quotes(name) for name in registry.detector_names())


def test_the_verifier_reads_the_registry_without_loading_a_detector() -> None:
    code = "import sys, anomalyst.agent.verify_marks; print('torch' in sys.modules)"
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
