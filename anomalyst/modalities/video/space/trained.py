"""What methods that train something see of clips: each cell by itself, as a vector of both views.

Cells of still ground are alike and many; of the normals as many are learned from as the options say, the likelier the
more happens in them, as in closed form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.choice import Choice
from anomalyst.detectors.space import Around, Ask, GridSpace, Split
from anomalyst.errors import require
from anomalyst.modalities.video.sample import VideoSample
from anomalyst.modalities.video.space.answer import LaidClip, Said, VideoSpace, pieces_of
from anomalyst.modalities.video.space.encode import VIEWS, chosen
from anomalyst.modalities.video.space.judged import ClipYardstick
from anomalyst.samples import Sample

LEAST_PIECES = 4
CALIBRATED_SHARE, CHECKED_SHARE = 0.4, 0.1
MOST_LEARNED = 40_000
REACH = 12.0  # deviations: what lies beyond is cut off for the network, and added to a cell's score
BATCH = 8_192
LOWEST = 0.01  # quantile of normal scores from which on sizes are counted
DEPTHS = (0.5, 0.25, 1.0)  # the default first
MOVED, TRIED = 4.0, 500  # deviations that a coordinate of a synthetic fault is moved by; cells that depths are tried on


@dataclass(frozen=True)
class LaidCells(LaidClip):
    """Its cells `grids` (N, C) as a network sees them; `beyond` (N,): how far each lies outside of what it sees."""

    grids: Tensor = field(kw_only=True)
    beyond: Tensor = field(kw_only=True)


@dataclass(frozen=True)
class HeldCells:
    """Held-out normals end to end: `grids` (N, C), `beyond` (N,), `shapes`: of each one."""

    grids: Tensor
    beyond: Tensor
    shapes: list[tuple[int, int, int]]


@dataclass(frozen=True)
class CellYardstick(ClipYardstick):
    """`lowest`: the score from which on sizes are counted; `signed`: scores may be negative."""

    lowest: float = 0.0
    signed: bool = False

    def state(self, rule: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, for this rule."""
        return super().state(rule) | {f"clip.{rule}.lowest": np.array([self.lowest])}

    def sizes(self, scores: Tensor, beyond: Tensor) -> NDArray[np.float64]:
        """Scores of coordinates (N, C) as sizes of cells (N,), of at least 0."""
        return np.asarray(np.maximum(_of_cells(scores, self.signed) - self.lowest, 0) + beyond.double().numpy())


@dataclass(kw_only=True, eq=False)
class VideoGrids(VideoSpace[LaidCells, CellYardstick], GridSpace[LaidCells, HeldCells, Said, CellYardstick]):
    """Cells by themselves."""

    train_steps: ClassVar[int] = 1500
    around: ClassVar[Around] = Around(side=1, width=128, batch=256)
    together: ClassVar[bool] = True

    def split(self, normals: Sequence[Sample]) -> Split[HeldCells]:
        """Normal cells; InputError if there are too few clips."""
        pieces = pieces_of(self.begun(normals))
        require(len(pieces) >= LEAST_PIECES, "normal clips", len(normals), "longer ones, or at least four")
        order = np.random.default_rng(self.seed).permutation(len(pieces))
        held = [pieces[number] for number in order[: max(2, round(CALIBRATED_SHARE * len(pieces)))]]
        rest = [pieces[number] for number in order[len(held) :]]
        vectors = torch.cat([self._joined(clip) for clip in rest])
        draws = torch.Generator().manual_seed(self.seed)
        vectors = vectors[chosen(vectors, MOST_LEARNED, self.seed)]
        vectors = vectors[torch.randperm(len(vectors), generator=draws)]
        self.centre_, self.scale_ = vectors.mean(0), vectors.std(0).clamp_min(1e-3)
        checked = max(1, round(CHECKED_SHARE * len(vectors)))
        seen, beyond = self._seen(torch.cat([self._joined(clip) for clip in held]))
        learned = self._seen(vectors)[0]
        return Split(learned[checked:], learned[:checked], HeldCells(seen, beyond, [clip.shape for clip in held]))

    def _joined(self, clip: VideoSample) -> Tensor:
        """Both views of a clip's cells, the place once."""
        motion, looks = (self.encoder_.vectors(clip, view) for view in VIEWS)
        return torch.cat([looks[:, :-2], motion], 1)

    def _seen(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """Cells as the network sees them, and how far they lie beyond."""
        scaled = (vectors - self.centre_) / self.scale_
        return scaled.clamp(-REACH, REACH), (scaled.abs() - REACH).clamp_min(0).sum(1)

    def lay(self, sample: Sample) -> LaidCells:
        """A clip of the shape of the normals."""
        clip = self.laid(sample)
        seen, beyond = self._seen(self._joined(clip))
        return LaidCells(clip, grids=seen, beyond=beyond)

    def chunk(self, grids: Tensor) -> int:
        """How many cells are scored at once."""
        return BATCH

    def choose_depth(self, held: HeldCells, ask: Ask) -> Choice:
        """The noise level that tells cells with one coordinate moved best from those as they are."""
        from sklearn.metrics import roc_auc_score

        draws = torch.Generator().manual_seed(self.seed)
        cells = held.grids[torch.randperm(len(held.grids), generator=draws)[:TRIED]]
        moved = cells.clone()
        place = torch.randint(cells.shape[1], (len(cells),), generator=draws)
        moved[torch.arange(len(cells)), place] += MOVED * (torch.randint(2, (len(cells),), generator=draws) * 2.0 - 1)
        is_moved = np.arange(2 * len(cells)) >= len(cells)
        auroc = {
            f"depth {depth:g}": float(roc_auc_score(is_moved, _of_cells(ask(torch.cat([cells, moved]), depth), False)))
            for depth in DEPTHS
        }
        best = max(auroc, key=lambda option: auroc[option])
        return Choice(best, auroc, f"best of {len(auroc)} on {len(cells)} synthetic faults")

    def yardstick(self, held: HeldCells, scores: Tensor, signed: bool) -> CellYardstick:
        """From the scores of held-out clips."""
        lowest = float(np.quantile(_of_cells(scores, signed), LOWEST))
        rows = np.maximum(_of_cells(scores, signed) - lowest, 0) + held.beyond.double().numpy()
        ends = np.cumsum([int(np.prod(shape)) for shape in held.shapes])
        clips = [part.reshape(1, *shape) for part, shape in zip(np.split(rows, ends[:-1]), held.shapes, strict=True)]
        found = ClipYardstick.fit(clips, "split-conformal")
        return CellYardstick(found.level, found.events, found.cells, found.method, lowest=lowest, signed=signed)

    def said(self, laid: LaidCells, scores: Tensor, yardstick: CellYardstick) -> Said:
        """What the scores of cells say of a clip."""
        clip = yardstick.sizes(scores, laid.beyond).reshape(1, *laid.sample.shape)
        return Said.of(clip, yardstick)

    def restored(self, state: dict[str, NDArray[Any]], rule: str, signed: bool) -> CellYardstick:
        """The yardstick that gave this state."""
        found, lowest = ClipYardstick.from_state(state, rule), float(state[f"clip.{rule}.lowest"][0])
        return CellYardstick(found.level, found.events, found.cells, found.method, lowest=lowest, signed=signed)

    def state(self) -> dict[str, NDArray[Any]]:
        """The learned arrays by name."""
        looks = {"looks.centre": self.centre_.numpy(), "looks.scale": self.scale_.numpy()}
        return super().state() | looks

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""
        super().load(state)
        self.centre_, self.scale_ = (torch.from_numpy(state[f"looks.{name}"].copy()) for name in ("centre", "scale"))


def _of_cells(scores: Tensor, signed: bool) -> NDArray[np.float64]:
    """Scores of coordinates (N, C) as scores of cells (N,): likelihoods add up, deviations as their squares do."""
    rows = scores.mean(1) if signed else scores.square().mean(1).sqrt()
    return np.asarray(rows.double().numpy())
