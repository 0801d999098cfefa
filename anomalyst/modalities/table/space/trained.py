"""What methods that train something see of tables: each row by itself, as a vector; and which columns are to blame, as
the closed form tells.

A network is not shown coordinates that no normal row moves in: how far a row lies off in them is added to its score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import RuleScore
from anomalyst.detectors.space import Around, Ask, GridSpace, Split
from anomalyst.errors import require
from anomalyst.modalities.table.space.answer import LaidTable, RowYardstick, TableSpace
from anomalyst.modalities.table.space.coreset import coreset
from anomalyst.samples import Sample

LEAST_ROWS = 60
CALIBRATED_SHARE, MOST_CALIBRATED = 0.3, 5_000
CHECKED_SHARE = 0.1  # of the rest: held out to stop training
MOST_LEARNED = 50_000
REACH = 10.0  # deviations: what lies beyond is cut off for the network, and added to a row's score
BATCH = 4_096  # rows scored at once
LEVELS = 4
DEPTHS = (0.5, 0.25, 1.0, 2.0)  # the default first
MOVED, TRIED = 3.0, 500  # deviations that a coordinate of a synthetic fault is moved by; rows that depths are tried on


@dataclass(frozen=True)
class LaidRows(LaidTable):
    """Its rows `grids` (N, C) as a network sees them; `besides` (N,): how far each lies off where it does not look."""

    grids: Tensor
    besides: Tensor


@dataclass(frozen=True)
class HeldGrids:
    """Held-out normal rows (n, C)."""

    grids: Tensor


@dataclass(frozen=True)
class GridYardstick(RowYardstick):
    """`mean`, `spread`: of a row's score among held-out ones; `signed`: scores may be negative."""

    mean: float = 0.0
    spread: float = 1.0
    signed: bool = False

    def state(self, rule: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, for this rule."""
        return super().state(rule) | {f"row.{rule}.level": np.array([self.mean, self.spread])}


@dataclass(kw_only=True, eq=False)
class TableGrids(TableSpace[LaidRows, GridYardstick], GridSpace[LaidRows, HeldGrids, RuleScore, GridYardstick]):
    """Rows by themselves. `max_bank`: most normal rows stored to tell columns by."""

    max_bank: int = 4_000

    train_steps: ClassVar[int] = 1500
    around: ClassVar[Around] = Around(side=1, width=128, batch=256)
    together: ClassVar[bool] = True

    def split(self, normals: Sequence[Sample]) -> Split[HeldGrids]:
        """Normal rows; InputError if there are too few."""
        table = self.joined(normals)
        count = len(table.values)
        require(count >= LEAST_ROWS, "normal rows", count, f"at least {LEAST_ROWS}, better some hundreds")
        vectors = self.encoded(table)
        order = np.random.default_rng(self.seed).permutation(count)
        held = order[: min(MOST_CALIBRATED, round(CALIBRATED_SHARE * count))]
        rest = order[len(held) :][:MOST_LEARNED]
        checked, learned = rest[: max(1, round(CHECKED_SHARE * len(rest)))], rest[round(CHECKED_SHARE * len(rest)) :]
        kept = np.sort(learned)
        self.keep(table, vectors, kept[coreset(vectors[kept], self.max_bank, self.seed)], LEVELS)
        self.usual_ = Conformal.fit(self.bank_.scores(("density",), vectors[held])[0].double().numpy())
        self._looks_at(vectors[learned])
        return Split(self._seen(vectors[learned]), self._seen(vectors[checked]), HeldGrids(self._seen(vectors[held])))

    def _looks_at(self, vectors: Tensor) -> None:
        """Learn in which coordinates normal rows move, and how much."""
        spread = vectors.std(0)
        self.moving_ = spread > 1e-6 if bool((spread > 1e-6).any()) else torch.ones_like(spread, dtype=torch.bool)
        self.centre_, self.scale_ = vectors.mean(0), spread.clamp_min(1e-6)

    def _seen(self, vectors: Tensor) -> Tensor:
        """Rows as the network sees them."""
        return self._scaled(vectors).clamp(-REACH, REACH)

    def _scaled(self, vectors: Tensor) -> Tensor:
        return ((vectors - self.centre_) / self.scale_)[:, self.moving_]

    def lay(self, sample: Sample) -> LaidRows:
        """A table with the columns of the normals."""
        laid = self.laid(sample)
        still = (laid.vectors - self.centre_)[:, ~self.moving_].abs().sum(1)
        beyond = (self._scaled(laid.vectors).abs() - REACH).clamp_min(0).sum(1)
        return LaidRows(laid.sample, laid.vectors, self._seen(laid.vectors), still + beyond)

    def chunk(self, grids: Tensor) -> int:
        """How many rows are scored at once."""
        return BATCH

    def choose_depth(self, held: HeldGrids, ask: Ask) -> Choice:
        """The noise level that tells rows with one coordinate moved best from those as they are."""
        from sklearn.metrics import roc_auc_score

        rows = held.grids[:TRIED]
        draws = torch.Generator().manual_seed(self.seed)
        moved = rows.clone()
        place = torch.randint(rows.shape[1], (len(rows),), generator=draws)
        sign = torch.randint(2, (len(rows),), generator=draws) * 2.0 - 1
        moved[torch.arange(len(rows)), place] += MOVED * sign
        is_moved = np.arange(2 * len(rows)) >= len(rows)
        auroc = {
            f"depth {depth:g}": float(roc_auc_score(is_moved, _of_rows(ask(torch.cat([rows, moved]), depth), False)))
            for depth in DEPTHS
        }
        best = max(auroc, key=lambda option: auroc[option])
        return Choice(best, auroc, f"best of {len(auroc)} on {len(rows)} synthetic faults")

    def yardstick(self, held: HeldGrids, scores: Tensor, signed: bool) -> GridYardstick:
        """From the scores of held-out rows."""
        rows = _of_rows(scores, signed)
        mean, spread = float(rows.mean()), max(float(rows.std()), 1e-9)
        return GridYardstick(Conformal.fit((rows - mean) / spread), mean=mean, spread=spread, signed=signed)

    def said(self, laid: LaidRows, scores: Tensor, yardstick: GridYardstick) -> RuleScore:
        """What the scores of rows say of them."""
        rows = (_of_rows(scores, yardstick.signed) - yardstick.mean) / yardstick.spread
        return yardstick.opinion(rows + laid.besides.double().numpy())

    def restored(self, state: dict[str, NDArray[Any]], rule: str, signed: bool) -> GridYardstick:
        """The yardstick that gave this state."""
        mean, spread = (float(value) for value in state[f"row.{rule}.level"])
        return GridYardstick(Conformal.from_state(state, f"row.{rule}"), mean=mean, spread=spread, signed=signed)

    def state(self) -> dict[str, NDArray[Any]]:
        """The learned arrays by name."""
        looks = {"moving": self.moving_, "centre": self.centre_, "scale": self.scale_}
        return super().state() | {f"looks.{name}": tensor.numpy() for name, tensor in looks.items()}

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""
        super().load(state)
        names = ("moving", "centre", "scale")
        self.moving_, self.centre_, self.scale_ = (torch.from_numpy(state[f"looks.{name}"].copy()) for name in names)


def _of_rows(scores: Tensor, signed: bool) -> NDArray[np.float64]:
    """Scores of coordinates (N, C) as scores of rows (N,): likelihoods add up, deviations as their squares do."""
    rows = scores.mean(1) if signed else scores.square().mean(1).sqrt()
    return np.asarray(rows.double().numpy())
