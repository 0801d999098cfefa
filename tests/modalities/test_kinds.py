"""What each kind of data answers when it is asked for samples, and that a stranger's kind is asked like ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from PIL import Image

from anomalyst import plugins
from anomalyst.agent.page.desk.fit_jobs import FitOrder, normals_of, planned, told_modality
from anomalyst.agent.records.arrays import load_arrays, record_arrays, restore_arrays
from anomalyst.agent.records.scoring import Judging, score_rows
from anomalyst.detectors import registry as detectors
from anomalyst.detectors.contract import Calibration, ScoreMap
from anomalyst.detectors.offer import Amount, Offer
from anomalyst.errors import InputError
from anomalyst.modalities.base import Modality
from anomalyst.modalities.files import Listing
from anomalyst.modalities.reading import find_inputs, load_sample, read_normals
from anomalyst.modalities.registry import modality, surest
from anomalyst.modalities.series.modality import SERIES
from anomalyst.modalities.sources import Inside, Ways
from anomalyst.samples import Sample
from anomalyst.tools.workbench import Workbench
from tests.helpers.reading import iter_inputs

PICTURE = Image.fromarray(np.arange(12 * 16 * 3, dtype=np.uint8).reshape(12, 16, 3))
CSV = "time,v,w\n" + "".join(f"{i},{i % 5},{i % 3}\n" for i in range(30))


@dataclass(frozen=True)
class Chord:
    """A sample of a stranger's kind of data: a few tones."""

    tones: NDArray[np.float64]
    name: str = "chord"
    notes: tuple[str, ...] = ()
    modality: str = field(default="chord", init=False)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.tones.shape


class Chords(Modality):
    """The answers of that kind, of which only those that samples come in and out by matter here."""

    name = "chord"
    nouns = replace(SERIES.nouns, one="chord", many="chords")
    offer = Offer("chord", amount=Amount(normals="tones"))
    ways = Ways(files="CHORD", suffixes=frozenset({".chord"}), inside="chords")
    sample = Chord

    def knows(self, source: Any) -> float:
        return float(isinstance(source, Path) and source.suffix == ".chord" or isinstance(source, frozenset))

    def read(self, source: Any, text: str | None = None) -> Sample:
        tones = source if isinstance(source, frozenset) else source.read_text().split()
        return Chord(np.array(sorted(map(float, tones))), getattr(source, "name", "chord"))

    def inside(self, found: Listing) -> Inside:
        return Inside([f for f in found.files if f.suffix == ".chord"])

    def profile(self, sample: Sample | None, normals: Sequence[Sample], backbone: bool) -> dict[str, Any]:
        return {"tones": sum(normal.shape[0] for normal in normals)}

    def size(self, sample: Sample) -> str:
        return f"{sample.shape[0]} tones"

    def arrays(self, sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        assert isinstance(sample, Chord)
        return {"key": "C"}, {"tones": sample.tones}

    def restored(self, about: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> tuple[Sample, object | None]:
        return Chord(arrays["tones"], about["name"], tuple(about["notes"])), about["key"]

    def shapes(self, sample: Sample) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return sample.shape, sample.shape

    def rows(self, sample: Sample, score_map: ScoreMap) -> pd.DataFrame | None:
        return None

    def row(self, sample: Sample, score_map: ScoreMap) -> dict[str, str]:
        return {"key": str(score_map.detail)}


Chords.__abstractmethods__ = frozenset()
CHORDS = Chords()  # type: ignore[abstract]


@pytest.fixture
def chords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The stranger's package is installed."""
    point = EntryPoint("chord", f"{__name__}:CHORDS", plugins.MODALITIES)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [point] if group == plugins.MODALITIES else [])
    detectors.forget()
    yield
    monkeypatch.undo()
    detectors.forget()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    PICTURE.save(tmp_path / "a.png")
    (tmp_path / "s.csv").write_text(CSV)
    (tmp_path / "pairs.csv").write_text("image,text\na.png,a grey board\n")
    (tmp_path / "c.chord").write_text("261.6 329.6 392.0")
    return tmp_path


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("a.png", ["image"]),
        ("s.csv", ["series"]),
        ("pairs.csv", ["pair"]),
        (PICTURE, ["image"]),
        (pd.DataFrame({"v": [1.0, 2.0]}), ["series"]),
        (np.zeros((4, 4, 3)), ["image"]),
        (np.zeros(9), ["series"]),
        (np.zeros((9, 9), np.uint8), ["image", "series"]),
        (object(), []),
    ],
)
def test_the_surest_kind_is_told_by_the_source_alone(folder: Path, source: Any, kinds: list[str]) -> None:
    asked = folder / source if isinstance(source, str) else source
    assert [kind.name for kind in surest(asked)] == kinds


def test_files_that_belong_together_are_told_together(folder: Path) -> None:
    assert told_modality((folder / "a.png", folder / "pairs.csv")) == "pair"
    assert told_modality((folder / "a.png",)) == "image" and told_modality((folder / "s.csv",)) == "series"
    assert [s.modality for s in normals_of(FitOrder((folder / "a.png", folder / "pairs.csv")))[1].samples] == ["pair"]
    np.save(folder / "n.npy", np.zeros((5, 5, 3)))
    with pytest.raises(InputError, match="an NPY array may be an image or a series; say which it is"):
        told_modality((folder / "n.npy",))
    (folder / "junk.zip").write_bytes(b"PK\x03\x04junk")
    with pytest.raises(InputError, match=r"give an image \(PNG.*\) or a series \(CSV"):
        told_modality((folder / "junk.zip",))


def test_only_where_their_number_is_all_that_matters_normals_are_not_read(folder: Path) -> None:
    (folder / "broken.png").write_bytes((folder / "a.png").read_bytes()[:60])
    assert planned(FitOrder((folder / "broken.png",) * 3), None)[0] == "image"
    (folder / "bad.csv").write_text("v\nx\ny\n")
    with pytest.raises(InputError, match="not a number"):
        planned(FitOrder((folder / "bad.csv",)), None)


def test_an_array_file_is_what_its_shape_shows(tmp_path: Path) -> None:
    for name, array in {"p": np.zeros((5, 6, 3)), "s": np.zeros((50, 3)), "u": np.zeros((5, 6), np.uint8)}.items():
        np.save(tmp_path / f"{name}.npy", array)
    assert load_sample(tmp_path / "p.npy").modality == "image" and load_sample(tmp_path / "s.npy").modality == "series"
    with pytest.raises(InputError, match="'u.npy': got an array of shape.*a grey image or a series; say which it is"):
        load_sample(tmp_path / "u.npy")
    assert load_sample(tmp_path / "u.npy", "image").shape == (5, 6)
    with pytest.raises(InputError, match="got image or series data where modality='pair' was asked for"):
        load_sample(np.zeros((5, 6), np.uint8), "pair")


def test_a_strangers_kind_claims_its_files_folders_and_objects(chords: None, folder: Path) -> None:
    assert load_sample(folder / "c.chord").modality == "chord"
    assert load_sample(frozenset({3.0, 1.0})).shape == (2,) and load_sample(folder / "s.csv").modality == "series"
    with pytest.raises(InputError, match="holds 1 images and 2 tables and 1 chords; say which is meant"):
        load_sample(folder)
    assert [file.name for file in find_inputs(folder, "chord").files] == ["c.chord"]
    assert [sample.modality for sample in iter_inputs(folder, "chord")] == ["chord"]
    read = read_normals([folder, frozenset({5.0})], "chord")
    assert [sample.modality for sample in read.samples] == ["chord", "chord"]
    assert "left out 3 other files" in read.notes[0]
    with pytest.raises(InputError, match=r"its content is an image; give a chord \(CHORD\)"):
        load_sample(folder / "a.png", "chord")
    with pytest.raises(InputError, match="got chord data where modality='image' was asked for; give one image"):
        load_sample(frozenset({1.0}), "image")
    with pytest.raises(InputError, match="'chord'; an image with its text is a 'pair'"):
        load_sample(folder / "c.chord", "chord", "a text")
    (folder / "junk.zip").write_bytes(b"PK\x03\x04junk")
    with pytest.raises(InputError, match=r"give an image \(PNG.*\) or a series \(CSV.*\) or a chord \(CHORD\)"):
        load_sample(folder / "junk.zip")


def test_a_strangers_kind_that_cannot_answer_is_passed_over(
    chords: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(source: Any) -> float:
        raise RuntimeError("no idea")

    monkeypatch.setattr(modality("chord"), "knows", broken)
    (folder / "plain.csv").write_text(CSV)
    with pytest.warns(plugins.PluginWarning, match="'chord'.*no idea"):
        assert surest(folder / "plain.csv") == [SERIES]


def test_a_strangers_kind_tells_its_profile_and_its_amount(chords: None, folder: Path) -> None:
    bench = Workbench()
    profile = bench.open(folder / "c.chord", [folder / "c.chord", frozenset({5.0})])
    assert profile == {"name": "c.chord", "modality": "chord", "normals": 2, "detector_ready": False, "tones": 4}
    assert told_modality((folder / "c.chord",)) == "chord"
    assert not modality("chord").offer.amount.by_number and modality("chord").offer.amount.units(profile) == (4, 1)
    with pytest.raises(InputError, match="the files may be a chord or an image; give files of one kind"):
        told_modality((folder / "c.chord", folder / "a.png"))


def test_a_strangers_run_is_kept_and_its_scores_have_a_row(chords: None, tmp_path: Path) -> None:
    chord, said = Chord(np.array([1.0, 2.0]), "c", ("out of tune",)), np.array([0.5, 0.1], np.float32)
    calibration = Calibration("conformal", 9, 0.1)
    scores = ScoreMap("chord", said, said, 0.4, 0.02, False, said, said[None], calibration, {}, "C")
    np.savez(tmp_path / "run.npz", **record_arrays(chord, scores, {"R1": np.array([True, False])}))
    again, back, masks = restore_arrays(load_arrays(tmp_path / "run.npz"), tmp_path / "run.npz")
    assert isinstance(again, Chord) and again.tones.tolist() == [1, 2] and again.notes == ("out of tune",)
    assert back.detail == "C" and back.scores.tolist() == said.tolist() and masks["R1"].tolist() == [True, False]
    judging = Judging(SimpleNamespace(usual_={}))  # type: ignore[arg-type]
    (row,) = score_rows("file", chord, scores, 0.05, judging).to_dict(orient="records")
    assert row["input"] == "file" and row["verdict"] == "anomalous" and row["key"] == "C"
    calm = replace(scores, sample_p=0.2, calibration=replace(calibration, smallest=0.1))
    for alpha, doubt in ((0.1, "no anomaly planted, close to"), (0.05, "too few normals")):  # the smallest p is 0.1
        told = score_rows("file", chord, calm, alpha, judging).to_dict(orient="records")[0]
        assert told["verdict"] == "cannot tell" and told["doubt"].startswith(doubt)
    broken = record_arrays(chord, scores, {"R1": np.array([True])})
    with pytest.raises(InputError, match="shape of mask R1"):
        restore_arrays(broken, tmp_path / "run.npz")
    broken["meta"] = np.array(json.dumps(json.loads(str(broken["meta"])) | {"sample": {"modality": "smell"}}))
    with pytest.raises(InputError, match="incomplete.*'smell'"):
        restore_arrays(broken, tmp_path / "run.npz")
