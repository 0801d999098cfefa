"""What reading changed, guessed or left out is told in every answer, whose it is, and once for many."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from langgraph.checkpoint.memory import InMemorySaver
from PIL import Image
from typer.testing import CliRunner

from anomalyst.agent.analyst import Anomalyst
from anomalyst.agent.cli.main import app
from anomalyst.agent.page.answer.card import answer_card
from anomalyst.agent.records.artifacts import read_run, write_run
from anomalyst.agent.records.reassess import reassess
from anomalyst.agent.report.render import render_report
from anomalyst.errors import InputError
from anomalyst.evidence.claims import Explanation
from anomalyst.modalities.reading import find_inputs, load_sample, read_normals
from tests.agent.test_agent import recording
from tests.helpers.reading import load_normals
from tests.helpers.run_records import image_record

PICTURE = np.random.default_rng(0).integers(90, 140, (24, 32, 3), dtype=np.uint8)
MONTH_FIRST = "month-first"


def picture(path: Path, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(PICTURE).save(path, **options)  # type: ignore[arg-type]
    return path


def table(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def noted(tmp_path: Path, text: str) -> str:
    """The notes of a series file."""
    return "; ".join(load_sample(table(tmp_path / "a.csv", text), "series").notes)


def day_first(frame: pd.DataFrame, path: Path) -> Path:
    """A recording with its days written 01/02/2026, which may be read two ways."""
    dates = pd.to_datetime("2026-02-01") + pd.to_timedelta(np.arange(len(frame)), "min")
    frame.assign(time=dates.strftime("%d/%m/%Y %H:%M")).to_csv(path, index=False)
    return path


def test_what_a_folder_holds_besides_its_inputs_is_counted_and_named(tmp_path: Path) -> None:
    for name in ("000.png", "000_mask.png", "001.png", "001_Mask.png", "mask.png"):
        picture(tmp_path / "in" / name)
    picture(tmp_path / "out.png")
    for name in ("a.png", "b.png"):
        (tmp_path / "in" / name).symlink_to(tmp_path / "out.png")
    (tmp_path / "in" / "gone.png").symlink_to(tmp_path / "in" / "nothing.png")
    Image.fromarray(PICTURE).save(tmp_path / "in" / "film.gif")
    table(tmp_path / "in" / "readme.txt", "words")
    table(tmp_path / "in" / ".hidden", "")
    (tmp_path / "in" / "more").mkdir()
    found = find_inputs(tmp_path / "in")
    assert [file.name for file in found.files] == ["000.png", "001.png", "film.gif", "mask.png"]
    (note,) = found.notes
    for said in (
        "folder 'in'",
        "2 links out of the folder ('a.png', 'b.png')",
        "1 broken link ('gone.png')",
        "2 masks of a picture beside it ('000_mask.png', '001_Mask.png')",
        "1 other file ('readme.txt')",
        "1 sub-folder ('more')",
    ):
        assert said in note
    assert "hidden" not in note
    assert read_normals(tmp_path / "in", "image").notes == (note,)
    assert find_inputs(tmp_path / "in" / "000.png").notes == ()


def test_masks_among_files_named_one_by_one_are_no_normals(tmp_path: Path) -> None:
    files = [picture(tmp_path / str(n) / name) for n, name in enumerate(("a.png", "a_mask.png", "b-mask.png"))]
    normals = read_normals(list(files), "image")
    assert [sample.name for sample in normals.samples] == ["a.png", "b-mask.png"]
    assert normals.notes == ("masks of other pictures were left out: 1 ('a_mask.png')",)


def test_a_folder_of_links_only_says_what_to_do(tmp_path: Path) -> None:
    picture(tmp_path / "store" / "a.png")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "a.png").symlink_to(tmp_path / "store" / "a.png")
    with pytest.raises(InputError, match="1 link that leads out of it was left out: copy the files"):
        find_inputs(tmp_path / "links", "image")


def test_what_reading_an_image_changed_is_noted(tmp_path: Path) -> None:
    pages = [Image.fromarray(PICTURE) for _ in range(3)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    assert load_sample(tmp_path / "a.tif").notes == ("only the first of 3 pages was read; pages 2 to 3 were left out",)
    pages[0].save(tmp_path / "a.png", save_all=True, append_images=pages[1:2])
    exif = Image.Exif()
    exif[0x0112] = 6
    assert "upright" in load_sample(picture(tmp_path / "turned.jpg", exif=exif)).notes[0]
    exif[0x0112] = 1
    assert load_sample(picture(tmp_path / "plain.jpg", exif=exif)).notes == ()
    Image.fromarray(np.full((4, 5), 7300, np.uint16)).save(tmp_path / "deep.png")
    assert load_sample(tmp_path / "deep.png").notes == (
        "its greys are of type uint16 and were kept as fine as they are",
    )
    Image.fromarray(PICTURE).convert("CMYK").save(tmp_path / "print.jpg")
    assert load_sample(tmp_path / "print.jpg").notes == ("its colours (CMYK) were turned into RGB",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,v\n01/02/2024,1\n01/03/2024,2\n", MONTH_FIRST),
        ("date,v\n01.02.2024,1\n01.03.2024,2\n", "read day-first, as day/month/year; write year-month-day"),
        ("time,v\n2024-01-01T01:00:00+02:00,1\n2024-01-01T02:00:00+02:00,2\n", "told by the file's own clock, +02:00"),
        ("time,v\n1709510400000,1\n1709510401000,2\n", "Unix time in milliseconds"),
        ("date,v\n20240101,1\n20240102,2\n", "days written"),
        ("time,v\n10:00,1\n10:01,2\n", "have no date"),
        ("Zeit,v\n2024-01-01,1\n2024-01-02,2\n", "'Zeit' was taken as the time"),
        ("when_ms,v\n5,1\n6,2\n", "no column was taken as the time"),
        ("time;v\n2024-01-01;1,5\n2024-01-02;2,5\n", "decimal commas were read in 'v'"),
        ("time,v\n2024-01-01,1\n2024-01-01,2\n2024-01-02,3\n", "3 rows became 2"),
        ("time,v,w\n1,2,3\n2,,4\n3,4,5\n", "values are missing of 3 rows: 'v' in 1"),
        (
            "time,v\n2024-01-01 00:00,1\n2024-01-01 00:10,2\n2024-01-01 00:20,3\n2024-01-01 05:20,4\n",
            "usually 10 min apart, but 1 step is longer, up to 5 h before row 3",
        ),
    ],
)
def test_what_reading_a_series_guessed_is_noted(tmp_path: Path, text: str, said: str) -> None:
    assert said in noted(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "time,v\n2024-01-01,1\n2024-01-02,2\n2024-01-03,2\n",
        "time,v\n2024-01-31T00:00:00Z,1\n2024-02-29T00:00:00Z,2\n2024-03-31T00:00:00Z,2\n",
        "time,v\n0.5,1\n0.75,2\n",
        "v\n1\n2\n",
    ],
)
def test_what_is_plain_has_no_note(tmp_path: Path, text: str) -> None:
    assert noted(tmp_path, text) == ""


def test_one_bad_normal_is_left_out_and_named(tmp_path: Path) -> None:
    for n in range(3):
        picture(tmp_path / "good" / f"{n}.png")
    (tmp_path / "good" / "cut.png").write_bytes((tmp_path / "good" / "0.png").read_bytes()[:100])
    normals = read_normals(tmp_path / "good", "image")
    assert len(normals.samples) == 3 and len(normals.refused) == 1
    assert normals.notes[0] == "1 of 4 normals could not be used and were left out" and "'cut.png'" in normals.notes[1]
    with pytest.raises(InputError, match=r"cut\.png"):
        load_normals(tmp_path / "good", "image")
    with pytest.raises(InputError, match=r"cut\.png"):
        read_normals(tmp_path / "good" / "cut.png", "image")
    with pytest.raises(InputError, match="none of 2 normals"):
        read_normals([tmp_path / "good" / "cut.png"] * 2, "image")


def test_series_with_other_columns_than_most_are_left_out(tmp_path: Path) -> None:
    for name, columns in (("a", "v,x"), ("b", "v,w"), ("c", "w,v")):
        table(tmp_path / f"{name}.csv", f"{columns}\n1,2\n3,4\n")
    normals = read_normals(tmp_path, "series")
    assert [sample.name for sample in normals.samples] == ["b.csv", "c.csv"]
    assert "'a.csv' has other columns" in normals.notes[1]
    like = load_sample(tmp_path / "a.csv")
    assert [sample.name for sample in read_normals(tmp_path, "series", like=like).samples] == ["a.csv"]


def test_the_same_note_of_many_normals_is_told_once(tmp_path: Path) -> None:
    for n in range(5):
        Image.fromarray(PICTURE).convert("CMYK").save(tmp_path / f"{n}.jpg")
    (note,) = read_normals(tmp_path, "image").notes
    assert note == "5 normals ('0.jpg', '1.jpg', '2.jpg' and 2 more): its colours (CMYK) were turned into RGB"


def test_notes_of_input_and_normals_stand_in_every_answer(tmp_path: Path) -> None:
    bad = day_first(recording(1, faulty=True), tmp_path / "bad.csv")
    normal = day_first(recording(0, faulty=False), tmp_path / "normal.csv")
    analyst = Anomalyst(checkpointer=InMemorySaver())
    *_, last = analyst.stream(bad, [normal, bad.with_name("normal.csv")], out=tmp_path / "run", thread="t")
    assert last.explanation is not None
    own, normals = last.explanation.notes
    assert own.startswith("bad.csv: dates in 'time' were read month-first")
    assert normals.startswith("2 normals ('normal.csv', 'normal.csv'): dates in 'time' were read month-first")
    record = read_run(tmp_path / "run")
    assert record.explanation.notes == (own, normals)
    for shown in (render_report(record), answer_card(record, "run"), reassess(record, 0.5).explanation.notes):
        assert MONTH_FIRST in str(shown) and "normal.csv" in str(shown)
    *_, answer = analyst.stream_answer("Which channel is it?", "t")
    assert answer.explanation is not None and answer.explanation.notes == (own, normals)


def test_the_command_line_tells_notes(tmp_path: Path) -> None:
    bad = day_first(recording(1, faulty=True), tmp_path / "bad.csv")
    normal = day_first(recording(0, faulty=False), tmp_path / "normal.csv")
    run = CliRunner().invoke
    shown = run(
        app, ["explain", str(bad), "--normal", str(normal), "--out", str(tmp_path / "run")], env={"COLUMNS": "250"}
    )
    assert "When it was read" in shown.stdout and f"bad.csv: dates in 'time' were read {MONTH_FIRST}" in shown.stdout
    assert f"normal normal.csv: dates in 'time' were read {MONTH_FIRST}" in shown.stdout
    fitted = run(app, ["fit", str(normal), "--modality", "series", "--out", str(tmp_path / "detector")])
    assert fitted.stderr.startswith("note: normal normal.csv: dates") and fitted.exit_code == 0
    scored = run(app, ["score", str(bad), "--detector", str(tmp_path / "detector")])
    assert scored.stderr.startswith("note: input bad.csv: dates") and scored.exit_code == 0


def test_what_was_left_out_of_an_explained_folder_is_told(tmp_path: Path) -> None:
    for name in ("in/a.png", "in/a_mask.png"):
        picture(tmp_path / name)
    (tmp_path / "good").mkdir()
    for n in range(3):
        noise = np.random.default_rng(n + 1).integers(90, 140, PICTURE.shape, dtype=np.uint8)
        Image.fromarray(noise).save(tmp_path / "good" / f"{n}.png")
    table(tmp_path / "good" / "3.png", "no picture")
    args = ["explain", str(tmp_path / "in"), "--normal", str(tmp_path / "good"), "--out", str(tmp_path / "out")]
    told = CliRunner().invoke(app, [*args, "--json"])
    assert told.exit_code == 0 and told.stderr == ""
    (explanation,) = json.loads(told.stdout)
    assert "1 mask of a picture beside it ('a_mask.png')" in explanation["notes"][0]
    assert any("3.png" in note for note in explanation["notes"])


def test_normals_at_another_rate_are_noted(tmp_path: Path) -> None:
    for name, every in (("test", 60), ("normal", 10)):
        frame = recording(0, faulty=False)
        frame.assign(time=pd.date_range("2026-01-01", periods=len(frame), freq=f"{every}min")).to_csv(
            tmp_path / f"{name}.csv", index=False
        )
    explanation = Anomalyst().explain(tmp_path / "test.csv", tmp_path / "normal.csv")
    assert "the rows of test.csv are 1 h apart and those of the normals ('normal.csv') 10 min" in explanation.notes[-1]


def test_a_run_from_before_notes_still_loads_and_shows_its_own(tmp_path: Path) -> None:
    record = image_record()
    values = record.explanation.model_dump(mode="json")
    del values["notes"]
    assert Explanation.model_validate(values) == record.explanation
    write_run(record, tmp_path / "run", None)
    assert record.sample.notes[0] in render_report(read_run(tmp_path / "run"))


def test_odd_rows_of_the_normals_are_named_in_every_answer_also_by_a_saved_detector(tmp_path: Path) -> None:
    rng, names = np.random.default_rng(0), ["a", "b"]
    rows = np.sin(2 * np.pi * np.arange(4000)[:, None] / np.array([25, 60])) + 0.2 * rng.normal(size=(4000, 2))
    rows[500:550, 0] += 8
    for name, part in (("normals", rows[:2000]), ("new", rows[2000:3000])):
        pd.DataFrame(part, columns=names).to_csv(tmp_path / f"{name}.csv", index=False)
    given = [str(tmp_path / "new.csv"), "--normal", str(tmp_path / "normals.csv"), "--detector", "series-density"]
    done = CliRunner().invoke(app, ["explain", *given, "--out", str(tmp_path / "out"), "--json"])
    assert done.exit_code == 0, done.output
    note = next(said for said in json.loads(done.stdout)["notes"] if "unlike the rest" in said)
    assert note.startswith("normal normals.csv: rows ")
    assert note in read_run(tmp_path / "out").notes
    assert note in render_report(read_run(tmp_path / "out"))
    fit = ["fit", str(tmp_path / "normals.csv"), "--modality", "series", "--detector", "series-density"]
    fitted = CliRunner().invoke(app, [*fit, "--out", str(tmp_path / "fitted")])
    assert fitted.exit_code == 0 and "unlike the rest" in fitted.output
    again = [str(tmp_path / "new.csv"), "--detector", str(tmp_path / "fitted")]
    loaded = CliRunner().invoke(app, ["explain", *again, "--out", str(tmp_path / "again"), "--json"])
    assert any("unlike the rest" in said for said in json.loads(loaded.stdout)["notes"])
