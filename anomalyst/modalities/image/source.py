"""Where images come from: what is one, which files of a folder are, what is known before any detector ran."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from anomalyst.modalities.base import Modality
from anomalyst.modalities.files import (
    IMAGE_SUFFIXES,
    Listing,
    as_path,
    content_of,
    existing,
    file_kind,
    list_folder,
    some_names,
)
from anomalyst.modalities.folders import gathered
from anomalyst.modalities.image.reader import image_from_array, image_from_pil, read_image
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.sources import Inside, Parts
from anomalyst.modalities.tables import may_be_picture, read_npy
from anomalyst.samples import Sample

MASK = "mask of a picture beside it"
# The end of a mask's name, after that of the picture that it belongs to: 000_mask.png beside 000.png.
_MASK = re.compile(r"[ _.-](?:masks?|gt|ground_?truth)$", re.IGNORECASE)


def knows(source: Any) -> float:
    """How sure it is that a source is an image. A table of bytes, or of many columns, may be grey; so may any array
    file, whose shape only its header tells."""
    if isinstance(source, Path):
        if source.is_dir():
            return 0.0
        content = file_kind(source)
        array = content == "npy" and source.suffix.lower() not in IMAGE_SUFFIXES
        return 0.9 if content == "picture" else 0.5 if array else 0.0
    if isinstance(source, np.ndarray):
        return 0.9 if source.ndim >= 3 else 0.5 if may_be_picture(source) else 0.1
    return 1.0 if isinstance(source, Image.Image | ImageSample) else 0.0


def read(source: Any) -> ImageSample:
    """An image from a file, an array or Pillow."""
    if isinstance(source, Path):
        return image_from_array(read_npy(source), source.name) if file_kind(source) == "npy" else read_image(source)
    return image_from_pil(source) if isinstance(source, Image.Image) else image_from_array(source)


def inside(found: Listing) -> Inside:
    """The pictures of a folder, by name or content, without masks; arrays, if there is nothing else."""
    images = [f for f in found.files if f.suffix.lower() in IMAGE_SUFFIXES or content_of(f) == "picture"]
    pictures, masks = without_masks(images)
    arrays = [f for f in found.files if f.suffix.lower() == ".npy" and f not in images]
    return Inside(pictures, dict.fromkeys(masks, MASK), arrays)


def without_masks(images: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """(pictures, masks): a mask is named after one of the other pictures, as 000_mask.png after 000.png."""
    stems = {path.stem.lower() for path in images}
    masks = {p for p in images if (base := _MASK.sub("", p.stem)) != p.stem and base.lower() in stems}
    return [p for p in images if p not in masks], [p for p in images if p in masks]


def normals(kind: Modality, sources: Sequence[Any]) -> Parts:
    """The normal images of the sources: of an array of four axes each picture, of a folder its own or those of its
    train/good or good folder; masks of other pictures are left out."""
    held = gathered([one for source in sources for one in _pictures(source)], kind)
    masks = set(without_masks([part for part in held.parts if isinstance(part, Path)])[1])
    if not masks:
        return held
    kept = [part for part in held.parts if not (isinstance(part, Path) and part in masks)]
    names = some_names([part.name for part in held.parts if isinstance(part, Path) and part in masks], 3)
    return Parts(kept, (*held.notes, f"masks of other pictures were left out: {len(masks)} ({names})"), len(kept))


def _pictures(source: Any) -> list[Any]:
    """The pictures of an array of them, the folder that holds a folder's normals; else the source itself."""
    if isinstance(source, np.ndarray) and source.ndim == 4:
        return [image_from_array(picture, f"normal {i}") for i, picture in enumerate(source, start=1)]
    return [_with_normals(existing(as_path(source)))] if isinstance(source, str | Path) else [source]


def _with_normals(path: Path) -> Path:
    """A file, or the folder with the normals of a folder: itself, or, if it has no pictures, train/good or good."""
    if path.is_dir() and not any(file_kind(file) == "picture" for file in list_folder(path)):
        for inner in (path / "train" / "good", path / "good"):
            if inner.is_dir() and path.resolve() in inner.resolve().parents:
                return inner
    return path


def profile(sample: Sample | None, backbone: bool) -> dict[str, Any]:
    """What is known of an image; of images to fit on, only their number counts."""
    if not isinstance(sample, ImageSample):
        return {"backbone": backbone}
    return {"height": sample.shape[0], "width": sample.shape[1], "backbone": backbone, "grey": sample.grey}
