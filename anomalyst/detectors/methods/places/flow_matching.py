"""Flow matching as what a detector learns: how far the learned velocity of each place misses the true one.

`velocity.py` has the network and the papers; here it judges the neighbourhoods of a grid, in the space of features.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.contract import OnStep
from anomalyst.detectors.methods.base import Plan
from anomalyst.detectors.methods.learner import TrainedMethod
from anomalyst.detectors.methods.places.around import learned_from, neighbourhoods
from anomalyst.detectors.methods.places.velocity import VelocityField, VelocitySettings
from anomalyst.detectors.space import GridSpace
from anomalyst.errors import require

PREFIX = "velocity"
NOISES = 2  # for each draw of a plan: a draw costs one call of a small network


@dataclass(frozen=True)
class PlaceVelocities:
    """A trained velocity of neighbourhoods of `side` places along each axis."""

    field: VelocityField
    side: int

    def scores(self, method: TrainedMethod, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
        """The mismatch at every place of grids (B, C, *axes): (B, 1, *axes); the same noise for every place."""
        near = neighbourhoods(x, self.side)
        noises = torch.randn(NOISES * plan.draws, near.shape[1], generator=generator)
        return self.field.scores(near, noises).reshape(len(x), 1, *x.shape[2:])

    def state(self) -> dict[str, NDArray[Any]]:
        """The network and the side."""
        return self.field.state(PREFIX) | {"side": np.array([self.side])}


@dataclass(frozen=True)
class VelocityLearner:
    """Trains a velocity on the neighbourhoods of normal grids."""

    settings: VelocitySettings
    side: int

    def learn(self, learned: Tensor, checked: Tensor, on_step: OnStep | None) -> PlaceVelocities:
        """Train for the settings' steps: noise never repeats, so that the checked grids can be learned from too."""
        near = learned_from(torch.cat([learned, checked]), self.side)
        return PlaceVelocities(VelocityField.fit(near, self.settings, on_step), self.side)

    def restored(self, state: Mapping[str, NDArray[Any]]) -> PlaceVelocities:
        """The trained velocity again."""
        return PlaceVelocities(VelocityField.from_state(dict(state), PREFIX), int(state["side"][0]))


@dataclass(frozen=True, kw_only=True)
class FlowMatching(TrainedMethod):
    """`prototypes`: kinds of normals that the network is told apart; `train_steps`: of its training."""

    def options(self, space: type[GridSpace[Any, Any, Any, Any]]) -> dict[str, Any]:
        """Those of the space that are not about denoisers, as suits places alone, and of the network."""
        own = {key: value for key, value in space.options().items() if key not in space.of_denoisers}
        of_network = {"prototypes": VelocitySettings.prototypes, "train_steps": VelocitySettings.steps}
        return own | dict(space.by_place) | of_network

    def check(self, options: Mapping[str, Any]) -> None:
        require(options["train_steps"] >= 1, "train_steps", options["train_steps"], "a number from 1")
        require(options["prototypes"] >= 1, "prototypes", options["prototypes"], "a number from 1")

    def learner(self, options: Mapping[str, Any], space: GridSpace[Any, Any, Any, Any]) -> VelocityLearner:
        """A velocity, trained as the options say."""
        settings = VelocitySettings(prototypes=options["prototypes"], steps=options["train_steps"], seed=space.seed)
        return VelocityLearner(settings, space.around.side)


METHOD = FlowMatching(
    name="flow-matching",
    family="reconstruction",
    summary="Flow matching: a small network learns how noise becomes a normal {place} of its kind; scored in one step.",
    best_for="a learned detector of many samples at little cost: the network is small and asked once",
    paper="Lipman et al. 2023, arXiv 2210.02747",
    cost="trains for about a quarter of a minute on one core, then scores in {speed}",
)
