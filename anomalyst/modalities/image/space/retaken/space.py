"""An image space that sees a picture that was taken otherwise than its normals beside normals taken as it was."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Self, TypeVar

from numpy.typing import NDArray

from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.answer import ImageSpace, ImageYardstick, Laid
from anomalyst.modalities.image.space.canvas import Canvas
from anomalyst.modalities.image.space.pixels import Levels, as_image, to_working
from anomalyst.modalities.image.space.retaken.kept import Kept
from anomalyst.modalities.image.space.retaken.taking import Taking
from anomalyst.samples import Sample

OTHERS = "retaken.normals"  # the name under which normals beside those of the canvas are saved

L = TypeVar("L", bound=Laid)
Y = TypeVar("Y", bound=ImageYardstick)


class RetakenSpace(ImageSpace[L, Y]):
    """`pictures_`: normals that can be taken otherwise, None where none were kept, as in detectors saved before;
    `taken_`: what the normals of this space, that were taken otherwise, are beside the others."""

    def __post_init__(self) -> None:
        self.pictures_: Kept[tuple[Self, Mapping[str, Y]]] | None = None
        self.taken_ = ""
        super().__post_init__()

    @abstractmethod
    def learned_as(self, images: Sequence[ImageSample], yardsticks: Mapping[str, Y]) -> tuple[Self, Mapping[str, Y]]:
        """The space of other normals, and what scores in it are held against, told in the unit of these yardsticks."""

    def keep(self, others: Levels) -> None:
        """Keep normals beside those of the canvas."""
        self.pictures_ = Kept(self.canvas_, others, self.seed)

    def suited(self, sample: Sample, yardsticks: Mapping[str, Y]) -> tuple[Self, Mapping[str, Y]]:
        """This space, or, where a picture was taken otherwise than its normals, that of normals taken as it was."""
        kept, taking = self._taking(as_image(sample))
        if kept is None or taking is None:
            return self, yardsticks
        return kept.learned_as(taking, lambda images: self._retaken(kept, taking, images, yardsticks))

    def _retaken(
        self, kept: Kept[Any], taking: Taking, images: Sequence[ImageSample], yardsticks: Mapping[str, Y]
    ) -> tuple[Self, Mapping[str, Y]]:
        other, found = self.learned_as(images, yardsticks)
        other.canvas_, other.taken_, other.pictures_ = kept.canvas_as(taking), taking.words(), None
        return other, found

    def canvas(self, image: ImageSample) -> Canvas:
        kept, taking = self._taking(image)
        return self.canvas_ if kept is None or taking is None else kept.canvas_as(taking)

    def _taking(self, image: ImageSample) -> tuple[Kept[tuple[Self, Mapping[str, Y]]] | None, Taking | None]:
        """The normals that were kept, and how a picture was taken otherwise than they, if it was."""
        if self.pictures_ is None or image.counts:
            return None, None
        return self.pictures_, self.pictures_.taking(self.levels(to_working(image, self.shape_)), image.shape)

    def state(self) -> dict[str, NDArray[Any]]:
        return super().state() | ({} if self.pictures_ is None else {OTHERS: self.pictures_.others})

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        super().load(state)
        if OTHERS in state:
            self.keep(state[OTHERS])
