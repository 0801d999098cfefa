"""A pretrained diffusers checkpoint in place of a trained denoiser: what it sees of an image, and in which unit."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from anomalyst.detectors.denoisers.contract import Denoiser
from anomalyst.errors import ModelError
from anomalyst.modalities.image.space.pixels import STEP, View


class CheckpointGrid:
    """Whole images at the size (C, h, w) that the checkpoint was trained on, in [−1, 1]; C is 3, or 1 for grey."""

    step = STEP

    def __init__(self, shape: tuple[int, int, int]) -> None:
        if shape[0] not in (1, 3):
            raise ModelError(f"the checkpoint's images have {shape[0]} channels; give one of 1 (grey) or 3 (colour).")
        self.channels, self.size = shape[0], shape[1:]

    @property
    def views(self) -> tuple[View, ...]:
        """One view of the colours."""
        return (View("gaussian", ((self.channels, self.channels**0.5),)),)

    def encode(self, images: Tensor) -> list[Tensor]:
        """(B, 3, h, w) in [0, 1] → [(B, *size, C)]."""
        resized = functional.interpolate(images, self.size, mode="bilinear", antialias=True)
        chosen = resized if self.channels == 3 else resized.mean(1, keepdim=True)
        return [(2 * chosen - 1).permute(0, 2, 3, 1)]


@dataclass(frozen=True)
class Rescaled:
    """The denoiser of data divided by `unit`: D(x; σ) = D₀(unit x; unit σ) / unit."""

    denoiser: Denoiser
    unit: float

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """E[x₀ | x], same shape as x."""
        level = torch.as_tensor(sigma, dtype=torch.float32)
        return self.denoiser(self.unit * x, self.unit * level) / self.unit
