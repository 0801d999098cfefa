"""Labelled images in the layouts of public sets: MVTec AD, AD 2 and LOCO, VisA, BTAD, Real-IAD, COCO and CVAT
annotations, imagefolders, or any folder with `good` in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from anomalyst.datasets.entries import GOOD
from anomalyst.datasets.folders import categories_of
from anomalyst.datasets.labelled import LabelledImage, Split
from anomalyst.datasets.layouts import entries_of
from anomalyst.errors import InputError
from anomalyst.modalities.files import display_name, existing, shown

ORDER: tuple[Split, ...] = ("train", "validation", "test")


def image_categories(folder: str | Path) -> list[Path]:
    """The sub-folders of a folder that are in a layout of labelled images."""
    return [path for path in categories_of(folder) if entries_of(path)]


def read_labelled_images(folder: str | Path, split: Split | None = None) -> Iterator[LabelledImage]:
    """The images of one category, train before test, "good" first, one at a time.

    Masks (not black = defect) are read where the set has them, boxes and polygons are filled; a defect without a mask
    is then an InputError that names it. In a set without masks all are None.
    """
    root = existing(Path(folder).expanduser())
    if not root.is_dir():
        raise InputError(f"{shown(root)} is a file; name a category's folder.")
    entries = entries_of(root)
    if entries is None:
        found = [path.name for path in image_categories(root)][:5]
        hint = f"name one of its categories, e.g. {display_name(found[0])!r}" if found else "name a category's folder"
        raise InputError(
            f"{shown(root)} is in no known layout: it holds no train/good folder, no `good` folder, and no COCO, CVAT "
            f"or metadata file; {hint}."
        )
    for entry in sorted(entries, key=lambda one: (ORDER.index(one.split), one.defect != GOOD, one.defect)):
        if split in (None, entry.split):
            yield entry.read()


mvtec_categories, read_mvtec = image_categories, read_labelled_images  # their names while they read one layout only
