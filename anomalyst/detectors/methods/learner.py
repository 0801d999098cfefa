"""What a trained detector learns: a learner turns normal grids into a model, a model scores other grids.

Here is the denoiser, which is asked by any of the methods of `Asked`; `methods/places/` has networks that judge each
place alone.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser
from anomalyst.detectors.denoisers.networks import Size
from anomalyst.detectors.denoisers.neural import NeuralDenoiser, Parameterisation
from anomalyst.detectors.effort import check_trim
from anomalyst.detectors.methods.base import Method, Plan, Score
from anomalyst.detectors.sampling.noises import Noise
from anomalyst.detectors.space import GridSpace
from anomalyst.detectors.training.training import OnStep, Training, train
from anomalyst.errors import require

PREFIX = "denoiser"
EVALUATIONS = 12  # of the loss on the checked grids, at most


class Model(Protocol):
    """What was learned from normals."""

    def scores(self, method: TrainedMethod, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
        """Scores of grids x (B, C, *axes): of every element, (B, C, *axes), or of every place, (B, 1, *axes)."""
        ...

    def state(self) -> dict[str, NDArray[Any]]:
        """The learned arrays by name."""
        ...


class Learner(Protocol):
    """How a model comes about."""

    def learn(self, learned: Tensor, checked: Tensor, on_step: OnStep | None) -> Model:
        """From normal grids (N, C, *axes); `checked`, others of them, may be used to end the training."""
        ...

    def restored(self, state: Mapping[str, NDArray[Any]]) -> Model:
        """What `Model.state` gave, as a model again."""
        ...


@dataclass(frozen=True, kw_only=True)
class TrainedMethod(Method):
    """A method for which something is trained on normals. `signed`: its scores may be negative; `wants_depth`: it has a
    noise level, which is chosen on synthetic anomalies where none is given."""

    cost: str = "trains for about a minute on one core, then scores in {speed}"
    avoid_when: str = "fewer than about {few} are at hand, or time is short: {modality}-density needs neither"
    signed: bool = False
    wants_depth: bool = False

    body: ClassVar[str] = "anomalyst.detectors.trained:TrainedDetector"

    @abstractmethod
    def options(self, space: type[GridSpace[Any, Any, Any, Any]]) -> dict[str, Any]:
        """The options of such a detector on a kind's space, and their defaults."""

    @abstractmethod
    def check(self, options: Mapping[str, Any]) -> None:
        """InputError if an option has no meaning."""

    @abstractmethod
    def learner(self, options: Mapping[str, Any], space: GridSpace[Any, Any, Any, Any]) -> Learner:
        """What is learned from normals, and how."""


@dataclass(frozen=True, kw_only=True)
class Asked(TrainedMethod):
    """A method that asks a trained denoiser: `score` reads scores from it; `noise`: what it is trained to take away."""

    score: Score
    noise: Noise = "gaussian"

    def options(self, space: type[GridSpace[Any, Any, Any, Any]]) -> dict[str, Any]:
        """Those of the space, of the training, and the other rules that the same denoiser can be asked for."""
        return {
            **space.options(),
            "depth": None,
            "network": "small",
            "parameterisation": "edm",
            "train_steps": space.train_steps,
            "time_limit": None,
            "trim": 0.0,
            "witnesses": (),
        }

    def check(self, options: Mapping[str, Any]) -> None:
        """InputError if an option has no meaning."""
        depth, trim, limit = (options[key] for key in ("depth", "trim", "time_limit"))
        require(depth is None or 0 < depth < math.inf, "depth", depth, "a noise level above 0, or None")
        require(options["train_steps"] >= 1, "train_steps", options["train_steps"], "a number from 1")
        check_trim(trim)
        require(limit is None or limit > 0, "time_limit", limit, "a number of seconds above 0, or None")

    def learner(self, options: Mapping[str, Any], space: GridSpace[Any, Any, Any, Any]) -> Learner:
        """A denoiser, trained as the options say."""
        steps = options["train_steps"]
        settings = Training(
            steps=steps,
            seed=space.seed,
            evaluations=min(EVALUATIONS, max(1, steps // space.look_every)),
            time_limit=options["time_limit"],
            trim=options["trim"],
            noise=self.noise,
        )
        return DenoiserLearner(settings, options["network"], options["parameterisation"])


@dataclass(frozen=True)
class AskedDenoiser:
    """A denoiser, asked by any method."""

    denoiser: Denoiser

    def scores(self, method: TrainedMethod, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
        """Scores of every element by a method that asks a denoiser."""
        require(isinstance(method, Asked), "method", method.name, "one that asks a denoiser")
        assert isinstance(method, Asked)
        return method.score(self.denoiser, x, plan, generator).detach()

    def state(self) -> dict[str, NDArray[Any]]:
        """The network; empty where it is a checkpoint's, which stays where it is."""
        return self.denoiser.packed(PREFIX) if isinstance(self.denoiser, NeuralDenoiser) else {}


@dataclass(frozen=True)
class DenoiserLearner:
    """Trains a U-Net to denoise: `settings` says how, `network` and `parameterisation` what."""

    settings: Training
    network: Size
    parameterisation: Parameterisation

    def learn(self, learned: Tensor, checked: Tensor, on_step: OnStep | None) -> AskedDenoiser:
        """Train on grids until the loss on the checked ones no longer falls."""
        options = {"size": self.network, "parameterisation": self.parameterisation, "seed": self.settings.seed}
        denoiser = NeuralDenoiser.for_data(learned, **options)
        train(denoiser, learned, checked, self.settings, on_step=on_step)
        return AskedDenoiser(denoiser)

    def restored(self, state: Mapping[str, NDArray[Any]]) -> AskedDenoiser:
        """The trained denoiser again."""
        return AskedDenoiser(NeuralDenoiser.unpacked(state, PREFIX))
