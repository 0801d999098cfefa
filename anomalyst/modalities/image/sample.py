"""An image as arrays, names and axes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.modalities.image.scale import Scale

MAX_IMAGE_PIXELS = 40_000_000


@dataclass(frozen=True)
class ImageSample:
    """An RGB image. `pixels`: float32 of shape (height, width, 3) in [0, 1]; `grey`: all channels are equal;
    `notes`: what reading it changed, one sentence each. `counts`: of a picture finer than 8 bits, what 1 is in its
    file's own values, 0 else; those of floats may lie outside [0, 1] until they are on the `scale` of the normals."""

    pixels: NDArray[np.float32]
    name: str = "image"
    grey: bool = False
    notes: tuple[str, ...] = ()
    counts: float = 0.0
    scale: Scale | None = None

    modality: Literal["image"] = field(default="image", init=False)

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or min(self.pixels.shape[:2]) < 1:
            raise InputError(
                f"{self.name!r}: got an array of shape {self.pixels.shape!r}; an image has shape (height, width, 3)."
            )

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in pixels: the axes of the image's score map."""
        return self.pixels.shape[0], self.pixels.shape[1]
