"""The answer for a table: what each row's score says among normal rows, and of the table from all of its rows.

A row's p-value is conformal. A table is abnormal at a level where Simes' (1986) p-value of "all rows are normal" is:
just where the step-up rule of Benjamini & Hochberg (1995) finds a row at that rate. Conformal p-values of one set of
normals are positively dependent in the way that both need (Bates et al. 2023, arXiv 2104.08279).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Generic, Self, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.contract import Calibration, CalibrationMethod, RuleScore, ScoreMap
from anomalyst.detectors.space import Space
from anomalyst.errors import InputError, require
from anomalyst.evidence.findings import simes
from anomalyst.modalities.table.reading.alike import as_known, together
from anomalyst.modalities.table.sample import TableSample
from anomalyst.modalities.table.scores import TableScores
from anomalyst.modalities.table.space.blame import blame, looked_at
from anomalyst.modalities.table.space.encode import Encoder
from anomalyst.modalities.table.space.kept import KeptRows, encoder_of, encoder_state
from anomalyst.modalities.table.space.rows import RowBank
from anomalyst.samples import Sample

HEALED = 0.1  # the p-value from which a row that was changed counts as normal
LOOK = 0.1  # rows of at most this p-value are looked at one by one
LEAST_NORMALS = 8


@dataclass(frozen=True)
class LaidTable:
    """A table on the scale of its normals: `vectors` (N, d)."""

    sample: TableSample
    vectors: Tensor


@dataclass(frozen=True)
class RowYardstick:
    """`element`: scores of held-out normal rows; `method`: how these were held out."""

    element: Conformal
    method: CalibrationMethod = "split-conformal"
    held_out: Mapping[int, float] = field(default_factory=dict)

    def state(self, rule: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, for this rule."""
        split = np.array([self.method == "split-conformal"])
        return self.element.state(f"row.{rule}") | {f"row.{rule}.split": split}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], rule: str) -> RowYardstick:
        """Restore what `state` gave."""
        split = bool(state[f"row.{rule}.split"][0])
        return cls(Conformal.from_state(state, f"row.{rule}"), "split-conformal" if split else "cross-conformal")

    def opinion(self, scores: NDArray[np.float64]) -> RuleScore:
        """What scores (N,) of rows say of them and of their table."""
        p = np.maximum(self.element.p_values(scores), self.element.smallest)
        return opinion(scores, p)


def opinion(scores: NDArray[np.float64], p: NDArray[np.float64]) -> RuleScore:
    """What is said of rows by their scores and p-values, and so of their table."""
    single = np.clip(p, np.finfo(np.float32).tiny, 1).astype(np.float32)
    return RuleScore(scores.astype(np.float32), single, float(scores.max()), simes(p))


Y = TypeVar("Y", bound=RowYardstick)
L = TypeVar("L", bound=LaidTable)


@dataclass(kw_only=True, eq=False)
class TableSpace(Space[L, RuleScore, Y], Generic[L, Y]):
    """What all spaces of rows share. `max_bank`: most normal rows that others are compared with; of more, as many are
    kept, half of them the rarest."""

    max_bank: int = 8_000

    self_calibrating: ClassVar[bool] = False

    def __post_init__(self) -> None:
        require(self.max_bank >= 100, "max_bank", self.max_bank, "a number of rows from 100")
        self.pictured = True

    def notes(self) -> tuple[str, ...]:
        return self.told_

    def judging_only(self) -> Self:
        other = replace(self)
        other.__dict__ |= self.__dict__ | {"pictured": False}
        return other

    def joined(self, normals: Sequence[Sample]) -> TableSample:
        """All normal rows as one table; InputError if there are too few, or one is no table."""
        tables = [_table(normal) for normal in normals]
        require(bool(tables), "normal rows", 0, f"at least {LEAST_NORMALS} rows")
        table = together(tables)
        require(len(table.values) >= LEAST_NORMALS, "normal rows", len(table.values), f"at least {LEAST_NORMALS}")
        self.told_: tuple[str, ...] = ()
        return table

    def encoded(self, table: TableSample) -> Tensor:
        """Normal rows (N, d), after learning their scale."""
        self.encoder_ = Encoder.fit(table)
        return torch.from_numpy(self.encoder_.vectors(table))

    def keep(self, table: TableSample, vectors: Tensor, kept: NDArray[np.int64], levels: int) -> None:
        """Store the normal rows of the numbers `kept`."""
        owner = torch.from_numpy(self.encoder_.owner)
        self.bank_ = RowBank.fit(vectors[kept].contiguous(), owner, levels)
        self.rows_ = KeptRows(table.values[kept], tuple(column.levels for column in table.columns))

    def laid(self, sample: Sample) -> LaidTable:
        """A table as the normals were; InputError if its columns are others."""
        table = as_known(_table(sample), self.encoder_.names, self.encoder_.kinds)
        return LaidTable(table, torch.from_numpy(self.encoder_.vectors(table)))

    def told(self, laid: L, said: Mapping[str, RuleScore], yardsticks: Mapping[str, Y]) -> ScoreMap:
        first = next(iter(said))
        own, yardstick = said[first], yardsticks[first]
        detail, expected = self.explained(laid, own)
        return ScoreMap(
            "table", own.scores, own.p_values, own.sample_score, own.sample_p,
            self._extrapolated(own, yardstick), expected, expected[None],
            self._calibration(own, yardstick), said, detail,
        )  # fmt: skip

    def _extrapolated(self, own: RuleScore, yardstick: Y) -> bool:
        known = yardstick.method != "self-calibrated"
        return known and own.sample_p < self._shown(own, yardstick) * (1 - 1e-9)

    def _shown(self, own: RuleScore, yardstick: Y) -> float:
        """The table's p-value were no row's smaller than the normal rows show."""
        return simes(np.maximum(own.p_values, 1 / (yardstick.element.count + 1)))

    def _calibration(self, own: RuleScore, yardstick: Y) -> Calibration:
        """`smallest`: what a single row among so many can give the table."""
        count, rows = yardstick.element.count, len(own.scores)
        if yardstick.method == "self-calibrated":
            return Calibration(yardstick.method, 0, 0)
        supported = min(1.0, rows / (count + 1), self._shown(own, yardstick))
        return Calibration(yardstick.method, count, count, min(1.0, rows * yardstick.element.smallest), supported)

    def explained(self, laid: LaidTable, own: RuleScore) -> tuple[TableScores, NDArray[np.float64]]:
        """Which columns are to blame for the worst rows, and the table with these rows made normal."""
        sample, expected = laid.sample, laid.sample.values.copy()
        order = np.argsort(-own.scores.astype(np.float64), kind="stable")
        order = order[own.p_values[order] <= LOOK] if self.pictured else order[:0]
        told = order[: looked_at(len(order), self.bank_)]
        for row in order[len(told) :]:  # more than can be looked at: normal as a whole
            nearest = self.bank_.nearest(laid.vectors[int(row)][None])
            expected[row] = self.rows_.as_levels(nearest.numpy(), sample)[0]
        found = [blame(self.bank_, laid.vectors[int(row)], self.is_normal) for row in told]
        usual = np.full((len(told), max((len(one.usual) for one in found), default=0), sample.shape[1]), np.nan)
        cells = self._shares(laid.vectors)
        for place, (row, one) in enumerate(zip(told, found, strict=True)):
            expected[row, one.changed] = self.rows_.as_levels(one.source, sample)[0, one.changed]
            usual[place, : len(one.usual)] = self.rows_.as_levels(one.usual, sample)
            cells[row] = one.shares
        changed = np.array([one.changed for one in found], dtype=bool).reshape(len(told), sample.shape[1])
        unseen = self.encoder_.unseen(sample, told)
        return TableScores(cells, told.astype(np.int64), changed, usual, unseen), expected

    def is_normal(self, score: float) -> bool:
        """Whether a row of this score of density is normal."""
        return bool(self.usual_.p_values(np.array([score]))[0] >= HEALED)

    def _shares(self, vectors: Tensor) -> NDArray[np.float32]:
        """Each column's share of the distance of rows (N, d) to the nearest normal row, as a first look."""
        owner, columns = self.bank_.owner, len(self.encoder_.names)
        shares = []
        for part in vectors.split(4_096):
            apart = (part - self.bank_.vectors[self.bank_.nearest(part)]).square_()
            sums = apart.new_zeros((len(part), columns)).index_add_(1, owner, apart)
            total = sums.sum(1, keepdim=True)
            shares.append(torch.where(total > 0, sums / total, 1 / columns))
        return torch.cat(shares).numpy()

    def state(self) -> dict[str, NDArray[Any]]:
        """The learned arrays by name."""
        arrays = self.bank_.state("bank") | self.rows_.state("kept") | encoder_state(self.encoder_)
        return arrays | self.usual_.state("usual")

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""
        self.told_ = ()
        self.encoder_ = encoder_of(state)
        self.bank_, self.rows_ = RowBank.from_state(state, "bank"), KeptRows.from_state(state, "kept")
        self.usual_ = Conformal.from_state(state, "usual")


def _table(sample: Sample) -> TableSample:
    if not isinstance(sample, TableSample):
        raise InputError(f"{sample.name!r} is {sample.modality} data; a table detector reads tables.")
    return sample
