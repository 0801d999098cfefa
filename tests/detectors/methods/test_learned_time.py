"""Diffusion time as what a detector learns: neighbourhoods of a grid, channels told apart, and the saved state."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import torch
from torch import Tensor

from anomalyst.detectors.methods.base import Plan
from anomalyst.detectors.methods.places.around import neighbourhoods
from anomalyst.detectors.methods.places.time import METHOD, PlaceTimes, TimeLearner
from anomalyst.detectors.methods.places.time_network import TimeSettings
from anomalyst.errors import InputError
from tests.helpers.detectors import ImageTime, SeriesTime

LEARNER = TimeLearner("categorical", TimeSettings(steps=300, width=64, batch=128), 5, apart=True)


def waves(count: int, seed: int = 0) -> Tensor:
    """Windows of two sines that go together, (N, 2, 40)."""
    generator = torch.Generator().manual_seed(seed)
    phase = 6.3 * torch.rand(count, 1, 1, generator=generator)
    clean = torch.sin(torch.arange(40) / 3 + phase + torch.tensor([0.0, 1.0])[:, None])
    return clean + 0.05 * torch.randn(clean.shape, generator=generator)


@cache
def learned() -> PlaceTimes:
    return LEARNER.learn(waves(200), waves(20, 1), None)


def times(model: PlaceTimes, x: Tensor) -> Tensor:
    return model.scores(METHOD, x, Plan(), torch.Generator())


@pytest.mark.parametrize("shape", [(2, 3, 7), (2, 3, 5, 6)])
@pytest.mark.parametrize("side", [1, 3, 4])
def test_neighbourhoods_are_what_lies_around_each_place(shape: tuple[int, ...], side: int) -> None:
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    axes = shape[2:]
    found = neighbourhoods(x, side).reshape(shape[0], *axes, shape[1], *[side] * len(axes))
    reach = [torch.arange(n)[:, None] + torch.arange(side) - (side - 1) // 2 for n in axes]
    rows = [steps.clamp(0, n - 1) for steps, n in zip(reach, axes, strict=True)]
    place = tuple(n // 2 for n in axes)
    for at in (place, tuple(0 for _ in axes), tuple(n - 1 for n in axes)):
        around = x[1][:, rows[0][at[0]]]
        around = around if len(axes) == 1 else around[:, :, rows[1][at[1]]]
        assert torch.equal(found[(1, *at)], around)


def test_a_fault_carries_more_noise_in_its_own_channel_and_place() -> None:
    x = waves(1, 2)
    x[0, 1, 20:24] += 3
    found = times(learned(), x)
    assert found.shape == x.shape and (found > 0).all()
    assert 18 <= int(found[0, 1].argmax()) <= 25
    assert found[0, 1, 22] > found[0, 0, 22]


def test_channels_that_no_longer_go_together_are_seen_together() -> None:
    x = waves(20, 3)
    broken = torch.stack([x[:10, 0], x[10:, 1]], 1)  # each channel as ever, of another phase
    assert times(learned(), broken).log().mean() > times(learned(), x).log().mean() + 0.3


def test_places_are_judged_alone_and_the_state_is_whole() -> None:
    x = waves(3, 4)
    assert torch.allclose(times(learned(), x)[:1], times(learned(), x[:1]), rtol=1e-4)
    again = LEARNER.restored(learned().state())
    assert torch.equal(times(again, x), times(learned(), x))


@pytest.mark.parametrize("kind", [ImageTime, SeriesTime])
def test_options_are_checked(kind: Any) -> None:
    with pytest.raises(InputError, match="estimator"):
        kind(estimator="beta")  # type: ignore[arg-type]
    assert kind(estimator="inverse_gamma").config()["estimator"] == "inverse_gamma"
