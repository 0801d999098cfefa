"""What methods that are trained see of images: one grid each, and from the scores of its cells to a map of pixels.

An image becomes a grid (C, rows, columns): its pixels, four to a cell's side, or the scaled features of a backbone (of
pixel patches where there is none). From the scores of cells to a map of pixels it goes as for the closed form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.calibration.level import Level
from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import CalibrationMethod, RuleScore
from anomalyst.detectors.denoisers.checkpoint import PretrainedDenoiser, from_diffusers
from anomalyst.detectors.denoisers.contract import Denoiser
from anomalyst.detectors.space import Ask, GridSpace, Split
from anomalyst.errors import require
from anomalyst.modalities.image.space.answer import ELEMENT_STRIDE, ImageSpace, ImageYardstick, Laid, calibrations
from anomalyst.modalities.image.space.canvas import Canvas
from anomalyst.modalities.image.space.checkpoint import CheckpointGrid, Rescaled
from anomalyst.modalities.image.space.depth import choose_depth
from anomalyst.modalities.image.space.expected import looks_aligned
from anomalyst.modalities.image.space.grid import Where, grid_space
from anomalyst.modalities.image.space.map import image_score, shifted, smooth_map
from anomalyst.modalities.image.space.pixels import (
    Encoder,
    Levels,
    Scaler,
    drawn,
    encode_all,
    to_working,
    working_shape,
)
from anomalyst.samples import Sample

DIMS = 32  # most coordinates of a feature view
LEAST_NORMALS = 6
CALIBRATED_SHARE, MOST_CALIBRATED = 0.3, 64
CHECKED_SHARE = 0.1  # of the rest: held out to stop training
MOST_GRIDS = 400  # normals that are learned from
KEPT_PICTURES = 32
BATCH = 16
BLUR = 3.0  # working pixels, at any size: a network's residuals are noisier from cell to cell than closed-form scores


@dataclass(frozen=True)
class LaidGrid(Laid):
    """It as a grid (1, C, rows, columns)."""

    grids: Tensor = field(kw_only=True)


@dataclass(frozen=True)
class HeldGrids:
    """Held-out normals: pixels (N, h, w, 3), grids (N, C, rows, columns), and their numbers in what `fit` got."""

    pixels: Levels
    grids: Tensor
    numbers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class GridYardstick(ImageYardstick):
    """`level`: what scores of cells are at their places; `signed`: they may be negative."""

    level: Level
    signed: bool

    def state(self, rule: str) -> dict[str, NDArray[Any]]:
        return self.level.state(f"level.{rule}") | super().state(rule)


@dataclass(kw_only=True, eq=False)
class ImageGrids(ImageSpace[LaidGrid, GridYardstick], GridSpace[LaidGrid, HeldGrids, RuleScore, GridYardstick]):
    """Whole images as grids.

    `backbone`: a `transformers` vision model (folder or hub name) whose features are diffused, or None; `space`:
    "features" (2 × 2 cells averaged to one), "cells" (each by itself) or "pixels"; `checkpoint`: folder or hub name of
    an unconditional diffusers pipeline trained on such images: nothing is trained, its network is the denoiser of
    pixels, and normals only calibrate. A saved detector names it, and needs it again.
    """

    backbone: str | None = None
    space: Where | None = None
    checkpoint: str | None = None

    calibrated: ClassVar[CalibrationMethod] = "split-conformal"
    train_steps: ClassVar[int] = 400
    look_every: ClassVar[int] = 25
    of_denoisers: ClassVar[tuple[str, ...]] = ("checkpoint",)
    by_place: ClassVar[Mapping[str, Any]] = {"space": "cells"}

    def __post_init__(self) -> None:
        self.where: Where = self.space or ("pixels" if self.checkpoint else "features")
        pixels_only = self.checkpoint is None or (self.where == "pixels" and self.backbone is None)
        got = (self.space, self.backbone)
        require(pixels_only, "space, backbone", got, "pixels and no backbone with a checkpoint")
        require(self.where in get_args(Where), "space", self.where, f"one of {', '.join(get_args(Where))}")
        super().__post_init__()

    def config(self) -> dict[str, Any]:
        return super().config() | {"space": self.where}

    @cached_property
    def encoder(self) -> Encoder:
        """Where images become grids; a backbone is loaded when first asked for."""
        return CheckpointGrid(self.pretrained.shape) if self.checkpoint else grid_space(self.where, self.backbone)

    @cached_property
    def pretrained(self) -> PretrainedDenoiser:
        """The checkpoint's denoiser; read when first asked for."""
        assert self.checkpoint is not None
        return from_diffusers(self.checkpoint)

    def ready(self) -> Denoiser | None:
        """The checkpoint's denoiser, in the unit of the grids."""
        return Rescaled(self.pretrained, self.unit_) if self.checkpoint else None

    def split(self, normals: Sequence[Sample]) -> Split[HeldGrids]:
        """Normal images as grids; InputError if there are too few."""
        images = self.seen(normals)
        require(len(images) >= LEAST_NORMALS, "normal images", len(images), f"at least {LEAST_NORMALS}, better 50")
        self.shape_ = working_shape(images, self.size, self.encoder.step)
        numbers = drawn(range(len(images)), MOST_GRIDS, self.seed)
        pixels = np.stack([self.levels(to_working(images[i], self.shape_)) for i in numbers])
        single = self.singles(images, numbers, pixels)
        numbers, pixels = [numbers[k] for k in single], pixels[single]
        require(len(numbers) >= LEAST_NORMALS, "different normal images", len(numbers), f"at least {LEAST_NORMALS}")
        self.canvas_ = Canvas(np.stack(drawn(pixels, KEPT_PICTURES, self.seed)), looks_aligned(pixels))
        learned, checked, held = split(len(pixels), self.seed)
        vectors = encode_all(self.encoder, pixels)
        self.scalers_ = (
            []
            if self.checkpoint
            else [
                Scaler.fit(v[learned], view.parts, DIMS, self.seed)
                for v, view in zip(vectors, self.encoder.views, strict=True)
            ]
        )
        grids = self._scaled(vectors)
        self.unit_ = max(float(grids[learned].std()), 1e-6)
        grids = grids / self.unit_
        if self.checkpoint:
            held = list(range(min(MOST_CALIBRATED, len(pixels))))
        calm = HeldGrids(pixels[held], grids[held], tuple(numbers[i] for i in held))
        return Split(grids[learned], grids[checked], calm)

    def lay(self, sample: Sample) -> LaidGrid:
        """An image of any size."""
        laid = self.laid(sample)
        grids = self.grids(self.levels(laid.working)[None])
        return LaidGrid(laid.image, laid.working, laid.given, grids=grids)

    def grids(self, pixels: Levels) -> Tensor:
        """Working images (N, h, w, 3) → what the denoiser sees (N, C, rows, columns), of standard deviation about 1."""
        return self._scaled(encode_all(self.encoder, pixels)) / self.unit_

    def _scaled(self, vectors: Sequence[Tensor]) -> Tensor:
        if self.checkpoint:  # in its own colours
            scaled = list(vectors)
        else:
            scaled = [scaler.apply(v) for scaler, v in zip(self.scalers_, vectors, strict=True)]
        return torch.cat(scaled, -1).permute(0, 3, 1, 2).contiguous()

    def chunk(self, grids: Tensor) -> int:
        """How many images are scored at once."""
        return BATCH

    def cells(self, element: Tensor, signed: bool = False) -> Tensor:
        """Scores of elements (N, C, rows, columns) as scores of cells (N, rows, columns)."""
        # Likelihoods add up over coordinates, deviations as their squares do.
        cells = element.mean(1) if signed else element.square().mean(1).sqrt()
        return torch.stack([shifted(one, self.encoder.views[0].shift) for one in cells])

    def choose_depth(self, held: HeldGrids, ask: Ask) -> Choice:
        """The noise level that tells synthetic defects best."""
        return choose_depth(
            held.pixels, held.grids, self.grids, lambda grids, depth: self.cells(ask(grids, depth)), BLUR, self.seed
        )

    def yardstick(self, held: HeldGrids, scores: Tensor, signed: bool) -> GridYardstick:
        """From the scores of the held-out normals: each by the level of the others."""
        scored = self.cells(scores, signed)
        maps = [smooth_map(cells, self.shape_, BLUR) for cells in Level.held_out(scored)]
        totals = [image_score(m) for m in maps]
        thinned = torch.stack([m[::ELEMENT_STRIDE, ::ELEMENT_STRIDE] for m in maps])
        return GridYardstick(
            element=Conformal.fit(thinned.numpy()),
            whole=Conformal.fit(totals),
            held_out=dict(zip(held.numbers, totals, strict=True)),
            level=Level.fit(scored),
            signed=signed,
        )

    def said(self, laid: LaidGrid, scores: Tensor, yardstick: GridYardstick) -> RuleScore:
        """What the scores of an image's elements say of it."""
        standard = yardstick.level.standard(self.cells(scores, yardstick.signed)[0])
        working = smooth_map(standard, self.shape_, BLUR)
        return yardstick.opinion(working, image_score(working), laid)

    def restored(self, state: dict[str, NDArray[Any]], rule: str, signed: bool) -> GridYardstick:
        """The yardstick that gave this state."""
        element, whole = calibrations(state, rule)
        return GridYardstick(
            element=element, whole=whole, level=Level.from_state(state, f"level.{rule}"), signed=signed
        )

    def state(self) -> dict[str, NDArray[Any]]:
        """The learned arrays by name."""
        arrays = super().state() | {"unit": np.array([self.unit_])}
        for k, scaler in enumerate(self.scalers_):
            arrays |= scaler.state(f"scaler.{k}")
        return arrays

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        super().load(state)
        self.unit_ = float(state["unit"][0])
        count = 0 if self.checkpoint else len(self.encoder.views)
        self.scalers_ = [Scaler.from_state(state, f"scaler.{k}") for k in range(count)]


def split(count: int, seed: int) -> tuple[list[int], list[int], list[int]]:
    """Numbers of the normals that are learned from, that stop the training, and that calibrate: all different."""
    order = np.random.default_rng(seed).permutation(count).tolist()
    held = min(MOST_CALIBRATED, max(2, round(CALIBRATED_SHARE * count)))
    checked = max(1, round(CHECKED_SHARE * (count - held)))
    return order[held + checked :], order[held : held + checked], order[:held]
