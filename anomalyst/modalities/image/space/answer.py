"""What both spaces of images share: the working size, what normals look like, and the answer for one image."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.contract import Calibration, CalibrationMethod, RuleScore, ScoreMap
from anomalyst.detectors.space import Space
from anomalyst.errors import require
from anomalyst.modalities.image.found.findings import suspected
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.scores import ImageScores
from anomalyst.modalities.image.space.canvas import Canvas
from anomalyst.modalities.image.space.expected import anew, doubtful, picture
from anomalyst.modalities.image.space.map import opinion, score_map

ELEMENT_STRIDE = 4
DRAWN = "drawn"  # the name under which it is saved that outlines are drawn


@dataclass(frozen=True)
class Laid:
    """An image, and its pixels at the working size (3, h, w)."""

    image: ImageSample
    working: Tensor


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

    def __post_init__(self) -> None:
        require(64 <= self.size <= 1024, "size", self.size, "a number of pixels from 64 to 1024")
        require(self.samples >= 1, "samples", self.samples, "a number from 1")

    def told(self, laid: L, said: Mapping[str, RuleScore], yardsticks: Mapping[str, Y]) -> ScoreMap:
        """The answer for an image, all maps on its own pixels."""
        own = next(iter(said))
        hidden = anew(suspected(said[own]), self.shape_) if self.drawn else doubtful(said[own].p_values, self.shape_)
        pictures = picture(laid.image, laid.working, hidden, self.canvas_, self.samples, self.seed)
        judge = yardsticks[own]
        how = Calibration(self.calibrated, judge.whole.count, judge.element.count)
        return replace(score_map(said, own, judge.whole, how, pictures), detail=ImageScores(drawn=self.drawn))

    def state(self) -> dict[str, NDArray[Any]]:
        """The working size, and the normals that are kept as pixels."""
        return {
            "shape": np.array(self.shape_),
            "canvas.normals": self.canvas_.normals,
            "canvas.aligned": np.array(self.canvas_.aligned),
            DRAWN: np.array(self.drawn),
        }

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        self.shape_: tuple[int, int] = (int(state["shape"][0]), int(state["shape"][1]))
        self.canvas_ = Canvas(state["canvas.normals"], bool(state["canvas.aligned"]))
        self.drawn = bool(state.get(DRAWN, False))  # detectors saved before outlines were drawn go on without
