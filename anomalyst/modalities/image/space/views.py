"""What passes between the steps of the closed form: an image seen in views, normals while they are fitted, a rule's
yardstick; and how views are scaled, and judged by one denoiser each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import Rule
from anomalyst.detectors.denoisers.gaussian import LEAST_NORMALS
from anomalyst.detectors.denoisers.judges import EmpiricalJudge, GaussianJudge, Judge
from anomalyst.detectors.effort import Effort
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.answer import ImageYardstick, Laid
from anomalyst.modalities.image.space.choose import Held, Views
from anomalyst.modalities.image.space.close import CloseYardstick
from anomalyst.modalities.image.space.map import Fusion, shifted
from anomalyst.modalities.image.space.pixels import JointSpace, Levels, PixelSpace, Scaler, WholeEncoder
from anomalyst.modalities.image.space.progress import Progress
from anomalyst.modalities.image.space.readings import Pooling
from anomalyst.modalities.image.space.whole import Wholes

DIMS = {"gaussian": 48, "empirical": 128}  # most coordinates of a view: a covariance grows with their square


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


class JudgedViews:
    """The part of a space of views that needs to know nothing of maps and scores. Its options are the space's;
    `kept_`: numbers of the views that are judged, each scaled by its own of `scalers_`."""

    backbone: str | None
    layers: Sequence[int] | None
    patches: bool
    max_bank: int
    seed: int
    effort: Effort
    progress: Progress
    kept_: list[int]
    scalers_: list[Scaler]

    @cached_property
    def encoder(self) -> WholeEncoder:
        """Where patches become vectors; a backbone is loaded when first asked for."""
        if self.backbone is None:
            return PixelSpace()
        from anomalyst.modalities.image.space.backbone import BackboneSpace

        features = BackboneSpace(self.backbone, tuple(self.layers) if self.layers else None)
        return JointSpace(features, PixelSpace(("empirical",))) if self.patches else features

    def _learn_scales(self, vectors: list[Tensor]) -> Views:
        """Scale the raw vectors of the normals, and keep how; which views there are depends on how many normals."""
        views = self.encoder.views
        enough = len(vectors[0]) >= LEAST_NORMALS
        self.kept_ = [k for k, view in enumerate(views) if enough or view.denoiser == "empirical"]
        self.scalers_ = [Scaler.fit(vectors[k], views[k].parts, DIMS[views[k].denoiser], self.seed) for k in self.kept_]
        return self._scaled(vectors)

    def _scaled(self, vectors: list[Tensor]) -> Views:
        return [scaler.apply(vectors[k]) for k, scaler in zip(self.kept_, self.scalers_, strict=True)]

    def _scores(
        self, judges: Sequence[Judge], rules: Sequence[Rule], cells: Views, leave_out: int | None = None
    ) -> list[Tensor]:
        """Every view's scores of one image, by each rule: (V, rows, columns)."""
        if leave_out is not None:
            self.progress.step()
        scored = [judge.scores(rules, view, leave_out) for judge, view in zip(judges, cells, strict=True)]
        return [self._placed(views) for views in zip(*scored, strict=True)]

    def _placed(self, scored: Sequence[Tensor]) -> Tensor:
        """Scores of the views, each (rows, columns), where what they show lies: (V, rows, columns)."""
        shifts = [self.encoder.views[k].shift for k in self.kept_]
        return torch.stack([shifted(view, by) for view, by in zip(scored, shifts, strict=True)])

    def _gaussians(self, vectors: Views) -> dict[int, Judge]:
        """The judges that do not depend on which neighbours are asked, by number of the view."""
        views = self.encoder.views
        kept = zip(self.kept_, vectors, strict=True)
        return {k: GaussianJudge.fit(part) for k, part in kept if views[k].denoiser == "gaussian"}

    def _judges(self, vectors: Views, neighbours: str, gaussians: Mapping[int, Judge]) -> list[Judge]:
        """One judge a view. A single normal is its own reference: each quarter is judged by the others."""
        parts = [quarters(v[0]) if len(v) == 1 else v for v in vectors]
        return [
            gaussians[k]
            if k in gaussians
            else EmpiricalJudge.fit(part, neighbours, self.max_bank, self.effort, self.seed)
            for k, part in zip(self.kept_, parts, strict=True)
        ]
