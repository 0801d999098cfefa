"""What a learned denoiser sees of an image: one grid of cells, of pixels or of features.

The same spaces as those of the empirical detectors (`pixels.py`), with the one view that a network can take whole,
and small pixels beside them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from torch import Tensor
from torch.nn import functional

from anomalyst.modalities.image.space.pixels import STEP, Encoder, PixelSpace, View

Where = Literal["pixels", "features", "cells"]
SHRINK = 4  # working pixels along the side of a cell of the pixel grid
POOL = 2  # cells of a feature grid that are averaged along each side: a network costs as much as its grid is large


def grid_space(where: Where, backbone: str | None) -> Encoder:
    """The space of small pixels, or of features: a backbone's, or statistics of pixel patches where there is none."""
    if where == "pixels":
        return PixelGrid()
    side = POOL if where == "features" else 1
    if backbone is None:
        return Pooled(PixelSpace(("gaussian",)), side)
    from anomalyst.modalities.image.space.backbone import BackboneSpace

    return Pooled(BackboneSpace(backbone), side)


class PixelGrid:
    """Colours in [0, 1], averaged over SHRINK × SHRINK pixels."""

    step = STEP

    @property
    def views(self) -> tuple[View, ...]:
        """One view of three coordinates; the scaler gives each of them unit variance."""
        return (View("gaussian", ((3, 3**0.5),)),)

    def encode(self, images: Tensor) -> list[Tensor]:
        """(B, 3, h, w) → [(B, h / SHRINK, w / SHRINK, 3)]."""
        return [functional.avg_pool2d(images, SHRINK).permute(0, 2, 3, 1)]


class Pooled:
    """The first view of a space, `side` × `side` cells averaged to one."""

    def __init__(self, space: Encoder, side: int) -> None:
        self.space, self.step, self.side = space, space.step, side

    @property
    def views(self) -> tuple[View, ...]:
        """The first one, its shift in the larger cells."""
        first = self.space.views[0]
        return (replace(first, shift=(first.shift[0] / self.side, first.shift[1] / self.side)),)

    def encode(self, images: Tensor) -> list[Tensor]:
        """(B, 3, h, w) → [(B, rows / side, columns / side, d)]."""
        cells = self.space.encode(images)[0].permute(0, 3, 1, 2)
        return [functional.avg_pool2d(cells, self.side).permute(0, 2, 3, 1)]
