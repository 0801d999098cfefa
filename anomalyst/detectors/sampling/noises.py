"""The noise that training adds to clean samples, and partial noising to judged ones: Gaussian, or simplex.

Simplex noise (AnoDDPM, Wyatt et al. 2022) hides whole regions as Gaussian noise does not, so that larger anomalies are
replaced too. To make it takes longer than a training step of a small network, so a bank of fields is made once for each
grid, and a draw is a random crop of a random field, turned over at random along each axis and in sign.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import torch
from torch import Tensor

from anomalyst.detectors.noise import simplex

Noise = Literal["gaussian", "simplex"]
Draw = Callable[[tuple[int, ...], torch.Generator], Tensor]
"""A shape (B, C, *axes) and a generator → independent noise of mean 0 and variance 1, float32."""

FIELDS = 48
MARGIN = 2  # a field's sides, in those of a grid
CELLS = 4  # of the coarsest octave along the longest side: AnoDDPM's 64 of 256 pixels
PERSISTENCE = 0.8


def gaussian(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Independent in every element."""
    return torch.randn(shape, generator=generator)


def fields(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Simplex noise, independent in each channel of each sample; InputError where `shape` has no axes, or over two."""
    stock = bank(shape[2:])
    maps = shape[0] * shape[1]
    axes = len(shape) - 2
    places = [torch.randint(FIELDS, (maps, *[1] * axes), generator=generator)]
    for axis, (size, room) in enumerate(zip(shape[2:], stock.shape[1:], strict=True)):
        start = torch.randint(room - size + 1, (maps, 1), generator=generator)
        back = torch.randint(2, (maps, 1), generator=generator).bool()
        steps = start + torch.where(back, size - 1 - torch.arange(size), torch.arange(size))
        # Laid along its own axis, so that the places of all axes meet in a grid.
        places.append(steps.reshape(maps, *(size if k == axis else 1 for k in range(axes))))
    sign = 1 - 2 * torch.randint(2, (maps, *[1] * axes), generator=generator)
    return (sign * stock[tuple(places)]).reshape(shape)


@lru_cache(maxsize=4)
def bank(axes: tuple[int, ...]) -> Tensor:
    """The fields of a grid, always the same: (FIELDS, *MARGIN · axes). Octaves go down to cells of two elements."""
    generator = torch.Generator().manual_seed(0)
    frequency = max(2.0, max(axes, default=0) / CELLS)
    octaves = 1 + round(math.log2(frequency / 2))
    one = (1, 1, *(MARGIN * size for size in axes))
    # One after another: together they would take hundreds of megabytes on a large grid.
    made = [simplex(one, octaves, PERSISTENCE, frequency, generator)[0, 0] for _ in range(FIELDS)]
    return torch.stack(made)


DRAWS: dict[Noise, Draw] = {"gaussian": gaussian, "simplex": fields}
