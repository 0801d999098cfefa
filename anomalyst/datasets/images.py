"""Images in the folder layout of MVTec AD: CATEGORY/train/good, test/<defect>, ground_truth/<defect>/NNN_mask.png."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anomalyst.datasets.folders import categories_of
from anomalyst.datasets.labelled import LabelledImage, Split
from anomalyst.errors import InputError
from anomalyst.modalities.files import IMAGE_SUFFIXES, display_name, existing, list_folder, shown
from anomalyst.modalities.image.reader import read_image


def mvtec_categories(folder: str | Path) -> list[Path]:
    """The categories in a folder: those of its sub-folders that hold train/good."""
    return [path for path in categories_of(folder) if (path / "train" / "good").is_dir()]


def read_mvtec(folder: str | Path, split: Split | None = None) -> Iterator[LabelledImage]:
    """The images of one category, train before test, "good" first, one at a time.

    Masks (non-zero = defect) are read where ground_truth has them; in a set without ground_truth all are None. In
    sets whose ground truth is boxes (DeepPCB), the mask holds filled boxes.
    """
    root = existing(Path(folder).expanduser())
    if not (root / "train" / "good").is_dir():
        found = [path.name for path in mvtec_categories(root)][:5] if root.is_dir() else []
        hint = f"name one of its categories, e.g. {display_name(found[0])!r}" if found else "name a category's folder"
        raise InputError(f"{shown(root)} holds no train/good folder, so it is no category of MVTec AD; {hint}.")
    if split in (None, "train"):
        yield from _images(root, "train", "good")
    if split in (None, "test"):
        defects = [path.name for path in categories_of(root / "test")]
        for defect in sorted(defects, key=lambda name: (name != "good", name)):
            yield from _images(root, "test", defect)


def _images(root: Path, split: Split, defect: str) -> Iterator[LabelledImage]:
    """The images of one folder with their masks."""
    with_masks = (root / "ground_truth").is_dir()
    for path in list_folder(root / split / defect):
        if path.suffix.lower() not in IMAGE_SUFFIXES:
            continue
        sample = replace(read_image(path), name=display_name(f"{split}/{defect}/{path.name}"))
        mask: NDArray[np.bool_] | None = None
        if with_masks and defect == "good":
            mask = np.zeros(sample.shape, dtype=np.bool_)
        elif with_masks:
            mask = _mask(root / "ground_truth" / defect, path.stem)
        yield LabelledImage(sample, defect != "good", mask, display_name(defect), split)


def _mask(folder: Path, stem: str) -> NDArray[np.bool_] | None:
    """The mask of an image, bool of shape (height, width), None if it has none."""
    for name in (f"{stem}_mask.png", f"{stem}.png"):
        if (folder / name).is_file():
            return np.asarray(read_image(folder / name).pixels[..., 0] > 0)
    return None
