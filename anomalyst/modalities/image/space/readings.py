"""The image's one score from several readings: how high its peaks are, how wide, and what the whole picture is like.

No one reading serves: a scratch shows in the highest pixels of the map, soiling in its upper twentieth, a lost part in
none of them. Each reading is counted in deviations of its logarithm among held-out normals, and the most unusual one is
the image's: the largest loses least where the others say nothing, as most of them do of most anomalies. What it comes
to is told in the unit of the first reading: how high a peak would be as unusual.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.modalities.image.space.map import image_score

Floats = NDArray[np.float64]

LEAST = 10  # normals, up to which two readings' scatter cannot be compared: the first one is the score
WIDE = 0.05  # share of the map's pixels that tell how wide an anomaly is
CELLS = 0.002  # share of a view's cells whose mean is its peak
LEAST_READING = 1e-3  # of what is typical: less is rounding
LEAST_SPREAD = 1e-3  # of logarithms, where normals are copies of each other


def readings(working: Tensor, views: Tensor, whole: float | None) -> Floats:
    """Of an image's map (h, w), of its views' cells (V, rows, columns) over what is typical, and its whole score: (R,).

    The peak of the map, its upper twentieth, the peak of each view by itself, the whole where it was judged.
    """
    told = [image_score(working), _highest(working, WIDE), *(_highest(view, CELLS) for view in views)]
    return np.array(told if whole is None else [*told, whole])


def _highest(plane: Tensor, share: float) -> float:
    return float(plane.flatten().topk(max(1, int(share * plane.numel()))).values.mean())


@dataclass(frozen=True)
class Pooling:
    """How readings become a score. `centre`, `spread`: (R,) of the logarithms of normals' readings; of one alone, it is
    the score. `unit`: of the first reading, those of the normals in whose peaks the score is told; None: these."""

    centre: Floats
    spread: Floats
    unit: tuple[float, float] | None = None

    @classmethod
    def first(cls) -> Self:
        """The first reading is the score, as in detectors saved by the first version."""
        return cls(np.zeros(1), np.ones(1))

    @classmethod
    def fit(cls, normals: Floats) -> Self:
        """From readings of held-out normals (n, R)."""
        return cls.first() if len(normals) <= LEAST else cls._of(normals)

    @classmethod
    def _of(cls, normals: Floats) -> Self:
        logs = _logarithms(normals)
        return cls(logs.mean(0), logs.std(0, ddof=1).clip(LEAST_SPREAD))

    @classmethod
    def held_out(cls, normals: Floats) -> list[float]:
        """Each normal's score by the readings (n, R) of the others (its own would flatter it)."""
        if len(normals) <= LEAST:
            return [cls.first().score(read) for read in normals]
        return [cls._of(np.delete(normals, i, 0)).score(read) for i, read in enumerate(normals)]

    def score(self, read: Floats) -> float:
        """The height of a peak as unusual as the most unusual reading of an image (R,)."""
        return self._height(float(self.unusual(read).max()))

    def _height(self, unusual: float) -> float:
        centre, spread = self.unit or (self.centre[0], self.spread[0])
        return float(np.exp(centre + spread * unusual))

    def told_as(self, other: Self, scores: Sequence[float]) -> tuple[Self, list[float]]:
        """The same in the peaks of others' normals, and what `scores` are in these, so that both can be compared."""
        told = replace(self, unit=(float(other.centre[0]), float(other.spread[0])))
        return told, [told._height((math.log(score) - self.centre[0]) / self.spread[0]) for score in scores]

    def as_peak(self, place: int, value: float) -> float:
        """The height of a peak as unusual as one reading of this `value`."""
        return self._height(float((_logarithms(np.array([value]))[0] - self.centre[place]) / self.spread[place]))

    def unusual(self, read: Floats) -> Floats:
        """How unusual each reading that counts is, in deviations of normals: (R,)."""
        return (_logarithms(read)[: len(self.centre)] - self.centre) / self.spread

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        return {f"{prefix}.centre": self.centre, f"{prefix}.spread": self.spread}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> Self:
        """Restore what `state` gave; the first reading alone where it gave none."""
        if f"{prefix}.centre" not in state:
            return cls.first()
        return cls(state[f"{prefix}.centre"], state[f"{prefix}.spread"])


def _logarithms(read: Floats) -> Floats:
    logs: Floats = np.log(np.maximum(read, LEAST_READING))
    return logs
