"""The empirical denoiser: the exact optimum of the diffusion objective on a finite set of normals.

For normals x₁…x_N (Karras et al. 2022, arXiv 2206.00364, App. B.3):

    w_i(x; σ)  = softmax_i( −‖x − x_i‖² / 2σ² )
    D(x; σ)    = Σ_i w_i x_i
    log p_σ(x) = logsumexp_i( −‖x − x_i‖² / 2σ² ) − log N − (d/2) log 2πσ²
    p(σ | x)   ∝ p_σ(x) p(σ)                 (diffusion time: Livernoche et al. 2024, arXiv 2305.18593)

Everything is read off squared distances, which are made block by block, so memory stays bounded whatever
the number of queries and normals. All functions take leading batch axes, so that each position of an
aligned object can have its own normals.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

# Distances held at once: 16 MB in float32. Larger blocks would be no faster, and their memory would go back to the
# system and come from it again at each block.
BLOCK_ELEMENTS = 4_000_000


@dataclass(frozen=True)
class Neighbours:
    """The k nearest normals of each query. `squared`: (…, M, k) ascending squared distances; `index`: (…, M, k)."""

    squared: Tensor
    index: Tensor


def squared_distances(queries: Tensor, normals: Tensor, observed: Tensor | None = None) -> Tensor:
    """‖x − x_i‖² for queries (…, M, d) and normals (…, N, d): (…, M, N), never negative.

    `observed`: optional (…, M, d) or (d,) mask of 0 and 1; unobserved coordinates do not count.
    """
    if observed is None:
        # In place: the (…, M, N) array is by far the largest here, and is made once.
        cross = queries @ normals.mT
        cross.mul_(-2).add_(queries.square().sum(-1, keepdim=True)).add_(normals.square().sum(-1).unsqueeze(-2))
        return cross.clamp_min_(0)
    mask = observed.expand_as(queries)
    known = queries * mask
    cross = known @ normals.mT
    cross.mul_(-2).add_(known.square().sum(-1, keepdim=True)).add_(mask @ normals.square().mT)
    return cross.clamp_min_(0)


def _blocks(queries: Tensor, normals: Tensor) -> Iterator[slice]:
    """Slices of the query axis such that a block of distances stays within BLOCK_ELEMENTS."""
    batch = math.prod(queries.shape[:-2])
    rows = max(1, BLOCK_ELEMENTS // max(1, batch * normals.shape[-2]))
    for start in range(0, queries.shape[-2], rows):
        yield slice(start, start + rows)


def _mask_block(observed: Tensor | None, rows: slice) -> Tensor | None:
    return observed if observed is None or observed.ndim == 1 else observed[..., rows, :]


def nearest(queries: Tensor, normals: Tensor, k: int, observed: Tensor | None = None) -> Neighbours:
    """The k nearest normals of each query (all of them if there are fewer)."""
    k = min(k, normals.shape[-2])
    parts = [
        squared_distances(queries[..., rows, :], normals, _mask_block(observed, rows)).topk(k, largest=False)
        for rows in _blocks(queries, normals)
    ]
    return Neighbours(torch.cat([p.values for p in parts], -2), torch.cat([p.indices for p in parts], -2))


def log_kernel(squared: Tensor, sigmas: Tensor) -> Tensor:
    """logsumexp_i(−‖x − x_i‖² / 2σ²) over the last axis, for each σ: squared (…, N) → (S, …)."""
    return torch.stack([torch.logsumexp(squared / (-2 * s * s), -1) for s in sigmas.tolist()])


def log_density(queries: Tensor, normals: Tensor, sigmas: Tensor) -> Tensor:
    """log p_σ(x) of each query at each noise level: (S, …, M), in nats."""
    parts = [
        log_kernel(squared_distances(queries[..., rows, :], normals), sigmas) for rows in _blocks(queries, normals)
    ]
    return normalise_log_kernel(torch.cat(parts, -1), sigmas, normals.shape[-2], normals.shape[-1])


def normalise_log_kernel(kernel: Tensor, sigmas: Tensor, count: int, dim: float) -> Tensor:
    """Add −log N − (d/2) log 2πσ² to kernels of shape (S, …)."""
    constant = math.log(count) + 0.5 * dim * torch.log(2 * math.pi * sigmas.square())
    return kernel - constant.reshape(-1, *[1] * (kernel.ndim - 1))


def weights(squared: Tensor, sigma: float) -> Tensor:
    """w_i(x; σ) over the last axis."""
    return torch.softmax(squared / (-2 * sigma * sigma), -1)


def denoise(queries: Tensor, normals: Tensor, sigma: float, observed: Tensor | None = None) -> Tensor:
    """D(x; σ) of each query: (…, M, d). With `observed`, weights come from the observed coordinates only."""
    parts = [
        weights(squared_distances(queries[..., rows, :], normals, _mask_block(observed, rows)), sigma) @ normals
        for rows in _blocks(queries, normals)
    ]
    return torch.cat(parts, -2)


def diffusion_time(log_densities: Tensor, sigmas: Tensor) -> Tensor:
    """E[log σ | x] under a log-uniform prior on σ: (S, …) log densities → (…). Larger is more abnormal."""
    posterior = torch.softmax(log_densities, 0)
    return (posterior * torch.log(sigmas).reshape(-1, *[1] * (log_densities.ndim - 1))).sum(0)


def draw(squared: Tensor, sigma: float, count: int, generator: torch.Generator) -> Tensor:
    """`count` draws of normals from the posterior p(x_i | x) ∝ w_i: positions on the last axis, (…, count)."""
    flat = weights(squared, sigma).reshape(-1, squared.shape[-1])
    drawn = torch.multinomial(flat, count, replacement=True, generator=generator)
    return drawn.reshape(*squared.shape[:-1], count)
