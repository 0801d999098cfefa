"""Diffusion-time estimation against the exact posterior of isotropic Gaussian normals, by quadrature."""

from __future__ import annotations

import math
from functools import cache

import pytest
import torch
from torch import Tensor

from anomalyst.detectors.methods.places.time_network import Kind, TimeEstimator, TimeSettings
from anomalyst.errors import InputError

DIM = 8
QUICK = TimeSettings(steps=1000, width=128)
KINDS: tuple[Kind, ...] = ("categorical", "inverse_gamma")


def gaussian(count: int, seed: int, size: float = 1.0) -> Tensor:
    return size * torch.randn(count, DIM, generator=torch.Generator().manual_seed(seed))


@cache
def fitted(kind: Kind) -> TimeEstimator:
    return TimeEstimator.fit(gaussian(4000, 0), kind, QUICK)


def posterior(x: Tensor) -> tuple[Tensor, Tensor]:
    """Nodes log σ (S,) and p(σ | x) (M, S) of x = x₀ + σ n with x₀ ~ N(0, 1) and log σ uniform."""
    log_sigma = torch.linspace(math.log(QUICK.sigma_min), math.log(QUICK.sigma_max), 2001, dtype=torch.float64)
    variance = 1 + (2 * log_sigma).exp()
    squared = x.double().square().sum(1, keepdim=True)
    return log_sigma, torch.softmax(-squared / (2 * variance) - DIM / 2 * variance.log(), 1)


@pytest.mark.parametrize("size", [0.5, 1.0, 2.0, 4.0, 10.0])
def test_categorical_time_is_the_exact_posterior_mean(size: float) -> None:
    x = gaussian(300, 1, size)
    log_sigma, weights = posterior(x)
    error = (fitted("categorical").scores(x) - weights @ log_sigma).abs()
    assert error.mean() < 0.1 and error.max() < 0.4  # σ within 10 % on average


@pytest.mark.parametrize("size", [5.0, 10.0])
def test_inverse_gamma_time_is_the_exact_posterior_mean_off_the_data(size: float) -> None:
    """There the posterior is narrow, so that one inverse-gamma of shape d / 2 describes it."""
    x = gaussian(300, 1, size)
    log_sigma, weights = posterior(x)
    assert (fitted("inverse_gamma").scores(x) - weights @ log_sigma).abs().mean() < 0.15


@pytest.mark.parametrize("size", [0.5, 1.0, 5.0, 10.0])
def test_inverse_gamma_scale_is_its_own_optimum(size: float) -> None:
    """The likelihood is highest at b = a / E[σ⁻² | x], and E[log σ] of that is (log b − ψ(a)) / 2."""
    x, shape = gaussian(300, 1, size), torch.tensor(DIM / 2, dtype=torch.float64)
    log_sigma, weights = posterior(x)
    best = (torch.log(shape / (weights @ (-2 * log_sigma).exp())) - torch.digamma(shape)) / 2
    assert (fitted("inverse_gamma").scores(x) - best).abs().mean() < 0.2


@pytest.mark.parametrize("kind", KINDS)
def test_far_points_rank_above_near_ones(kind: Kind) -> None:
    direction = torch.nn.functional.normalize(gaussian(50, 2), dim=1)
    times = torch.stack([fitted(kind).scores(direction * far) for far in (3.0, 8.0, 20.0, 40.0)])
    assert (times.diff(dim=0) > 0).all()
    assert fitted(kind).scores(gaussian(200, 3, 5.0)).quantile(0.05) > fitted(kind).scores(gaussian(200, 4)).max()


@pytest.mark.parametrize("kind", KINDS)
def test_units_seed_and_saved_state(kind: Kind) -> None:
    normals, x = gaussian(500, 0), gaussian(40, 1, 3.0)
    short = TimeSettings(steps=20, width=16, seed=3)
    before = torch.random.get_rng_state()
    first = TimeEstimator.fit(normals, kind, short)
    assert torch.equal(before, torch.random.get_rng_state())
    assert torch.equal(first.scores(x), TimeEstimator.fit(normals, kind, short).scores(x))
    other = TimeEstimator.fit(normals, kind, TimeSettings(steps=20, width=16, seed=4))
    assert not torch.equal(first.scores(x), other.scores(x))
    torch.testing.assert_close(first.scores(x)[:7], first.scores(x[:7]))
    units = TimeEstimator.fit(100 * normals + 7, kind, short)  # times are in standard deviations of the normals
    torch.testing.assert_close(units.scores(100 * x + 7), first.scores(x), atol=1e-3, rtol=1e-3)
    again = TimeEstimator.from_state(first.state("time"), "time")
    assert torch.equal(again.scores(x), first.scores(x)) and again.settings == short


def test_a_constant_coordinate_does_no_harm() -> None:
    normals = gaussian(300, 0)
    normals[:, 0] = 5.0
    found = TimeEstimator.fit(normals, settings=TimeSettings(steps=5, width=16))
    assert torch.isfinite(found.scores(gaussian(10, 1))).all()


def test_bad_input_is_refused() -> None:
    with pytest.raises(InputError, match="kind"):
        TimeEstimator.fit(gaussian(10, 0), "gauss")  # type: ignore[arg-type]
    for bad in (torch.zeros(0, 3), torch.zeros(5), torch.full((4, 2), torch.nan)):
        with pytest.raises(InputError, match="shape"):
            TimeEstimator.fit(bad)
    with pytest.raises(InputError, match="shape"):
        fitted("categorical").scores(torch.zeros(3, DIM + 1))
    with pytest.raises(InputError, match="sigma"):
        TimeSettings(sigma_min=3.0, sigma_max=1.0)
    with pytest.raises(InputError, match="positive"):
        TimeSettings(steps=0)
