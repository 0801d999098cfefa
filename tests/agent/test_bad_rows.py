"""One unusable row or file never ends the others: it is named, and the exit code says that there was one."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from anomalyst.agent.cli.main import app
from anomalyst.errors import InputError
from anomalyst.modalities.pair.reader import every_pair
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.reading import read_normals
from tests.agent.test_agent import recording
from tests.helpers.pair_data import matching
from tests.helpers.reading import load_normals
from tests.modalities.pair.test_pairs import saved

COUNT = 40


def invoke(*args: object) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pairs in a table, a detector fitted on them, and pictures of them."""
    place = tmp_path_factory.mktemp("pairs")
    rows = [(saved(matching(n), place / f"{n}.png").name, matching(n).text) for n in range(COUNT)]
    pd.DataFrame(rows, columns=["image", "caption"]).to_csv(place / "all.csv", index=False)
    assert invoke("fit", place / "all.csv", "--modality", "pair", "--out", place / "detector").exit_code == 0
    return place


def with_row(folder: Path, row: str, at: int = 2, ending: str = "csv") -> Path:
    """The table with another row in the place of row `at` (from 1)."""
    lines = (folder / "all.csv").read_text(encoding="utf-8").splitlines()
    lines[at] = row
    path = folder / f"changed.{ending}"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


BAD_ROWS = [
    ("1.png,", "without any word"),
    ('1.png,"  "', "without any word"),
    (",Acme red square plate", "names no image"),
    (",", "names no image"),
    ("gone.png,Acme red square plate", "no image 'gone.png'"),
    ("../../1.png,Acme red square plate", "may not lead out"),
    ("all.csv,Acme red square plate", "plain text"),
    ("1.png,Acme, red square plate", "3 cells for 2 columns"),
    (f"1.png,{'x' * 6000}", "6,000 characters"),
    (f"1.png,{'x' * 200_000}", "no regular row"),
]


@pytest.mark.parametrize(("row", "said"), BAD_ROWS)
def test_a_bad_row_is_named_and_the_others_are_read(folder: Path, row: str, said: str) -> None:
    path = with_row(folder, row)
    found = list(every_pair(path))
    (error,) = [one for one in found if isinstance(one, InputError)]
    assert found.index(error) == 1 and said in str(error) and str(error).startswith("row 2 of 'changed.csv': ")
    names = [one.name for one in found if isinstance(one, PairSample)]
    assert names == [f"{n}.png (row {n + 1})" for n in range(COUNT) if n != 1]
    normals = read_normals(path, "pair")
    assert len(normals.samples) == COUNT - 1 and "row 2 of 'changed.csv'" in normals.notes[1]
    with pytest.raises(InputError, match="row 2 of"):
        load_normals(path, "pair")


def test_score_scores_the_other_rows(folder: Path) -> None:
    result = invoke("score", with_row(folder, "gone.png,Acme red square plate"), "--detector", folder / "detector")
    assert result.exit_code == 2 and result.stderr.count("\n") == 1 and "row 2 of 'changed.csv'" in result.stderr
    scores = pd.read_csv(io.StringIO(result.stdout))
    whole = pd.read_csv(io.StringIO(invoke("score", folder / "all.csv", "--detector", folder / "detector").stdout))
    pd.testing.assert_frame_equal(scores, whole.drop(index=1).reset_index(drop=True))


def test_a_row_that_the_detector_refuses_is_named_too(folder: Path) -> None:
    result = invoke("score", with_row(folder, "1.png,None"), "--detector", folder / "detector")
    assert result.exit_code == 2 and "'1.png (row 2)'" in result.stderr and "learned" in result.stderr
    assert len(result.stdout.splitlines()) == COUNT


def test_fit_learns_from_the_other_rows(folder: Path, tmp_path: Path) -> None:
    result = invoke("fit", with_row(folder, "1.png,"), "--modality", "pair", "--out", tmp_path / "detector")
    assert result.exit_code == 0 and f"{COUNT - 1} normal samples" in result.stdout
    assert (
        f"note: 1 of {COUNT} normals could not be used" in result.stderr and "row 2 of 'changed.csv'" in result.stderr
    )


@pytest.mark.parametrize("word", ["None", "NA", "null", "nan", "NULL", "n/a", "N/A", "true", "007", "1e3"])
def test_words_of_a_caption_stay_words(folder: Path, word: str) -> None:
    pair = list(every_pair(with_row(folder, f"1.png,{word}")))[1]
    assert isinstance(pair, PairSample) and pair.text == word


def test_lines_that_cannot_be_used_do_not_end_the_others(folder: Path) -> None:
    lines = [
        '{"image": "0.png", "text": "None"}',
        '{"image": "1.png", "text": null}',
        '{"image": "1.png", "text": {"a": "b"}}',
        '{"image": ',
        '["1.png"]',
        '{"photo": "1.png"}',
    ]
    path = folder / "lines.jsonl"
    path.write_text("\n".join([*lines, '{"image": "2.png", "text": 7}']), encoding="utf-8")
    first, *errors, last = every_pair(path)
    assert isinstance(first, PairSample) and isinstance(last, PairSample) and (first.text, last.text) == ("None", "7")
    told = ("without any word", "holds a dict", "JSON lines", "JSON lines", "has the columns 'photo'")
    assert len(errors) == len(told)
    for number, (error, said) in enumerate(zip(errors, told, strict=True), 2):
        assert str(error).startswith(f"row {number} of 'lines.jsonl': ") and said in str(error)


def test_quotes_and_blank_lines_are_read_as_in_any_table(folder: Path) -> None:
    said = 'Acme 5" plate, ""red"" square'
    path = with_row(folder, f'1.png,"{said.replace(chr(34) * 2, chr(34)).replace(chr(34), chr(34) * 2)}"\n\n   ')
    assert [one.text for one in every_pair(path) if isinstance(one, PairSample)][1] == 'Acme 5" plate, "red" square'
    assert sum(isinstance(one, PairSample) for one in every_pair(path)) == COUNT
    open_quote = list(every_pair(with_row(folder, '9.png,"Acme red square', at=10)))
    assert len(open_quote) == 10 and "never closed" in str(open_quote[-1])


def test_a_folder_of_pairs_goes_on_after_a_bad_one(folder: Path, tmp_path: Path) -> None:
    for n in range(3):
        saved(matching(n), tmp_path / f"{n}.png")
        (tmp_path / f"{n}.txt").write_text("" if n == 1 else matching(n).text, encoding="utf-8")
    saved(matching(3), tmp_path / "alone.png")
    result = invoke("score", tmp_path, "--detector", folder / "detector")
    assert result.exit_code == 2 and len(result.stdout.splitlines()) == 3
    assert "1 image without a .txt ('alone.png')" in result.stderr and "'1.txt' is empty" in result.stderr


def test_a_missing_or_unusable_source_does_not_end_the_others(tmp_path: Path) -> None:
    for n in range(2):
        recording(n, faulty=False).to_csv(tmp_path / f"{n}.csv", index=False)
    detector = tmp_path / "detector"
    assert invoke("fit", tmp_path / "0.csv", "--modality", "series", "--out", detector).exit_code == 0
    (tmp_path / "empty").mkdir()
    pd.DataFrame({"time": [1, 2, 3], "other": [1, 2, 3]}).to_csv(tmp_path / "other.csv", index=False)
    sources = [tmp_path / name for name in ("gone.csv", "empty", "other.csv", "1.csv")]
    result = invoke("score", *sources, "--detector", detector)
    assert result.exit_code == 2 and set(pd.read_csv(io.StringIO(result.stdout))["input"]) == {str(tmp_path / "1.csv")}
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 3 and all(name in result.stderr for name in ("gone.csv", "'empty'", "'other.csv'"))


def test_normals_of_an_explanation_may_hold_a_bad_one(tmp_path: Path) -> None:
    (tmp_path / "normal").mkdir()
    recording(1, faulty=True).to_csv(tmp_path / "bad.csv", index=False)
    recording(0, faulty=False).to_csv(tmp_path / "normal" / "a.csv", index=False)
    (tmp_path / "normal" / "b.csv").write_text("time,latency_ms\n1,words\n2,3\n", encoding="utf-8")
    args = ("explain", tmp_path / "bad.csv", "--normal", tmp_path / "normal", "--out", tmp_path / "run", "--json")
    told = invoke(*args)
    assert told.exit_code == 0
    assert "'b.csv': the column 'latency_ms' holds 'words' in data row 1" in " ".join(json.loads(told.stdout)["notes"])
    (tmp_path / "normal" / "a.csv").unlink()
    alone = invoke(*args)
    assert alone.exit_code == 2 and "'b.csv'" in alone.stderr


def test_a_damaged_image_among_many_is_named(tmp_path: Path) -> None:
    for n in range(4):
        Image.effect_noise((32, 24), 20 + n).save(tmp_path / f"{n}.png")
    assert invoke("fit", tmp_path, "--modality", "image", "--out", tmp_path.parent / "detector").exit_code == 0
    (tmp_path / "1.png").write_bytes((tmp_path / "1.png").read_bytes()[:90])
    (tmp_path / "2.png").write_bytes(b"")
    result = invoke("score", tmp_path, "--detector", tmp_path.parent / "detector")
    names = [Path(name).name for name in pd.read_csv(io.StringIO(result.stdout))["input"]]
    assert result.exit_code == 2 and names == ["0.png", "3.png"]
    assert "'1.png' is a damaged" in result.stderr and "'2.png' is empty" in result.stderr
