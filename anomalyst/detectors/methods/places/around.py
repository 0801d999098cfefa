"""What lies around every place of a grid, as the vectors that a network of places sees."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

MOST_ELEMENTS = 30_000_000  # numbers in all neighbourhoods that are learned from


def neighbourhoods(x: Tensor, side: int) -> Tensor:
    """What lies around every place of x (B, C, *axes): (B · places, C · side^axes), the border repeated outwards.
    A grid without axes is one place, around which nothing lies."""
    axes = x.ndim - 2
    before, after = (side - 1) // 2, side // 2
    wide = functional.pad(x, [before, after] * axes, mode="replicate") if axes else x
    for axis in range(2, 2 + axes):
        wide = wide.unfold(axis, side, 1)
    return wide.movedim(1, axes + 1).reshape(x[:, 0].numel(), -1)


def learned_from(grids: Tensor, side: int) -> Tensor:
    """The neighbourhoods of as many of these grids, evenly spread, as memory allows."""
    most = max(1, MOST_ELEMENTS // (grids[0].numel() * side ** (grids.ndim - 2)))
    return neighbourhoods(grids[torch.linspace(0, len(grids) - 1, min(most, len(grids))).long()], side)
