"""Folder layouts of labelled pictures: MVTec AD, AD 2 and LOCO, BTAD, VisA, Real-IAD, imagefolders, and any folder with
`good` in it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from anomalyst.datasets.annotations import annotated
from anomalyst.datasets.entries import GOOD, Entry, inside, is_normal, masks_of, pictures
from anomalyst.datasets.folders import categories_of
from anomalyst.datasets.labelled import Split
from anomalyst.errors import InputError
from anomalyst.modalities.files import MAX_TABLE_BYTES, check_size, shown
from anomalyst.modalities.image.reading.source import without_masks

SPLITS: tuple[tuple[str, Split], ...] = (
    ("train", "train"), ("validation", "validation"), ("val", "validation"), ("test", "test"),
    ("test_public", "test"),
)  # fmt: skip
TRUTH = ("ground_truth", "groundtruth", "masks", "mask", "gt")


def entries_of(root: Path) -> list[Entry] | None:
    """The pictures of a folder in a layout that is known, None where it is in none."""
    for layout in (_by_table, annotated, _visa, _real_iad, _by_splits, _by_folders):
        found = layout(root)
        if found:
            return found
    return None


def _by_splits(root: Path) -> list[Entry] | None:
    """train/good, test/<defect>, ground_truth/<defect>; AD 2 has its ground truth inside of test_public."""
    there = [(root / name, split) for name, split in SPLITS if (root / name).is_dir()]
    truth = next((one for folder in (root, *(path for path, _ in there)) if (one := _truth(folder))), None)
    found = [one for path, split in there for one in _in_classes(path, split, truth, path.name)]
    return found if any(entry.defect == GOOD for entry in found) else None


def _by_folders(root: Path) -> list[Entry] | None:
    """good, and beside it a folder for each defect; these are for testing."""
    truth = _truth(root)
    found = list(_in_classes(root, "test", truth, ""))
    if not any(entry.defect == GOOD for entry in found):
        return None
    return [replace(one, split="train") if one.defect == GOOD else one for one in found]


def _in_classes(folder: Path, split: Split, truth: Path | None, prefix: str) -> Iterator[Entry]:
    """The pictures of the classes in a folder, the good one first; of each its masks are left out."""
    classes = [path for path in categories_of(folder) if path.name.lower() not in TRUTH]
    for kind in sorted(classes, key=lambda path: (not is_normal(path.name), path.name)):
        defect = GOOD if is_normal(kind.name) else kind.name
        own, beside = without_masks(pictures(kind))
        for path in own:
            masks = masks_of(truth / kind.name, path.stem) if truth else ()
            masks += tuple(mask for mask in beside if mask.stem.lower().startswith(path.stem.lower() + "_"))
            name = "/".join(part for part in (prefix, kind.name, path.name) if part)
            yield Entry(path, name, defect, split, () if defect == GOOD else masks, masked=bool(truth or beside))


def _truth(folder: Path) -> Path | None:
    return next((path for path in categories_of(folder) if path.name.lower() in TRUTH), None)


def _visa(root: Path) -> list[Entry] | None:
    """Data/Images/Normal and Anomaly, Data/Masks/Anomaly; split by split_csv/1cls.csv beside the category."""
    data = root / "Data"
    if not (data / "Images" / "Normal").is_dir():
        return None
    tested = _visa_split(root.parent / "split_csv" / "1cls.csv")
    found = []
    for kind, defect in (("Normal", GOOD), ("Anomaly", "anomaly")):
        for path in pictures(data / "Images" / kind) if (data / "Images" / kind).is_dir() else []:
            masks = () if defect == GOOD else masks_of(data / "Masks" / kind, path.stem)
            given = tested.get(f"{root.name}/Data/Images/{kind}/{path.name}")
            split: Split = given or ("train" if defect == GOOD else "test")
            found.append(Entry(path, f"{kind}/{path.name}", defect, split, masks))
    return found


def _visa_split(table: Path) -> dict[str, Split]:
    if not table.is_file():
        return {}
    check_size(table, MAX_TABLE_BYTES, "cut it into parts")
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {str(row.get("image")): "train" if row.get("split") == "train" else "test" for row in rows}


def _real_iad(root: Path) -> list[Entry] | None:
    """OK and NG/<defect>, in each a folder a piece; masks beside the pictures, or the list of a JSON file."""
    good, bad = root / "OK", root / "NG"
    if not (good.is_dir() and bad.is_dir()):
        return None
    found = [Entry(path, path.relative_to(root).as_posix(), GOOD, "train") for path in _deep(good) if _photo(path)]
    for kind in categories_of(bad):
        files = list(_deep(kind))
        for path in (file for file in files if _photo(file)):
            masks = tuple(file for file in files if file.parent == path.parent and _masks(file, path))
            found.append(Entry(path, path.relative_to(root).as_posix(), kind.name, "test", masks))
    return found


def _deep(folder: Path) -> Iterator[Path]:
    """The pictures of a folder and of the folders in it."""
    yield from pictures(folder)
    for inner in categories_of(folder):
        yield from pictures(inner)


def _photo(path: Path) -> bool:
    return path.suffix.lower() in (".jpg", ".jpeg", ".bmp")


def _masks(file: Path, picture: Path) -> bool:
    return file.suffix.lower() == ".png" and file.stem in (picture.stem, f"{picture.stem}_mask")


def _by_table(root: Path) -> list[Entry] | None:
    """An imagefolder: metadata.jsonl or metadata.csv with file_name and label, in the folder or in its splits."""
    found: list[Entry] = []
    for folder, split in [(root, None), *((root / name, split) for name, split in SPLITS)]:
        for name in ("metadata.jsonl", "metadata.csv"):
            if (folder / name).is_file():
                found += _rows(folder, folder / name, split)
    return found or None


def _rows(folder: Path, table: Path, split: Split | None) -> Iterator[Entry]:
    for number, row in enumerate(_read_rows(table), start=1):
        if "file_name" not in row or "label" not in row:
            return  # a table of captions
        label, path = str(row["label"]), inside(folder, str(row["file_name"]))
        if path is None:
            raise InputError(f"row {number} of {shown(table)} names a picture that is not in the folder: check it.")
        defect = GOOD if is_normal(label) or label == "0" else label
        mask = inside(folder, str(row.get("mask") or row.get("mask_file_name") or ""))
        given: Split = split or ("train" if defect == GOOD else "test")
        yield Entry(
            path, str(row["file_name"]), defect, given, () if mask is None else (mask,), masked="mask" in " ".join(row)
        )


def _read_rows(table: Path) -> Sequence[dict[str, Any]]:
    check_size(table, MAX_TABLE_BYTES, "cut it into parts")
    try:
        text = table.read_text(encoding="utf-8")
        if table.suffix == ".csv":
            return list(csv.DictReader(text.splitlines()))
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError, csv.Error) as error:
        raise InputError(f"{shown(table)} cannot be read ({error}); save it as UTF-8, a row a line.") from None
    return [row for row in rows if isinstance(row, dict)]
