"""The shared implementation of the time-series detectors: fit, score, impute, save; with or without normals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray

from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import RULES, Calibration, Detector, Rule, ScoreMap
from anomalyst.detectors.effort import SERIES_EFFORTS, check_steps, check_trim
from anomalyst.detectors.methods.methods import Tier
from anomalyst.errors import InputError
from anomalyst.modalities.series.space.calibration import Judge, OwnCalibration, SeriesCalibration, opinion, score_map
from anomalyst.modalities.series.space.choose import Candidate, choose
from anomalyst.modalities.series.space.expected import imputed, picture
from anomalyst.modalities.series.space.grid import Grid, to_grid
from anomalyst.modalities.series.space.model import SeriesModel, learn, restore
from anomalyst.modalities.series.space.profile import Profile
from anomalyst.modalities.series.space.scores import Store
from anomalyst.modalities.series.space.surprise import Level
from anomalyst.modalities.series.space.trim import trimmed
from anomalyst.samples import Sample, SeriesSample

TRIAL_BANK = 500
LEAST_BANK = 16
LENGTH_OPTIONS = {
    "windows of 8 to 128 steps": (8, 32, 128),
    "short windows": (8, 16, 32),
    "long windows": (64, 128, 256),
}


@dataclass(frozen=True)
class _Seen:
    """What a sample was seen with, its profiles by rule, and what calibrates them."""

    model: SeriesModel
    profiles: dict[Rule, Profile]
    judges: Mapping[Rule, Judge]


class SeriesDetector(Detector):
    """Shared implementation; a subclass names its score rule in its card.

    `lengths`: window lengths in time steps (None: chosen on synthetic anomalies where there are
    normals enough to try); `bank_size`: windows stored per length;
    `samples`: posterior samples K; `witnesses`: other rules to compute and calibrate beside the own one;
    `diffusion_time`: density as E[log σ | x] instead of soft distance; `steps`: "one" (one noise level, a quarter of
    the windows), "few" (two levels) or "full" (six, four times the windows), how much is spent; `trim`: share of the
    normals that may be anomalies: the stretches that the others explain worst are cut out before anything is learned
    (without normals nothing is). P-values suppose that this was abnormal: of clean normals they are too small.
    """

    self_calibrating: ClassVar[bool] = True

    def __init__(  # noqa: PLR0913 - the config of a detector is flat
        self,
        lengths: Sequence[int] | None = None,
        bank_size: int = 1500,
        samples: int = 8,
        witnesses: Sequence[Rule] = (),
        diffusion_time: bool = False,
        seed: int = 0,
        steps: Tier = "few",
        trim: float = 0.0,
    ) -> None:
        self.lengths = None if lengths is None else tuple(int(w) for w in lengths)
        self.bank_size = bank_size
        self.samples = samples
        self.witnesses = tuple(witnesses)
        self.diffusion_time = diffusion_time
        self.seed = seed
        self.steps, self.trim = steps, trim
        self._check()
        self.columns_: tuple[str, ...] = ()
        self.model_: SeriesModel | None = None
        self.calibrations_: dict[Rule, SeriesCalibration] = {}
        self.choice_ = None

    def _check(self) -> None:
        if self.lengths is not None and (not self.lengths or min(self.lengths) < 4):
            raise InputError(f"got lengths {self.lengths!r}; give at least one window length of 4 steps or more.")
        if self.bank_size < LEAST_BANK or self.samples < 1:
            raise InputError(
                f"got bank_size {self.bank_size!r} and samples {self.samples!r}; "
                f"give at least {LEAST_BANK} windows and 1 sample."
            )
        unknown = [rule for rule in self.witnesses if rule not in RULES]
        if unknown:
            raise InputError(f"got witnesses {unknown!r}; known score rules are {', '.join(RULES)}.")
        check_steps(self.steps)
        check_trim(self.trim)

    @property
    def store(self) -> Store:
        """How many windows are stored, and how finely they are asked."""
        effort = SERIES_EFFORTS[self.steps]
        return Store(max(LEAST_BANK, round(effort.bank * self.bank_size)), effort.levels)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The own rule first, then the witnesses."""
        return (self.card.rule, *(rule for rule in self.witnesses if rule != self.card.rule))

    def fit(self, normals: Sequence[Sample]) -> Self:
        """Learn from normal series of the same columns; with none, each scored series is judged by itself."""
        series = [as_series(sample) for sample in normals]
        self.columns_, self.model_, self.calibrations_, self.choice_ = (), None, {}, None
        if not series:
            return self
        for sample in series[1:]:
            check_columns(sample, series[0].columns)
        if self.trim:
            series = trimmed(series, self.trim, self.card.rule, self.lengths, self.diffusion_time)
        grids = [to_grid(sample) for sample in series]
        model = learn(grids, self._lengths_for(series), self.store)
        for rule in self.rules:
            model, own = model.held_out(rule, self.diffusion_time)
            self.calibrations_[rule] = SeriesCalibration.fit(own.rows, list(model.pieces), model.longest)
        self.columns_, self.model_ = series[0].columns, model
        return self

    def _lengths_for(self, normals: Sequence[SeriesSample]) -> tuple[int, ...]:
        """The given window lengths, or those that do best on synthetic anomalies."""
        if self.lengths is not None:
            return self.lengths
        self.choice_ = choose(normals, {name: self._trial(w) for name, w in LENGTH_OPTIONS.items()}, self.seed)
        return LENGTH_OPTIONS[self.choice_.option]

    def _trial(self, lengths: tuple[int, ...]) -> Candidate:
        def rows(learned: SeriesSample, tried: Sequence[SeriesSample]) -> list[NDArray[np.float64]]:
            rule = self.card.rule
            store = replace(self.store, windows=min(TRIAL_BANK, self.store.windows))
            model = learn([to_grid(learned)], lengths, store)
            model, _ = model.held_out(rule, self.diffusion_time)
            grids = [to_grid(sample) for sample in tried]
            return [model.score(model.scaled(g)[0], rule, self.diffusion_time).rows[g.rows] for g in grids]

        return rows

    def score(self, sample: Sample) -> ScoreMap:
        """Score one series. Without normals the whole series is its own reference, windows near in time excluded."""
        series = as_series(sample)
        grid = to_grid(series)
        seen = self._against_itself(grid) if self.model_ is None else self._against_normals(series, grid)
        opinions = {rule: opinion(seen.profiles[rule].rows, seen.judges[rule]) for rule in self.rules}
        own, model = self.rules[0], seen.model
        pictures = picture(
            model, grid, opinions[own].p_values, length=model.longest, count=self.samples, seed=self.seed, own=model.own
        )
        judge = seen.judges[own]
        how = _how(judge, len(grid.rows))
        return score_map(grid, opinions, own, judge, how, pictures, seen.profiles[own].blame())

    def _against_normals(self, series: SeriesSample, grid: Grid) -> _Seen:
        model = self._model()
        check_columns(series, self.columns_)
        scaled, _ = model.scaled(grid)
        profiles = {rule: model.score(scaled, rule, self.diffusion_time) for rule in self.rules}
        return _Seen(model, profiles, dict(self.calibrations_))

    def _against_itself(self, grid: Grid) -> _Seen:
        model = learn([grid], self.lengths, self.store, own=True)
        profiles: dict[Rule, Profile] = {}
        for rule in self.rules:
            model, profiles[rule] = model.held_out(rule, self.diffusion_time)
        judges: dict[Rule, Judge] = {r: OwnCalibration.fit(p.rows, model.longest) for r, p in profiles.items()}
        return _Seen(model, profiles, judges)

    def _model(self) -> SeriesModel:
        if self.model_ is None:
            raise InputError("the detector has no normals; call `fit` with at least one normal series first.")
        return self.model_

    def impute(self, sample: SeriesSample, start: int, stop: int) -> NDArray[np.float64]:
        """Expected values (stop − start, C) of rows [start, stop), from the rows around them, in the data's units."""
        grid = to_grid(sample)
        model = self.model_ if self.model_ is not None else learn([grid], self.lengths, self.store, own=True)
        return imputed(
            model, grid, (start, stop), length=model.longest, count=self.samples, seed=self.seed, own=model.own
        )

    def config(self) -> dict[str, Any]:
        """The constructor's arguments as JSON values."""
        return {
            "lengths": None if self.lengths is None else list(self.lengths),
            "bank_size": self.bank_size,
            "samples": self.samples,
            "witnesses": list(self.witnesses),
            "diffusion_time": self.diffusion_time,
            "seed": self.seed,
            "steps": self.steps,
            "trim": self.trim,
        }

    def state(self) -> dict[str, NDArray[Any]]:
        """The scaled normals, units and levels of each length, and the calibrations; empty without normals."""
        model = self.model_
        if model is None:
            return {}
        found: dict[str, NDArray[Any]] = {
            "columns": np.frombuffer(json.dumps(self.columns_).encode(), dtype=np.uint8).copy(),
            "centre": model.centre,
            "scale": model.scale,
            "series": model.series.numpy(),
            "pieces": np.array(model.pieces),
            "lengths": np.array([s.length for s in model.scales]),
            "units": torch.stack([s.unit for s in model.scales]).numpy(),
        }
        if self.choice_ is not None:
            found |= self.choice_.state()
        for rule in self.rules:
            found[f"levels.{rule}.knots"] = model.levels[rule].knots.numpy()
            found[f"levels.{rule}.tail"] = model.levels[rule].tail.numpy()
            found |= self.calibrations_[rule].state(rule)
        return found

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""
        self.columns_, self.model_, self.calibrations_, self.choice_ = (), None, {}, None
        if not state:
            return
        self.choice_ = Choice.from_state(state) if "choice.words" in state else None
        self.columns_ = tuple(json.loads(state["columns"].tobytes().decode()))
        pieces = [(int(a), int(b)) for a, b in state["pieces"]]
        levels: dict[str, Level] = {}
        for rule in self.rules:
            knots, tail = (torch.from_numpy(state[f"levels.{rule}.{part}"]) for part in ("knots", "tail"))
            levels[rule] = Level(knots, tail)
        head = SeriesModel(
            state["centre"], state["scale"], torch.from_numpy(state["series"]), pieces, (), False, levels
        )
        units = list(torch.from_numpy(state["units"]))
        self.model_ = restore(head, state["lengths"].tolist(), units, self.store)
        self.calibrations_ = {rule: SeriesCalibration.from_state(state, rule) for rule in self.rules}


def _how(judge: Judge, rows: int) -> Calibration:
    if isinstance(judge, SeriesCalibration):
        return Calibration("cross-conformal", judge.stretches.count, judge.rows.count)
    return Calibration("self-calibrated", 0, rows)


def as_series(sample: Sample) -> SeriesSample:
    """The sample, if it is a series; else InputError."""
    if not isinstance(sample, SeriesSample):
        raise InputError(f"{sample.name!r}: got an image; a series detector takes a time series.")
    return sample


def check_columns(sample: SeriesSample, columns: tuple[str, ...]) -> None:
    """InputError unless the sample has the columns of the normals, in their order."""
    if sample.columns == columns:
        return
    missing = [c for c in columns if c not in sample.columns]
    extra = [c for c in sample.columns if c not in columns]
    raise InputError(
        f"{sample.name!r}: columns differ from the normals': missing {missing!r}, not expected {extra!r}"
        f"{'' if missing or extra else ' (same names, other order)'}; give the columns {', '.join(columns)}."
    )
