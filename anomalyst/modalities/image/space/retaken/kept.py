"""Normals that a detector keeps to take them as another picture was, and what it learned from them then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np

from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.canvas import Canvas
from anomalyst.modalities.image.space.pixels import Levels, unit
from anomalyst.modalities.image.space.retaken.taking import Taking
from anomalyst.modalities.image.space.retaken.takings import Taken, Takings

MOST = 64  # normals that are kept, those of the canvas among them
LEAST = 20  # up to which they hardly say how ten measures of them vary together
REMEMBERED = 8  # ways of taking

S = TypeVar("S")
Y = TypeVar("Y")


@dataclass
class Kept(Generic[S, Y]):
    """Normals of a `canvas` and `others` (n, h, w, 3). `learned`: the space of them as they were taken, and its
    yardsticks by rule."""

    canvas: Canvas
    others: Levels
    seed: int
    learned: dict[Taking, tuple[S, Mapping[str, Y]]] = field(default_factory=dict)

    @cached_property
    def normals(self) -> Levels:
        """All of them, those of the canvas first."""
        return np.concatenate([self.canvas.normals, self.others])

    @cached_property
    def _takings(self) -> Takings:
        return Takings(self.normals, self.seed)

    def taken(self, levels: Levels, own: tuple[int, int]) -> Taken | None:
        """How a working picture, of `own` pixels, was taken otherwise; None where it was not, or it cannot be told."""
        return self._takings.of(levels, own) if len(self.normals) > LEAST else None

    def canvas_as(self, taking: Taking) -> Canvas:
        """The canvas taken so."""
        return Canvas(taking.apply(self.canvas.normals, self.seed), self.canvas.aligned)

    def learned_as(
        self, taking: Taking, rules: Sequence[str], learn: Callable[[Sequence[ImageSample]], tuple[S, Mapping[str, Y]]]
    ) -> tuple[S, Mapping[str, Y]]:
        """What `learn` makes of the normals taken so, for these rules at least; the last few are remembered."""
        if taking not in self.learned or not set(rules) <= set(self.learned[taking][1]):
            for oldest in list(self.learned)[: max(0, len(self.learned) + 1 - REMEMBERED)]:
                del self.learned[oldest]
            images = [ImageSample(unit(one)) for one in taking.apply(self.normals, self.seed)]
            self.learned[taking] = learn(images)
        return self.learned[taking]
