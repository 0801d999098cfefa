"""What passes between the steps of the closed form: an image seen in views, normals while they are fitted, a rule's
yardstick."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import Rule
from anomalyst.detectors.denoisers.judges import Judge
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.answer import ImageYardstick, Laid
from anomalyst.modalities.image.space.choose import Held, Views
from anomalyst.modalities.image.space.close import CloseYardstick
from anomalyst.modalities.image.space.map import Fusion
from anomalyst.modalities.image.space.pixels import Levels
from anomalyst.modalities.image.space.readings import Pooling
from anomalyst.modalities.image.space.whole import Wholes


@dataclass(frozen=True)
class LaidViews(Laid):
    """Its cells, scaled: per view (rows, columns, d); `whole`: how unlike the normals' the whole of it is, None
    where that is not judged."""

    cells: Views = field(kw_only=True)
    whole: float | None = field(kw_only=True)


@dataclass(frozen=True)
class Shown:
    """Normals as they were seen. `numbers`: theirs, in what `fit` got; `pixels`: (N, h, w, 3); `cells`: per view, not
    scaled (N, rows, columns, d); `wholes`: (N, d), None where whole pictures are not seen."""

    images: Sequence[ImageSample]
    numbers: NDArray[np.int64]
    pixels: Levels
    cells: Views
    wholes: Tensor | None

    def only(self, kept: Sequence[int]) -> Shown:
        """Some of them."""
        cells = [view[kept] for view in self.cells]
        wholes = None if self.wholes is None else self.wholes[kept]
        return Shown([self.images[k] for k in kept], self.numbers[kept], self.pixels[kept], cells, wholes)

    def names(self, numbers: Collection[int]) -> dict[int, str]:
        """The names of those with these numbers."""
        return {int(i): one.name for i, one in zip(self.numbers, self.images, strict=True) if i in numbers}


@dataclass(frozen=True)
class HeldViews:
    """Normals while a detector is fitted, `shown` to it. `vectors`: per view (N, rows, columns, d); `judges`: one a
    view, which can leave one normal out; `known`: densities that were judged so already; `wholes`: the whole pictures,
    None where these are not judged; `images`: those that are looked at closely, by the rule `first`; `looks`: how often
    those that are unlike the others were looked for."""

    shown: Shown
    choice: Choice
    vectors: Views
    wholes: Wholes | None
    judges: Sequence[Judge]
    known: Held
    images: Sequence[ImageSample]
    first: Rule
    looks: int = 0


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


def quarters(cells: Tensor) -> Tensor:
    """(rows, columns, d) → its four quarters (4, rows // 2, columns // 2, d)."""
    rows, columns = cells.shape[0] // 2, cells.shape[1] // 2
    parts = [cells[y : y + rows, x : x + columns] for y in (0, rows) for x in (0, columns)]
    return torch.stack(parts)
