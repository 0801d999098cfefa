"""The diffusion engine's mathematics against closed forms: denoiser, score, likelihood, information, simplex noise."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from anomalyst.detectors.denoisers.contract import Denoiser, score
from anomalyst.detectors.noise import sigma_ladder, simplex
from anomalyst.detectors.sampling.likelihood import log_likelihood
from anomalyst.errors import InputError
from tests.helpers.exact import Empirical, GaussianMixture, log_density, pointwise_information

MIXTURE = GaussianMixture(
    torch.tensor([[-1.5, 0.5], [1.0, -0.5]]),
    torch.tensor([[[0.2, 0.1], [0.1, 0.3]], [[0.4, -0.2], [-0.2, 0.2]]]),
    torch.tensor([0.3, 0.7]),
)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


class StandardNormal(torch.nn.Module):
    """The exact denoiser of N(0, 1) data of any axes, with a weight, as a network has."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(()))

    def forward(self, x: Tensor, sigma: Tensor) -> Tensor:
        return self.scale * x / (1 + sigma.reshape(-1, *[1] * (x.ndim - 1)) ** 2)


# Denoisers


def test_mixture_density_is_that_of_torch() -> None:
    x, sigma = torch.randn(50, 2, generator=seeded()), torch.linspace(0, 3, 50)
    for row, level in zip(x, sigma, strict=True):
        mixture = torch.distributions.MixtureSameFamily(
            torch.distributions.Categorical(MIXTURE.weights),
            torch.distributions.MultivariateNormal(MIXTURE.means, MIXTURE.covariances + level**2 * torch.eye(2)),
        )
        torch.testing.assert_close(
            MIXTURE.log_density(row[None], level[None])[0], mixture.log_prob(row), atol=1e-4, rtol=1e-4
        )


def test_mixture_denoiser_follows_tweedie() -> None:
    x = torch.randn(40, 2, generator=seeded()).requires_grad_()
    sigma = torch.linspace(0.1, 5, 40)
    (gradient,) = torch.autograd.grad(MIXTURE.log_density(x, sigma).sum(), x)
    torch.testing.assert_close(score(MIXTURE, x, sigma), gradient, atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(MIXTURE(x, sigma), x + sigma[:, None] ** 2 * gradient, atol=1e-4, rtol=1e-4)


def test_one_gaussian_denoises_linearly_on_any_axes() -> None:
    covariance = torch.diag(torch.tensor([1.0, 4.0, 0.0, 0.25]))
    gaussian = GaussianMixture(torch.zeros(1, 4), covariance[None], torch.ones(1))
    x = torch.randn(3, 1, 2, 2, generator=seeded())
    want = x.flatten(1) * covariance.diag() / (covariance.diag() + 0.49)
    torch.testing.assert_close(gaussian(x, torch.full((3,), 0.7)), want.reshape(x.shape))


@pytest.mark.parametrize("axes", [(5,), (2, 6), (3, 4, 4)])
def test_empirical_is_brute_force_at_each_samples_own_level(axes: tuple[int, ...]) -> None:
    generator = seeded()
    normals, x = torch.randn(30, *axes, generator=generator), torch.randn(6, *axes, generator=generator)
    sigma = torch.tensor([0.3, 1.0, 0.3, 4.0, 2.0, 1.0])
    got = Empirical(normals)(x, sigma)
    for row, level, clean in zip(x.double(), sigma.double(), got, strict=True):
        kernel = torch.exp(-(row - normals.double()).square().flatten(1).sum(1) / (2 * level**2))
        want = torch.einsum("n,n...->...", kernel / kernel.sum(), normals.double())
        torch.testing.assert_close(clean, want.float(), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    "parts",
    [
        (torch.zeros(2), torch.eye(2)[None], torch.ones(1)),
        (torch.zeros(1, 2), torch.eye(3)[None], torch.ones(1)),
        (torch.zeros(1, 2), torch.eye(2)[None], torch.zeros(1)),
    ],
)
def test_a_mixture_that_does_not_fit_together_is_refused(parts: tuple[Tensor, Tensor, Tensor]) -> None:
    with pytest.raises(InputError, match="mixture"):
        GaussianMixture(*parts)


def test_samples_unlike_the_normals_are_refused() -> None:
    with pytest.raises(InputError, match="shaped as the normals"):
        Empirical(torch.zeros(3, 1, 4))(torch.zeros(2, 1, 5), torch.ones(2))


# Likelihood


def test_exact_trace_gives_the_mixtures_density_to_a_twentieth_of_a_nat() -> None:
    x = torch.randn(64, 2, generator=seeded())
    got = log_likelihood(MIXTURE, x, 0.05, 80.0, 160, "exact").sum(1)
    torch.testing.assert_close(got, MIXTURE.log_density(x, torch.full((64,), 0.05)), atol=0.05, rtol=0)


def test_random_probes_agree_with_the_exact_trace_within_their_chance() -> None:
    x = torch.randn(64, 2, generator=seeded())
    exact = log_likelihood(MIXTURE, x, 0.05, 40.0, 40, "exact").sum(1)
    drawn = log_likelihood(MIXTURE, x, 0.05, 40.0, 40, 64, seeded(1)).sum(1)
    difference = drawn - exact
    assert float(difference.abs().max()) > 1e-3  # the probes are truly random
    # Measured: deviation 0.25 nats over samples for 64 probes; the mean of 64 samples is then within 3 x 0.03.
    assert float(difference.std()) < 0.5
    assert abs(float(difference.mean())) < 0.1


@pytest.mark.parametrize("axes", [(2, 5), (2, 3, 3)])
def test_parts_of_the_likelihood_are_each_coordinates_own(axes: tuple[int, ...]) -> None:
    x = 2 * torch.randn(4, *axes, generator=seeded())
    # Independent coordinates: the Jacobian is diagonal and one Rademacher probe is exact.
    got = log_likelihood(StandardNormal(), x, 0.1, 40.0, 60, 1, seeded())
    want = torch.distributions.Normal(0, math.sqrt(1.01)).log_prob(x)
    assert not got.requires_grad
    torch.testing.assert_close(got, want, atol=0.02, rtol=0.01)


def test_likelihood_of_the_empirical_denoiser_is_its_kernel_density() -> None:
    generator = seeded()
    normals, x = torch.randn(20, 3, generator=generator), torch.randn(5, 3, generator=generator)
    got = log_likelihood(Empirical(normals), x, 0.3, 40.0, 160, "exact").sum(1)
    torch.testing.assert_close(got, log_density(x, normals, torch.tensor([0.3]))[0], atol=0.05, rtol=0)


@pytest.mark.parametrize(
    ("low", "high", "steps", "probes"), [(0.0, 1.0, 5, 1), (2.0, 1.0, 5, 1), (0.1, 1.0, 1, 1), (0.1, 1.0, 5, 0)]
)
def test_likelihood_refuses_levels_steps_and_probes_that_mean_nothing(
    low: float, high: float, steps: int, probes: int
) -> None:
    with pytest.raises(InputError, match="give"):
        log_likelihood(MIXTURE, torch.zeros(1, 2), low, high, steps, probes)


# Information

SIGMAS = sigma_ladder(0.005, 100.0, 40)


def given(rho: float, y: Tensor) -> Denoiser:
    """The denoiser of x | y for standard normal x and y of correlation rho."""
    spread = 1 - rho**2

    def denoise(x: Tensor, sigma: Tensor) -> Tensor:
        return rho * y + spread / (spread + sigma[:, None] ** 2) * (x - rho * y)

    return denoise


def test_information_of_a_gaussian_pair_is_the_closed_form() -> None:
    rho, generator = 0.8, seeded()
    y = torch.randn(500, 1, generator=generator)
    x = rho * y + math.sqrt(1 - rho**2) * torch.randn(500, 1, generator=generator)
    shares, error = pointwise_information(given(rho, y), StandardNormal(), x, SIGMAS, generator, 100)
    got = shares.sum(1)
    want = torch.distributions.Normal(rho * y, math.sqrt(1 - rho**2)).log_prob(x)
    want = (want - torch.distributions.Normal(0, 1).log_prob(x))[:, 0]
    # Each within its error bar as often as a standard error should be, and the bars as wide as the misses.
    misses = (got - want) / error
    assert float((misses.abs() < 2).float().mean()) > 0.9
    assert float(misses.std()) == pytest.approx(1, abs=0.2)
    assert float((got - want).mean()) == pytest.approx(0, abs=0.03)
    # The mean over pairs is the mutual information, 0.511 nats, within the chance of 500 pairs.
    assert float(got.mean()) == pytest.approx(-0.5 * math.log(1 - rho**2), abs=0.12)


def test_information_of_a_label_is_the_log_ratio_and_averages_to_mutual_information() -> None:
    generator, zero = seeded(), torch.zeros(150)
    parts, infos, exact = [], [], []
    for label in range(2):
        only = GaussianMixture(MIXTURE.means[[label]], MIXTURE.covariances[[label]], torch.ones(1))
        root = torch.linalg.cholesky(only.covariances[0])
        x = only.means + torch.randn(150, 2, generator=generator) @ root.T
        shares, error = pointwise_information(only, MIXTURE, x, SIGMAS, generator, 60)
        want = only.log_density(x, zero) - MIXTURE.log_density(x, zero)
        parts.append((shares.sum(1) - want) / error)
        infos.append(float(shares.sum(1).mean()))
        exact.append(float(want.mean()))
    assert float((torch.cat(parts).abs() < 3).float().mean()) > 0.95
    weights = MIXTURE.weights.tolist()
    mutual = sum(w * i for w, i in zip(weights, infos, strict=True))
    assert mutual == pytest.approx(sum(w * i for w, i in zip(weights, exact, strict=True)), abs=0.03)
    assert 0 < mutual < -sum(w * math.log(w) for w in weights)  # below the label's entropy


def test_information_is_mapped_where_it_is() -> None:
    # Two independent coordinates, of which the condition tells only the first.
    def told(x: Tensor, sigma: Tensor) -> Tensor:
        return torch.cat([given(0.9, torch.ones(1, 1))(x[:, :1], sigma), StandardNormal()(x[:, 1:], sigma)], 1)

    shares, _ = pointwise_information(told, StandardNormal(), torch.full((1, 2), 0.9), SIGMAS, seeded(), 100)
    assert float(shares[0, 1]) == pytest.approx(0, abs=1e-6)
    assert float(shares[0, 0]) == pytest.approx(0.5 * 0.9**2 - 0.5 * math.log(1 - 0.9**2), abs=0.2)


@pytest.mark.parametrize(("sigmas", "draws"), [([1.0], 4), ([0.0, 1.0], 4), ([0.1, 1.0], 1)])
def test_information_refuses_what_gives_no_integral_or_no_error(sigmas: list[float], draws: int) -> None:
    with pytest.raises(InputError, match="2 or more"):
        pointwise_information(MIXTURE, MIXTURE, torch.zeros(1, 2), torch.tensor(sigmas), None, draws)


# Simplex noise


@pytest.mark.parametrize("shape", [(400, 1, 128), (24, 3, 48, 48)])
def test_simplex_has_mean_0_and_variance_1(shape: tuple[int, ...]) -> None:
    noise = simplex(shape, octaves=6, persistence=0.8, frequency=32.0, generator=seeded())
    assert noise.shape == shape
    assert noise.dtype == torch.float32
    assert float(noise.mean()) == pytest.approx(0, abs=0.1)
    assert float(noise.var()) == pytest.approx(1, abs=0.1)


def correlation(noise: Tensor, lag: int) -> float:
    return float((noise[..., lag:] * noise[..., :-lag]).mean() / noise.var())


@pytest.mark.parametrize("shape", [(200, 1, 256), (20, 1, 96, 96)])
def test_simplex_is_smooth_within_a_cell_and_forgets_beyond(shape: tuple[int, ...]) -> None:
    noise = simplex(shape, octaves=1, persistence=0.5, frequency=32.0, generator=seeded())
    near = [correlation(noise, lag) for lag in (1, 3, 6)]
    assert near[0] > 0.97
    assert near == sorted(near, reverse=True)
    assert abs(correlation(noise, 64)) < 0.15
    # No edges: neighbours never differ by more than a small part of the deviation.
    assert float(noise.diff(dim=-1).abs().max()) < 0.6
    finer = simplex(shape, octaves=1, persistence=0.5, frequency=8.0, generator=seeded())
    assert correlation(finer, 3) < near[1]


def test_simplex_follows_its_seed_and_draws_each_map_by_itself() -> None:
    options: dict[str, Any] = {"octaves": 3, "persistence": 0.7, "frequency": 16.0}
    first = simplex((2, 2, 32, 32), generator=seeded(3), **options)
    assert torch.equal(first, simplex((2, 2, 32, 32), generator=seeded(3), **options))
    assert not torch.equal(first, simplex((2, 2, 32, 32), generator=seeded(4), **options))
    maps = first.reshape(4, -1)
    assert float(torch.corrcoef(maps).fill_diagonal_(0).abs().max()) < 0.9


@pytest.mark.parametrize(("shape", "octaves"), [((4, 4), 2), ((1, 1, 2, 2, 2), 2), ((1, 1, 8), 0)])
def test_simplex_refuses_shapes_and_options_it_cannot_meet(shape: tuple[int, ...], octaves: int) -> None:
    with pytest.raises(InputError, match="simplex"):
        simplex(shape, octaves, 0.5, 8.0)
