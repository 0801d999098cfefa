"""What a learned detector learns: one part of the image and of the series detectors, which share all the rest.

A learner turns normal grids into a model, a model scores other grids. Here is the denoiser, which is asked by any of
the methods in `methods/methods.py`; `methods/time.py` has the estimator of diffusion time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser
from anomalyst.detectors.denoisers.networks import Size
from anomalyst.detectors.denoisers.neural import NeuralDenoiser, Parameterisation
from anomalyst.detectors.methods.methods import METHODS, Plan
from anomalyst.detectors.training.training import OnStep, Training, train

DEFAULT_METHODS: dict[str, str] = {"density": "score", "reconstruction": "ddim", "imputation": "masked"}
SIGNED = ("flow",)  # methods whose scores may be negative
PREFIX = "denoiser"


class Model(Protocol):
    """What was learned from normals."""

    def scores(self, method: str, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
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


@dataclass(frozen=True)
class AskedDenoiser:
    """A denoiser, asked by any method."""

    denoiser: Denoiser

    def scores(self, method: str, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
        """Scores of every element by the named method."""
        return METHODS[method](self.denoiser, x, plan, generator).detach()

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
