"""The output folder: what goes in comes out, nothing half-written, nothing outside it trusted."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from anomalyst.agent.records import artifacts
from anomalyst.agent.records.artifacts import check_manifest, read_run, write_run
from anomalyst.errors import InputError, OutputError
from anomalyst.evidence.claims import Explanation
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.series.sample import SeriesSample
from tests.helpers.run_records import image_record, series_record

FILES = [
    "events.jsonl",
    "evidence.npz",
    "manifest.json",
    "replay.json",
    "report.html",
    "report.json",
    "report.schema.json",
]


@pytest.fixture(autouse=True)
def _plain_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing is tested elsewhere; here it would only take time."""
    monkeypatch.setattr("anomalyst.agent.report.render.render_report", lambda record: "<html></html>")


@pytest.fixture(params=[image_record, series_record])
def record(request: pytest.FixtureRequest) -> RunRecord:
    made: RunRecord = request.param(120)
    return made


def test_what_was_written_is_read_again(record: RunRecord, tmp_path: Path) -> None:
    out = write_run(record, tmp_path / "a" / "run", None)
    assert sorted(p.name for p in out.iterdir()) == FILES
    again = read_run(out)
    assert again.explanation == record.explanation
    assert (again.replay, again.events) == (record.replay, record.events)
    for name in ("scores", "p_values", "expected"):
        assert_array_equal(getattr(again.score_map, name), getattr(record.score_map, name))
    assert again.score_map.calibration == record.score_map.calibration
    assert again.score_map.sample_p == record.score_map.sample_p
    assert_array_equal(again.score_map.rules["density"].scores, record.score_map.rules["density"].scores)
    assert_array_equal(again.masks["R1"], record.masks["R1"])
    assert np.abs(again.score_map.samples - record.score_map.samples).max() < 1e-3
    _same_sample(again.sample, record.sample)


def _same_sample(got: object, given: object) -> None:
    if isinstance(given, ImageSample) and isinstance(got, ImageSample):
        assert_array_equal(got.pixels, given.pixels)
        assert (got.name, got.grey, got.notes, got.pixels.dtype) == (given.name, given.grey, given.notes, np.float32)
        return
    assert isinstance(given, SeriesSample) and isinstance(got, SeriesSample)
    assert_array_equal(got.values, given.values)
    assert_array_equal(got.index, given.index)
    assert (got.columns, got.units, got.name, got.notes) == (given.columns, given.units, given.name, given.notes)
    assert got.has_times


def test_pixels_that_are_no_bytes_stay_exact(tmp_path: Path) -> None:
    record = image_record(40)
    sample = ImageSample(np.random.default_rng(3).random((40, 40, 3), dtype=np.float32), name="float.npy")
    out = write_run(replace(record, sample=sample), tmp_path / "run", None)
    _same_sample(read_run(out).sample, sample)


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    sums = [json.loads((write_run(image_record(40), tmp_path / n, None) / "manifest.json").read_text()) for n in "ab"]
    kept = [{k: v for k, v in s["files"].items() if k != "evidence.npz"} for s in sums]
    assert kept[0] == kept[1]


def test_the_schema_file_describes_the_report(tmp_path: Path) -> None:
    out = write_run(image_record(40), tmp_path / "run", None)
    assert json.loads((out / "report.schema.json").read_text()) == Explanation.model_json_schema()


def test_the_manifest_finds_missing_changed_and_extra_files(tmp_path: Path) -> None:
    out = write_run(image_record(40), tmp_path / "run", None)
    assert check_manifest(out) == []
    (out / "replay.json").write_text("{}")
    (out / "events.jsonl").unlink()
    (out / "new").mkdir()
    (out / "new" / "note.txt").write_text("x")
    assert {(p.path, p.problem) for p in check_manifest(out)} == {
        ("replay.json", "changed"),
        ("events.jsonl", "missing"),
        ("new/note.txt", "extra"),
    }


def test_a_link_in_place_of_a_file_counts_as_changed(tmp_path: Path) -> None:
    out = write_run(image_record(40), tmp_path / "run", None)
    (out / "replay.json").rename(tmp_path / "same.json")
    (out / "replay.json").symlink_to(tmp_path / "same.json")
    assert [(p.path, p.problem) for p in check_manifest(out)] == [("replay.json", "changed")]


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/passwd", "a/../../b", "c:\\x", ""])
def test_a_manifest_that_points_outside_is_refused(name: str, tmp_path: Path) -> None:
    out = write_run(image_record(40), tmp_path / "run", None)
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["files"][name] = {"bytes": 1, "sha256": "0"}
    (out / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="outside the folder"):
        check_manifest(out)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("broken"), OSError(28, "No space left on device")])
def test_a_failure_leaves_nothing_behind(error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(record: RunRecord) -> str:
        raise error

    monkeypatch.setattr("anomalyst.agent.report.render.render_report", fail)
    expected = OutputError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected):
        write_run(image_record(40), tmp_path / "new" / "run", None)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_rewrite_keeps_the_earlier_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = write_run(image_record(40), tmp_path / "run", None)
    monkeypatch.setattr(artifacts, "write_manifest", lambda folder: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OutputError, match="full"):
        write_run(series_record(40), out, None)
    assert check_manifest(out) == [] and read_run(out).explanation.evidence.modality == "image"
    assert list(tmp_path.iterdir()) == [out]


def test_an_earlier_run_or_an_empty_folder_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "run"
    out.mkdir()
    write_run(image_record(40), out, None)
    write_run(series_record(40), out, None)
    assert read_run(out).explanation.evidence.modality == "series"
    assert check_manifest(out) == [] and list(tmp_path.iterdir()) == [out]


def test_other_peoples_files_are_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "thesis.txt").write_text("mine")
    run = write_run(image_record(40), tmp_path / "run", None)
    (run / "notes.txt").write_text("mine")
    for name in ("file", "folder", "run"):
        with pytest.raises(OutputError, match="name"):
            write_run(image_record(40), tmp_path / name, None)
    assert (tmp_path / "file").read_text() == (run / "notes.txt").read_text() == "mine"
    assert (tmp_path / "folder" / "thesis.txt").read_text() == "mine"


def test_the_current_folder_is_no_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match="current folder"):
        write_run(image_record(40), Path("."), None)


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="name a writable folder") as caught:
        write_run(image_record(40), tmp_path / "file" / "run", None)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.json", b"{"),
        ("report.json", b"{}"),
        ("replay.json", b"[]"),
        ("events.jsonl", b"7\n"),
        ("evidence.npz", b"PK"),
        ("report.json", b"\xff\xfe"),
    ],
)
def test_damaged_files_are_refused(name: str, content: bytes, tmp_path: Path) -> None:
    out = write_run(image_record(40), tmp_path / "run", None)
    (out / name).write_bytes(content)
    with pytest.raises(InputError, match=name):
        read_run(out)


def _header(shape: str, descr: str = "'<f4'") -> bytes:
    head = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    head += b" " * (63 - (len(head) + 10) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (_header("(1000000, 1000000)"), "header does not fit"),  # would take 4 TB
        (_header("(1,)", "'|O'") + b"\x80\x04N.", "Python objects"),
        (b"not an array", "cannot be read"),
    ],
)
def test_hostile_arrays_are_refused_before_memory_is_taken(content: bytes, reason: str, tmp_path: Path) -> None:
    out = write_run(image_record(40), tmp_path / "run", None)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("scores.npy", content)
    (out / "evidence.npz").write_bytes(buffer.getvalue())
    with pytest.raises(InputError, match=reason):
        read_run(out)


def test_arrays_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    record = image_record(40)
    wrong = replace(record, score_map=replace(record.score_map, scores=record.score_map.scores[:5]))
    with pytest.raises(InputError, match="shape of scores"):
        read_run(write_run(wrong, tmp_path / "run", None))


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no folder"):
        read_run(tmp_path / "none")
    with pytest.raises(InputError, match="report.json"):
        read_run(tmp_path)
