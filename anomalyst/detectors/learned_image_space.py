"""What a learned denoiser sees of an image: one grid of cells, of pixels or of features.

The same spaces as those of the empirical detectors (`image_space.py`), with the one view that a network can take whole,
and small pixels beside them.
"""

from __future__ import annotations

from typing import Literal

from torch import Tensor
from torch.nn import functional

from anomalyst.detectors.image_space import STEP, PixelSpace, Space, View

Where = Literal["pixels", "features"]
SHRINK = 4  # working pixels along the side of a cell of the pixel grid


def grid_space(where: Where, backbone: str | None) -> Space:
    """The space of small pixels, or of features: a backbone's, or statistics of pixel patches where there is none."""
    if where == "pixels":
        return PixelGrid()
    if backbone is None:
        return PixelSpace(("gaussian",))
    from anomalyst.detectors.image_backbone import BackboneSpace

    return FirstView(BackboneSpace(backbone))


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


class FirstView:
    """A space with only the first of its views."""

    def __init__(self, space: Space) -> None:
        self.space, self.step = space, space.step

    @property
    def views(self) -> tuple[View, ...]:
        """The first one."""
        return self.space.views[:1]

    def encode(self, images: Tensor) -> list[Tensor]:
        """(B, 3, h, w) → [(B, rows, columns, d)]."""
        return self.space.encode(images)[:1]
