"""The empirical denoiser against brute force, and against the closed form of a Gaussian."""

from __future__ import annotations

import math

import pytest
import torch
from diffusers import EDMEulerScheduler

from anomalyst.detectors.denoisers import empirical
from anomalyst.detectors.noise import sigma_ladder
from tests.helpers.exact import denoise, log_density


@pytest.fixture
def data() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(7, 5, generator=generator), torch.randn(40, 5, generator=generator)


def brute_weights(x: torch.Tensor, normals: torch.Tensor, sigma: float) -> torch.Tensor:
    kernel = torch.exp(-((x - normals) ** 2).sum(1).double() / (2 * sigma**2))
    return kernel / kernel.sum()


def test_denoise_is_the_weighted_mean(data: tuple[torch.Tensor, torch.Tensor]) -> None:
    queries, normals = data
    got = denoise(queries, normals, 0.8)
    want = torch.stack([brute_weights(x, normals, 0.8).float() @ normals for x in queries])
    torch.testing.assert_close(got, want, atol=1e-5, rtol=1e-5)


def test_log_density_is_the_mixture_of_gaussians(data: tuple[torch.Tensor, torch.Tensor]) -> None:
    queries, normals = data
    sigmas = torch.tensor([0.3, 1.0, 3.0])
    got = log_density(queries, normals, sigmas)
    for s, sigma in enumerate(sigmas.tolist()):
        mixture = torch.distributions.MixtureSameFamily(
            torch.distributions.Categorical(torch.ones(len(normals))),
            torch.distributions.Independent(torch.distributions.Normal(normals, sigma), 1),
        )
        torch.testing.assert_close(got[s], mixture.log_prob(queries), atol=1e-4, rtol=1e-4)


def test_many_normals_of_a_gaussian_give_its_noisy_density() -> None:
    generator = torch.Generator().manual_seed(1)
    normals = torch.randn(20_000, 2, generator=generator)
    queries = torch.tensor([[0.0, 0.0], [1.0, -1.0], [2.0, 0.5]])
    got = log_density(queries, normals, torch.tensor([0.5]))[0]
    want = torch.distributions.Independent(torch.distributions.Normal(torch.zeros(2), math.sqrt(1.25)), 1)
    torch.testing.assert_close(got, want.log_prob(queries), atol=0.05, rtol=0)
    # Tweedie: for a standard normal, E[x0 | x] = x / (1 + sigma^2).
    torch.testing.assert_close(denoise(queries, normals, 0.5), queries / 1.25, atol=0.06, rtol=0)


def test_blocks_and_batches_change_nothing(
    data: tuple[torch.Tensor, torch.Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    queries, normals = data
    whole = denoise(queries, normals, 0.5), empirical.nearest(queries, normals, 3)
    batch = denoise(queries.expand(2, -1, -1), normals.expand(2, -1, -1), 0.5)
    torch.testing.assert_close(batch[1], whole[0])
    monkeypatch.setattr(empirical, "SEARCH_ELEMENTS", 300)
    assert torch.equal(empirical.nearest(queries, normals, 3).index, whole[1].index)


@pytest.mark.parametrize("count", [1000, 1024])
def test_neighbours_found_by_groups_are_the_nearest(count: int) -> None:
    generator = torch.Generator().manual_seed(2)
    normals, queries = (torch.randn(n, 6, generator=generator) for n in (count, 50))
    normals[-5:] = queries[0]  # the nearest lie in the last groups, and several in one place
    for observed in (None, torch.tensor([1.0, 0, 1, 1, 0, 1])):
        mask = torch.ones(6) if observed is None else observed
        brute = (((queries[:, None] - normals) * mask) ** 2).sum(-1)
        got = empirical.nearest(queries, normals, 20, observed)
        torch.testing.assert_close(got.squared, brute.sort().values[:, :20], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(brute.gather(1, got.index), got.squared, atol=1e-4, rtol=1e-4)
        assert all(len(row.unique()) == 20 for row in got.index)


def test_imputation_reads_only_observed_coordinates(data: tuple[torch.Tensor, torch.Tensor]) -> None:
    queries, normals = data
    observed = torch.tensor([1.0, 1.0, 0.0, 1.0, 0.0])
    spoilt = queries.clone()
    spoilt[:, observed == 0] = 1e3
    torch.testing.assert_close(denoise(queries, normals, 0.5, observed), denoise(spoilt, normals, 0.5, observed))
    squared = empirical.nearest(queries, normals, len(normals), observed).squared
    brute = ((queries[:, None, [0, 1, 3]] - normals[None, :, [0, 1, 3]]) ** 2).sum(-1)
    torch.testing.assert_close(squared, brute.sort().values, atol=1e-4, rtol=1e-4)


def test_diffusion_time_grows_with_distance() -> None:
    normals = torch.zeros(10, 3)
    queries = torch.tensor([[0.0, 0, 0], [1.0, 0, 0], [4.0, 0, 0]])
    sigmas = sigma_ladder(0.05, 5.0, 12)
    times = empirical.diffusion_time(log_density(queries, normals, sigmas), sigmas)
    assert times[0] < times[1] < times[2]
    # For one normal, p(sigma | x) peaks at |x| / sqrt(d).
    assert math.exp(float(times[2])) == pytest.approx(4 / math.sqrt(3), rel=0.4)


def test_draws_follow_the_weights() -> None:
    squared = torch.tensor([[0.0, 2.0, 50.0]])
    generator = torch.Generator().manual_seed(0)
    drawn = empirical.draw(squared, 1.0, 20_000, generator)
    share = torch.bincount(drawn[0], minlength=3) / 20_000
    torch.testing.assert_close(share, empirical.weights(squared, 1.0)[0], atol=0.01, rtol=0)


def test_sigma_ladder_falls_between_its_ends() -> None:
    ladder = sigma_ladder(0.1, 2.0, 6)
    assert len(ladder) == 6
    assert torch.all(ladder.diff() < 0)
    torch.testing.assert_close(ladder[[0, -1]], torch.tensor([2.0, 0.1]))
    assert sigma_ladder(0.1, 2.0, 1).tolist() == pytest.approx([0.1])


def test_sigma_ladder_is_that_of_diffusers() -> None:
    scheduler = EDMEulerScheduler(sigma_min=0.1, sigma_max=2.0)
    scheduler.set_timesteps(6)
    assert torch.equal(sigma_ladder(0.1, 2.0, 6), scheduler.sigmas[:-1])
