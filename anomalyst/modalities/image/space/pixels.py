"""Spaces for images: from pixels to one vector per cell of a grid, and the scaling that makes vectors comparable.

Two spaces, one call (`encode`), which gives one or more views of the cells, each for one denoiser: patches of pixels at
several scales, which need no download, and the hidden states of any `transformers` vision backbone. A cell (i, j) of
the grid stands for the same square of the working image in both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from anomalyst.errors import InputError
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.samples import Sample
from anomalyst.stopping import check_stop

CELL = 8  # pixels of the working image along the side of a cell of the pixel space
MAX_ASPECT = 4.0
STEP = 32  # working sides are multiples of this, so that every stride of a usual backbone divides them
ENCODE_BATCH = 8
SPREAD_FLOOR = 0.05  # nearly constant coordinates are not blown up,
LEAST_SPREAD = 1e-3  # nor are those of normals without any contrast: a quarter of a grey level counts as none
FIT_VECTORS = 20_000  # vectors from which scaling is learned


Part = tuple[int, float]
Levels = NDArray[np.uint8 | np.uint16]  # pixels of a picture from 0 to the most that their type holds
Denoiser = Literal["gaussian", "empirical"]


@dataclass(frozen=True)
class View:
    """One way to look at the cells: the denoiser that judges it, and the groups of its coordinates, in order (their
    sizes, and what each weighs as a whole). `shift`: how far, in cells, what is seen lies below and right of it."""

    denoiser: Denoiser
    parts: tuple[Part, ...]
    shift: tuple[float, float] = (0.0, 0.0)


class Encoder(Protocol):
    """From pixels to cells: images (B, 3, h, w) in [0, 1] → per view vectors (B, rows, columns, d).

    `step`: what working sides must be multiples of.
    """

    step: int

    @property
    def views(self) -> tuple[View, ...]:
        """The views, in the order of what `encode` gives."""

    def encode(self, images: Tensor) -> list[Tensor]:
        """Vectors of a batch of working images, one tensor a view."""


@dataclass(frozen=True)
class Looks:
    """What is seen of images. `cells`: per view (B, rows, columns, d); `whole`: one vector of each whole picture
    (B, d), None where its cells are all that is seen of it."""

    cells: list[Tensor]
    whole: Tensor | None = None


class WholeEncoder(Encoder, Protocol):
    """An encoder that also looks at whole pictures."""

    def wholes(self, images: Tensor) -> Tensor | None:
        """One vector of each whole picture of a batch (B, d), None where there is none."""

    def look(self, images: Tensor) -> Looks:
        """Vectors of a batch of working images, and of each as a whole."""


def working_shape(normals: Sequence[ImageSample], size: int, step: int = STEP) -> tuple[int, int]:
    """(height, width) with about size² pixels in the normals' median aspect ratio, each a multiple of `step`."""
    aspect = float(np.median([n.shape[1] / n.shape[0] for n in normals]))
    aspect = min(max(aspect, 1 / MAX_ASPECT), MAX_ASPECT)
    height, width = size / math.sqrt(aspect), size * math.sqrt(aspect)
    return max(step, round(height / step) * step), max(step, round(width / step) * step)


def to_working(sample: ImageSample, shape: tuple[int, int]) -> Tensor:
    """The sample's pixels at the working resolution: (3, h, w) in [0, 1]."""
    return resize(torch.from_numpy(np.ascontiguousarray(sample.pixels)).permute(2, 0, 1), shape)


def resize(image: Tensor, shape: tuple[int, int]) -> Tensor:
    """(C, H, W) → (C, *shape), pixel centres kept in place, low-passed first where it shrinks."""
    if tuple(image.shape[-2:]) == shape:
        return image.float()
    return functional.interpolate(image[None].float(), shape, mode="bilinear", antialias=True)[0]


def as_image(sample: Sample) -> ImageSample:
    """The sample, if it is an image; InputError otherwise."""
    if not isinstance(sample, ImageSample):
        raise InputError(f"got {sample.modality} data {sample.name!r} for an image detector; give images.")
    return sample


def to_levels(working: Tensor, fine: bool = False) -> Levels:
    """(3, h, w) in [0, 1] → (h, w, 3) uint8, or uint16 where the normals are `fine`: what is kept of a normal, and what
    is scored, so that both agree."""
    most, kind = (65535, torch.uint16) if fine else (255, torch.uint8)
    pixels: Levels = (working.clamp(0, 1) * most).round().to(kind).permute(1, 2, 0).numpy()
    return pixels


def unit(levels: Levels) -> NDArray[np.float32]:
    """Levels as float32 in [0, 1]."""
    return levels.astype(np.float32) / np.float32(np.iinfo(levels.dtype).max)


def drawn(things: Sequence[Any] | Levels, most: int, seed: int) -> list[Any]:
    """At most `most` of some things, at random, in their order."""
    return [things[i] for i in sorted(np.random.default_rng(seed).permutation(len(things))[:most].tolist())]


def encode_all(space: Encoder, pixels: Levels) -> list[Tensor]:
    """`space.encode` in small batches: (N, h, w, 3) levels → per view (N, rows, columns, d)."""
    found = [_encoded(space, pixels[start : start + ENCODE_BATCH]) for start in range(0, len(pixels), ENCODE_BATCH)]
    return [torch.cat(view) for view in zip(*found, strict=True)]


@torch.no_grad()
def _encoded(space: Encoder, batch: Levels) -> list[Tensor]:
    check_stop()
    return space.encode(_as_images(batch))


@torch.no_grad()
def look_at_all(space: WholeEncoder, pixels: Levels) -> Looks:
    """`space.look` in small batches at images (N, h, w, 3) of levels."""
    found = []
    for start in range(0, len(pixels), ENCODE_BATCH):
        check_stop()
        found.append(space.look(_as_images(pixels[start : start + ENCODE_BATCH])))
    cells = [torch.cat(view) for view in zip(*(one.cells for one in found), strict=True)]
    wholes = [one.whole for one in found if one.whole is not None]
    return Looks(cells, torch.cat(wholes) if wholes else None)


@torch.no_grad()
def wholes_of(space: WholeEncoder, pixels: Levels) -> Tensor:
    """`space.wholes` in small batches at images (N, h, w, 3) of levels, of a space that has them: (N, d)."""
    found = []
    for start in range(0, len(pixels), ENCODE_BATCH):
        check_stop()
        found.append(space.wholes(_as_images(pixels[start : start + ENCODE_BATCH])))
    return torch.cat([one for one in found if one is not None])


def _as_images(batch: Levels) -> Tensor:
    return torch.from_numpy(unit(batch)).permute(0, 3, 1, 2)


class JointSpace:
    """The views of two spaces, all on the first one's grid: what a thing is, and how exactly it looks."""

    def __init__(self, first: WholeEncoder, second: Encoder) -> None:
        self.first, self.second = first, second
        self.step = math.lcm(first.step, CELL)

    @property
    def views(self) -> tuple[View, ...]:
        """Those of both."""
        return (*self.first.views, *self.second.views)

    def encode(self, images: Tensor) -> list[Tensor]:
        """Per view (B, rows, columns, d)."""
        return self.look(images).cells

    def wholes(self, images: Tensor) -> Tensor | None:
        """As the first sees them."""
        return self.first.wholes(images)

    def look(self, images: Tensor) -> Looks:
        """The views of both, the whole as the first sees it."""
        first = self.first.look(images)
        leading = first.cells
        grid = leading[0].shape[1], leading[0].shape[2]
        others = (v.permute(0, 3, 1, 2) for v in self.second.encode(images))
        placed = [functional.interpolate(v, grid, mode="bilinear").permute(0, 2, 3, 1) for v in others]
        return Looks([*leading, *placed], first.whole)


class PixelSpace:
    """Patches of pixels, and local statistics of them, at several levels of a pyramid.

    Thumbnails: the low-passed 4 × 4 pixels of a window of 8, 16 and 32 pixels around the cell: how exactly it looks.
    Statistics, averaged over 3 × 3 cells: gradient energy along 4 directions, as in histograms of oriented gradients
    (Dalal & Triggs 2005), bright and dark blobs at 4 levels, mean, spread and colour: what it is made of. Without them
    a smooth patch would pass in a rough texture, where it lies nearer to every normal patch than these to each other.
    """

    step = STEP
    thumbnails, levels = 3, 4

    def __init__(self, denoisers: tuple[Denoiser, ...] = ("gaussian", "empirical")) -> None:
        self.denoisers = denoisers

    @property
    def views(self) -> tuple[View, ...]:
        """The same vectors for each denoiser: thumbnails, at half weight, then statistics."""
        parts = (16 * self.thumbnails, 0.5), (6 * self.levels + 4, 1.0)
        return tuple(View(denoiser, parts) for denoiser in self.denoisers)

    def encode(self, images: Tensor) -> list[Tensor]:
        """(B, 3, h, w) → per view (B, h / 8, w / 8, d)."""
        colours = _opponent(images)
        grid = images.shape[-2] // CELL, images.shape[-1] // CELL
        light = colours[:, :1]
        exact = [_to_grid(_thumbnails(light, 2 ** (k + 1)), grid) for k in range(self.thumbnails)]
        rough = [_to_grid(_statistics(_halved(light, k)), grid) for k in range(self.levels)]
        mean = _to_grid(light, grid)
        spread = (_to_grid(light.square(), grid) - mean.square()).clamp_min(0).sqrt()
        local = torch.cat([*rough, mean, spread, _to_grid(colours[:, 1:], grid)], 1)
        pooled = functional.avg_pool2d(local, 3, 1, 1, count_include_pad=False)
        return [torch.cat([*exact, pooled], 1).permute(0, 2, 3, 1)] * len(self.denoisers)

    def wholes(self, images: Tensor) -> Tensor | None:
        """None: statistics of pixels know of light, not of things."""
        return None

    def look(self, images: Tensor) -> Looks:
        """The cells alone."""
        return Looks(self.encode(images))


def _to_grid(planes: Tensor, grid: tuple[int, int]) -> Tensor:
    return functional.interpolate(planes, grid, mode="bilinear", antialias=True)


def _halved(light: Tensor, times: int) -> Tensor:
    return functional.avg_pool2d(light, 2**times) if times else light


def _thumbnails(light: Tensor, scale: int) -> Tensor:
    """The 4 × 4 pixels, each averaged over `scale`², of the window around every cell: (B, 16, rows, columns)."""
    small = functional.pad(functional.avg_pool2d(light, scale), (1, 2, 1, 2), mode="reflect")
    stride = max(1, CELL // scale)
    patches = functional.unfold(small, 4, stride=stride)
    return patches.reshape(len(light), 16, (small.shape[-2] - 4) // stride + 1, -1)


def _statistics(light: Tensor) -> Tensor:
    """Roots, so that no bright edge drowns the rest, of gradient energies and of the two sides of a band-pass."""
    band = light - functional.avg_pool2d(light, 5, 1, 2, count_include_pad=False)
    return torch.cat([gradient_energy(light), band.clamp_min(0), (-band).clamp_min(0)], 1).sqrt()


def _opponent(images: Tensor) -> Tensor:
    """Lightness and two colour differences, which vanish on grey images: (B, 3, h, w)."""
    red, green, blue = images.unbind(1)
    return torch.stack([(red + green + blue) / 3, red - green, (red + green) / 2 - blue], 1)


def gradient_energy(light: Tensor) -> Tensor:
    """Root energy of the gradient along 0°, 45°, 90° and 135°: (B, 1, h, w) → (B, 4, h, w)."""
    padded = functional.pad(light, (1, 1, 1, 1), mode="reflect")
    across = padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]
    down = padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]
    return torch.cat([across, (across + down) / math.sqrt(2), down, (down - across) / math.sqrt(2)], 1).abs()


@dataclass(frozen=True)
class Scaler:
    """z = (x − mean) @ axes: centred, scaled and, where it pays, turned to fewer axes. mean (d,), axes (d, k)."""

    mean: Tensor
    axes: Tensor

    @classmethod
    def fit(cls, vectors: Tensor, parts: Sequence[Part], dims: int, seed: int) -> Self:
        """Scale the coordinates of vectors (…, d) to unit variance and groups of them (`parts`) to their weights.

        Where there are more than `dims` coordinates, the `dims` largest principal axes are kept.
        """
        flat = vectors.reshape(-1, vectors.shape[-1])
        generator = torch.Generator().manual_seed(seed)
        chosen = flat[torch.randperm(len(flat), generator=generator)[:FIT_VECTORS]].double()
        mean, spread = chosen.mean(0), chosen.std(0, correction=0)
        weight = torch.cat([torch.full((size,), share / math.sqrt(size)) for size, share in parts]).double()
        scale = weight / (spread + SPREAD_FLOOR * spread.mean()).clamp_min(LEAST_SPREAD)
        if chosen.shape[1] <= dims:
            return cls(mean.float(), torch.diag(scale).float())
        turned = torch.linalg.eigh(torch.cov(((chosen - mean) * scale).T)).eigenvectors.flip(1)
        axes = scale[:, None] * turned[:, : min(dims, len(chosen))]
        return cls(mean.float(), axes.float().contiguous())

    def apply(self, vectors: Tensor) -> Tensor:
        """(…, d) → (…, k)."""
        return (vectors - self.mean) @ self.axes

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        return {f"{prefix}.mean": self.mean.numpy(), f"{prefix}.axes": self.axes.numpy()}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> Self:
        """Restore what `state` gave."""
        return cls(*(torch.from_numpy(state[f"{prefix}.{name}"].copy()) for name in ("mean", "axes")))
