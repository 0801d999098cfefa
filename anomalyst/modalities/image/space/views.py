"""What passes between the steps of the closed form: an image seen in views, normals while they are fitted, a rule's
yardstick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.choice import Choice
from anomalyst.detectors.denoisers.judges import Judge
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.answer import ImageYardstick, Laid
from anomalyst.modalities.image.space.choose import Held, Views
from anomalyst.modalities.image.space.close import CloseYardstick
from anomalyst.modalities.image.space.map import Fusion
from anomalyst.modalities.image.space.readings import Pooling
from anomalyst.modalities.image.space.whole import Wholes


@dataclass(frozen=True)
class LaidViews(Laid):
    """Its cells, scaled: per view (rows, columns, d); `whole`: how unlike the normals' the whole of it is, None
    where that is not judged."""

    cells: Views = field(kw_only=True)
    whole: float | None = field(kw_only=True)


@dataclass(frozen=True)
class HeldViews:
    """Normals while a detector is fitted. `vectors`: per view (N, rows, columns, d); `judges`: one a view, which can
    leave one normal out; `known`: densities that were judged so already; `numbers`: theirs, in what `fit` got;
    `wholes`: the whole pictures, None where these are not judged; `images`: those that are looked at closely, by the
    rule `first`."""

    choice: Choice
    vectors: Views
    wholes: Wholes | None
    judges: Sequence[Judge]
    known: Held
    numbers: NDArray[np.int64]
    images: Sequence[ImageSample] = ()
    first: str = ""


@dataclass(frozen=True, kw_only=True)
class ViewYardstick(ImageYardstick):
    """`fusion`: how the views' scores become one; `pooling`: how an image's readings do."""

    fusion: Fusion
    pooling: Pooling
    close: CloseYardstick | None = None

    def told_as(self, other: Self) -> Self:
        """The same for the scores of other normals, told in the peaks of those of another yardstick."""
        pooling, totals = self.pooling.told_as(other.pooling, list(self.held_out.values()))
        return replace(self, pooling=pooling, whole=Conformal.fit(totals), held_out={})

    def state(self, rule: str) -> dict[str, NDArray[Any]]:
        close = {} if self.close is None else self.close.state(f"close.{rule}")
        return self.fusion.state(f"fusion.{rule}") | self.pooling.state(f"pooling.{rule}") | close | super().state(rule)
