"""What methods in closed form see of tables: rows against stored normal rows, or against the others of their table.

Few normal rows are each judged as if held out: cross-conformal. Of many, some are held out at random first, and of the
others as many are stored as the options say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import CalibrationMethod, OnStep, Rule, RuleScore
from anomalyst.detectors.effort import AUTO, SERIES_EFFORTS, Tier, Trim, check_steps, check_trim, least_suspect
from anomalyst.detectors.space import BankSpace
from anomalyst.errors import InputError, require
from anomalyst.modalities.table.sample import TableSample
from anomalyst.modalities.table.space.alone import LEAST_ROWS, alone_yardstick
from anomalyst.modalities.table.space.answer import LaidTable, RowYardstick, TableSpace
from anomalyst.modalities.table.space.coreset import coreset
from anomalyst.modalities.table.space.folds import held_out
from anomalyst.samples import Sample

MOST_CALIBRATED = 5_000
OWN: tuple[Rule, ...] = ("density",)  # what columns are told by, whatever the rule


@dataclass(frozen=True)
class HeldRows:
    """Normal rows that calibrate: `vectors` (n, d), None where the stored ones `table` do, each in turn."""

    table: TableSample
    vectors: Tensor | None
    choice: Choice | None = None


@dataclass(kw_only=True, eq=False)
class TableRows(TableSpace[LaidTable, RowYardstick], BankSpace[LaidTable, HeldRows, RuleScore, RowYardstick]):
    """Rows against normal rows.

    `steps`: how much is spent: noise levels, and rows stored; `max_bank`: most normal rows stored at the usual effort;
    `trim`: share of the normal rows that may be anomalies and are left out, those that the others explain worst
    ("auto": none); `bad`: the share of a table that may be abnormal where it is judged by itself.
    """

    steps: Tier = "few"
    trim: Trim = AUTO
    bad: float = 0.05

    self_calibrating: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_steps(self.steps)
        check_trim(self.trim, auto=True)
        require(0 < self.bad < 0.5, "bad", self.bad, "a share above 0 and below 0.5")
        self.levels, self.bank = LEVELS[self.steps], round(SERIES_EFFORTS[self.steps].bank * self.max_bank)

    def learn(self, normals: Sequence[Sample], rules: Sequence[Rule], on_step: OnStep | None) -> HeldRows:
        """Store normal rows; InputError if they are too few."""
        table = self.joined(normals)
        return self._stored(table, self.encoded(table))

    def _stored(self, table: TableSample, vectors: Tensor) -> HeldRows:
        count = len(vectors)
        order = np.random.default_rng(self.seed).permutation(count)
        held = order[: min(MOST_CALIBRATED, count // 3)] if count > self.bank else order[:0]
        rest = np.sort(order[len(held) :])
        rest = rest[coreset(vectors[rest], self.bank, self.seed)]
        self.keep(table, vectors, rest, self.levels)
        if self.trim != AUTO and self.trim:
            left = least_suspect(self.bank_.scores(OWN, self.bank_.vectors, held_out=True)[0].tolist(), self.trim)
            self.told_ = (f"{len(rest) - len(left):,} normal rows were left out, those that the others explain worst",)
            rest = rest[left]
            self.keep(table, vectors, rest, self.levels)
        stored = replace(table, values=table.values[rest], labels=())
        found = HeldRows(stored, vectors[np.sort(held)] if len(held) else None)
        self.usual_ = Conformal.fit(self._held_out(found, OWN)[0])
        return found

    def _held_out(self, held: HeldRows, rules: Sequence[Rule]) -> list[NDArray[np.float64]]:
        """Scores of normal rows by each rule, none of which is its own neighbour."""
        if held.vectors is None:
            return held_out(held.table, self.bank_, rules, self.seed)
        return [found.double().numpy() for found in self.bank_.scores(rules, held.vectors)]

    def yardsticks(self, held: HeldRows, rules: Sequence[Rule]) -> dict[str, RowYardstick]:
        method: CalibrationMethod = "cross-conformal" if held.vectors is None else "split-conformal"
        return {
            rule: RowYardstick(Conformal.fit(scores), method)
            for rule, scores in zip(rules, self._held_out(held, rules), strict=True)
        }

    def lay(self, sample: Sample) -> LaidTable:
        """A table with the columns of the normals."""
        return self.laid(sample)

    def said(self, laid: LaidTable, rule: Rule, yardstick: RowYardstick) -> RuleScore:
        """What a rule says of the rows."""
        return yardstick.opinion(self.bank_.scores((rule,), laid.vectors)[0].double().numpy())

    def alone(
        self, sample: Sample, rules: Sequence[Rule]
    ) -> tuple[LaidTable, dict[str, RuleScore], dict[str, RowYardstick]]:
        """A table by itself: its rows against those that are left without the most suspect ones."""
        table = self.joined([sample])
        if len(table.values) < LEAST_ROWS:
            raise InputError(
                f"{sample.name!r} has {len(table.values)} rows, too few to judge one by the others; give at least "
                f"{LEAST_ROWS} rows, or normal ones to compare with.",
                "normal",
            )
        vectors = self.encoded(table)
        order = np.random.default_rng(self.seed).permutation(len(vectors))[: self.bank]
        self.keep(table, vectors, np.sort(order), self.levels)
        first = self.bank_.scores(OWN, self.bank_.vectors, held_out=True)[0].numpy()
        good = np.sort(order)[first <= np.quantile(first, 1 - self.bad)]
        self.encoded(replace(table, values=table.values[good]))  # the scale of those that are left
        vectors = torch.from_numpy(self.encoder_.vectors(table))
        self.keep(table, vectors, good, self.levels)
        scores = dict(zip(rules, self._by_others(vectors, good, rules), strict=True))
        yardsticks: dict[str, RowYardstick] = {
            rule: alone_yardstick(found, self.bad, table.shape[1]) for rule, found in scores.items()
        }
        self.usual_ = Conformal.fit(self.bank_.scores(OWN, self.bank_.vectors, held_out=True)[0].double().numpy())
        said: dict[str, RuleScore] = {rule: yardsticks[rule].opinion(found) for rule, found in scores.items()}
        return LaidTable(table, vectors), said, yardsticks

    def _by_others(
        self, vectors: Tensor, stored: NDArray[np.int64], rules: Sequence[Rule]
    ) -> list[NDArray[np.float64]]:
        """Scores (N,) of all rows, where a stored one is not its own neighbour."""
        others = np.setdiff1d(np.arange(len(vectors)), stored)
        own = self.bank_.scores(rules, self.bank_.vectors, held_out=True)
        apart = self.bank_.scores(rules, vectors[others]) if len(others) else [torch.empty(0)] * len(rules)
        found = []
        for inside, outside in zip(own, apart, strict=True):
            scores = np.empty(len(vectors))
            scores[stored], scores[others] = inside.double().numpy(), outside.double().numpy()
            found.append(scores)
        return found

    def restored(self, state: dict[str, NDArray[Any]], rule: str, signed: bool) -> RowYardstick:
        """The yardstick that gave this state."""
        return RowYardstick.from_state(state, rule)

    def blank(self) -> dict[str, NDArray[Any]]:
        """Nothing was learned."""
        return {"alone": np.array([self.bad])}

    def load_blank(self, state: dict[str, NDArray[Any]]) -> None:
        """Nothing was learned."""


LEVELS: Mapping[Tier, int] = {"one": 1, "few": 4, "full": 10}
