"""The shared body of the image detectors: fit, calibrate by leaving one out, score, expect, save."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.base import RULES, Calibration, Detector, Rule, RuleScore, ScoreMap
from anomalyst.detectors.choice import Choice
from anomalyst.detectors.choose_images import CellJudge, choose
from anomalyst.detectors.conformal import Conformal
from anomalyst.detectors.image_bank import AlignedBank, Bank, GlobalBank, load_bank
from anomalyst.detectors.image_expected import Canvas
from anomalyst.detectors.image_map import image_score, level, levelled, smooth_map
from anomalyst.detectors.image_picture import doubtful, looks_aligned, picture
from anomalyst.detectors.image_rules import cell_scores
from anomalyst.detectors.image_space import (
    JointSpace,
    PixelSpace,
    Scaler,
    Space,
    encode_all,
    resize,
    to_working,
    working_shape,
)
from anomalyst.detectors.noise import sigma_ladder
from anomalyst.errors import InputError
from anomalyst.samples import ImageSample, Sample

NEAR = 32  # neighbours over which the denoiser's sums run; farther ones weigh nothing
DIMS = 128
LADDER = (0.5, 2.0)  # lowest and highest noise, in typical distances between neighbouring normals
CALIBRATED = 128  # normal images scored as if held out
KEPT_PICTURES = 32  # normal images kept as pixels, to draw expected ones from
ELEMENT_STRIDE = 4
BLOCK_ROWS = 128
NEIGHBOURS = ("auto", "aligned", "global")


class ImageDetector(Detector):
    """Images against normal images, patch by patch.

    `backbone`: None for pixel patches, or a `transformers` vision model (folder or hub name); `layers`: its hidden
    states, None for the middle ones; `patches`: join pixel patches to its features; `size`: root of the number of
    pixels worked on; `neighbours`: "aligned" compares with the same place of the normals, "global" with any place,
    "auto" tries both on synthetic anomalies; `steps`: noise levels; `samples`: posterior samples drawn; `max_bank`:
    most vectors searched without regard to place (32 times as many by place); `witnesses`: other score rules to
    compute as well.
    """

    def __init__(  # noqa: PLR0913 - the config of a detector is flat
        self,
        backbone: str | None = None,
        size: int = 256,
        layers: Sequence[int] | None = None,
        patches: bool = True,
        neighbours: str = "auto",
        steps: int = 4,
        samples: int = 4,
        max_bank: int = 12_000,
        witnesses: Sequence[Rule] = (),
        seed: int = 0,
    ) -> None:
        _check(neighbours in NEIGHBOURS, "neighbours", neighbours, f"one of {', '.join(NEIGHBOURS)}")
        _check(64 <= size <= 1024, "size", size, "a number of pixels from 64 to 1024")
        _check(steps >= 1 and samples >= 1, "steps, samples", (steps, samples), "numbers from 1")
        _check(max_bank >= 1000, "max_bank", max_bank, "a number of vectors from 1000")
        _check(set(witnesses) <= set(RULES), "witnesses", list(witnesses), f"score rules among {', '.join(RULES)}")
        self.backbone, self.size, self.layers, self.neighbours = backbone, size, layers, neighbours
        self.steps, self.samples, self.max_bank, self.seed = steps, samples, max_bank, seed
        self.patches = patches
        self.witnesses = tuple(witnesses)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The detector's own rule first, then its witnesses."""
        return (self.card.family, *(r for r in self.witnesses if r != self.card.family))

    @cached_property
    def space(self) -> Space:
        """Where patches become vectors; a backbone is loaded when first asked for."""
        if self.backbone is None:
            return PixelSpace()
        from anomalyst.detectors.image_backbone import BackboneSpace

        features = BackboneSpace(self.backbone, tuple(self.layers) if self.layers else None)
        return JointSpace(features, PixelSpace()) if self.patches else features

    def fit(self, normals: Sequence[Sample]) -> Self:
        """Learn from normal images; InputError if there is none or one is no image."""
        images = [_image(n) for n in normals]
        if not images:
            raise InputError("got no normal image; an image detector needs at least one, better 20 or more.")
        self.shape_ = working_shape(images, self.size, self.space.step)
        pixels = np.stack([_to_bytes(to_working(image, self.shape_)) for image in images])
        self.canvas_ = Canvas(_spread(pixels, KEPT_PICTURES, self.seed), looks_aligned(pixels))
        vectors = encode_all(self.space, pixels)
        self.scaler_ = Scaler.fit(vectors, self.space.parts, DIMS, self.seed)
        vectors = self.scaler_.apply(vectors)
        self.choice_ = self._choose(pixels, vectors)
        self.neighbours_ = self.choice_.option
        self.bank_ = self._bank(vectors, self.neighbours_)
        self.sigmas_ = self._ladder(vectors, self.bank_)
        self._calibrate(vectors)
        return self

    def score(self, sample: Sample) -> ScoreMap:
        """Score one image of any size; all maps are on its own pixels."""
        image = _image(sample)
        working = to_working(image, self.shape_)
        cells = self.encode(working)
        rules: dict[str, RuleScore] = {rule: self._opinion(rule, cells, image.shape) for rule in self.rules}
        own = rules[self.card.family]
        hidden = doubtful(own.p_values, self.shape_)
        expected, samples = picture(image, working, hidden, self.canvas_, self.samples, self.seed)
        return ScoreMap(
            modality="image",
            scores=own.scores,
            p_values=own.p_values,
            sample_score=own.sample_score,
            sample_p=own.sample_p,
            extrapolated=self.whole_[self.card.family].is_extrapolated(own.sample_p),
            expected=expected,
            samples=samples,
            calibration=self.calibration_,
            rules={str(rule): opinion for rule, opinion in rules.items()},
        )

    def encode(self, working: Tensor) -> Tensor:
        """Scaled vectors of one working image (3, h, w): (rows, columns, d)."""
        return self.scaler_.apply(encode_all(self.space, _to_bytes(working)[None])[0])

    def working_map(self, rule: Rule, cells: Tensor) -> Tensor:
        """Smoothed scores on the working pixels, 1 where typical of a normal there: (h, w)."""
        scored = cell_scores(rule, cells, self.bank_, self.sigmas_, NEAR)
        return smooth_map(scored / self.level_[rule], self.shape_)

    def _opinion(self, rule: Rule, cells: Tensor, shape: tuple[int, int]) -> RuleScore:
        working = self.working_map(rule, cells)
        scores = resize(working[None], shape)[0].numpy()
        total, judge = image_score(working), self.element_[rule]
        blocks = (scores[start : start + BLOCK_ROWS] for start in range(0, len(scores), BLOCK_ROWS))
        return RuleScore(
            scores=scores,
            p_values=np.concatenate([judge.p_values(rows).astype(np.float32) for rows in blocks]),
            sample_score=total,
            sample_p=float(self.whole_[rule].p_values([total])[0]),
        )

    def _choose(self, pixels: NDArray[np.uint8], vectors: Tensor) -> Choice:
        if self.neighbours != "auto":
            return Choice(self.neighbours, {}, "it was asked for")
        if len(pixels) < 2:
            return Choice("global", {}, "one normal image shows nothing about places")

        def judge(option: str) -> CellJudge:
            bank = self._bank(vectors, option)
            sigmas = self._ladder(vectors, bank)
            return lambda cells, out: cell_scores("density", cells, bank, sigmas, NEAR, out)

        def encode(images: NDArray[np.uint8]) -> Tensor:
            return self.scaler_.apply(encode_all(self.space, images))

        return choose(pixels, vectors, encode, {name: judge(name) for name in NEIGHBOURS[1:]}, self.seed)

    def _bank(self, vectors: Tensor, option: str) -> Bank:
        if len(vectors) == 1:  # each quarter is judged by the others: an image cannot be its own held-out normal
            vectors = _quarters(vectors[0])
        if option == "aligned":
            return AlignedBank.fit(vectors, 32 * self.max_bank, self.seed)
        return GlobalBank.fit(vectors, self.max_bank, self.seed)

    def _ladder(self, vectors: Tensor, bank: Bank) -> Tensor:
        """Noise levels around the typical distance of a held-out normal vector to its nearest neighbour."""
        step = max(1, len(vectors) // 8)
        nearest = [bank.nearest(vectors[i], 1, i).squared[:, 0] for i in range(0, len(vectors), step)]
        found = torch.cat(nearest)
        typical = float(found[torch.isfinite(found)].median().sqrt().clamp_min(1e-3))
        return sigma_ladder(LADDER[0] * typical, LADDER[1] * typical, self.steps)

    def _calibrate(self, vectors: Tensor) -> None:
        """Score normals with their own vectors left out of the bank; whole-image scores and pooled pixels."""
        units = _quarters(vectors[0]) if len(vectors) == 1 else vectors
        shape = self.shape_ if len(vectors) > 1 else (self.shape_[0] // 2, self.shape_[1] // 2)
        drawn = (
            torch.randperm(len(units), generator=torch.Generator().manual_seed(self.seed))[:CALIBRATED].sort().values
        )
        self.level_, self.element_, self.whole_ = {}, {}, {}
        for rule in self.rules:
            scored = [cell_scores(rule, units[i], self.bank_, self.sigmas_, NEAR, i) for i in drawn.tolist()]
            maps = [smooth_map(cells, shape) for cells in levelled(torch.stack(scored))]
            totals = [image_score(m) for m in maps]
            self.whole_[rule] = Conformal.fit(totals if len(vectors) > 1 else [max(totals)])
            thinned = torch.stack([m[::ELEMENT_STRIDE, ::ELEMENT_STRIDE] for m in maps])
            self.element_[rule] = Conformal.fit(thinned.numpy())
            self.level_[rule] = (
                level(torch.stack(scored)) if len(vectors) > 1 else torch.stack(scored).mean().reshape(1, 1)
            )

    @property
    def calibration_(self) -> Calibration:
        """How p-values were made: every calibrated normal was scored by a bank without it."""
        own = self.card.family
        return Calibration("cross-conformal", self.whole_[own].count, self.element_[own].count)

    def config(self) -> dict[str, Any]:
        """The constructor's arguments as JSON values."""
        return {
            "backbone": self.backbone,
            "size": self.size,
            "layers": None if self.layers is None else list(self.layers),
            "patches": self.patches,
            "neighbours": self.neighbours,
            "steps": self.steps,
            "samples": self.samples,
            "max_bank": self.max_bank,
            "witnesses": list(self.witnesses),
            "seed": self.seed,
        }

    def state(self) -> dict[str, NDArray[Any]]:
        """The learned arrays by name."""
        arrays: dict[str, NDArray[Any]] = {
            "shape": np.array(self.shape_),
            "sigmas": self.sigmas_.numpy(),
            "canvas.normals": self.canvas_.normals,
            "canvas.aligned": np.array(self.canvas_.aligned),
            **self.scaler_.state(),
            **self.bank_.state(),
        }
        if self.choice_ is not None:
            arrays |= self.choice_.state()
        for rule in self.rules:
            arrays[f"level.{rule}"] = self.level_[rule].numpy()
            arrays |= self.element_[rule].state(f"element.{rule}") | self.whole_[rule].state(f"whole.{rule}")
        return arrays

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""
        self.shape_ = (int(state["shape"][0]), int(state["shape"][1]))
        self.sigmas_ = torch.from_numpy(state["sigmas"].copy())
        self.canvas_ = Canvas(state["canvas.normals"], bool(state["canvas.aligned"]))
        self.scaler_, self.bank_ = Scaler.from_state(state), load_bank(state)
        self.choice_ = Choice.from_state(state)
        self.neighbours_ = self.choice_.option
        self.level_ = {rule: torch.from_numpy(state[f"level.{rule}"].copy()) for rule in self.rules}
        self.element_ = {rule: Conformal.from_state(state, f"element.{rule}") for rule in self.rules}
        self.whole_ = {rule: Conformal.from_state(state, f"whole.{rule}") for rule in self.rules}


def _image(sample: Sample) -> ImageSample:
    if not isinstance(sample, ImageSample):
        raise InputError(f"got {sample.modality} data {sample.name!r} for an image detector; give images.")
    return sample


def _check(holds: bool, name: str, got: object, allowed: str) -> None:
    if not holds:
        raise InputError(f"got {name}={got!r}; give {allowed}.")


def _to_bytes(working: Tensor) -> NDArray[np.uint8]:
    """(3, h, w) in [0, 1] → (h, w, 3) uint8: what is kept of a normal, and what is scored, so that both agree."""
    pixels: NDArray[np.uint8] = (working.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    return pixels


def _spread(pixels: NDArray[np.uint8], most: int, seed: int) -> NDArray[np.uint8]:
    """At most `most` of the images, drawn at random."""
    return pixels[np.sort(np.random.default_rng(seed).permutation(len(pixels))[:most])]


def _quarters(cells: Tensor) -> Tensor:
    """(rows, columns, d) → its four quarters (4, rows // 2, columns // 2, d)."""
    rows, columns = cells.shape[0] // 2, cells.shape[1] // 2
    parts = [cells[y : y + rows, x : x + columns] for y in (0, rows) for x in (0, columns)]
    return torch.stack(parts)
