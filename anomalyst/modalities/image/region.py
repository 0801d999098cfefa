"""Where a finding of an image lies, and the kinds of anomaly it may be."""

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from anomalyst.evidence.facts import Region

ImageKind = Literal["brighter", "darker", "colour shift", "texture change", "missing part", "extra part"]  # fmt: skip

PARTS: frozenset[str] = frozenset({"missing part", "extra part"})  # objects: of these no shape is told
ImageShape = Literal["scratch-like", "spot-like", "area-like"]


class ImageRegion(Region):
    """Box in pixels, half open: x in [x0, x1), y in [y0, y1); the mask itself is kept with the arrays."""

    kind: Literal["image"] = "image"
    x0: int
    y0: int
    x1: int
    y1: int


@runtime_checkable
class Box(Protocol):
    """Whatever has a box in pixels, of whichever kind of data the picture is a part."""

    x0: int
    y0: int
    x1: int
    y1: int


def bounds(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """(x0, y0, x1, y1), half open, of the box that bounds a mask (H, W)."""
    down, across = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(across[0]), int(down[0]), int(across[-1]) + 1, int(down[-1]) + 1
