"""What a method must keep to: its card on every kind of data that carries it, and scores of grids that mean the same in
any batch; then that each detector it makes is a detector."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from anomalyst import plugins
from anomalyst.detectors.contract import Detector
from anomalyst.detectors.methods.base import Method, Plan
from anomalyst.detectors.methods.learner import Asked
from anomalyst.detectors.offer import Offer
from anomalyst.modalities.registry import modalities
from anomalyst.testing.detectors import Tried, card_and_config, check_detector
from anomalyst.testing.saying import must

OUTLIER = 6.0  # standard deviations
AXES = ((24,), (8, 8))  # of the grids that a method is tried on


def check_method(
    method: Method | str, options: Mapping[str, Any] | None = None, on: Iterable[str] | None = None
) -> None:
    """AssertionError unless the method, a registered name or what its entry point names, keeps to the contract.

    `options`: of its detectors' constructors, such as fewer steps of training, those taken that a detector has; `on`:
    the kinds of data on which its detector is fitted and checked too; None: all that carry it.
    """
    known = plugins.load(plugins.METHODS, method) if isinstance(method, str) else method
    must(isinstance(known, Method), f"{method!r} is no method, but {known!r}.")
    if isinstance(known, Asked):
        for axes in AXES:
            scores_mean_the_same_in_any_batch(known, axes)
    carried = {name: kind.offer for name, kind in modalities().items() if kind.offer.carries(known.name)}
    for name, offer in carried.items():
        made = detector_on(offer, known)
        must(made.card.name == offer.detector(known.name), f"{known.name}: on {name} its card says {made.card.name!r}.")
        if on is None or name in on:
            check_detector(made, {key: value for key, value in (options or {}).items() if key in made.defaults()})
        else:
            card_and_config(Tried(made, {}, modalities()[name].trial(0), 0.0))


def detector_on(offer: Offer, method: Method) -> type[Detector]:
    """The detector that the method is on a kind of data."""
    made: type[Detector] = plugins.at(method.body).on(offer, method, offer.detector(method.name))
    return made


def scores_mean_the_same_in_any_batch(method: Asked, axes: tuple[int, ...]) -> None:
    """Asked of a denoiser of white noise: scores are finite, of the grids' shape, repeated by the same seed, the same
    for a grid alone as among others, not constant, and higher where something sticks out."""
    x = torch.randn((3, 2, *axes), generator=torch.Generator().manual_seed(0))
    x[0].flatten(1)[:, :2] = OUTLIER
    plan = Plan(depth=1.0)

    def asked(grids: Tensor) -> Tensor:
        return method.score(White(), grids, plan, torch.Generator().manual_seed(1)).detach()

    scores, alone = asked(x), asked(x[:1])
    must(scores.shape == x.shape, f"{method.name}: grids {tuple(x.shape)} have scores {tuple(scores.shape)}.")
    must(
        bool(scores.isfinite().all()) and float(scores.std()) > 0, f"{method.name}: scores are constant or not finite."
    )
    must(torch.equal(scores, asked(x)), f"{method.name}: the same seed gives other scores.")
    apart = float((scores[:1] - alone).abs().max() / scores.abs().max())
    must(apart < 1e-4, f"{method.name}: the scores of a grid depend on the others of its batch, by {apart:.2g}.")
    high, usual = scores[0].flatten(1)[:, :2].mean(), scores[1:].mean()
    must(bool(high > usual), f"{method.name}: what sticks out scores {high:.3g}, others {usual:.3g}: higher is worse.")


class White:
    """D(x; σ) = x / (1 + σ²): the exact denoiser of white noise."""

    device = torch.device("cpu")

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """What is left of x at noise level σ (B,)."""
        return x / (1 + sigma.reshape(-1, *[1] * (x.ndim - 1)) ** 2)
