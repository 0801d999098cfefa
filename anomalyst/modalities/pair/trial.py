"""Pairs made up to try detectors on: a coloured square, and a text that names its colour or another one."""

from __future__ import annotations

import numpy as np

from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.trial import Trial

COLOURS = {
    "red": (0.9, 0.1, 0.1),
    "green": (0.1, 0.7, 0.2),
    "blue": (0.1, 0.2, 0.9),
    "yellow": (0.95, 0.85, 0.1),
}
NAMES = tuple(COLOURS)
MAKERS = ("Acme", "Bolt", "Corin")
SIDE, SQUARE = 48, 16
PAIRS, TRIED = 96, 8


def trial(seed: int) -> Trial:
    """Squares whose texts are true, and squares whose texts name a wrong colour: there the fault lies in the image."""
    faulty = range(seed + 200, seed + 200 + TRIED)
    return Trial(
        normals=[matching(seed + number) for number in range(PAIRS)],
        normal=[matching(seed + 300 + number) for number in range(TRIED)],
        faulty=[wrong(number)[0] for number in faulty],
        faults=[_inside(square(number, NAMES[0])[1]) for number in faulty],  # the place depends on the seed alone
    )


def _inside(box: tuple[int, int, int, int]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    x0, y0, x1, y1 = box
    mask = np.zeros((SIDE, SIDE), dtype=bool)
    mask[y0:y1, x0:x1] = True
    return mask


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
