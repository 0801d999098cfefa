"""Boxes and polygons of COCO (JSON) and CVAT (XML), filled as masks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from anomalyst.datasets.entries import GOOD, Entry, Mask, Ring, inside, is_normal
from anomalyst.datasets.labelled import Split
from anomalyst.errors import InputError
from anomalyst.modalities.files import MAX_TABLE_BYTES, check_size, list_folder, shown
from anomalyst.modalities.image.sample import MAX_IMAGE_PIXELS

IMAGES = ("", "images", "train", "val", "valid", "test", "train2017", "val2017", "test2017", "images/default")
NUMBERS_PER_RING = 100_000


def annotated(root: Path) -> list[Entry] | None:
    """The pictures of a folder with COCO or CVAT annotations; pictures without any are good."""
    folders = [root, *(root / name for name in ("annotations", "train", "valid", "val", "test"))]
    found: list[Entry] = []
    for folder in folders:
        for path in list_folder(folder) if folder.is_dir() else []:
            if path.suffix.lower() == ".json":
                found += _coco(root, path)
            elif path.suffix.lower() == ".xml":
                found += _cvat(root, path)
    return found or None


def _coco(root: Path, path: Path) -> Iterator[Entry]:
    told = _json(path)
    if not isinstance(told, dict) or not isinstance(told.get("annotations"), list) or "categories" not in told:
        return
    names = {one.get("id"): str(one.get("name")) for one in told["categories"] if isinstance(one, dict)}
    by_image: dict[Any, list[Mapping[str, Any]]] = {}
    for one in told["annotations"]:
        if isinstance(one, dict):
            by_image.setdefault(one.get("image_id"), []).append(one)
    for image in (one for one in told.get("images", []) if isinstance(one, dict)):
        parts = [
            one for one in by_image.get(image.get("id"), []) if not is_normal(names.get(one.get("category_id"), ""))
        ]
        rings = tuple(ring for one in parts for ring in _coco_rings(one))
        masks = [mask for one in parts if (mask := _run_lengths(one.get("segmentation"))) is not None]
        kinds = sorted({names.get(one.get("category_id"), "defect") for one in parts})
        drawn = np.logical_or.reduce(masks) if masks else None
        yield _entry(root, path, str(image.get("file_name")), kinds, rings, drawn)


def _coco_rings(one: Mapping[str, Any]) -> Iterator[Ring]:
    """The polygons of an annotation, or its box where it has none."""
    drawn = one.get("segmentation")
    if isinstance(drawn, list) and drawn:
        for flat in drawn:
            numbers = [float(value) for value in flat][:NUMBERS_PER_RING]
            yield list(zip(numbers[::2], numbers[1::2], strict=False))
    elif not isinstance(drawn, dict) and isinstance(one.get("bbox"), list):
        x, y, width, height = (float(value) for value in one["bbox"])
        yield _box(x, y, x + width, y + height)


def _run_lengths(drawn: Any) -> Mask | None:
    """A mask of run lengths, column by column, plain or packed in letters (COCO's RLE)."""
    if not isinstance(drawn, dict) or "counts" not in drawn:
        return None
    height, width = (int(side) for side in drawn["size"])
    if not 0 < height * width <= MAX_IMAGE_PIXELS:
        raise InputError(f"got a mask of {height} × {width} pixels in COCO annotations; check its size.")
    counts = drawn["counts"]
    runs = _unpacked(counts) if isinstance(counts, str) else [int(count) for count in counts]
    ends = np.clip(np.cumsum(runs, dtype=np.int64), 0, height * width)
    flat = np.zeros(height * width, dtype=np.bool_)
    for start, stop in zip(ends[0::2], ends[1::2], strict=False):
        flat[start:stop] = True
    return flat.reshape(width, height).T


def _unpacked(letters: str) -> list[int]:
    """Run lengths from letters of five bits each, the sixth says that more follow; from the third on as differences to
    the one before last."""
    runs: list[int] = []
    value = shift = 0
    for letter in letters:
        bits = ord(letter) - 48
        value |= (bits & 31) << shift
        shift += 5
        if bits & 32 and shift < 60:
            continue
        if bits & 16:
            value -= 1 << shift
        runs.append(value + (runs[-2] if len(runs) > 2 else 0))
        value = shift = 0
    return runs


def _cvat(root: Path, path: Path) -> Iterator[Entry]:
    check_size(path, MAX_TABLE_BYTES, "export it in parts")
    text = path.read_text(encoding="utf-8", errors="replace")
    if "<annotations" not in text[:2000] or "<image" not in text:
        return
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InputError(f"{shown(path)} declares entities, which are not read; export it from CVAT again.")
    try:
        tree = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise InputError(f"{shown(path)} is no readable XML ({error}); export it from CVAT again.") from None
    for image in tree.iter("image"):
        parts = [
            one for one in image if one.tag in ("box", "polygon", "ellipse") and not is_normal(one.get("label", ""))
        ]
        rings = tuple(_cvat_ring(one) for one in parts)
        kinds = sorted({one.get("label", "defect") for one in parts})
        yield _entry(root, path, image.get("name", ""), kinds, rings, None)


def _cvat_ring(part: ElementTree.Element) -> Ring:
    numbers = {name: float(value) for name, value in part.attrib.items() if name in _CORNERS}
    if part.tag == "box":
        return _box(numbers["xtl"], numbers["ytl"], numbers["xbr"], numbers["ybr"])
    if part.tag == "ellipse":
        angles = np.linspace(0, 2 * np.pi, 64, endpoint=False)
        x, y = numbers["cx"] + numbers["rx"] * np.cos(angles), numbers["cy"] + numbers["ry"] * np.sin(angles)
        return list(zip(x.tolist(), y.tolist(), strict=True))
    corners = [pair.split(",") for pair in part.get("points", "").split(";")[:NUMBERS_PER_RING]]
    return [(float(x), float(y)) for x, y in corners]


_CORNERS = ("xtl", "ytl", "xbr", "ybr", "cx", "cy", "rx", "ry")


def _box(left: float, top: float, right: float, bottom: float) -> Ring:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _entry(root: Path, table: Path, name: str, kinds: list[str], rings: tuple[Ring, ...], drawn: Mask | None) -> Entry:
    folders = [table.parent, *(root / one for one in IMAGES)]
    path = next((found for folder in folders if (found := inside(folder, name)) is not None), None)
    if path is None:
        raise InputError(f"{shown(table)} names the picture {name[:80]!r}, which is not in the folder: check it.")
    return Entry(path, name, "+".join(kinds) or GOOD, _split(root, table, path, bool(kinds)), (), rings, drawn)


def _split(root: Path, table: Path, picture: Path, defect: bool) -> Split:
    """The split that the names of the table or the folder tell; else the good ones are to learn from."""
    folders = [path.parent.relative_to(root).as_posix() for path in (table, picture)]
    words = f"{table.stem} {' '.join(folders)}".lower()
    if "train" in words:
        return "train"
    if "val" in words:
        return "validation"
    return "test" if "test" in words or defect else "train"


def _json(path: Path) -> Any:
    check_size(path, MAX_TABLE_BYTES, "export it in parts")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{shown(path)} is no readable JSON ({str(error)[:80]}); save it again.") from None
