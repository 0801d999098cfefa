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
from torch.nn import functional

from anomalyst.stopping import check_stop

# Distances held at once: 4 MB in float32. Larger blocks would leave the processor's cache between two passes over them.
BLOCK_ELEMENTS = 1_000_000
LN_2 = math.log(2)
UNDERFLOW = 80.0  # e^-80 is nothing, and a normal float32: smaller ones are slow
GROUP = 16  # normals of which only the nearest is looked at first, when the k nearest are sought


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


def _blocks(queries: Tensor, normals: Tensor) -> Iterator[slice]:
    """Slices of the query axis such that a block of distances stays within BLOCK_ELEMENTS."""
    batch = math.prod(queries.shape[:-2])
    rows = max(1, BLOCK_ELEMENTS // max(1, batch * normals.shape[-2]))
    for start in range(0, queries.shape[-2], rows):
        check_stop()
        yield slice(start, start + rows)


def nearest(queries: Tensor, normals: Tensor, k: int, observed: Tensor | None = None) -> Neighbours:
    """The k nearest normals of each query (all of them if there are fewer).

    `observed`: optional (d,) mask of 0 and 1; unobserved coordinates do not count.
    """
    count = normals.shape[-2]
    k = min(k, count)
    grouped = 1 < k < count // GROUP
    if grouped:  # so that groups are of equal size; what is put in is infinitely far
        normals = functional.pad(normals, (0, 0, 0, -count % GROUP))
    squares = normals.square()
    if observed is not None:
        queries = queries * observed
    lengths = squares.sum(-1) if observed is None else squares @ observed
    lengths[..., count:] = torch.inf
    parts = []
    for rows in _blocks(queries, normals):
        some = queries[..., rows, :]
        # What a query adds to all its distances does not change their order, so it is added to the nearest ones alone.
        met = apart(some, normals, lengths)
        found = _smallest_of_groups(met, k) if grouped else _smallest(met, k)
        own = some.square().sum(-1, keepdim=True)
        parts.append(Neighbours((found.squared + own).clamp_min_(0), found.index))
    return Neighbours(torch.cat([p.squared for p in parts], -2), torch.cat([p.index for p in parts], -2))


def _smallest(values: Tensor, k: int) -> Neighbours:
    """The k smallest along the last axis, ascending."""
    best = values.topk(k, largest=False) if k > 1 else values.min(-1, keepdim=True)
    return Neighbours(best[0], best[1])


def _smallest_of_groups(values: Tensor, k: int) -> Neighbours:
    """The same, where most values are read once only, for the minimum of their group of GROUP: group g holds the values
    g, g + groups, … of (…, groups · GROUP)."""
    return smallest_of_layers(values.unflatten(-1, (GROUP, -1)).movedim(-2, 0), k)


def smallest_of_layers(layers: Tensor, k: int) -> Neighbours:
    """The k smallest, ascending, of all that the layers (L, …, G) hold of each of …; `index`: layer · G + place in it.

    The k smallest values lie at the k places whose minima over the layers are smallest: all others are read once only.
    """
    places = layers.shape[-1]
    chosen = layers.amin(0).topk(min(k, places), largest=False, sorted=False).indices
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
