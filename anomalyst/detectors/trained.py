"""The one body of every detector for which something is trained: split, train, choose a depth, calibrate, score, save.

What is learned from normals and how scores are read from it, the method says; how a sample becomes grids, and scores an
answer, the kind of data says (`space.py`). Normals that are held out calibrate: split-conformal, since training once
for each normal left out would take hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.body import MethodDetector
from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.effort import TIERS
from anomalyst.detectors.methods.base import Plan
from anomalyst.detectors.methods.learner import AskedDenoiser, Learner, Model, TrainedMethod
from anomalyst.detectors.methods.table import WITNESSES, method
from anomalyst.detectors.space import GridSpace
from anomalyst.errors import InputError, require
from anomalyst.samples import Sample

DEPTH = 0.5  # where none is given, and none chosen


class TrainedDetector(MethodDetector):
    """A method on a kind of data, with something trained on normals.

    `steps`: "one", "few" or "full", how much is spent on scoring; `train_steps`: most steps of training; `samples`:
    posterior samples of what is expected. Where a denoiser is trained: `depth`: noise level of reconstruction in
    standard deviations of the data, None: chosen on synthetic anomalies; `network`: "small" or "base"; `time_limit`:
    most seconds of training; `trim`: share of the normals that may be anomalies and are left out by their loss;
    `witnesses`: other score rules to compute with the same denoiser. The other options are the kind's.
    """

    method: ClassVar[TrainedMethod]
    space_type: ClassVar[type[GridSpace[Any, Any, Any, Any]]]
    wants: ClassVar[str] = "trained"
    space: GridSpace[Any, Any, Any, Any]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        require(self.options["steps"] in TIERS, "steps", self.options["steps"], f"one of {', '.join(TIERS)}")
        self.method.check(self.options)

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """The options and what each is unless said otherwise."""
        return {"steps": "few"} | cls.method.options(cls.space_type)

    def asked(self, rule: str) -> TrainedMethod:
        """The method that gives a rule's opinion: the detector's own, or that which is usual for its witness."""
        found = self.method if rule == self.card.family else method(WITNESSES[rule])
        assert isinstance(found, TrainedMethod)
        return found

    def signed(self, rule: str) -> bool:
        return self.asked(rule).signed

    @property
    def learner(self) -> Learner:
        """What is learned from normals, and how."""
        return self.method.learner(self.options, self.space)

    def fit(self, normals: Sequence[Sample]) -> Self:
        """Train on most of the normals and calibrate on the others; InputError if there are too few."""
        split = self.space.split(normals)
        self.model_ = self._ready() or self.learner.learn(split.learned, split.checked, self.on_step)
        self.depth_, self.choice_ = self._choose_depth(split.held)
        self.yardsticks_ = {
            rule: self.space.yardstick(split.held, self._scores(rule, split.held.grids), self.signed(rule))
            for rule in self.rules
        }
        self.held_out_, self.notes_ = self.yardsticks_[self.card.family].held_out, self.space.notes()
        return self

    def _ready(self) -> Model | None:
        denoiser = self.space.ready()
        return None if denoiser is None else AskedDenoiser(denoiser)

    def _choose_depth(self, held: Any) -> tuple[float, Choice | None]:
        """The noise level whose reconstruction tells synthetic anomalies best from the held-out normals."""
        depth = self.options.get("depth")
        if depth is not None or not self.method.wants_depth:
            return depth or DEPTH, None

        def ask(grids: Tensor, depth: float) -> Tensor:
            return self._read(self.method, grids, Plan(depth, "one", self.space.together))

        choice = self.space.choose_depth(held, ask)
        return float(choice.option.split()[1]), choice

    def _scores(self, rule: str, grids: Tensor) -> Tensor:
        plan = Plan(self.depth_, self.options["steps"], self.space.together)
        return self._read(self.asked(rule), grids, plan)

    def _read(self, method: TrainedMethod, grids: Tensor, plan: Plan) -> Tensor:
        """Scores of every element of grids (N, C, *axes), or of every place."""
        generator, found = torch.Generator().manual_seed(self.space.seed), []
        for part in grids.split(self.space.chunk(grids)):
            if not plan.together:  # what is drawn for a sample does not depend on those before it
                generator = torch.Generator().manual_seed(self.space.seed)
            found.append(self.model_.scores(method, part, plan, generator))
        return torch.cat(found)

    def score(self, sample: Sample) -> ScoreMap:
        """Score one sample."""
        if not self.yardsticks_:
            raise InputError(f"{self.card.name} has not learned yet; call `fit` with normal samples first.")
        laid = self.space.lay(sample)
        said = {r: self.space.said(laid, self._scores(r, laid.grids), self.yardsticks_[r]) for r in self.rules}
        return self.space.told(laid, said, self.yardsticks_)

    def state(self) -> dict[str, NDArray[Any]]:
        """What the space learned, the model, and for each rule what calibrates it."""
        return super().state() | {"depth": np.array([self.depth_])} | self.model_.state()

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        super().load_state(state)
        self.depth_ = float(state["depth"][0])
        self.model_ = self._ready() or self.learner.restored(state)
