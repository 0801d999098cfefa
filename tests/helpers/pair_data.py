"""Small pairs with one coloured square each, and what is true of them, for the tests of pairs."""

from __future__ import annotations

import torch
from torch import Tensor

from anomalyst.modalities.pair.trial import COLOURS, MAKERS, NAMES, SIDE, matching, square, text_of, wrong

__all__ = ["COLOURS", "MAKERS", "NAMES", "SIDE", "coloured", "matching", "square", "text_of", "wrong"]


def coloured(count: int) -> tuple[Tensor, list[str]]:
    """Pictures of a red or a blue square, uint8 (count, 3, 8, 8), and texts that say so."""
    generator = torch.Generator().manual_seed(1)
    pictures = torch.randint(100, 120, (count, 3, 8, 8), generator=generator, dtype=torch.uint8)
    pictures[0::2, 0, 2:6, 2:6] += 100
    pictures[1::2, 2, 2:6, 2:6] += 100
    return pictures, ["a red square", "a blue square"] * (count // 2)
