"""Where images come from: what is one, which files of a folder are, what is known before any detector ran."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import replace
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
    shown,
    some_names,
)
from anomalyst.modalities.folders import gathered
from anomalyst.modalities.image.reading.reader import image_from_array, image_from_pil, read_image
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.rows.tables import may_be_picture, read_npy
from anomalyst.modalities.sources import Inside, Parts
from anomalyst.samples import Sample

NORMAL_NAMES = ("good", "ok", "normal", "normals", "defect_free", "defect-free", "no_defect", "nodefect")
PLACES = ("train", "", "Data/Images")  # where folders of these names lie in the layouts of public sets
MOST_PIXELS = 500_000_000  # of all normals together: 6 GB
SMALL = 20_000  # bytes of a file whose pixels are not worth counting
SIZED = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "JPEG2000")
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


def bounded(parts: Parts) -> Parts:
    """At most MOST_PIXELS of normals, drawn at random: more would not fit into memory; that some were left out is
    noted."""
    everything = list(parts.parts)
    sizes = [_pixels(part) for part in everything]
    order = np.random.default_rng(0).permutation(len(sizes)).tolist()
    reached = np.cumsum([sizes[k] for k in order])
    held = sorted(k for k, total in zip(order, reached, strict=True) if total <= MOST_PIXELS or k in order[:2])
    if len(held) == len(sizes):
        return Parts(everything, parts.notes, len(everything))
    note = (
        f"{len(held)} of {len(sizes)} normals were used, drawn at random: together they have {sum(sizes):,} pixels, of "
        f"which {MOST_PIXELS:,} are held at most"
    )
    return Parts([everything[k] for k in held], (*parts.notes, note), len(held))


def _pixels(part: Any) -> int:
    """How many pixels a picture on the disk has; 0 where that is not known, is little, or it is in memory."""
    if not isinstance(part, Path) or part.stat().st_size < SMALL:
        return 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(part, formats=SIZED) as image:
                return image.size[0] * image.size[1]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return 0  # told where it is read


def normals(kind: Modality, sources: Sequence[Any]) -> Parts:
    """The normal images of the sources: of an array of four axes each picture, of a folder its own or those of its
    train/good or good folder; masks of other pictures are left out."""
    found = [_pictures(source) for source in sources]
    held = gathered([one for part, _ in found for one in part], kind)
    held = replace(held, notes=(*(note for _, told in found for note in told), *held.notes))
    masks = set(without_masks([part for part in held.parts if isinstance(part, Path)])[1])
    if not masks:
        return bounded(held)
    kept = [part for part in held.parts if not (isinstance(part, Path) and part in masks)]
    names = some_names([part.name for part in held.parts if isinstance(part, Path) and part in masks], 3)
    told = f"masks of other pictures were left out: {len(masks)} ({names})"
    return bounded(Parts(kept, (*held.notes, told), len(kept)))


def _pictures(source: Any) -> tuple[list[Any], tuple[str, ...]]:
    """The pictures of an array of them, the folders that hold a folder's normals; else the source itself. And what was
    left out."""
    if isinstance(source, np.ndarray) and source.ndim == 4:
        return [image_from_array(picture, f"normal {i}") for i, picture in enumerate(source, start=1)], ()
    return _with_normals(existing(as_path(source))) if isinstance(source, str | Path) else ([source], ())


def _with_normals(path: Path) -> tuple[list[Path], tuple[str, ...]]:
    """A file, or the folders with the normals of a folder: itself, or, if it has no pictures, its train/good, good, OK
    or what else normals are called; and that only these were read."""
    if not path.is_dir() or any(file_kind(file) == "picture" for file in list_folder(path)):
        return [path], ()
    for place in PLACES:
        for inner in _folders(path / place):
            if inner.name.lower() in NORMAL_NAMES and path.resolve() in inner.resolve().parents:
                others = [folder.name for folder in _folders(path / place) if folder != inner]
                left = f"; {some_names(others, 3)} beside it: not read" if others else ""
                told = f"folder {shown(path)}: its normals are those of {inner.relative_to(path).as_posix()!r}{left}"
                return _holding(inner), (told,)
    return [path], ()


def _holding(folder: Path) -> list[Path]:
    """A folder, or, if it has no pictures, those in it that have: Real-IAD has one for each piece."""
    if any(file_kind(file) == "picture" for file in list_folder(folder)):
        return [folder]
    inner = [one for one in _folders(folder) if any(file_kind(file) == "picture" for file in list_folder(one))]
    return inner or [folder]


def _folders(folder: Path) -> list[Path]:
    return sorted(one for one in folder.iterdir() if one.is_dir() and not one.is_symlink()) if folder.is_dir() else []


def profile(sample: Sample | None, backbone: bool) -> dict[str, Any]:
    """What is known of an image; of images to fit on, only their number counts."""
    if not isinstance(sample, ImageSample):
        return {"backbone": backbone}
    return {"height": sample.shape[0], "width": sample.shape[1], "backbone": backbone, "grey": sample.grey}
