"""The doors: what a stranger's package brings is used like our own, and what is wrong with it is said and left out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anomalyst import plugins
from anomalyst.agent.language.builtin import BuiltinChatModel
from anomalyst.agent.language.models import load_model
from anomalyst.agent.language.providers import Provider, providers
from anomalyst.agent.page.about import machine
from anomalyst.agent.page.chat import settings
from anomalyst.detectors import registry
from anomalyst.detectors.contract import Card, Detector
from anomalyst.detectors.methods.score import METHOD as SCORE
from anomalyst.detectors.registry import detector_class, detector_names, list_detectors, load_detector
from anomalyst.errors import InputError, ModelError
from anomalyst.evidence.facts import Finding
from anomalyst.modalities.registry import modalities
from anomalyst.modalities.series.modality import SERIES
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.tools.workbench import Workbench, build_detector
from tests.helpers.detectors import SeriesDensity

Install = Callable[..., None]
FLAT = replace(SCORE, name="flat", summary="As `score`, on {one} data.")


class Acme(SeriesDensity):  # type: ignore[misc]
    """A detector of somebody else's, under a name that does not begin with a kind of data."""

    card = Card("acme-flow", "series", "density", *["-"] * 5)


class Misnamed(Acme):
    """One whose card has another name than its entry point."""


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install plugins: (group, name, place) each."""

    def put(*points: tuple[str, str, str]) -> None:
        found = [EntryPoint(name, place, group) for group, name, place in points]
        monkeypatch.setattr(plugins, "entry_points", lambda group: [p for p in found if p.group == group])
        registry.forget()

    yield put
    monkeypatch.undo()
    registry.forget()


def waves(seed: int, fault: float = 0.0) -> SeriesSample:
    rng = np.random.default_rng(seed)
    values = np.sin(np.arange(400.0) / 6)[:, None] + 0.1 * rng.normal(size=(400, 1))
    values[200:220] += fault
    return SeriesSample(values, ("a",), np.arange(400.0))


def test_a_detector_of_any_name_is_listed_chosen_and_loaded(install: Install, tmp_path: Path) -> None:
    install((plugins.DETECTORS, "acme-flow", f"{__name__}:Acme"))
    assert "acme-flow" in detector_names() and "acme-flow" in detector_names("series")
    assert "acme-flow" not in detector_names("image")
    bench = Workbench(sample=waves(1, 3.0), normals=[waves(2)])
    assert "acme-flow" in bench.candidates()
    detector = build_detector("acme-flow", None, 3).fit(bench.normals)
    detector.save_pretrained(tmp_path)
    assert isinstance(detector, Acme) and isinstance(load_detector(tmp_path), Acme)
    assert 190 <= int(load_detector(tmp_path).score(waves(1, 3.0)).scores.argmax()) < 230


def test_a_method_runs_on_every_kind_that_has_a_space(install: Install) -> None:
    install((plugins.METHODS, "flat", f"{__name__}:FLAT"))
    cards = {card.name: card for card in list_detectors() if card.name.endswith("-flat")}
    assert list(cards) == ["image-flat", "series-flat", "table-flat", "video-flat"]
    assert cards["series-flat"].summary == "As `score`, on series data."
    kind: Any = detector_class("series-flat")
    options = {"train_steps": 5, "window": 16, "steps": "one"}
    scores = [made(**options).fit([waves(0)]).score(waves(1)).scores for made in (kind, detector_class("series-score"))]
    np.testing.assert_array_equal(*scores)


@pytest.mark.parametrize(
    ("point", "words"),
    [
        ((plugins.DETECTORS, "acme-broken", "no.such.module:Thing"), "'acme-broken'.*no.such.module.*cannot be loaded"),
        ((plugins.DETECTORS, "acme-none", "json:dumps"), "no detector whose card has the name 'acme-none'"),
        ((plugins.DETECTORS, "acme-other", f"{__name__}:Misnamed"), "no detector whose card has the name 'acme-other'"),
        ((plugins.METHODS, "acme", "no.such.module:METHOD"), "'acme'.*cannot be loaded.*ModuleNotFoundError"),
        ((plugins.MODALITIES, "smell", "no.such.module:OFFER"), "'smell'.*cannot be loaded"),
    ],
)
def test_what_cannot_be_loaded_is_named_and_left_out(install: Install, point: Any, words: str) -> None:
    before = [card.name for card in list_detectors()]
    install(point)
    with pytest.warns(RuntimeWarning, match=words):
        assert [card.name for card in list_detectors()] == before
    if point[0] == plugins.DETECTORS:
        with pytest.raises(ModelError, match="cannot be loaded"):
            detector_class(point[1])


@pytest.mark.parametrize(
    ("group", "name", "kept"),
    [(plugins.DETECTORS, "series-density", "series-density"), (plugins.METHODS, "density", "image-density")],
)
def test_of_two_of_one_name_the_built_in_one_stays(install: Install, group: str, name: str, kept: str) -> None:
    ours = detector_class(kept)
    install((group, name, f"{__name__}:Acme"))
    with pytest.warns(RuntimeWarning, match=f"{__name__}:Acme.*left out"):
        assert detector_class(kept) is ours


def test_a_method_that_a_kind_does_not_have_is_said_in_one_line() -> None:
    with pytest.raises(InputError, match="'ddpm' does not run on pair data, for which pair-information"):
        detector_class("pair-ddpm")
    with pytest.raises(InputError, match="'simplex' does not run on series data"):
        detector_class("series-simplex")
    with pytest.raises(InputError, match="known are image-density"):
        detector_class("acme-flow")


def test_what_calls_itself_a_kind_and_is_none_is_named_and_left_out(install: Install) -> None:
    install((plugins.MODALITIES, "smell", "json:dumps"))
    with pytest.warns(RuntimeWarning, match="no kind of data with the name 'smell'"):
        assert "smell" not in modalities()
    region = SERIES.region(kind="series", start=1, stop=2, channels=())  # type: ignore[call-arg]
    finding = {"id": "R1", "region": region.model_dump(), "peak_p": 0.1, "peak_score": 1.0}
    assert Finding.model_validate(finding).region == region


def acme_model(name: str, seconds: float) -> Any:
    """A chat model of somebody else's."""
    if name != "parrot":
        raise ValueError(f"no model {name!r}")
    return BuiltinChatModel(tags=[f"{seconds:g} s"])


ACME = Provider("acme", keys=("ACME_API_KEY",), example="parrot", make=acme_model)


def test_a_provider_of_language_models_comes_in_by_its_prefix(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelError, match="'acme:parrot'"):
        load_model("acme:parrot")
    install((plugins.MODELS, "acme", f"{__name__}:ACME"), (plugins.MODELS, "other", f"{__name__}:ACME"))
    with pytest.warns(RuntimeWarning, match="no `Provider` with the name 'other'"):
        assert list(providers()) == ["openai", "azure_openai", "anthropic", "google_genai", "ollama", "acme"]
    assert load_model("acme:parrot", 7.0).tags == ["7 s"]
    with pytest.raises(ModelError, match="ValueError: no model 'dodo'"):
        load_model("acme:dodo")
    monkeypatch.setenv("ACME_API_KEY", "1")
    assert settings._models("builtin") == ["builtin", "acme:parrot"]
    assert dict(machine._models("builtin"))["acme"] == "installed; ACME_API_KEY is set"


def test_every_detector_tells_its_options() -> None:
    for name in detector_names():
        kind: type[Detector] = detector_class(name)
        assert set(kind.defaults()) == set(kind().config()), name
    with pytest.raises(TypeError, match="image-time has no option depth"):
        detector_class("image-time")(depth=1.0)  # type: ignore[call-arg]


def test_names_are_known_without_torch_and_detectors_know_no_kind_of_data() -> None:
    code = (
        "import sys; from anomalyst.detectors.registry import detector_names; detector_names('image');"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    folder = Path(registry.__file__).parent
    sources = {file: file.read_text(encoding="utf-8") for file in folder.rglob("*.py")}
    assert not [file for file, text in sources.items() if "import anomalyst.modalities" in text]
    assert not [file for file, text in sources.items() if "from anomalyst.modalities" in text]
