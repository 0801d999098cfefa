"""The three score rules on cells: density, reconstruction and imputation, all in units of distance.

Every rule asks the empirical denoiser of the nearest normals at a ladder of noise levels and averages the answers.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from anomalyst.detectors.contract import Rule
from anomalyst.detectors.denoisers.bank import Bank
from anomalyst.detectors.denoisers.empirical import Neighbours, log_kernel, weights

NEAR = 32  # neighbours over which the denoiser's sums run; farther ones weigh nothing
GRATINGS = (2,)  # widths, in coordinates, of the masked stripes


def cell_scores(rule: Rule, cells: Tensor, bank: Bank, sigmas: Tensor, leave_out: int | None = None) -> Tensor:
    """Scores of cells (rows, columns, d) by one rule: (rows, columns), higher is more abnormal."""
    if rule == "imputation":
        flat = imputation(cells, bank, sigmas, leave_out)
    else:
        found = bank.nearest(cells, NEAR, leave_out)
        flat = density(found, sigmas) if rule == "density" else reconstruction(cells, found, bank, sigmas)
    return flat.reshape(cells.shape[:2])


def density(found: Neighbours, sigmas: Tensor) -> Tensor:
    """Mean over σ of √(−2σ² log p_σ(x)), the part of p_σ that depends on x: a soft distance, (M,).

    −2σ² log mean_i exp(−‖x − x_i‖² / 2σ²) tends to the squared distance to the nearest normal as σ → 0 and to the
    mean one as σ → ∞, so levels may be averaged without weights.
    """
    kernel = log_kernel(found.squared, sigmas) - math.log(found.squared.shape[-1])
    return (-2 * sigmas.square()[:, None] * kernel).clamp_min(0).sqrt().mean(0)


def reconstruction(cells: Tensor, found: Neighbours, bank: Bank, sigmas: Tensor) -> Tensor:
    """Mean over σ of ‖x − D(x; σ)‖: (M,)."""
    normals, queries = bank.flat[found.index], cells.flatten(0, 1)
    residuals = [(queries - _denoised(found, normals, s)).norm(dim=-1) for s in sigmas.tolist()]
    return torch.stack(residuals).mean(0)


def imputation(cells: Tensor, bank: Bank, sigmas: Tensor, leave_out: int | None) -> Tensor:
    """Masked gratings: striped halves of a vector are predicted from the other halves, residuals averaged, (M,).

    After ImDiffusion (Chen et al. 2023, arXiv 2307.00754), with the closed-form denoiser instead of a network.
    """
    queries = cells.flatten(0, 1)
    residuals = []
    for mask in gratings(cells.shape[-1]):
        found = bank.nearest(cells, NEAR, leave_out, mask)
        normals = bank.flat[found.index]
        hidden = 1 - mask
        scale = math.sqrt(len(mask) / max(1.0, float(hidden.sum())))
        residuals += [((queries - _denoised(found, normals, s)) * hidden).norm(dim=-1) * scale for s in sigmas.tolist()]
    return torch.stack(residuals).mean(0)


def gratings(dim: int) -> list[Tensor]:
    """Masks of 0 and 1 (dim,) in complementary pairs: stripes of each width and their negatives."""
    stripes = [(torch.arange(dim) // width % 2).float() for width in GRATINGS if dim > width]
    return [m for stripe in stripes for m in (stripe, 1 - stripe)] or [torch.ones(dim)]


def _denoised(found: Neighbours, normals: Tensor, sigma: float) -> Tensor:
    """D(x; σ) over the found neighbours: (M, d)."""
    return (weights(found.squared, sigma).unsqueeze(-2) @ normals)[:, 0]
