"""The scale of a camera's values, taken from its normals: what finer pictures than 8-bit ones use of their counts.

A thermal camera uses two hundred of 65,536 counts, a float file whatever it likes. On the file's own scale the picture
would be black and its defect a rounding error. So the range that the normals use becomes the middle of [0, 1]; beyond
it values are drawn together, ever more, so that none is lost and none falls outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.floating]

ENDS = 0.001  # share of a picture's pixels at either end that does not count: dead and hot pixels
OUTLYING = 0.1  # share of the normals at either end that does not count: one of them may be overexposed
SPARE = 0.125  # of [0, 1] at either end, for values that no normal has
EQUAL = 1e-6  # of the larger value: ends nearer than that are no range
MOST = 1_000_000  # pixels of a picture that its ends are told by


@dataclass(frozen=True)
class Scale:
    """`low`, `high`: what the normals use, in the unit of the file's values as they were read."""

    low: float
    high: float

    @classmethod
    def of(cls, pictures: Sequence[Pixels]) -> Self:
        """What some pictures use; a picture without contrast gets a range around its one value."""
        ends = np.array([_ends(pixels) for pixels in pictures])
        low, high = float(np.quantile(ends[:, 0], OUTLYING)), float(np.quantile(ends[:, 1], 1 - OUTLYING))
        least = EQUAL * max(abs(low), abs(high), EQUAL)
        return cls(low, high) if high - low > least else cls(low - least, high + least)

    def to(self, values: Pixels) -> NDArray[np.float32]:
        """Values on this scale, in [0, 1]; rising, also beyond the normals' range."""
        part = (values.astype(np.float64) - self.low) / (self.high - self.low)
        beyond = np.maximum(part - 1, 0) + np.maximum(-part, 0)
        steep = (1 - 2 * SPARE) / SPARE
        tail = SPARE / (1 + steep * beyond)
        inside = SPARE + (1 - 2 * SPARE) * part
        return np.where(part > 1, 1 - tail, np.where(part < 0, tail, inside)).astype(np.float32)

    def back(self, parts: Pixels) -> NDArray[np.float32]:
        """Values that `to` brought to these."""
        exact = parts.astype(np.float64)
        tail = np.clip(np.minimum(exact, 1 - exact), 1e-6, SPARE)
        beyond = (SPARE / tail - 1) * SPARE / (1 - 2 * SPARE)
        inside = (exact - SPARE) / (1 - 2 * SPARE)
        part = np.where(exact > 1 - SPARE, 1 + beyond, np.where(exact < SPARE, -beyond, inside))
        return (self.low + part * (self.high - self.low)).astype(np.float32)


def _ends(pixels: Pixels) -> tuple[float, float]:
    """(low, high) of a picture, all channels together."""
    values = pixels.ravel()
    values = values[:: max(1, values.size // MOST)]
    low, high = np.quantile(values, [ENDS, 1 - ENDS])
    return float(low), float(high)
