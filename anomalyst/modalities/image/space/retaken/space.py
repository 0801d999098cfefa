"""An image space that sees a picture that was taken otherwise than its normals beside normals taken as it was."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import RuleScore, ScoreMap
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.answer import ImageSpace, ImageYardstick, Laid
from anomalyst.modalities.image.space.canvas import Canvas
from anomalyst.modalities.image.space.pixels import Levels, as_image, to_working
from anomalyst.modalities.image.space.retaken.kept import Kept
from anomalyst.modalities.image.space.retaken.taking import Taking
from anomalyst.modalities.image.space.retaken.takings import USUAL, Taken
from anomalyst.samples import Sample

OTHERS = "retaken.normals"  # the name under which normals beside those of the canvas are saved

L = TypeVar("L", bound=Laid)
Y = TypeVar("Y", bound=ImageYardstick)


class RetakenSpace(ImageSpace[L, Y]):
    """`pictures_`: normals that can be taken otherwise, None where none were kept, as in detectors saved before;
    `taken_`: what a picture that this space is for, as it was taken otherwise, is beside its normals; `gain_`: so many
    times its light is that of the normals of this space."""

    def __post_init__(self) -> None:
        self.pictures_: Kept[Self, Y] | None = None
        self.taken_, self.gain_ = "", 1.0
        super().__post_init__()

    @abstractmethod
    def learned_as(self, images: Sequence[ImageSample], yardsticks: Mapping[str, Y]) -> tuple[Self, Mapping[str, Y]]:
        """The space of other normals, and what scores in it are held against, told in the unit of these yardsticks."""

    def keep(self, others: Levels) -> None:
        """Keep normals beside those of the canvas."""
        self.pictures_ = Kept(self.canvas_, others, self.seed)

    def suited(self, sample: Sample, yardsticks: Mapping[str, Y]) -> tuple[Self, Mapping[str, Y]]:
        """This space, or, where a picture was taken otherwise than its normals, that of normals taken as it was."""
        kept, taken = self._taken(as_image(sample))
        if kept is None or taken is None:
            return self, yardsticks
        other, found = self, yardsticks
        if taken.taking != USUAL:
            way = taken.taking
            other, found = kept.learned_as(
                way, list(yardsticks), lambda images: self._retaken(kept, way, images, yardsticks)
            )
        own = copy(other)
        own.taken_, own.gain_, own.pictured = taken.exactly().words(), taken.gain, self.pictured
        return own, found

    def _retaken(
        self, kept: Kept[Any, Any], taking: Taking, images: Sequence[ImageSample], yardsticks: Mapping[str, Y]
    ) -> tuple[Self, Mapping[str, Y]]:
        other, found = self.learned_as(images, yardsticks)
        other.canvas_, other.pictures_ = kept.canvas_as(taking), None
        return other, found

    def canvas(self, image: ImageSample) -> Canvas:
        kept, taken = self._taken(image)
        return self.canvas_ if kept is None or taken is None else kept.canvas_as(taken.exactly())

    def laid(self, sample: Sample) -> Laid:
        found = super().laid(sample)
        if self.gain_ == 1:
            return found
        image = replace(found.image, pixels=(found.image.pixels * np.float32(self.gain_)).clip(0, 1))
        return replace(found, image=image, working=(found.working * self.gain_).clamp(0, 1))

    def told(self, laid: L, said: Mapping[str, RuleScore], yardsticks: Mapping[str, Y]) -> ScoreMap:
        """The answer, its pictures with the light that the image has."""
        found = super().told(laid, said, yardsticks)
        gain = np.float32(self.gain_)
        return replace(found, expected=found.expected / gain, samples=found.samples / gain) if gain != 1 else found

    def _taken(self, image: ImageSample) -> tuple[Kept[Self, Y] | None, Taken | None]:
        """The normals that were kept, and how a picture was taken otherwise than they, if it was."""
        if self.pictures_ is None or image.counts:
            return None, None
        return self.pictures_, self.pictures_.taken(self.levels(to_working(image, self.shape_)), image.shape)

    def state(self) -> dict[str, NDArray[Any]]:
        return super().state() | ({} if self.pictures_ is None else {OTHERS: self.pictures_.others})

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        super().load(state)
        if OTHERS in state:
            self.keep(state[OTHERS])
