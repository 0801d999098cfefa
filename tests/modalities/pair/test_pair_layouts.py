"""Captions in the layouts that data sets come in."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anomalyst.errors import InputError
from anomalyst.modalities.pair.reader import every_pair, is_pair_source
from anomalyst.modalities.pair.sample import PairSample

TEXT = "a red square, on a table ."


def picture(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((8, 8, 3), 90, np.uint8)).save(path)


def texts(source: Path) -> list[str]:
    assert is_pair_source(source)
    return [one.text for one in every_pair(source) if isinstance(one, PairSample)]


def line(**row: object) -> str:
    return json.dumps(row) + "\n"


LAYOUTS = {
    "metadata.csv": f'file_name,text\na.png,"{TEXT}"\n',
    "metadata.jsonl": line(file_name="a.png", text=TEXT),
    "captions.txt": f'image,caption\nA.PNG,"{TEXT}"\n',
    "Flickr8k.token.txt": f"a.png#0\t{TEXT}\n",
    "captions.csv": f'image_id,caption\na,"{TEXT}"\n',
}


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("below", ["", "Images"])
def test_a_table_among_its_images_is_read(tmp_path: Path, name: str, below: str) -> None:
    picture(tmp_path / below / "a.png")
    (tmp_path / name).write_text(LAYOUTS[name], encoding="utf-8")
    assert texts(tmp_path) == texts(tmp_path / name) == [TEXT]


def test_coco_is_read(tmp_path: Path) -> None:
    picture(tmp_path / "val2017" / "a.png")
    file = tmp_path / "annotations" / "captions_val2017.json"
    file.parent.mkdir()
    told = {
        "images": [{"id": 7, "file_name": "a.png"}],
        "annotations": [{"image_id": n, "caption": TEXT} for n in (7, 8)],
    }
    file.write_text(json.dumps(told), encoding="utf-8")
    assert texts(tmp_path) == [TEXT]
    assert ["row 2 of" in str(one) for one in every_pair(file)] == [False, True]
    for wrong in ("[1, 2]", "{", json.dumps(told | {"annotations": [{"image_id": 7, "bbox": [1, 2, 3, 4]}]})):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(InputError, match=r"captions_val2017\.json"):
            list(every_pair(file))


def test_of_a_list_of_captions_each_is_one(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "metadata.jsonl").write_text(line(file_name="a.png", text=[TEXT, "another", ["no"]]), encoding="utf-8")
    found = list(every_pair(tmp_path))
    assert texts(tmp_path) == [TEXT, "another"] and "row 1, text 3 of" in str(found[2])


def test_a_text_beside_its_image_may_be_called_caption(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "a.caption").write_text(TEXT, encoding="utf-8")
    assert texts(tmp_path) == [TEXT]


def test_boxes_beside_images_are_no_texts(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("0 0.51 0.48 0.20 0.31\n2 0.1 0.1 0.3 0.2\n", encoding="utf-8")
    (error,) = every_pair(tmp_path)
    assert isinstance(error, InputError) and "YOLO" in str(error)
    (tmp_path / "a.txt").write_text("12 of 20 bolts", encoding="utf-8")
    assert texts(tmp_path) == ["12 of 20 bolts"]


@pytest.mark.parametrize("name", ["images\\a.png", "A.PNG", "a", "elsewhere/a.png"])
def test_an_image_is_found_by_its_name(tmp_path: Path, name: str) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "t.csv").write_text(f"image,caption\n{name},{TEXT.replace(',', '')}\n", encoding="utf-8")
    assert len(texts(tmp_path / "t.csv")) == 1


@pytest.mark.parametrize("name", ["../secret.png", "..\\secret.png", "/etc/secret.png", "b"])
def test_no_image_is_read_from_elsewhere_or_guessed_among_several(tmp_path: Path, name: str) -> None:
    picture(tmp_path / "secret.png")
    for inside in ("one/b.png", "two/b.png", "a.png"):
        picture(tmp_path / "data" / inside)
    (tmp_path / "data" / "t.csv").write_text(f"image,caption\n{name},word\n", encoding="utf-8")
    (error,) = every_pair(tmp_path / "data" / "t.csv")
    assert isinstance(error, InputError) and "may not lead out" in str(error)


def test_what_a_folder_holds_instead_is_said(tmp_path: Path) -> None:
    picture(tmp_path / "train" / "a.png")
    (tmp_path / "train" / "metadata.jsonl").write_text(line(file_name="a.png", text=TEXT), encoding="utf-8")
    with pytest.raises(InputError, match="sub-folder 'train' does"):
        list(every_pair(tmp_path))
    (tmp_path / "packed").mkdir()
    (tmp_path / "packed" / "0.tar").write_bytes(bytes(600))
    with pytest.raises(InputError, match="tar -xf"):
        list(every_pair(tmp_path / "packed"))
