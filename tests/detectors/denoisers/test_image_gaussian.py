"""The Gaussian denoiser by place against closed forms, and the fusion of views."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal

from anomalyst.detectors.denoisers.closed_form import gratings
from anomalyst.detectors.denoisers.gaussian import FOLDS, MOST_PLACES, Moments, places
from anomalyst.modalities.image.space.map import Fusion, shifted

DIM = 6


@pytest.fixture
def vectors() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    mixing = torch.randn(DIM, DIM, generator=generator)
    return torch.randn(40, 4, 5, DIM, generator=generator) @ mixing + torch.arange(5.0)[None, None, :, None]


def test_density_is_the_gaussians(vectors: torch.Tensor) -> None:
    gaussian = Moments.fit(vectors).gaussian()
    cells = vectors[3] + 0.5
    scores = gaussian.scores("density", cells)
    for row, column in ((0, 0), (2, 4)):
        number = int(gaussian.place[row, column])
        mean, covariance = gaussian.mean[number], gaussian.factor[number] @ gaussian.factor[number].T
        frozen = multivariate_normal(mean.double().numpy(), covariance.double().numpy())
        distance = 2 * (frozen.logpdf(mean.double().numpy()) - frozen.logpdf(cells[row, column].double().numpy()))
        assert float(scores[row, column]) == pytest.approx(np.sqrt(distance), rel=1e-3)
        torch.testing.assert_close(mean, vectors[:, row, column].mean(0), atol=1e-4, rtol=1e-4)


def test_reconstruction_is_the_way_to_the_denoised_cell(vectors: torch.Tensor) -> None:
    gaussian = Moments.fit(vectors).gaussian()
    cell, number = vectors[3, 1, 2] + 0.5, int(gaussian.place[1, 2])
    total = gaussian.factor[number] @ gaussian.factor[number].T
    signal = total - gaussian.noise.square() * torch.eye(DIM)
    denoised = gaussian.mean[number] + signal @ torch.linalg.solve(total, cell - gaussian.mean[number])
    found = gaussian.scores("reconstruction", vectors[3] + 0.5)[1, 2]
    torch.testing.assert_close(found, (cell - denoised).norm(), atol=1e-3, rtol=1e-3)


def test_imputation_is_the_error_of_the_conditional_mean(vectors: torch.Tensor) -> None:
    gaussian = Moments.fit(vectors).gaussian()
    number = int(gaussian.place[1, 2])
    covariance = gaussian.factor[number] @ gaussian.factor[number].T
    away = vectors[3, 1, 2] + 0.5 - gaussian.mean[number]
    wanted = []
    for mask in gratings(DIM):
        seen, hidden = (mask == 1).nonzero()[:, 0], (mask == 0).nonzero()[:, 0]
        weights = torch.linalg.solve(covariance[seen][:, seen], away[seen])
        missed = away[hidden] - covariance[hidden][:, seen] @ weights
        wanted.append(missed.norm() * (DIM / len(hidden)) ** 0.5)
    found = gaussian.scores("imputation", vectors[3] + 0.5)[1, 2]
    torch.testing.assert_close(found, torch.stack(wanted).mean(), atol=1e-3, rtol=1e-3)


def test_leaving_one_out_is_fitting_without_its_fold(vectors: torch.Tensor) -> None:
    left_out = Moments.fit(vectors).leaving_out(7)
    fresh = Moments.fit(vectors[torch.arange(40) % FOLDS != 7]).gaussian()
    torch.testing.assert_close(left_out.mean, fresh.mean, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(left_out.factor, fresh.factor, atol=1e-3, rtol=1e-3)


def test_few_normals_tell_how_far_a_place_spreads() -> None:
    few = torch.randn(4, 16, 16, 24, generator=torch.Generator().manual_seed(2))
    few[:, 2, 3] *= 3
    gaussian = Moments.fit(few).gaussian()
    size = gaussian.factor.square().sum((1, 2))
    busy = int(gaussian.place[2, 3])
    others = torch.cat([size[:busy], size[busy + 1 :]])
    assert float(size[busy] / others.mean()) > 5, "9 times the variance, though four normals know 3 of 24 directions"
    assert float(others.std() / others.mean()) < 0.2


def test_large_grids_share_places_and_memory_stays_bounded() -> None:
    assert int(places(32, 32).max()) + 1 == 32 * 32
    shared = places(100, 70)
    assert int(shared.max()) + 1 <= MOST_PLACES
    assert shared[0, 0] == shared[1, 1] != shared[99, 69]
    vectors = torch.randn(5, 100, 70, 3, generator=torch.Generator().manual_seed(1))
    scores = Moments.fit(vectors).gaussian().scores("density", vectors[0])
    assert scores.shape == (100, 70) and bool(torch.isfinite(scores).all())


def test_fusion_lets_no_view_outshout_the_others() -> None:
    generator = torch.Generator().manual_seed(0)
    quiet, loud = 1 + 0.1 * torch.rand(30, 6, 6, generator=generator), 5 + 9 * torch.rand(30, 6, 6, generator=generator)
    fusion = Fusion.fit(torch.stack([quiet, loud]))
    assert float(fusion.weight.sum()) == pytest.approx(1)
    assert fusion.weight[0] > 5 * fusion.weight[1]
    fused = fusion.normals(torch.stack([quiet, loud]))
    assert float(fused.mean()) == pytest.approx(1, abs=0.02), "1 is typical"
    odd = torch.stack([quiet[0], loud[0]])
    odd[0, 2, 3] += 1
    assert int(fusion.cells(odd).argmax()) == 2 * 6 + 3


def test_scores_are_read_where_the_layer_looked() -> None:
    plane = torch.zeros(8, 8)
    plane[3, 4] = 1.0
    moved = shifted(plane, (1.0, -1.0))
    assert float(moved[4, 3]) == pytest.approx(1.0, abs=1e-5)
    assert shifted(plane, (0.0, 0.0)) is plane
