"""Every sampler against a Gaussian mixture it should reproduce, and imputation against the conditional Gaussian."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from anomalyst.detectors.sampling import samplers
from anomalyst.errors import InputError
from tests.helpers.exact import Empirical, GaussianMixture

WEIGHTS = torch.tensor([0.3, 0.7])
MEANS = torch.tensor([[-1.5, 0.5], [1.0, -0.5]])
COVARIANCES = torch.tensor([[[0.2, 0.1], [0.1, 0.3]], [[0.4, -0.2], [-0.2, 0.2]]])
MIXTURE = GaussianMixture(MEANS, COVARIANCES, WEIGHTS)

Sampler = Callable[..., Tensor]


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def draw(count: int, generator: torch.Generator) -> Tensor:
    labels = torch.multinomial(WEIGHTS, count, replacement=True, generator=generator)
    roots = torch.linalg.cholesky(COVARIANCES)[labels]
    return MEANS[labels] + torch.einsum("bde,be->bd", roots, torch.randn(count, 2, generator=generator))


def first_share(x: Tensor) -> float:
    """The share of samples nearer to the first mode: the weight of that mode, for modes as far apart as these."""
    return float((torch.cdist(x, MEANS).argmin(1) == 0).float().mean())


def ddpm(x: Tensor, sigma: float, steps: int, seed: int = 0, callback: samplers.Callback | None = None) -> Tensor:
    return samplers.ddpm(MIXTURE, x, sigma, steps, seeded(seed), callback)


def ddim(x: Tensor, sigma: float, steps: int, seed: int = 0, callback: samplers.Callback | None = None) -> Tensor:
    return samplers.ddim(MIXTURE, x, sigma, steps, callback=callback)


def noisy_ddim(x: Tensor, sigma: float, steps: int, seed: int = 0, callback: samplers.Callback | None = None) -> Tensor:
    return samplers.ddim(MIXTURE, x, sigma, steps, eta=1.0, generator=seeded(seed), callback=callback)


def ode(x: Tensor, sigma: float, steps: int, seed: int = 0, callback: samplers.Callback | None = None) -> Tensor:
    return samplers.ode(MIXTURE, x, sigma, steps, callback)


def sde(x: Tensor, sigma: float, steps: int, seed: int = 0, callback: samplers.Callback | None = None) -> Tensor:
    return samplers.sde(MIXTURE, x, sigma, steps, seeded(seed), callback)


def imputed(x: Tensor, sigma: float, steps: int, seed: int = 0, callback: samplers.Callback | None = None) -> Tensor:
    return samplers.impute(MIXTURE, x, torch.tensor([1, 0]), sigma, steps, seeded(seed), callback=callback)


ALL = [ddpm, ddim, noisy_ddim, ode, sde]
RANDOM = [ddpm, noisy_ddim, sde, imputed]


@pytest.mark.parametrize("sigma", [1.0, 20.0])
@pytest.mark.parametrize(("sampler", "steps"), [(ddpm, 200), (ddim, 200), (noisy_ddim, 200), (ode, 30), (sde, 60)])
def test_samples_have_the_mixtures_mean_covariance_and_weights(sampler: Sampler, steps: int, sigma: float) -> None:
    generator = seeded()
    x = samplers.add_noise(draw(8000, generator), sigma, generator)
    clean = sampler(x, sigma, steps, seed=1)
    mean = WEIGHTS @ MEANS
    spread = COVARIANCES + torch.einsum("kd,ke->kde", MEANS, MEANS)
    covariance = torch.einsum("k,kde->de", WEIGHTS, spread) - torch.outer(mean, mean)
    # The chance of 8000 draws is 0.015 (mean), 0.02 (covariance) and 0.005 (weights); the rest is the steps' own error.
    torch.testing.assert_close(clean.mean(0), mean, atol=0.04, rtol=0)
    torch.testing.assert_close(torch.cov(clean.T), covariance, atol=0.07, rtol=0)
    assert first_share(clean) == pytest.approx(first_share(draw(200_000, generator)), abs=0.02)


@pytest.mark.parametrize("sampler", ALL)
def test_one_step_is_the_denoiser_itself(sampler: Sampler) -> None:
    x = 2 * torch.randn(5, 2, generator=seeded())
    torch.testing.assert_close(sampler(x, 1.5, 1), MIXTURE(x, torch.full((5,), 1.5)), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("sampler", RANDOM)
def test_a_seed_gives_one_sample_and_another_seed_another(sampler: Sampler) -> None:
    x = 5 * torch.randn(4, 2, generator=seeded())
    assert torch.equal(sampler(x, 5.0, 12, seed=3), sampler(x, 5.0, 12, seed=3))
    assert not torch.equal(sampler(x, 5.0, 12, seed=3), sampler(x, 5.0, 12, seed=4))


@pytest.mark.parametrize("sampler", [*ALL, imputed])
@pytest.mark.parametrize("steps", [1, 2, 7])
def test_the_callback_counts_every_step_and_ends_at_the_sample(sampler: Sampler, steps: int) -> None:
    calls: list[tuple[int, int, Tensor]] = []
    clean = sampler(torch.ones(3, 2), 2.0, steps, callback=lambda done, total, x: calls.append((done, total, x)))
    assert [(done, total) for done, total, _ in calls] == [(i + 1, steps) for i in range(steps)]
    assert torch.equal(calls[-1][2], clean)


@pytest.mark.parametrize("sampler", [*ALL, imputed])
@pytest.mark.parametrize(("sigma", "steps"), [(1.0, 0), (0.0, 5), (-1.0, 5), (float("nan"), 5), (float("inf"), 5)])
def test_no_steps_and_no_noise_are_refused(sampler: Sampler, sigma: float, steps: int) -> None:
    with pytest.raises(InputError, match="give"):
        sampler(torch.ones(3, 2), sigma, steps)


@pytest.mark.parametrize("axes", [(6,), (2, 8), (3, 4, 5)])
def test_samples_of_all_axes_end_among_the_normals(axes: tuple[int, ...]) -> None:
    normals = torch.randn(4, *axes, generator=seeded())
    denoiser = Empirical(normals)
    x = samplers.add_noise(normals, 0.3, seeded(1))
    observed = torch.ones(axes)
    observed[..., -1] = 0
    for clean in (
        samplers.ddpm(denoiser, x, 0.3, 20, seeded()),
        samplers.ddim(denoiser, x, 0.3, 20),
        samplers.ode(denoiser, x, 0.3, 10),
        samplers.sde(denoiser, x, 0.3, 20, seeded()),
        samplers.impute(denoiser, normals, observed, 3.0, 30, seeded(), resample=3),
    ):
        assert clean.shape == x.shape
        assert clean.dtype == torch.float32
        torch.testing.assert_close(clean, normals, atol=0.05, rtol=0)


def test_noise_can_be_given() -> None:
    x0, noise = torch.ones(2, 3), torch.full((2, 3), 2.0)
    torch.testing.assert_close(samplers.add_noise(x0, 0.5, noise=noise), torch.full((2, 3), 2.0))
    assert torch.equal(samplers.add_noise(x0, 0.5, seeded()), samplers.add_noise(x0, 0.5, seeded()))


def test_ddim_comes_back_from_its_inversion() -> None:
    x0 = draw(300, seeded())
    errors = []
    for steps in (50, 200, 800):
        x = samplers.ddim_inversion(MIXTURE, x0, 1.0, steps)
        errors.append(float((samplers.ddim(MIXTURE, x, 1.0, steps) - x0).abs().max()))
    # First order: four times the steps, about a quarter of the error. Measured at worst 0.21, 0.04, 0.009.
    assert errors[1] < 0.4 * errors[0]
    assert errors[2] < 0.4 * errors[1]
    assert errors[2] < 0.02


def test_inversion_reaches_the_asked_noise_level() -> None:
    x0 = draw(4000, seeded())
    noisy = samplers.ddim_inversion(MIXTURE, x0, 5.0, 200)
    want = torch.cov(x0.T) + 25 * torch.eye(2)
    torch.testing.assert_close(torch.cov(noisy.T), want, atol=1.2, rtol=0)


def test_eta_outside_its_range_is_refused() -> None:
    with pytest.raises(InputError, match="eta"):
        samplers.ddim(MIXTURE, torch.ones(1, 2), 1.0, 5, eta=1.5)


# Imputation


def test_imputation_keeps_what_is_observed_and_reads_nothing_else() -> None:
    x0 = draw(50, seeded())
    spoilt = x0.clone()
    spoilt[:, 1] = float("nan")
    observed = torch.tensor([True, False])
    clean = samplers.impute(MIXTURE, x0, observed, 10.0, 8, seeded(1), resample=2)
    assert torch.equal(clean[:, 0], x0[:, 0])
    assert not torch.equal(clean[:, 1], x0[:, 1])
    assert torch.equal(clean, samplers.impute(MIXTURE, spoilt, observed, 10.0, 8, seeded(1), resample=2))
    everything = samplers.impute(MIXTURE, x0, torch.ones(()), 10.0, 3, seeded())
    assert torch.equal(everything, x0)


def test_imputation_tends_to_the_conditional_gaussian_as_it_resamples() -> None:
    rho, seen = 0.8, 1.2
    gaussian = GaussianMixture(torch.zeros(1, 2), torch.tensor([[[1.0, rho], [rho, 1.0]]]), torch.ones(1))
    x0, observed = torch.tensor([[seen, float("nan")]]).expand(4000, 2), torch.tensor([1, 0])
    once = samplers.impute(gaussian, x0, observed, 20.0, 60, seeded(), resample=1)[:, 1]
    often = samplers.impute(gaussian, x0, observed, 20.0, 60, seeded(), resample=20)[:, 1]
    # Exact: mean 0.96, variance 0.36; measured 0.94, 0.31, and 0.59, 0.44 with one pass, which leans to the marginal.
    assert float(often.mean()) == pytest.approx(rho * seen, abs=0.06)
    assert float(often.var()) == pytest.approx(1 - rho**2, abs=0.08)
    assert abs(float(once.mean()) - rho * seen) > abs(float(often.mean()) - rho * seen)


def test_no_pass_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="resample"):
        samplers.impute(MIXTURE, torch.ones(1, 2), torch.ones(2), 1.0, 5, seeded(), resample=0)


def test_noise_of_ones_choice_stands_in_for_gaussian_draws() -> None:
    x, generator = 3 * torch.randn(20, 2, generator=seeded(1)), seeded(2)
    chosen = samplers.ddim(MIXTURE, x, 3.0, 5, eta=1.0, noise=lambda now: torch.randn(now.shape, generator=generator))
    torch.testing.assert_close(chosen, noisy_ddim(x, 3.0, 5, seed=2))
    still = samplers.ddim(MIXTURE, x, 3.0, 5, eta=1.0, noise=torch.zeros_like)
    assert not torch.allclose(chosen, still)
