"""Flow matching: the velocity of straight paths, one model for several kinds, places alone, and the saved state."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import torch
from torch import Tensor

from anomalyst.detectors.methods.base import Plan
from anomalyst.detectors.methods.places.flow_matching import METHOD, PlaceVelocities, VelocityLearner
from anomalyst.detectors.methods.places.velocity import VelocityField, VelocitySettings, mixed
from anomalyst.detectors.registry import detector_class
from anomalyst.errors import InputError

SETTINGS = VelocitySettings(prototypes=4, width=64, steps=600, batch=256)
KINDS = torch.tensor([[4.0, 0.0], [-4.0, 0.0]])  # two kinds of normals, each near its centre


def normals(count: int, seed: int = 0) -> Tensor:
    """Grids (N, 2, 6, 6) whose places are of one of two kinds."""
    generator = torch.Generator().manual_seed(seed)
    kind = KINDS[torch.randint(2, (count, 6, 6), generator=generator)]
    return (kind + 0.3 * torch.randn(kind.shape, generator=generator)).permute(0, 3, 1, 2)


@cache
def learned() -> PlaceVelocities:
    return VelocityLearner(SETTINGS, 1).learn(normals(100), normals(10, 1), None)


def mismatch(x: Tensor) -> Tensor:
    return learned().scores(METHOD, x, Plan(tier="full"), torch.Generator().manual_seed(0))


def test_a_path_runs_straight_from_noise_to_the_normal() -> None:
    x, noise = torch.ones(3, 2), torch.zeros(3, 2)
    assert torch.equal(mixed(x, noise, torch.tensor([0.0, 0.5, 1.0]))[:, 0], torch.tensor([0.0, 0.5, 1.0]))


def test_one_model_knows_several_kinds_and_what_is_none_of_them() -> None:
    x = normals(1, 2)
    x[0, :, 2, 3] = torch.tensor([0.0, 2.0])  # nearer to each kind than these to each other
    found = mismatch(x)
    assert found.shape == (1, 1, 6, 6) and int(found.argmax()) == 2 * 6 + 3
    assert found[0, 0, 2, 3] > 1.5 * found.flatten().sort().values[-2]


def test_places_are_judged_alone_and_the_state_is_whole() -> None:
    x = normals(3, 4)
    assert torch.allclose(mismatch(x)[:1], mismatch(x[:1]), rtol=1e-4)
    again = VelocityLearner(SETTINGS, 1).restored(learned().state())
    found = again.scores(METHOD, x, Plan(tier="full"), torch.Generator().manual_seed(0))
    assert torch.equal(found, mismatch(x))


def test_the_same_seed_learns_the_same() -> None:
    few = VelocitySettings(prototypes=2, width=16, steps=5, batch=32)
    vectors = normals(5).permute(0, 2, 3, 1).reshape(-1, 2)
    first, second = (VelocityField.fit(vectors, few).state("a") for _ in range(2))
    assert all((first[name] == second[name]).all() for name in first)


def test_fewer_vectors_than_prototypes_and_vectors_without_spread_are_learned_from() -> None:
    few = VelocitySettings(prototypes=8, width=16, steps=5, batch=4)
    field = VelocityField.fit(torch.ones(3, 2), few)
    assert torch.isfinite(field.scores(torch.ones(1, 2), torch.zeros(1, 2))).all()


@pytest.mark.parametrize("vectors", [torch.zeros(0, 2), torch.zeros(3), torch.full((3, 2), torch.nan)])
def test_what_cannot_be_learned_from_is_refused(vectors: Tensor) -> None:
    with pytest.raises(InputError, match="finite ones of shape"):
        VelocityField.fit(vectors, SETTINGS)


@pytest.mark.parametrize("name", ["image-flow-matching", "series-flow-matching"])
def test_options_are_checked(name: str) -> None:
    kind: Any = detector_class(name)
    with pytest.raises(InputError, match="prototypes"):
        kind(prototypes=0)
    assert kind(prototypes=5).config()["prototypes"] == 5
