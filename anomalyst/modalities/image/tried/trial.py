"""Images made up to try detectors on: soft random textures, and bright squares in them."""

from __future__ import annotations

import numpy as np

from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.trial import Trial

SIDE, PATCH, NORMALS = 96, 16, 12
INSIDE, AT_BORDERS = (31, 61), [(r, c) for r in (0, 40, 80) for c in (0, 40, 80) if (r, c) != (40, 40)]


def trial(seed: int) -> Trial:
    """Textures; the first fault lies inside of the image, the others at its corners and edges."""
    places = [INSIDE, *AT_BORDERS]
    return Trial(
        normals=[texture(seed + 100 + number) for number in range(NORMALS)],
        normal=[texture(seed + number) for number in range(2, 6)],
        faulty=[with_square(texture(seed + 1), *place) for place in places],
        faults=[_square(*place) for place in places],
        truths=[(with_square(texture(seed + 1), *INSIDE).pixels, texture(seed + 1).pixels)],
    )


def texture(seed: int) -> ImageSample:
    """A soft random texture of 96 × 96 grey pixels."""
    rng = np.random.default_rng(seed)
    blocks = np.kron(rng.normal(size=(SIDE // 4, SIDE // 4)), np.ones((4, 4)))
    grey = 0.5 + 0.1 * blocks + 0.02 * rng.normal(size=(SIDE, SIDE))
    return ImageSample(np.repeat(grey.clip(0, 1)[..., None], 3, 2).astype(np.float32), f"image {seed}", True)


def with_square(image: ImageSample, row: int, column: int) -> ImageSample:
    """The image with a white square whose upper left corner lies there."""
    pixels = np.where(_square(row, column)[..., None], np.float32(1), image.pixels)
    return ImageSample(pixels, image.name, image.grey)


def _square(row: int, column: int) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    mask = np.zeros((SIDE, SIDE), dtype=bool)
    mask[row : row + PATCH, column : column + PATCH] = True
    return mask
