"""Labelled images in the layouts of public sets, made small here; the shared examples of them where they lie."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anomalyst.datasets import image_categories, read_labelled_images
from anomalyst.errors import InputError
from anomalyst.modalities.reading import read_normals
from tests.helpers.places import SHARED

CASES = SHARED / "cases" / "images" / "06-layouts"
needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason=f"no shared cases in {CASES}; set ANOMALYST_SHARED")


def photo(path: Path, side: int = 16) -> Path:
    """A grey picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((side, side), 120, np.uint8)).save(path)
    return path


def mask(path: Path, value: int = 255) -> Path:
    """A mask of 4 × 4 pixels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn = np.zeros((16, 16), np.uint8)
    drawn[4:8, 6:10] = value
    Image.fromarray(drawn).save(path)
    return path


def told(root: Path) -> list[tuple[str, str, int | None]]:
    """(split, defect, pixels of the mask) of every picture."""
    found = read_labelled_images(root)
    return [(one.split, one.defect, None if one.mask is None else int(one.mask.sum())) for one in found]


@pytest.mark.parametrize("ending", ["png", "PNG", "bmp", "tif", "jpg"])
@pytest.mark.parametrize("name", ["0", "0_mask", "0_gt", "0_label"])
def test_masks_of_any_kind_and_name(ending: str, name: str, tmp_path: Path) -> None:
    photo(tmp_path / "train" / "good" / "0.png")
    photo(tmp_path / "test" / "dent" / "0.png")
    mask(tmp_path / "ground_truth" / "dent" / f"{name}.{ending}", 3 if ending == "bmp" else 255)
    assert told(tmp_path) == [("train", "good", 0), ("test", "dent", 16)]


def test_a_defect_without_a_mask_is_named_where_others_have_one(tmp_path: Path) -> None:
    photo(tmp_path / "train" / "good" / "0.png")
    for number in range(2):
        photo(tmp_path / "test" / "dent" / f"{number}.png")
    assert told(tmp_path)[1:] == [("test", "dent", None)] * 2
    mask(tmp_path / "ground_truth" / "dent" / "0_mask.png")
    with pytest.raises(InputError, match=r"'test/dent/1.png' shows a defect \('dent'\) and has no mask"):
        told(tmp_path)


def test_btad_and_ad2_and_loco(tmp_path: Path) -> None:
    root = tmp_path / "btad"
    photo(root / "train" / "ok" / "0.bmp")
    photo(root / "test" / "ko" / "0.bmp")
    mask(root / "ground_truth" / "ko" / "0.bmp")
    assert told(root) == [("train", "good", 0), ("test", "ko", 16)]
    root = tmp_path / "ad2"
    for name in ("train/good", "validation/good", "test_public/good", "test_public/bad", "test_private"):
        photo(root / name / "0_regular.png")
    mask(root / "test_public" / "ground_truth" / "bad" / "0_regular_mask.png")
    assert told(root) == [("train", "good", 0), ("validation", "good", 0), ("test", "good", 0), ("test", "bad", 16)]
    root = tmp_path / "loco"
    photo(root / "train" / "good" / "0.png")
    photo(root / "test" / "logical_anomalies" / "0.png")
    for number in range(2):
        mask(root / "ground_truth" / "logical_anomalies" / "0" / f"{number}.png", 254 - number)
    assert told(root) == [("train", "good", 0), ("test", "logical_anomalies", 16)]
    assert [path.name for path in image_categories(tmp_path)] == ["ad2", "btad", "loco"]


def test_visa_and_real_iad(tmp_path: Path) -> None:
    root = tmp_path / "candle"
    for name in ("Normal/0.JPG", "Normal/1.JPG", "Anomaly/0.JPG"):
        photo(root / "Data" / "Images" / name)
    mask(root / "Data" / "Masks" / "Anomaly" / "0.png", 1)
    assert told(root) == [("train", "good", 0), ("train", "good", 0), ("test", "anomaly", 16)]
    (tmp_path / "split_csv").mkdir()
    row = "candle,test,normal,candle/Data/Images/Normal/1.JPG,\n"
    (tmp_path / "split_csv" / "1cls.csv").write_text("object,split,label,image,mask\n" + row)
    assert told(root)[:2] == [("train", "good", 0), ("test", "good", 0)]
    root = tmp_path / "toy"
    photo(root / "OK" / "S0001" / "a.jpg")
    photo(root / "NG" / "scratch" / "S0002" / "b.jpg")
    mask(root / "NG" / "scratch" / "S0002" / "b.png")
    assert told(root) == [("train", "good", 0), ("test", "scratch", 16)]
    normals = read_normals(root, "image")
    assert [sample.name for sample in normals.samples] == ["a.jpg"] and "'OK'" in normals.notes[0]


def test_coco_boxes_polygons_and_run_lengths(tmp_path: Path) -> None:
    for name in "abcde":
        photo(tmp_path / "images" / f"{name}.png")
    parts = [
        {"image_id": 1, "category_id": 1, "bbox": [6, 4, 4, 4]},
        {"image_id": 2, "category_id": 1, "segmentation": [[6, 4, 10, 4, 10, 8, 6, 8]], "bbox": [0, 0, 16, 16]},
        {"image_id": 3, "category_id": 2, "segmentation": {"size": [16, 16], "counts": [16 * 6 + 4, 4, 156]}},
    ]
    whole = {
        "images": [{"id": k, "file_name": f"{name}.png"} for k, name in enumerate("abcde")],
        "annotations": parts,
        "categories": [{"id": 1, "name": "dent"}, {"id": 2, "name": "hole"}],
    }
    (tmp_path / "annotations").mkdir()
    table = tmp_path / "annotations" / "instances_all.json"
    table.write_text(json.dumps(whole))
    assert told(tmp_path) == [
        ("train", "good", 0), ("train", "good", 0), ("test", "dent", 16), ("test", "dent", 16), ("test", "hole", 4),
    ]  # fmt: skip
    whole["images"] = [{"id": 1, "file_name": "../out.png"}]
    photo(tmp_path.parent / "out.png")
    table.write_text(json.dumps(whole))
    with pytest.raises(InputError, match="not in the folder"):
        told(tmp_path)


def test_cvat_boxes_and_polygons_without_entities(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        photo(tmp_path / "images" / f"{name}.png")
    box = '<box label="dent" xtl="6" ytl="4" xbr="10" ybr="8"/>'
    ring = '<polygon label="dent" points="6,4;10,4;10,8;6,8"/>'
    parts = {"a": "", "b": box, "c": ring}
    rows = "".join(f'<image name="{n}.png" width="16" height="16">{part}</image>' for n, part in parts.items())
    (tmp_path / "annotations.xml").write_text(f"<annotations>{rows}</annotations>")
    assert told(tmp_path) == [("train", "good", 0), ("test", "dent", 16), ("test", "dent", 16)]
    (tmp_path / "annotations.xml").write_text(f'<!DOCTYPE a [<!ENTITY b "c">]><annotations>{rows}</annotations>')
    with pytest.raises(InputError, match="entities"):
        told(tmp_path)


def test_imagefolders_and_any_folder_with_good_in_it(tmp_path: Path) -> None:
    root = tmp_path / "table"
    for name in ("0.png", "1.png"):
        photo(root / "train" / name)
    lines = [{"file_name": "0.png", "label": "good"}, {"file_name": "1.png", "label": "scratch"}]
    (root / "train" / "metadata.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    assert told(root) == [("train", "good", None), ("train", "scratch", None)]
    root = tmp_path / "plain"
    photo(root / "good" / "0.png")
    photo(root / "bad" / "0.png")
    mask(root / "bad" / "0_mask.png")
    assert told(root) == [("train", "good", None), ("test", "bad", 16)]
    normals = read_normals(root, "image")
    assert normals.notes == ("folder 'plain': its normals are those of 'good'; 'bad' beside it: not read",)
    with pytest.raises(InputError, match="no known layout"):
        told(tmp_path / "plain" / "bad")


@needs_cases
def test_the_shared_layouts_have_a_mask_for_every_defect() -> None:
    folders = [path if path.name != "visa" else path / "candle" for path in sorted(CASES.iterdir())]
    for folder in folders:
        found = list(read_labelled_images(folder))
        assert sum(not one.label for one in found) >= 3, folder.name
        assert [one.mask is not None and bool(one.mask.any()) for one in found if one.label] == [True, True], (
            folder.name
        )
