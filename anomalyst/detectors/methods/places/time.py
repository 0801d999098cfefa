"""Diffusion-time estimation as what a detector learns: how much noise the neighbourhood of each place seems to carry.

After Livernoche et al. 2024 (DTE, arXiv 2305.18593), with `time_network.py` on neighbourhoods of a grid:

    x_σ = x + σ ε,   log σ uniform               noisy neighbourhoods of normals
    q(log σ | x_σ)                               learned by a small network
    s = exp E_q[log σ | x]                       the σ at which x would be typical of noisy normals
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.contract import OnStep
from anomalyst.detectors.effort import DRAWS, Tier
from anomalyst.detectors.methods.base import Plan
from anomalyst.detectors.methods.learner import TrainedMethod
from anomalyst.detectors.methods.places.around import learned_from, neighbourhoods
from anomalyst.detectors.methods.places.time_network import Kind, TimeEstimator, TimeSettings
from anomalyst.detectors.space import GridSpace
from anomalyst.errors import require

TOGETHER, APART = "together", "apart"
SKIP = 2  # places of which the quickest tier judges one
NUDGE = 0.05  # deviations of noise in the further draws of the fullest tier


@dataclass(frozen=True)
class PlaceTimes:
    """Trained estimators of the diffusion time of neighbourhoods of `side` places along each axis: of all channels
    together, and, where channels are to be told apart, of one channel at a time."""

    together: TimeEstimator
    apart: TimeEstimator | None
    side: int

    def scores(self, method: TrainedMethod, x: Tensor, plan: Plan, generator: torch.Generator) -> Tensor:
        """σ = exp E[log σ | neighbourhood] of every place, in standard deviations of normals: (B, 1, *axes).

        With an estimator of channels apart, the geometric mean of it and of the channel's own σ: (B, C, *axes).
        The tier "one" judges every second place, "full" adds the mean over slightly noised neighbourhoods, as "few"
        does with one of them on grids of a single place.
        """
        log_sigma = self._log_times(self.together, x, plan.tier, generator).reshape(len(x), 1, *x.shape[2:])
        if self.apart is not None:
            own = self._log_times(self.apart, _single(x), plan.tier, generator).reshape(x.shape)
            log_sigma = (log_sigma + own) / 2
        return log_sigma.exp()

    def _log_times(self, estimator: TimeEstimator, x: Tensor, tier: Tier, generator: torch.Generator) -> Tensor:
        near, alone = neighbourhoods(x, self.side), x[0, 0].numel() == 1
        if tier == "one" and not alone:
            apart = near.reshape(len(x), -1, near.shape[1])[:, ::SKIP]
            judged = estimator.scores(apart.flatten(0, 1)).reshape(len(x), -1)
            return judged[:, torch.arange(x[0, 0].numel()) // SKIP].flatten()
        told, more = estimator.scores(near), DRAWS["full"] - 1 if tier == "full" else int(alone and tier == "few")
        if not more:
            return told
        nudged = [near + NUDGE * torch.randn(near.shape[1], generator=generator) for _ in range(more)]
        return torch.stack([told, *map(estimator.scores, nudged)]).mean(0)

    def state(self) -> dict[str, NDArray[Any]]:
        """The networks and the side."""
        own = {} if self.apart is None else self.apart.state(APART)
        return self.together.state(TOGETHER) | own | {"side": np.array([self.side])}


@dataclass(frozen=True)
class TimeLearner:
    """Trains estimators of `kind` on the neighbourhoods of normal grids; `apart`: of single channels too."""

    kind: Kind
    settings: TimeSettings
    side: int
    apart: bool = False

    def learn(self, learned: Tensor, checked: Tensor, on_step: OnStep | None) -> PlaceTimes:
        """Train for the settings' steps: noise never repeats, so that the checked grids can be learned from too."""
        grids = torch.cat([learned, checked])
        apart = self._estimator(_single(grids), None) if self.apart else None
        return PlaceTimes(self._estimator(grids, on_step), apart, self.side)

    def _estimator(self, grids: Tensor, on_step: OnStep | None) -> TimeEstimator:
        return TimeEstimator.fit(learned_from(grids, self.side), self.kind, self.settings, on_step)

    def restored(self, state: Mapping[str, NDArray[Any]]) -> PlaceTimes:
        """The trained estimators again."""
        arrays = dict(state)
        apart = TimeEstimator.from_state(arrays, APART) if self.apart else None
        return PlaceTimes(TimeEstimator.from_state(arrays, TOGETHER), apart, int(arrays["side"][0]))


def _single(x: Tensor) -> Tensor:
    """Each channel as a grid of its own: (B, C, *axes) → (B · C, 1, *axes)."""
    return x.flatten(0, 1).unsqueeze(1)


@dataclass(frozen=True, kw_only=True)
class TimeMethod(TrainedMethod):
    """No denoiser: one call of a small network. `estimator`: "categorical" (a softmax over bins of log σ) or
    "inverse_gamma"; `train_steps`: of its training."""

    def options(self, space: type[GridSpace[Any, Any, Any, Any]]) -> dict[str, Any]:
        """Those of the space that are not about denoisers, and of the estimator."""
        own = {key: value for key, value in space.options().items() if key not in space.of_denoisers}
        return own | {"estimator": "categorical", "train_steps": TimeSettings.steps}

    def check(self, options: Mapping[str, Any]) -> None:
        require(options["train_steps"] >= 1, "train_steps", options["train_steps"], "a number from 1")
        known = get_args(Kind)
        require(options["estimator"] in known, "estimator", options["estimator"], f"one of {', '.join(known)}")

    def learner(self, options: Mapping[str, Any], space: GridSpace[Any, Any, Any, Any]) -> TimeLearner:
        """Estimators of diffusion time."""
        around = space.around
        sizes = {key: value for key, value in (("width", around.width), ("batch", around.batch)) if value is not None}
        settings = TimeSettings(steps=options["train_steps"], seed=space.seed, **sizes)
        return TimeLearner(options["estimator"], settings, around.side, around.apart)


METHOD = TimeMethod(
    name="time",
    family="density",
    summary="DTE: a small network guesses how much noise the surroundings of each {place} carry: much where abnormal.",
    best_for="a learned density at the least cost: nothing is sampled, and the network is small",
    paper="Livernoche et al. 2024, DTE, arXiv 2305.18593",
    cost="trains for about half a minute on one core, then scores in {speed}",
)
