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
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from anomalyst.stopping import check_stop

LN_2 = math.log(2)
UNDERFLOW = 80.0  # e^-80 is nothing, and a normal float32: smaller ones are slow
SEARCH_ELEMENTS = 3_000_000  # distances held at once in a search: in fewer, the normals are read too often
GROUPS = (8, 4, 4)  # normals, and groups of them, of which only the nearest is looked at first when the k are sought


@dataclass(frozen=True)
class Neighbours:
    """The k nearest normals of each query. `squared`: (…, M, k) ascending squared distances; `index`: (…, M, k)."""

    squared: Tensor
    index: Tensor


def squared_distances(queries: Tensor, normals: Tensor) -> Tensor:
    """‖x − x_i‖² for queries (…, M, d) and normals (…, N, d): (…, M, N), never negative."""
    # In place: the (…, M, N) array is by far the largest here, and is made once.
    cross = apart(queries, normals, normals.square().sum(-1))
    return cross.add_(queries.square().sum(-1, keepdim=True)).clamp_min_(0)


def lifted(normals: Tensor) -> Tensor:
    """Normals (…, N, d) that are asked again and again, as `squared_to` takes them: [x_i, 1, ‖x_i‖²]."""
    squares = normals.square().sum(-1, keepdim=True)
    return torch.cat([normals, torch.ones_like(squares), squares], -1)


def squared_to(queries: Tensor, normals: Tensor) -> Tensor:
    """`squared_distances` to `lifted` normals (…, N, d + 2), all in one product: in two thirds of the time."""
    check_stop()
    squares = queries.square().sum(-1, keepdim=True)
    return (torch.cat([-2 * queries, squares, torch.ones_like(squares)], -1) @ normals.mT).clamp_min_(0)


def apart(queries: Tensor, normals: Tensor, lengths: Tensor) -> Tensor:
    """‖x − x_i‖² − ‖x‖² for queries (…, M, d), normals (…, N, d) and their ‖x_i‖² (…, N): (…, M, N)."""
    check_stop()
    return ((-2 * queries) @ normals.mT).add_(lengths.unsqueeze(-2))


def sought(normals: Tensor) -> Tensor:
    """Normals (N, d) that are searched again and again, as `nearest_of` takes them: columns [x_i, ‖x_i‖²], and
    infinitely far ones, so that groups are of equal size: (d + 1, N + …)."""
    lifted = torch.cat([normals, normals.square().sum(-1, keepdim=True)], -1)
    lifted = functional.pad(lifted, (0, 0, 0, -len(normals) % math.prod(GROUPS)))
    lifted[len(normals) :, -1] = torch.inf
    return lifted.T.contiguous()


def nearest(queries: Tensor, normals: Tensor, k: int, observed: Tensor | None = None) -> Neighbours:
    """The k nearest normals (N, d) of each query (M, d), all of them if there are fewer.

    `observed`: optional (d,) mask of 0 and 1; unobserved coordinates do not count.
    """
    if observed is not None:
        queries, normals = queries[:, observed > 0], normals[:, observed > 0]
    return nearest_of(queries, sought(normals), min(k, len(normals)))


def nearest_of(queries: Tensor, normals: Tensor, k: int, left_out: Tensor | None = None) -> Neighbours:
    """The k nearest of `sought` normals of each query (M, d). `left_out`: numbers of normals that do not count."""
    asked = torch.cat([-2 * queries, queries.new_ones(len(queries), 1)], -1)
    rows = max(1, SEARCH_ELEMENTS // normals.shape[1])
    # Made once: memory that is new for every block takes as long to get as the product.
    met = queries.new_empty(min(rows, len(queries)), normals.shape[1])
    parts = []
    for some in asked.split(rows):
        check_stop()
        block = torch.mm(some, normals, out=met[: len(some)])
        parts.append(_smallest(block if left_out is None else block.index_fill_(1, left_out, torch.inf), k))
    # What a query adds to all its distances does not change their order, so it is added to the nearest ones alone.
    squared = torch.cat([part.squared for part in parts]) + queries.square().sum(-1, keepdim=True)
    return Neighbours(squared.clamp_min_(0), torch.cat([part.index for part in parts]))


def _smallest(values: Tensor, k: int, groups: Sequence[int] = GROUPS) -> Neighbours:
    """The k smallest along the last axis, ascending. Most values are read once only, for the minimum of their group:
    group g holds the values g, g + number of groups, … of (…, N)."""
    many = groups and values.shape[-1] % groups[0] == 0 and values.shape[-1] // groups[0] >= 2 * k
    if many:
        return smallest_of_layers(values.unflatten(-1, (groups[0], -1)).movedim(-2, 0), k, groups[1:])
    best = values.topk(k, largest=False) if k > 1 else values.min(-1, keepdim=True)
    return Neighbours(best[0], best[1])


def smallest_of_layers(layers: Tensor, k: int, groups: Sequence[int] = ()) -> Neighbours:
    """The k smallest, ascending, of all that the layers (L, …, G) hold of each of …; `index`: layer · G + place in it.

    The k smallest values lie at the k places whose minima over the layers are smallest: all others are read once only.
    `groups`: sizes of the groups by which these are sought.
    """
    places = layers.shape[-1]
    chosen = _smallest(layers.amin(0), min(k, places), groups).index
    candidates = layers.gather(-1, chosen.expand(len(layers), *chosen.shape)).movedim(0, -2).flatten(-2)
    best = candidates.topk(min(k, candidates.shape[-1]), largest=False)
    kept = chosen.shape[-1]
    return Neighbours(best.values, chosen.gather(-1, best.indices % kept) + best.indices // kept * places)


def log_kernel(squared: Tensor, sigmas: Tensor) -> Tensor:
    """logsumexp_i(−‖x − x_i‖² / 2σ²) over the last axis, for each σ: squared (…, N) → (S, …)."""
    return torch.stack([_log_kernel(squared, s) for s in sigmas.tolist()])


def _log_kernel(squared: Tensor, sigma: float) -> Tensor:
    check_stop()
    return torch.logsumexp(squared / (-2 * sigma * sigma), -1)


def soft_distance(squared: Tensor, sigma: float) -> Tensor:
    """√(−2σ² log mean_i exp(−‖x − x_i‖² / 2σ²)) over the last axis, from the nearest one on: (…, M, N) → (…, M)."""
    mean = _kernel(squared, sigma).mean(-1).log_()
    return (squared.amin(-1) - 2 * sigma * sigma * mean).clamp_min(0).sqrt()


def normalise_log_kernel(kernel: Tensor, sigmas: Tensor, count: int, dim: float) -> Tensor:
    """Add −log N − (d/2) log 2πσ² to kernels of shape (S, …)."""
    constant = math.log(count) + 0.5 * dim * torch.log(2 * math.pi * sigmas.square())
    return kernel - constant.reshape(-1, *[1] * (kernel.ndim - 1))


def weights(squared: Tensor, sigma: float) -> Tensor:
    """w_i(x; σ) over the last axis, those below e^−UNDERFLOW of the largest taken as that."""
    share = _kernel(squared, sigma)
    return share / share.sum(-1, keepdim=True)


def denoised(squared: Tensor, sigma: float, normals: Tensor) -> Tensor:
    """D(x; σ) of queries by their squared distances (…, M, N) to normals (…, N, d): (…, M, d)."""
    share = _kernel(squared, sigma)
    return (normals.mT @ share.mT).mT / share.sum(-1, keepdim=True)  # of few coordinates a third of the time


def _kernel(squared: Tensor, sigma: float) -> Tensor:
    """exp(−‖x − x_i‖² / 2σ²) over that of the nearest, along the last axis, e^−UNDERFLOW at least."""
    check_stop()
    beyond = squared.amin(-1, keepdim=True) - squared
    # Powers of two, as torch takes three times as long for those of e.
    return beyond.mul_(1 / (2 * sigma * sigma * LN_2)).clamp_min_(-UNDERFLOW / LN_2).exp2_()


def diffusion_time(log_densities: Tensor, sigmas: Tensor) -> Tensor:
    """E[log σ | x] under a log-uniform prior on σ: (S, …) log densities → (…). Larger is more abnormal."""
    posterior = torch.softmax(log_densities, 0)
    return (posterior * torch.log(sigmas).reshape(-1, *[1] * (log_densities.ndim - 1))).sum(0)


def draw(squared: Tensor, sigma: float, count: int, generator: torch.Generator) -> Tensor:
    """`count` draws of normals from the posterior p(x_i | x) ∝ w_i: positions on the last axis, (…, count)."""
    flat = weights(squared, sigma).reshape(-1, squared.shape[-1])
    drawn = torch.multinomial(flat, count, replacement=True, generator=generator)
    return drawn.reshape(*squared.shape[:-1], count)
