"""What methods in closed form see of series: windows of several lengths, channel by channel; normals or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
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
from anomalyst.modalities.series.space.clock import Clock
from anomalyst.modalities.series.space.cycle import Counts, Timed
from anomalyst.modalities.series.space.grid import Floats, Grid, standardised, to_grid
from anomalyst.modalities.series.space.holes import Presence, cut
from anomalyst.modalities.series.space.judged.alarm import EventCalibration
from anomalyst.modalities.series.space.judged.odd import odd_blocks, odd_notes
from anomalyst.modalities.series.space.judged.rare import Rare, rare
from anomalyst.modalities.series.space.judged.recurring import recurring
from anomalyst.modalities.series.space.judged.stretches import OwnStretches
from anomalyst.modalities.series.space.model import SeriesModel, learn, restore
from anomalyst.modalities.series.space.pictured.expected import (
    Apart,
    Picture,
    Picturing,
    flagged,
    imputed,
    picture,
)
from anomalyst.modalities.series.space.profile import Profile
from anomalyst.modalities.series.space.scores import Store
from anomalyst.modalities.series.space.surprise import Level
from anomalyst.modalities.series.space.trim import trimmed
from anomalyst.samples import Sample

TRIAL_BANK = 500
ALONE = "alone.version"
FIRST_MOVES = "moves.first"
WIDTHS_OF_STILLNESS = "still.widths"
# Stretches are judged; events are; holes are told; the clock is read; and what recurs at its time is no anomaly.
FIRST, EVENTS, HOLES, CLOCK, RECURS = 1, 2, 3, 4, 5
LEAST_BANK = 16
LENGTH_OPTIONS = {
    "windows of 8 to 128 steps": (8, 32, 128),
    "short windows": (8, 16, 32),
    "long windows": (64, 128, 256),
}


@dataclass(frozen=True)
class LaidRows:
    """A sample on its grid, and scaled (C, G) by what it is compared with. `hidden`: cells (C, G) in holes; `missing`:
    how surprising these are (G, C); `places`: of its steps in the normals' cycle (G,), where they have one; `moves`,
    `rare`: how surprising first moves and rare events are (G, C)."""

    grid: Grid
    scaled: Tensor
    model: SeriesModel
    hidden: Tensor | None = None
    missing: Floats | None = None
    places: Counts | None = None
    moves: Floats | None = None
    rare: Floats | None = None

    @property
    def timed(self) -> Timed | None:
        """Which normals are of the same time."""
        return None if self.model.clock is None or self.places is None else self.model.clock.timed(self.places)

    @classmethod
    def of(cls, grid: Grid, model: SeriesModel, events: Rare | None = None) -> LaidRows:
        """A sample as a model sees it, with rare `events` judged apart."""
        seen = grid if events is None else events.at_rest(grid)
        found = None if events is None else events.surprise(grid)
        told = model.hidden(grid), model.missing(grid), model.places(grid), model.moves(seen), found
        return cls(grid, model.scaled(seen)[0], model, *told)


@dataclass(frozen=True)
class Kept:
    """What was chosen for the normals that are kept; `raw`: their own scores by a rule, where they are known already
    (`SeriesModel.left_out`)."""

    choice: Choice | None
    raw: Mapping[str, tuple[Tensor, ...]] = field(default_factory=dict)


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
    (without normals nothing is). P-values suppose that this was abnormal: of clean normals they are too small. With 0
    only blocks are left out that the tail of the others does not explain (`judged/odd.py`), and they are noted.
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
        self.version = RECURS  # of the way in which a sample is judged by itself
        self.pictures = True  # of normal, everywhere
        self.columns_: tuple[str, ...] = ()
        self.model_: SeriesModel | None = None
        self.rare_: Rare | None = None  # events of channels that else rest
        self.notes_: tuple[str, ...] = ()

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
        holes = cut([to_grid(sample) for sample in series])
        self.rare_ = rare(holes.grids)
        if self.rare_ is not None:
            holes = replace(holes, grids=[self.rare_.at_rest(grid) for grid in holes.grids])
        lengths, choice = self._lengths_for(series, rules[0])
        self.model_ = learn(holes.grids, lengths, self.store, clock=True, periodic=self.lengths is None, holes=holes)
        self.columns_ = series[0].columns
        raw = self.model_.left_out(rules[0], self.diffusion_time)
        odd = [] if self.trim else self._odd(self.model_, raw, rules[0])
        if not odd:
            return Kept(choice, {rules[0]: raw})
        self.notes_ = odd_notes(series, holes, odd)
        kept = [scale.length for scale in self.model_.scales]
        self.model_ = learn(holes.grids, kept, self.store, clock=True, holes=holes, odd=odd)
        return Kept(choice)

    def _odd(self, model: SeriesModel, raw: tuple[Tensor, ...], rule: Rule) -> list[tuple[int, int]]:
        """Odd blocks of the normals by their own scores."""
        return odd_blocks(lambda kept: model.levelled(raw, rule, kept)[1].sizes, model.files, model.longest)

    def notes(self) -> tuple[str, ...]:
        """Which rows of the normals look odd."""
        return self.notes_

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

    def yardsticks(self, held: Kept, rules: Sequence[Rule]) -> dict[str, RowYardstick]:
        """From the normals' own scores, each block of time scored by the others."""
        return {rule: self._yardstick(held, rule) for rule in rules}

    def _yardstick(self, held: Kept, rule: Rule) -> RowYardstick:
        model = self._model()
        raw = held.raw[rule] if rule in held.raw else model.left_out(rule, self.diffusion_time)
        self.model_, own = model.levelled(raw, rule)
        return RowYardstick(EventCalibration.fit(own.sizes, self.model_.files, self.model_.longest))

    def _model(self) -> SeriesModel:
        if self.model_ is None:
            raise InputError("the detector has no normals; call `fit` with at least one normal series first.")
        return self.model_

    def judging_only(self) -> SeriesViews:
        """The same; normal is pictured where rows are flagged, by which a series by itself is judged."""
        found = copy(self)
        found.pictures = False
        return found

    def lay(self, sample: Sample) -> LaidRows:
        """A series of the normals' columns, of any length."""
        model = self._model()
        series, order = in_columns(as_series(sample), self.columns_)
        grid = replace(to_grid(series), order=order)
        return LaidRows.of(grid, model, self.rare_)

    def said(self, laid: LaidRows, rule: Rule, yardstick: RowYardstick) -> Said:
        """What a rule says of a series."""
        found = laid.model.score(laid.scaled, rule, self.diffusion_time, laid.hidden, laid.places)
        return Said.of(replace(found, moves=laid.moves, rare=laid.rare), yardstick.judge, laid.missing)

    def alone(self, sample: Sample, rules: Sequence[Rule]) -> tuple[LaidRows, dict[str, Said], dict[str, RowYardstick]]:
        """The whole series is its own reference, windows near in time excluded."""
        grid = to_grid(as_series(sample))
        holes, said, yardsticks = cut([grid], own=True) if self.version >= HOLES else None, {}, {}
        changes, clock = self.version >= EVENTS, self.version >= CLOCK
        model = learn([grid], self.lengths, self.store, own=True, changes=changes, clock=clock, holes=holes)
        places = model.places(grid)
        laid = LaidRows(grid, model.series, model, model.hidden(grid), model.missing(grid), places)
        for rule in rules:
            model, profile = laid.model.held_out(rule, self.diffusion_time, laid.hidden)
            yardsticks[str(rule)] = RowYardstick(self._own_judge(profile, model.longest))
            said[str(rule)] = Said.of(profile, yardsticks[rule].judge, laid.missing)
            laid = replace(laid, model=model)
        return laid, said, yardsticks

    def _own_judge(self, profile: Profile, length: int) -> Judge:
        if self.version < EVENTS:
            return OwnStretches.fit(profile.rows, length)
        return EventCalibration.of_bulk(profile.sizes, length)

    def blank(self) -> dict[str, NDArray[Any]]:
        """Which version's way it is in which a sample is judged by itself."""
        return {} if self.version < EVENTS else {ALONE: np.array([self.version])}

    def load_blank(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `blank` gave."""
        self.version = int(state[ALONE][0]) if ALONE in state else FIRST

    def told(self, laid: LaidRows, said: Mapping[str, Said], yardsticks: Mapping[str, RowYardstick]) -> ScoreMap:
        """The answer for a series, on its rows."""
        own, model, grid = next(iter(said)), laid.model, laid.grid
        judge = yardsticks[own].judge
        how = self._how(model, not isinstance(judge, EventCalibration), laid.timed)
        how = how if self.pictures else replace(how, count=1, everywhere=False)
        reached, known = said[own].apart(judge), None
        if reached is not None and model.coupled is not None:
            known = Apart(model.coupled, model.coupled.apart(laid.scaled, reached))
        shown = picture(model, grid, said[own].judged, how, known)
        regular = self._regular(laid, said[own], judge, shown)
        if regular is not None:
            said = {rule: what.calmed(yardsticks[rule].judge, regular) for rule, what in said.items()}
            shown = picture(model, grid, said[own].judged, how, known)
        return score_map(grid, said, judge, shown)

    def _regular(self, laid: LaidRows, said: Said, judge: Judge, shown: Picture) -> NDArray[np.bool_] | None:
        """The steps (G,) of a series that is judged by itself, of those that were pictured anew, which do as at the
        same time of other days; None where there are none."""
        model, grid = laid.model, laid.grid
        if not model.own or self.version < RECURS or grid.day is None or not isinstance(judge, EventCalibration):
            return None
        expected = laid.scaled.double().numpy().copy()
        expected[:, grid.rows] = standardised(shown.mean.astype(np.float64), model.centre, model.scaled(grid)[1]).T
        blame = said.profile.blame(judge.tails.each(said.profile.sizes)).double().numpy()
        found = recurring(laid.scaled.double().numpy(), expected, blame, grid.day, flagged(said.judged))
        return found if found.any() else None

    def impute(self, sample: SeriesSample, start: int, stop: int) -> NDArray[np.float64]:
        """What rows [start, stop) may have been, from the rows around them, in the data's units: (stop − start, C)."""
        return self.impute_some(sample, start, stop, None)

    def impute_some(
        self, sample: SeriesSample, start: int, stop: int, chosen: Sequence[int] | None
    ) -> NDArray[np.float64]:
        """The same of the `chosen` columns, given the others; None: of all."""
        series, order = (sample, ()) if self.model_ is None else in_columns(sample, self.columns_)
        grid = replace(to_grid(series), order=order)
        holes = cut([grid], own=True) if self.model_ is None and self.version >= HOLES else None
        clock = self.version >= CLOCK
        model = self.model_ or learn(
            [grid], self.lengths, self.store, own=True, changes=False, clock=clock, holes=holes
        )
        places = model.places(grid)
        timed = None if model.clock is None or places is None else model.clock.timed(places)
        how = self._how(model, model.plain is None, timed)
        expected, drawn = imputed(model, grid, (start, stop), how, model.coupled, chosen)
        return grid.back(expected if model.plain is None else drawn)

    def _how(self, model: SeriesModel, first: bool, timed: Timed | None) -> Picturing:
        """How a picture of normal is made."""
        return Picturing(model.longest, self.samples, self.seed, model.own, first, timed)

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
        found |= {FIRST_MOVES: np.array([1])} if model.first else {}
        found |= {WIDTHS_OF_STILLNESS: np.array(model.widths)} if len(model.widths) > 1 else {}
        found |= {} if self.rare_ is None else self.rare_.state()
        found |= {} if model.presence is None else model.presence.state()
        found |= {} if model.clock is None else model.clock.state()
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
        clock = Clock.from_state(state, head.series, pieces)
        self.rare_ = Rare.from_state(state)
        head = replace(head, presence=Presence.from_state(state), clock=clock, first=FIRST_MOVES in state)
        head = replace(head, widths=tuple(state.get(WIDTHS_OF_STILLNESS, np.array(head.widths)).tolist()))
        units = list(torch.from_numpy(state["units"]))
        changes = list(torch.from_numpy(state["changes.units"])) if "changes.units" in state else None
        self.model_ = restore(head, state["lengths"].tolist(), units, self.store, changes)
