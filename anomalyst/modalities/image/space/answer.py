"""What both spaces of images share: the working size, what normals look like, and the answer for one image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.contract import Calibration, CalibrationMethod, RuleScore, ScoreMap
from anomalyst.detectors.space import Space
from anomalyst.errors import require
from anomalyst.modalities.files import some_names
from anomalyst.modalities.image.found.findings import suspected
from anomalyst.modalities.image.reading.camera import onto, scale_of
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.scale import Scale
from anomalyst.modalities.image.scores import ImageScores
from anomalyst.modalities.image.space.canvas import Canvas, Image
from anomalyst.modalities.image.space.expected import anew, doubtful, picture
from anomalyst.modalities.image.space.map import opinion, score_map
from anomalyst.modalities.image.space.pixels import Levels, as_image, to_levels, to_working
from anomalyst.modalities.image.space.twins import copies
from anomalyst.samples import Sample

ELEMENT_STRIDE = 4
DRAWN = "drawn"  # the name under which it is saved that outlines are drawn


@dataclass(frozen=True)
class Laid:
    """An image on the scale of the normals, its pixels at the working size (3, h, w), and the scale that it came on."""

    image: ImageSample
    working: Tensor
    given: Scale | None = None


@dataclass(frozen=True, kw_only=True)
class ImageYardstick:
    """`element`: calibrates pixels; `whole`: images; `held_out`: what normals scored that calibrated, by number."""

    element: Conformal
    whole: Conformal
    held_out: Mapping[int, float] = field(default_factory=dict)

    def state(self, rule: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, for this rule."""
        return self.element.state(f"element.{rule}") | self.whole.state(f"whole.{rule}")

    def opinion(self, working: Tensor, total: float, laid: Laid) -> RuleScore:
        """What a map of working pixels (h, w) says of the image, whose one score is `total`."""
        return opinion(working, total, laid.image.shape, self.element, self.whole)


def calibrations(state: dict[str, NDArray[Any]], rule: str) -> tuple[Conformal, Conformal]:
    """`element` and `whole` of what `ImageYardstick.state` gave."""
    return Conformal.from_state(state, f"element.{rule}"), Conformal.from_state(state, f"whole.{rule}")


L = TypeVar("L", bound=Laid)
Y = TypeVar("Y", bound=ImageYardstick)


@dataclass(kw_only=True, eq=False)
class ImageSpace(Space[L, RuleScore, Y]):
    """`size`: root of the number of pixels worked on; `samples`: posterior samples of the expected image."""

    size: int = 256
    samples: int = 4

    calibrated: ClassVar[CalibrationMethod]
    drawn = True  # whether findings are outlined where pixels differ; no option
    pictured = True  # whether it is drawn what was expected; no option

    def __post_init__(self) -> None:
        require(64 <= self.size <= 1024, "size", self.size, "a number of pixels from 64 to 1024")
        require(self.samples >= 1, "samples", self.samples, "a number from 1")

    def seen(self, normals: Sequence[Sample]) -> list[ImageSample]:
        """Normal images on the one scale that they give; it is kept."""
        images = [as_image(normal) for normal in normals]
        self.scale_ = scale_of(images)
        self.told_: tuple[str, ...] = ()
        return images if self.scale_ is None else [onto(image, self.scale_) for image in images]

    def singles(self, images: Sequence[ImageSample], numbers: Sequence[int], pixels: Levels) -> list[int]:
        """Which of the normals with these `numbers` and working `pixels` to keep: copies of others would vouch for each
        other; they are noted."""
        first = copies(pixels, self.seed)
        twins = [images[numbers[k]].name for k, one in enumerate(first) if one != k]
        if twins:
            are, were = ("is a copy", "was") if len(twins) == 1 else ("are copies", "were")
            told = f"{len(twins)} of the normals {are} of others, or nearly, and {were} counted once"
            self.told_ = (*self.told_, f"{told}: {some_names(twins, 3)}")
        return [k for k, one in enumerate(first) if one == k]

    def notes(self) -> tuple[str, ...]:
        return self.told_

    def laid(self, sample: Sample) -> Laid:
        """An image of any size and depth, as the normals were laid out."""
        given = as_image(sample)
        image = given if self.scale_ is None and not given.counts else onto(given, self.scale_)
        return Laid(image, to_working(image, self.shape_), given.scale)

    def judging_only(self) -> Self:
        found = copy(self)
        found.pictured = False
        return found

    def canvas(self, image: ImageSample) -> Canvas:
        """The normals that an image is drawn anew from."""
        return self.canvas_

    def levels(self, working: Tensor) -> Levels:
        """Working pixels (3, h, w), as fine as the normals are."""
        return to_levels(working, fine=self.scale_ is not None)

    def told(self, laid: L, said: Mapping[str, RuleScore], yardsticks: Mapping[str, Y]) -> ScoreMap:
        """The answer for an image, all maps on its own pixels."""
        own = next(iter(said))
        judge = yardsticks[own]
        how = Calibration(self.calibrated, judge.whole.count, judge.element.count)
        pictures = self._pictures(laid, said[own]) if self.pictured else (laid.image.pixels, laid.image.pixels[None])
        if self.scale_ is not None and laid.given is None:
            pictures = self.scale_.back(pictures[0]), self.scale_.back(pictures[1])
        detail = ImageScores(drawn=self.drawn, aligned=self._aligned)
        return replace(score_map(said, own, judge.whole, how, pictures), detail=detail)

    @property
    def _aligned(self) -> bool:
        return self.drawn and self.canvas_.aligned

    def _pictures(self, laid: Laid, said: RuleScore) -> tuple[Image, Image]:
        """What was expected of an image, and samples of what else might have been."""
        if self.drawn:
            hidden = anew(suspected(said, self._aligned), self.shape_)
        else:
            hidden = doubtful(said.p_values, self.shape_)
        return picture(laid.image, laid.working, hidden, self.canvas_, self.samples, self.seed)

    def state(self) -> dict[str, NDArray[Any]]:
        """The working size, and the normals that are kept as pixels."""
        scale = {} if self.scale_ is None else {"scale": np.array([self.scale_.low, self.scale_.high])}
        return scale | {
            "shape": np.array(self.shape_),
            "canvas.normals": self.canvas_.normals,
            "canvas.aligned": np.array(self.canvas_.aligned),
            DRAWN: np.array(self.drawn),
        }

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        self.shape_: tuple[int, int] = (int(state["shape"][0]), int(state["shape"][1]))
        self.scale_ = Scale(*(float(end) for end in state["scale"])) if "scale" in state else None
        self.told_ = ()
        self.canvas_ = Canvas(state["canvas.normals"], bool(state["canvas.aligned"]))
        self.drawn = bool(state.get(DRAWN, False))  # detectors saved before outlines were drawn go on without
