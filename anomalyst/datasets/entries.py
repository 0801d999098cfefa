"""A picture of a labelled set before it is read: where it lies, what it shows, and where its truth is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anomalyst.datasets.labelled import LabelledImage, Split
from anomalyst.errors import InputError
from anomalyst.modalities.files import IMAGE_SUFFIXES, display_name, list_folder, shown
from anomalyst.modalities.image.reading.reader import read_image
from anomalyst.modalities.image.reading.source import NORMAL_NAMES

GOOD = "good"
LOSSY = (".jpg", ".jpeg")  # masks in which black is not quite 0
MASK_ENDS = ("", "_mask", "_gt", "_label", "_ground_truth")

Mask = NDArray[np.bool_]
Ring = Sequence[tuple[float, float]]  # corners (x, y) of a polygon


@dataclass(frozen=True)
class Entry:
    """`name`: what it is called; `masks`: pictures of its defects; `rings`: polygons around them; `drawn`: their mask;
    `masked`: the set has masks, so that a defect without one is a mistake."""

    path: Path
    name: str
    defect: str
    split: Split
    masks: tuple[Path, ...] = ()
    rings: tuple[Ring, ...] = ()
    drawn: Mask | None = None
    masked: bool = True

    def read(self) -> LabelledImage:
        """The picture with its truth; InputError for a defect without a mask in a set that has masks."""
        sample = replace(read_image(self.path), name=display_name(self.name))
        return LabelledImage(
            sample, self.defect != GOOD, self._mask(sample.shape), display_name(self.defect), self.split
        )

    def _mask(self, shape: tuple[int, int]) -> Mask | None:
        if not self.masked:
            return None
        mask = np.zeros(shape, dtype=np.bool_)
        if self.defect == GOOD:
            return mask
        if not (self.masks or self.rings or self.drawn is not None):
            raise InputError(
                f"{display_name(self.name)!r} shows a defect ({display_name(self.defect)!r}) and has no mask; add its "
                "mask, or take the picture out of the set."
            )
        for path in self.masks:
            mask = mask | _fitting(read_mask(path), shape, path)
        for ring in self.rings:
            mask |= _filled(ring, shape)
        return mask if self.drawn is None else mask | _fitting(self.drawn, shape, self.path)


def is_normal(name: str) -> bool:
    """Whether a folder or a label of this name means "nothing wrong"."""
    return name.lower() in NORMAL_NAMES


def read_mask(path: Path) -> Mask:
    """The mask in a picture: true where it is not black; in a lossy one, where it is brighter than half of its most."""
    bright = read_image(path).pixels.max(axis=2)
    least = float(bright.max()) / 2 if path.suffix.lower() in LOSSY else 0.0
    mask: Mask = bright > least
    return mask


def masks_of(folder: Path, stem: str) -> tuple[Path, ...]:
    """The masks of a picture in a folder of them: STEM.png, STEM_mask.bmp, …, or all in a folder STEM/."""
    if (folder / stem).is_dir():
        return tuple(pictures(folder / stem))
    if not folder.is_dir():
        return ()
    names = {stem.lower() + end for end in MASK_ENDS}
    return tuple(path for path in pictures(folder) if path.stem.lower() in names)


def pictures(folder: Path) -> list[Path]:
    """The pictures directly in a folder, by name."""
    return [path for path in list_folder(folder) if path.suffix.lower() in IMAGE_SUFFIXES]


def inside(folder: Path, name: str) -> Path | None:
    """The file of this name in a folder, None if there is none, or if it lies outside."""
    path = folder / name.replace("\\", "/")
    real = path.resolve()
    return path if name and real.is_file() and folder.resolve() in real.parents else None


def _fitting(mask: Mask, shape: tuple[int, int], path: Path) -> Mask:
    if mask.shape != shape:
        raise InputError(
            f"{shown(path)}: got a mask of shape {mask.shape!r} for an image of shape {shape!r}; both must agree."
        )
    return mask


def _filled(ring: Ring, shape: tuple[int, int]) -> Mask:
    from skimage.draw import polygon2mask

    inside: Mask = polygon2mask(shape, np.array([(y - 0.5, x - 0.5) for x, y in ring], dtype=np.float64))
    return inside
