"""Noise: the ladder of σ at which denoisers are asked, Gaussian draws, and simplex noise."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from anomalyst.errors import InputError

RHO = 7  # how much denser low levels stand


def sigma_ladder(sigma_min: float, sigma_max: float, steps: int) -> torch.Tensor:
    """`steps` noise levels, falling from `sigma_max` to `sigma_min`, spaced as in Karras et al. 2022, Eq. 5 (ρ = 7):

        σ_i = (σ_max^(1/ρ) + i / (n − 1) · (σ_min^(1/ρ) − σ_max^(1/ρ)))^ρ

    Returns float32 of shape (steps,): the levels of diffusers' `EDMEulerScheduler`, which takes seconds to import.
    """
    if steps == 1:
        return torch.tensor([sigma_min], dtype=torch.float32)
    ramp = torch.linspace(0, 1, steps, dtype=torch.float64)
    lowest, highest = sigma_min ** (1 / RHO), sigma_max ** (1 / RHO)
    sigmas: Tensor = (highest + ramp * (lowest - highest)) ** RHO
    return sigmas.float()


def gaussian_like(x: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """n ~ N(0, 1), shaped, typed and placed as `x`; drawn where the generator lives, so a seed means one thing."""
    place = x.device if generator is None else generator.device
    return torch.randn(x.shape, dtype=x.dtype, device=place, generator=generator).to(x.device)


def simplex(
    shape: Sequence[int],
    octaves: int = 6,
    persistence: float = 0.8,
    frequency: float = 64.0,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Simplex noise (Perlin 2001) in octaves, as AnoDDPM adds it (Wyatt et al. 2022): smooth, with a heavy low end.

    `shape`: (B, C, *axes) with one or two axes; each of the B · C maps is drawn by itself. `frequency`: as in AnoDDPM,
    the size in pixels (samples) of the first octave's cells; each octave halves it, and scales its height by
    `persistence`. Returns float32 of expected mean 0 and variance 1. Raises InputError on options that cannot be met.
    """
    if len(shape) not in (3, 4) or min(shape) < 1:
        raise InputError(f"simplex noise of shape {tuple(shape)}; give (B, C, L) or (B, C, h, w)")
    if octaves < 1 or persistence <= 0 or frequency <= 0:
        got = f"octaves={octaves!r}, persistence={persistence!r}, frequency={frequency!r}"
        raise InputError(f"simplex noise with {got}; all must be above 0")
    place = None if generator is None else generator.device
    axes = [torch.arange(size, dtype=torch.float32, device=place) for size in shape[2:]]
    pixels = torch.stack(torch.meshgrid(*axes, indexing="ij"), -1).reshape(-1, len(axes))
    maps = shape[0] * shape[1]
    total, variance = torch.zeros(maps, len(pixels), device=place), torch.zeros((), device=place)
    for octave in range(octaves):
        height = persistence**octave
        noise, expected = _simplex_octave(pixels * 2**octave / frequency, maps, generator)
        total, variance = total + height * noise, variance + height**2 * expected
    return (total / variance.sqrt()).reshape(tuple(shape))


def _simplex_octave(points: Tensor, maps: int, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
    """One octave at `points` (P, n), in cells: noise (maps, P), and its variance over gradients, averaged over points.

    Each point is in one simplex of a skewed grid. Its n + 1 corners each have a random unit gradient g, and give
    max(0, ½ − |d|²)⁴ · (g · d), d being the way from the corner to the point.
    """
    dim = points.shape[-1]
    skew, unskew = (math.sqrt(dim + 1) - 1) / dim, (1 - 1 / math.sqrt(dim + 1)) / dim
    # Each map has its own origin: otherwise all would be 0 at the same pixels.
    points = points + 100 * torch.rand(maps, 1, dim, device=points.device, generator=generator)
    base = torch.floor(points + skew * points.sum(-1, keepdim=True))
    inside = points - base + unskew * base.sum(-1, keepdim=True)
    # From the base corner to the opposite one, along the axes by falling coordinate: (maps, P, n + 1, n).
    order = inside.argsort(-1, descending=True)
    walk = torch.nn.functional.one_hot(order, dim).cumsum(-2)
    corners = torch.cat([torch.zeros_like(walk[..., :1, :]), walk], -2)
    away = inside.unsqueeze(-2) - corners + unskew * corners.sum(-1, keepdim=True)
    reach = (0.5 - away.square().sum(-1)).clamp_min(0) ** 4
    gradients = _corner_gradients(base.long().unsqueeze(-2) + corners, generator)
    noise = (reach * (gradients * away).sum(-1)).sum(-1)
    expected = (reach.square() * away.square().sum(-1)).sum(-1).mean() / dim
    return noise, expected


def _corner_gradients(corners: Tensor, generator: torch.Generator | None) -> Tensor:
    """A random unit vector for each grid point of each map, looked up at `corners` (maps, P, n + 1, n)."""
    maps, dim = len(corners), corners.shape[-1]
    corners = corners - corners.amin((1, 2), keepdim=True)
    sizes = (corners.amax((0, 1, 2)) + 1).tolist()
    table = torch.randn(maps, math.prod(sizes), dim, device=corners.device, generator=generator)
    table = torch.nn.functional.normalize(table, dim=-1)
    index = corners[..., 0]
    for axis in range(1, dim):
        index = index * sizes[axis] + corners[..., axis]
    rows = torch.arange(maps, device=corners.device).reshape(-1, 1, 1)
    return table[rows, index]
