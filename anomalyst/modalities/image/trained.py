"""The shared implementation of the learned image detectors: a model of whole grids, and what is read from it.

An image becomes a grid (C, rows, columns): its pixels, four to a cell's side, or the scaled features of a backbone (of
pixel patches where there is none). A U-Net learns to denoise such grids from most of the normals; the others calibrate:
split-conformal, since training once for each normal left out would take hours. Score methods are in
`methods/methods.py`; from their cells to a map of pixels it goes as for the other image detectors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar, Self, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.calibration.level import Level
from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import RULES, Calibration, Detector, Rule, ScoreMap
from anomalyst.detectors.denoisers.checkpoint import PretrainedDenoiser, from_diffusers
from anomalyst.detectors.denoisers.networks import Size
from anomalyst.detectors.denoisers.neural import Parameterisation
from anomalyst.detectors.methods.learner import DEFAULT_METHODS, SIGNED, AskedDenoiser, DenoiserLearner, Learner, Model
from anomalyst.detectors.methods.methods import TIERS, Plan, Tier
from anomalyst.detectors.sampling.noises import Noise
from anomalyst.detectors.training.training import Training
from anomalyst.errors import require
from anomalyst.modalities.image.space.canvas import Canvas
from anomalyst.modalities.image.space.checkpoint import CheckpointGrid, Rescaled
from anomalyst.modalities.image.space.expected import doubtful, looks_aligned, picture
from anomalyst.modalities.image.space.grid import Where, grid_space
from anomalyst.modalities.image.space.map import image_score, opinion, score_map, shifted, smooth_map
from anomalyst.modalities.image.space.pixels import (
    Scaler,
    Space,
    as_image,
    drawn,
    encode_all,
    to_bytes,
    to_working,
    working_shape,
)
from anomalyst.modalities.image.synthetic import MAKERS, make_anomaly
from anomalyst.samples import Sample

DIMS = 32  # most coordinates of a feature view
LEAST_NORMALS = 6
CALIBRATED_SHARE, MOST_CALIBRATED = 0.3, 64
CHECKED_SHARE = 0.1  # of the rest: held out to stop training
MOST_GRIDS = 400  # normals that are learned from
KEPT_PICTURES = 32
BATCH = 16
ELEMENT_STRIDE = 4
BLUR = 3.0  # working pixels, at any size: a network's residuals are noisier from cell to cell than closed-form scores
DEPTHS = (0.25, 0.5, 1.0, 2.0)
TRIED = 10


class LearnedImageDetector(Detector):
    """Images against a denoiser trained on normal ones; a subclass names its `method` and its card.

    `backbone`: a `transformers` vision model (folder or hub name) whose features are diffused, or None; `space`:
    "features" or "pixels"; `size`: root of the number of pixels worked on; `steps`: "one", "few" or "full", how much is
    spent on scoring; `depth`: noise level of reconstruction in standard deviations of the data, None: chosen on
    synthetic anomalies; `train_steps`, `time_limit`: most steps and seconds of training; `network`: "small" or "base";
    `trim`: share of the normals that may be anomalies and are left out by their loss; `samples`: posterior samples of
    the expected image; `witnesses`: other score rules to compute with the same denoiser; `checkpoint`: folder or hub
    name of an unconditional diffusers pipeline trained on such images: nothing is trained, its network is the denoiser
    of pixels, and normals only calibrate. A saved detector names it, and needs it again.
    """

    method: ClassVar[str]
    wants_depth: ClassVar[bool] = False
    default_space: ClassVar[Where] = "features"
    noise: ClassVar[Noise] = "gaussian"

    def __init__(  # noqa: PLR0913 - the config of a detector is flat
        self,
        backbone: str | None = None,
        space: Where | None = None,
        size: int = 256,
        steps: Tier = "few",
        depth: float | None = None,
        network: Size = "small",
        parameterisation: Parameterisation = "edm",
        train_steps: int = 400,
        time_limit: float | None = None,
        trim: float = 0.0,
        samples: int = 4,
        witnesses: Sequence[Rule] = (),
        seed: int = 0,
        checkpoint: str | None = None,
    ) -> None:
        where = space or ("pixels" if checkpoint else self.default_space)
        pixels_only = checkpoint is None or (where == "pixels" and backbone is None)
        require(pixels_only, "space, backbone", (space, backbone), "pixels and no backbone with a checkpoint")
        require(where in get_args(Where), "space", where, f"one of {', '.join(get_args(Where))}")
        require(steps in TIERS, "steps", steps, f"one of {', '.join(TIERS)}")
        require(64 <= size <= 1024, "size", size, "a number of pixels from 64 to 1024")
        require(depth is None or 0 < depth < math.inf, "depth", depth, "a noise level above 0, or None")
        require(train_steps >= 1 and samples >= 1, "train_steps, samples", (train_steps, samples), "numbers from 1")
        require(0 <= trim < 0.5, "trim", trim, "a share from 0 to below 0.5")
        require(time_limit is None or time_limit > 0, "time_limit", time_limit, "a number of seconds above 0, or None")
        require(set(witnesses) <= set(RULES), "witnesses", list(witnesses), f"score rules among {', '.join(RULES)}")
        self.backbone, self.where, self.size, self.steps, self.depth = backbone, where, size, steps, depth
        self.network, self.parameterisation = network, parameterisation
        self.train_steps, self.time_limit, self.trim = train_steps, time_limit, trim
        self.samples, self.witnesses, self.seed = samples, tuple(witnesses), seed
        self.checkpoint = checkpoint

    @property
    def rules(self) -> tuple[str, ...]:
        """The detector's own family first, then its witnesses."""
        return (self.card.family, *(r for r in self.witnesses if r != self.card.family))

    def _method(self, rule: str) -> str:
        return self.method if rule == self.card.family else DEFAULT_METHODS[rule]

    @cached_property
    def space(self) -> Space:
        """Where images become grids; a backbone is loaded when first asked for."""
        return CheckpointGrid(self.pretrained.shape) if self.checkpoint else grid_space(self.where, self.backbone)

    @cached_property
    def pretrained(self) -> PretrainedDenoiser:
        """The checkpoint's denoiser; read when first asked for."""
        assert self.checkpoint is not None
        return from_diffusers(self.checkpoint)

    def fit(self, normals: Sequence[Sample]) -> Self:
        """Train on most of the normal images and calibrate on the others; InputError if there are too few."""
        images = [as_image(n) for n in normals]
        require(len(images) >= LEAST_NORMALS, "normal images", len(images), f"at least {LEAST_NORMALS}, better 50")
        self.shape_ = working_shape(images, self.size, self.space.step)
        numbers = drawn(range(len(images)), MOST_GRIDS, self.seed)
        pixels = np.stack([to_bytes(to_working(images[i], self.shape_)) for i in numbers])
        self.canvas_ = Canvas(np.stack(drawn(pixels, KEPT_PICTURES, self.seed)), looks_aligned(pixels))
        learned, checked, held = split(len(pixels), self.seed)
        vectors = encode_all(self.space, pixels)
        self.scalers_ = (
            []
            if self.checkpoint
            else [
                Scaler.fit(v[learned], view.parts, DIMS, self.seed)
                for v, view in zip(vectors, self.space.views, strict=True)
            ]
        )
        grids = self._scaled(vectors)
        self.unit_ = max(float(grids[learned].std()), 1e-6)
        grids = grids / self.unit_
        if self.checkpoint:
            self.model_: Model = self._asked_checkpoint()
            held = list(range(min(MOST_CALIBRATED, len(pixels))))
        else:
            self.model_ = self.learner.learn(grids[learned], grids[checked], self.on_step)
        self.depth_, self.choice_ = self._choose_depth(pixels[held], grids[held])
        self._calibrate(grids[held], [numbers[i] for i in held])
        return self

    @property
    def learner(self) -> Learner:
        """What is learned from normals, and how: a denoiser, unless a subclass says otherwise."""
        settings = Training(
            steps=self.train_steps,
            seed=self.seed,
            evaluations=min(12, max(1, self.train_steps // 25)),
            time_limit=self.time_limit,
            trim=self.trim,
            noise=self.noise,
        )
        return DenoiserLearner(settings, self.network, self.parameterisation)

    def _asked_checkpoint(self) -> Model:
        return AskedDenoiser(Rescaled(self.pretrained, self.unit_))

    def _choose_depth(self, pixels: NDArray[np.uint8], grids: Tensor) -> tuple[float, Choice | None]:
        """The noise level whose reconstruction tells synthetic anomalies best from the held-out normals they were made
        of."""
        if self.depth is not None or not self.wants_depth:
            return self.depth or DEPTHS[1], None
        from sklearn.metrics import roc_auc_score

        kinds = list(MAKERS)
        some = range(min(TRIED, len(pixels)))
        damaged = [
            make_anomaly(kinds[i % len(kinds)], pixels[i].astype(np.float32) / np.float32(255), self.seed * 1_000 + i)
            for i in some
        ]
        bad = self.grids(np.stack([(image * 255).round().astype(np.uint8) for image, _ in damaged]))
        masks = np.stack([mask[::ELEMENT_STRIDE, ::ELEMENT_STRIDE] for _, mask in damaged]).ravel()
        areas = {}
        for depth in DEPTHS:
            plain = self._cells(self.method, grids[: len(bad)], Plan(depth, "one"))
            hurt = Level.fit(plain).standard(self._cells(self.method, bad, Plan(depth, "one")))
            maps = torch.stack(
                [smooth_map(cells, self.shape_, BLUR)[::ELEMENT_STRIDE, ::ELEMENT_STRIDE] for cells in hurt]
            )
            areas[f"depth {depth:g}"] = round(float(roc_auc_score(masks, maps.numpy().ravel())), 4)
        best = max(areas, key=lambda name: areas[name])
        why = f"highest area under ROC on {len(bad)} synthetic anomalies made from held-out normal images"
        return float(best.split()[1]), Choice(best, areas, why)

    def _calibrate(self, held: Tensor, numbers: Sequence[int]) -> None:
        self.level_, self.element_, self.whole_ = {}, {}, {}
        for rule in self.rules:
            scored = self._cells(self._method(rule), held, self.plan_)
            self.level_[rule] = Level.fit(scored)
            maps = [smooth_map(cells, self.shape_, BLUR) for cells in Level.held_out(scored)]
            totals = [image_score(m) for m in maps]
            self.whole_[rule] = Conformal.fit(totals)
            if rule == self.card.family:
                self.held_out_ = dict(zip(numbers, totals, strict=True))
            self.element_[rule] = Conformal.fit(
                torch.stack([m[::ELEMENT_STRIDE, ::ELEMENT_STRIDE] for m in maps]).numpy()
            )

    @property
    def plan_(self) -> Plan:
        """How the methods are asked."""
        return Plan(self.depth_, self.steps)

    def score(self, sample: Sample) -> ScoreMap:
        """Score one image of any size; all maps are on its own pixels."""
        image = as_image(sample)
        working = to_working(image, self.shape_)
        grid = self.grids(to_bytes(working)[None])
        rules = {
            rule: opinion(self.working_map(rule, grid), image.shape, self.element_[rule], self.whole_[rule])
            for rule in self.rules
        }
        own = self.card.family
        hidden = doubtful(rules[own].p_values, self.shape_)
        pictures = picture(image, working, hidden, self.canvas_, self.samples, self.seed)
        return score_map(rules, own, self.whole_[own], self.calibration_, pictures)

    def grids(self, pixels: NDArray[np.uint8]) -> Tensor:
        """Working images (N, h, w, 3) → what the denoiser sees (N, C, rows, columns), of standard deviation about 1."""
        return self._scaled(encode_all(self.space, pixels)) / self.unit_

    def _scaled(self, vectors: Sequence[Tensor]) -> Tensor:
        if self.checkpoint:  # in its own colours
            scaled = list(vectors)
        else:
            scaled = [scaler.apply(v) for scaler, v in zip(self.scalers_, vectors, strict=True)]
        return torch.cat(scaled, -1).permute(0, 3, 1, 2).contiguous()

    def _cells(self, method: str, grids: Tensor, plan: Plan) -> Tensor:
        """Scores of every cell: (N, rows, columns)."""
        found = []
        for part in grids.split(BATCH):
            generator = torch.Generator().manual_seed(self.seed)
            element = self.model_.scores(method, part, plan, generator)
            # Likelihoods add up over coordinates, deviations as their squares do.
            cells = element.mean(1) if method in SIGNED else element.square().mean(1).sqrt()
            found += [shifted(one, self.space.views[0].shift) for one in cells]
        return torch.stack(found)

    def working_map(self, rule: str, grid: Tensor) -> Tensor:
        """Smoothed scores on the working pixels, in deviations from what is typical there: (h, w)."""
        return smooth_map(
            self.level_[rule].standard(self._cells(self._method(rule), grid, self.plan_)[0]), self.shape_, BLUR
        )

    @property
    def calibration_(self) -> Calibration:
        """How p-values were made: on normals that were not trained on."""
        own = self.card.family
        return Calibration("split-conformal", self.whole_[own].count, self.element_[own].count)

    def config(self) -> dict[str, Any]:
        """The constructor's arguments as JSON values."""
        return {
            "backbone": self.backbone,
            "space": self.where,
            "size": self.size,
            "steps": self.steps,
            "depth": self.depth,
            "network": self.network,
            "parameterisation": self.parameterisation,
            "train_steps": self.train_steps,
            "time_limit": self.time_limit,
            "trim": self.trim,
            "samples": self.samples,
            "witnesses": list(self.witnesses),
            "seed": self.seed,
            "checkpoint": self.checkpoint,
        }

    def state(self) -> dict[str, NDArray[Any]]:
        """The learned arrays by name."""
        arrays: dict[str, NDArray[Any]] = {
            "shape": np.array(self.shape_),
            "unit": np.array([self.unit_]),
            "depth": np.array([self.depth_]),
            "canvas.normals": self.canvas_.normals,
            "canvas.aligned": np.array(self.canvas_.aligned),
        }
        if self.choice_ is not None:
            arrays |= self.choice_.state()
        for k, scaler in enumerate(self.scalers_):
            arrays |= scaler.state(f"scaler.{k}")
        for rule in self.rules:
            arrays |= self.level_[rule].state(f"level.{rule}")
            arrays |= self.element_[rule].state(f"element.{rule}") | self.whole_[rule].state(f"whole.{rule}")
        return arrays | self.model_.state()

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""
        self.shape_ = (int(state["shape"][0]), int(state["shape"][1]))
        self.unit_, self.depth_ = float(state["unit"][0]), float(state["depth"][0])
        self.canvas_ = Canvas(state["canvas.normals"], bool(state["canvas.aligned"]))
        self.choice_ = Choice.from_state(state) if "choice.words" in state else None
        self.scalers_ = [
            Scaler.from_state(state, f"scaler.{k}") for k in range(0 if self.checkpoint else len(self.space.views))
        ]
        self.level_ = {rule: Level.from_state(state, f"level.{rule}") for rule in self.rules}
        self.element_ = {rule: Conformal.from_state(state, f"element.{rule}") for rule in self.rules}
        self.whole_ = {rule: Conformal.from_state(state, f"whole.{rule}") for rule in self.rules}
        self.model_ = self._asked_checkpoint() if self.checkpoint else self.learner.restored(state)


def split(count: int, seed: int) -> tuple[list[int], list[int], list[int]]:
    """Numbers of the normals that are learned from, that stop the training, and that calibrate: all different."""
    order = np.random.default_rng(seed).permutation(count).tolist()
    held = min(MOST_CALIBRATED, max(2, round(CALIBRATED_SHARE * count)))
    checked = max(1, round(CHECKED_SHARE * (count - held)))
    return order[held + checked :], order[held : held + checked], order[:held]
