"""What methods in closed form see of series: windows of several lengths, channel by channel; normals or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import OnStep, Rule, ScoreMap
from anomalyst.detectors.effort import SERIES_EFFORTS, Tier, check_steps, check_trim
from anomalyst.detectors.space import BankSpace
from anomalyst.errors import InputError
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.space.alarm import EventCalibration
from anomalyst.modalities.series.space.answer import (
    Judge,
    Said,
    as_all_series,
    as_series,
    in_columns,
    judge_in,
    packed,
    score_map,
    unpacked,
)
from anomalyst.modalities.series.space.choose import Candidate, choose
from anomalyst.modalities.series.space.expected import Picturing, imputed, picture
from anomalyst.modalities.series.space.grid import Grid, to_grid
from anomalyst.modalities.series.space.model import SeriesModel, learn, restore
from anomalyst.modalities.series.space.profile import Profile
from anomalyst.modalities.series.space.scores import Store
from anomalyst.modalities.series.space.stretches import OwnStretches
from anomalyst.modalities.series.space.surprise import Level
from anomalyst.modalities.series.space.trim import trimmed
from anomalyst.samples import Sample

TRIAL_BANK = 500
ALONE = "alone.version"
LEAST_BANK = 16
LENGTH_OPTIONS = {
    "windows of 8 to 128 steps": (8, 32, 128),
    "short windows": (8, 16, 32),
    "long windows": (64, 128, 256),
}


@dataclass(frozen=True)
class LaidRows:
    """A sample on its grid, and scaled (C, G) by what it is compared with."""

    grid: Grid
    scaled: Tensor
    model: SeriesModel


@dataclass(frozen=True)
class Kept:
    """What was chosen for the normals that are kept."""

    choice: Choice | None


@dataclass(frozen=True)
class RowYardstick:
    """`judge`: calibrates rows and stretches."""

    judge: Judge
    held_out: Mapping[int, float] = field(default_factory=dict)

    def state(self, rule: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, for this rule; a series that was its own reference leaves none."""
        return {} if isinstance(self.judge, OwnStretches) else self.judge.state(rule)


@dataclass(kw_only=True, eq=False)
class SeriesViews(BankSpace[LaidRows, Kept, Said, RowYardstick]):
    """Windows of several lengths against stored ones.

    `lengths`: window lengths in time steps (None: chosen on synthetic anomalies where there are
    normals enough to try); `bank_size`: windows stored per length; `samples`: posterior samples K;
    `diffusion_time`: density as E[log σ | x] instead of soft distance; `steps`: "one" (one noise level, a quarter of
    the windows), "few" (two levels) or "full" (six, four times the windows), how much is spent; `trim`: share of the
    normals that may be anomalies: the stretches that the others explain worst are cut out before anything is learned
    (without normals nothing is). P-values suppose that this was abnormal: of clean normals they are too small.
    """

    lengths: Sequence[int] | None = None
    bank_size: int = 1500
    samples: int = 8
    diffusion_time: bool = False
    steps: Tier = "few"
    trim: float = 0.0

    self_calibrating: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self.lengths = None if self.lengths is None else tuple(int(w) for w in self.lengths)
        if self.lengths is not None and (not self.lengths or min(self.lengths) < 4):
            raise InputError(f"got lengths {self.lengths!r}; give at least one window length of 4 steps or more.")
        if self.bank_size < LEAST_BANK or self.samples < 1:
            raise InputError(
                f"got bank_size {self.bank_size!r} and samples {self.samples!r}; "
                f"give at least {LEAST_BANK} windows and 1 sample."
            )
        check_steps(self.steps)
        check_trim(self.trim)
        self.first = False  # whether a sample is judged by itself as the first version did
        self.columns_: tuple[str, ...] = ()
        self.model_: SeriesModel | None = None

    @property
    def store(self) -> Store:
        """How many windows are stored, and how finely they are asked."""
        effort = SERIES_EFFORTS[self.steps]
        return Store(max(LEAST_BANK, round(effort.bank * self.bank_size)), effort.levels)

    def learn(self, normals: Sequence[Sample], rules: Sequence[Rule], on_step: OnStep | None) -> Kept:
        """Learn from normal series of the same columns."""
        series = as_all_series(normals)
        if self.trim:
            series = trimmed(series, self.trim, rules[0], self.lengths, self.diffusion_time)
        grids = [to_grid(sample) for sample in series]
        lengths, choice = self._lengths_for(series, rules[0])
        self.model_ = learn(grids, lengths, self.store, periodic=self.lengths is None)
        self.columns_ = series[0].columns
        return Kept(choice)

    def _lengths_for(self, normals: Sequence[SeriesSample], rule: Rule) -> tuple[Sequence[int], Choice | None]:
        """The given window lengths, or those that do best on synthetic anomalies."""
        if self.lengths is not None:
            return self.lengths, None
        choice = choose(normals, {name: self._trial(w, rule) for name, w in LENGTH_OPTIONS.items()}, self.seed)
        return LENGTH_OPTIONS[choice.option], choice

    def _trial(self, lengths: tuple[int, ...], rule: Rule) -> Candidate:
        def rows(learned: SeriesSample, tried: Sequence[SeriesSample]) -> list[NDArray[np.float64]]:
            store = replace(self.store, windows=min(TRIAL_BANK, self.store.windows))
            model = learn([to_grid(learned)], lengths, store, changes=False)
            model, _ = model.held_out(rule, self.diffusion_time)
            grids = [to_grid(sample) for sample in tried]
            return [model.score(model.scaled(g)[0], rule, self.diffusion_time).rows[g.rows] for g in grids]

        return rows

    def yardstick(self, held: Kept, rule: Rule) -> RowYardstick:
        """From the normals' own scores, each block of time scored by the others."""
        self.model_, own = self._model().held_out(rule, self.diffusion_time)
        return RowYardstick(EventCalibration.fit(own.sizes, self.model_.pieces, self.model_.longest))

    def _model(self) -> SeriesModel:
        if self.model_ is None:
            raise InputError("the detector has no normals; call `fit` with at least one normal series first.")
        return self.model_

    def lay(self, sample: Sample) -> LaidRows:
        """A series of the normals' columns, of any length."""
        model = self._model()
        series, order = in_columns(as_series(sample), self.columns_)
        grid = replace(to_grid(series), order=order)
        return LaidRows(grid, model.scaled(grid)[0], model)

    def said(self, laid: LaidRows, rule: Rule, yardstick: RowYardstick) -> Said:
        """What a rule says of a series."""
        return Said.of(laid.model.score(laid.scaled, rule, self.diffusion_time), yardstick.judge)

    def alone(self, sample: Sample, rules: Sequence[Rule]) -> tuple[LaidRows, dict[str, Said], dict[str, RowYardstick]]:
        """The whole series is its own reference, windows near in time excluded."""
        grid = to_grid(as_series(sample))
        model, said, yardsticks = learn([grid], self.lengths, self.store, own=True, changes=not self.first), {}, {}
        for rule in rules:
            model, profile = model.held_out(rule, self.diffusion_time)
            yardsticks[str(rule)] = RowYardstick(self._own_judge(profile, model.longest))
            said[str(rule)] = Said.of(profile, yardsticks[rule].judge)
        return LaidRows(grid, model.series, model), said, yardsticks

    def _own_judge(self, profile: Profile, length: int) -> Judge:
        if self.first:
            return OwnStretches.fit(profile.rows, length)
        return EventCalibration.of_bulk(profile.sizes, length)

    def blank(self) -> dict[str, NDArray[Any]]:
        """Which version's way it is in which a sample is judged by itself."""
        return {} if self.first else {ALONE: np.array([2])}

    def load_blank(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `blank` gave."""
        self.first = ALONE not in state

    def told(self, laid: LaidRows, said: Mapping[str, Said], yardsticks: Mapping[str, RowYardstick]) -> ScoreMap:
        """The answer for a series, on its rows."""
        own, model, grid = next(iter(said)), laid.model, laid.grid
        p_values, judge = said[own].opinion.p_values, yardsticks[own].judge
        shown = picture(model, grid, p_values, self._how(model, not isinstance(judge, EventCalibration)))
        return score_map(grid, said, judge, shown)

    def _how(self, model: SeriesModel, first: bool) -> Picturing:
        return Picturing(model.longest, self.samples, self.seed, model.own, first)

    def impute(self, sample: SeriesSample, start: int, stop: int) -> NDArray[np.float64]:
        """What rows [start, stop) may have been, from the rows around them, in the data's units: (stop − start, C)."""
        series, order = (sample, ()) if self.model_ is None else in_columns(sample, self.columns_)
        grid = replace(to_grid(series), order=order)
        model = self.model_ or learn([grid], self.lengths, self.store, own=True, changes=False)
        expected, drawn = imputed(model, grid, (start, stop), self._how(model, model.plain is None))
        return grid.back(expected if model.plain is None else drawn)

    def restored(self, state: dict[str, NDArray[Any]], rule: str, signed: bool) -> RowYardstick:
        """The yardstick that gave this state; the model gets back what is normal for its rule."""
        knots, tail = (torch.from_numpy(state[f"levels.{rule}.{part}"]) for part in ("knots", "tail"))
        model = self._model()
        if model.changes is not None:
            steps, beyond = (torch.from_numpy(state[f"changes.{rule}.{part}"]) for part in ("knots", "tail"))
            levels = {**model.changes.levels, rule: Level(steps, beyond)}
            model = replace(model, changes=replace(model.changes, levels=levels))
        self.model_ = replace(model, levels={**model.levels, rule: Level(knots, tail)})
        return RowYardstick(judge_in(state, rule))

    def state(self) -> dict[str, NDArray[Any]]:
        """The scaled normals, and units and levels of each length."""
        model = self._model()
        found: dict[str, NDArray[Any]] = {
            "columns": packed(self.columns_),
            "centre": model.centre,
            "scale": model.scale,
            "series": model.series.numpy(),
            "pieces": np.array(model.pieces),
            "lengths": np.array([s.length for s in model.scales]),
            "units": torch.stack([s.unit for s in model.scales]).numpy(),
        }
        for rule, level in model.levels.items():
            found |= {f"levels.{rule}.knots": level.knots.numpy(), f"levels.{rule}.tail": level.tail.numpy()}
        if model.changes is not None:
            found["changes.units"] = torch.stack([s.unit for s in model.changes.scales]).numpy()
            for rule, level in model.changes.levels.items():
                found |= {f"changes.{rule}.knots": level.knots.numpy(), f"changes.{rule}.tail": level.tail.numpy()}
        return found

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""
        self.columns_ = unpacked(state["columns"])
        pieces = [(int(a), int(b)) for a, b in state["pieces"]]
        head = SeriesModel(state["centre"], state["scale"], torch.from_numpy(state["series"]), pieces, ())
        units = list(torch.from_numpy(state["units"]))
        changes = list(torch.from_numpy(state["changes.units"])) if "changes.units" in state else None
        self.model_ = restore(head, state["lengths"].tolist(), units, self.store, changes)
