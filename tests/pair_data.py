"""Small pairs with one coloured square each, and what is true of them, for the tests of pairs."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.sample import PairSample

COLOURS = {
    "red": (0.9, 0.1, 0.1),
    "green": (0.1, 0.7, 0.2),
    "blue": (0.1, 0.2, 0.9),
    "yellow": (0.95, 0.85, 0.1),
}
NAMES = tuple(COLOURS)
MAKERS = ("Acme", "Bolt", "Corin")
SIDE = 48


def square(seed: int, colour: str) -> tuple[ImageSample, tuple[int, int, int, int]]:
    """A square of a colour on noisy grey, and its box (x0, y0, x1, y1)."""
    generator = np.random.default_rng(seed)
    pixels = np.full((SIDE, SIDE, 3), 0.55) + generator.normal(0, 0.02, (SIDE, SIDE, 3))
    x, y = generator.integers(2, SIDE - 18, 2)
    pixels[y : y + 16, x : x + 16] = np.array(COLOURS[colour]) + generator.normal(0, 0.02, (16, 16, 3))
    image = ImageSample(np.clip(pixels, 0, 1).astype(np.float32), name=f"square {seed}")
    return image, (int(x), int(y), int(x) + 16, int(y) + 16)


def matching(seed: int) -> PairSample:
    """A square with a true text."""
    colour = NAMES[seed % len(NAMES)]
    return PairSample(square(seed, colour)[0], text_of(seed, colour), name=f"pair {seed}")


def wrong(seed: int) -> tuple[PairSample, str]:
    """The same with another colour in the text, and that word."""
    said = NAMES[(seed + 1 + seed // 4 % 3) % len(NAMES)]
    if said == NAMES[seed % len(NAMES)]:
        said = NAMES[(seed + 2) % len(NAMES)]
    return PairSample(square(seed, NAMES[seed % len(NAMES)])[0], text_of(seed, said), name=f"pair {seed}"), said


def text_of(seed: int, colour: str) -> str:
    """A text about a square."""
    return f"{MAKERS[seed // 4 % 3]} {colour} square plate"


def coloured(count: int) -> tuple[Tensor, list[str]]:
    """Pictures of a red or a blue square, uint8 (count, 3, 8, 8), and texts that say so."""
    generator = torch.Generator().manual_seed(1)
    pictures = torch.randint(100, 120, (count, 3, 8, 8), generator=generator, dtype=torch.uint8)
    pictures[0::2, 0, 2:6, 2:6] += 100
    pictures[1::2, 2, 2:6, 2:6] += 100
    return pictures, ["a red square", "a blue square"] * (count // 2)
