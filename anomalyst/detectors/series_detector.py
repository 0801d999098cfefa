"""The shared implementation of the time-series detectors: fit, score, impute, save; with or without normals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray

from anomalyst.detectors.base import RULES, Calibration, Detector, Rule, RuleScore, ScoreMap
from anomalyst.detectors.choice import Choice
from anomalyst.detectors.choose_series import Candidate, choose
from anomalyst.detectors.series_calibration import OwnCalibration, SeriesCalibration
from anomalyst.detectors.series_expected import Interval, Normals, expect, impute, intervals
from anomalyst.detectors.series_model import Profile, SeriesModel, learn, restore
from anomalyst.detectors.series_space import Grid, to_grid
from anomalyst.detectors.series_surprise import Level
from anomalyst.errors import InputError
from anomalyst.samples import Sample, SeriesSample

TRIAL_BANK = 500
LENGTH_OPTIONS = {
    "windows of 8 to 128 steps": (8, 32, 128),
    "short windows": (8, 16, 32),
    "long windows": (64, 128, 256),
}
FLAG = 0.01  # rows with smaller p-values are imputed rather than denoised
PAD = 4  # grid steps by which an imputed interval is widened
MAX_FLAGGED = 64  # imputed intervals per sample


Judge = SeriesCalibration | OwnCalibration


@dataclass(frozen=True)
class _Seen:
    """A sample as the detector saw it: scaled (C, G), its profiles by rule, and what calibrates them."""

    model: SeriesModel
    scaled: torch.Tensor
    scale: NDArray[np.float64]
    profiles: dict[Rule, Profile]
    judges: Mapping[Rule, Judge]


@runtime_checkable
class Imputing(Protocol):
    """The part of a series detector that heals: expected values (stop − start, C) of rows [start, stop)."""

    def impute(self, sample: SeriesSample, start: int, stop: int) -> NDArray[np.float64]: ...


class SeriesDetector(Detector):
    """Shared implementation; a subclass names its score rule in its card.

    `lengths`: window lengths in time steps (None: chosen on synthetic anomalies where there are
    normals enough to try); `bank_size`: windows stored per length;
    `samples`: posterior samples K; `witnesses`: other rules to compute and calibrate beside the own one;
    `diffusion_time`: density as E[log σ | x] instead of soft distance.
    """

    self_calibrating: ClassVar[bool] = True

    def __init__(
        self,
        lengths: Sequence[int] | None = None,
        bank_size: int = 1500,
        samples: int = 8,
        witnesses: Sequence[Rule] = (),
        diffusion_time: bool = False,
        seed: int = 0,
    ) -> None:
        self.lengths = None if lengths is None else tuple(int(w) for w in lengths)
        self.bank_size = bank_size
        self.samples = samples
        self.witnesses = tuple(witnesses)
        self.diffusion_time = diffusion_time
        self.seed = seed
        self._check()
        self.columns_: tuple[str, ...] = ()
        self.model_: SeriesModel | None = None
        self.calibrations_: dict[Rule, SeriesCalibration] = {}
        self.choice_ = None

    def _check(self) -> None:
        if self.lengths is not None and (not self.lengths or min(self.lengths) < 4):
            raise InputError(f"got lengths {self.lengths!r}; give at least one window length of 4 steps or more.")
        if self.bank_size < 16 or self.samples < 1:
            raise InputError(
                f"got bank_size {self.bank_size!r} and samples {self.samples!r}; give at least 16 windows and 1 sample."
            )
        unknown = [rule for rule in self.witnesses if rule not in RULES]
        if unknown:
            raise InputError(f"got witnesses {unknown!r}; known score rules are {', '.join(RULES)}.")

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The own rule first, then the witnesses."""
        return (self.card.family, *(rule for rule in self.witnesses if rule != self.card.family))

    def fit(self, normals: Sequence[Sample]) -> Self:
        """Learn from normal series of the same columns; with none, each scored series is judged by itself."""
        series = [_as_series(sample) for sample in normals]
        self.columns_, self.model_, self.calibrations_, self.choice_ = (), None, {}, None
        if not series:
            return self
        for sample in series[1:]:
            _check_columns(sample, series[0].columns)
        grids = [to_grid(sample) for sample in series]
        model = learn(grids, self._lengths_for(series), self.bank_size)
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
            rule = self.card.family
            model = learn([to_grid(learned)], lengths, min(TRIAL_BANK, self.bank_size))
            model, _ = model.held_out(rule, self.diffusion_time)
            grids = [to_grid(sample) for sample in tried]
            return [model.score(model.scaled(g)[0], rule, self.diffusion_time).rows[g.rows] for g in grids]

        return rows

    def score(self, sample: Sample) -> ScoreMap:
        """Score one series. Without normals the whole series is its own reference, windows near in time excluded."""
        series = _as_series(sample)
        grid = to_grid(series)
        seen = self._against_itself(grid) if self.model_ is None else self._against_normals(series, grid)
        opinions = {rule: _opinion(seen.profiles[rule], seen.judges[rule]) for rule in self.rules}
        own, judge = opinions[self.rules[0]], seen.judges[self.rules[0]]
        expected, samples = self._expected(seen, own.p_values, grid)
        rows = grid.rows
        on_rows: dict[str, RuleScore] = {}
        for rule, opinion in opinions.items():
            on_rows[rule] = replace(opinion, scores=opinion.scores[rows], p_values=opinion.p_values[rows])
        return ScoreMap(
            modality="series",
            scores=own.scores[rows],
            p_values=own.p_values[rows],
            sample_score=own.sample_score,
            sample_p=own.sample_p,
            extrapolated=judge.sample_p(own.sample_score, len(grid.values))[1],
            expected=expected,
            samples=samples,
            calibration=_how(judge, len(rows)),
            rules=on_rows,
            channel_scores=seen.profiles[self.rules[0]].blame().T.numpy()[rows].astype(np.float32),
        )

    def _against_normals(self, series: SeriesSample, grid: Grid) -> _Seen:
        model = self._model()
        _check_columns(series, self.columns_)
        scaled, scale = model.scaled(grid)
        profiles = {rule: model.score(scaled, rule, self.diffusion_time) for rule in self.rules}
        return _Seen(model, scaled, scale, profiles, dict(self.calibrations_))

    def _against_itself(self, grid: Grid) -> _Seen:
        model = learn([grid], self.lengths, self.bank_size, own=True)
        profiles: dict[Rule, Profile] = {}
        for rule in self.rules:
            model, profiles[rule] = model.held_out(rule, self.diffusion_time)
        judges: dict[Rule, Judge] = {r: OwnCalibration.fit(p.rows, model.longest) for r, p in profiles.items()}
        return _Seen(model, model.series, np.where(model.scale > 0, model.scale, 1.0), profiles, judges)

    def _expected(
        self, seen: _Seen, p_values: NDArray[np.float32], grid: Grid
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Expected values (T, C) and samples (K, T, C) in the data's own units."""
        model = seen.model
        flagged = _flagged(p_values)
        normals = Normals(model.series, model.pieces, model.own, tuple(flagged) if model.own else ())
        drawn = expect(seen.scaled, normals, flagged, model.longest, self.samples, self.seed)
        parts = (t.mT.double().numpy() * seen.scale + model.centre for t in (drawn.mean, drawn.samples))
        mean, samples = (part[..., grid.rows, :].astype(np.float32) for part in parts)
        return mean, samples

    def _model(self) -> SeriesModel:
        if self.model_ is None:
            raise InputError("the detector has no normals; call `fit` with at least one normal series first.")
        return self.model_

    def impute(self, sample: SeriesSample, start: int, stop: int) -> NDArray[np.float64]:
        """Expected values (stop − start, C) of rows [start, stop), from the rows around them, in the data's units."""
        if not 0 <= start < stop <= len(sample.values):
            raise InputError(f"got rows {start!r} to {stop!r}; the series has rows 0 to {len(sample.values)}.")
        grid = to_grid(sample)
        inside = (int(grid.rows[start]), int(grid.rows[stop - 1]) + 1)
        model = self.model_ if self.model_ is not None else learn([grid], self.lengths, self.bank_size, own=True)
        scaled, scale = model.scaled(grid)
        normals = Normals(model.series, model.pieces, model.own, (inside,) if model.own else ())
        generator = torch.Generator().manual_seed(self.seed)
        guess, _ = impute(scaled, normals, inside, model.longest, self.samples, generator)
        values = guess.T.double().numpy() * scale + model.centre
        return np.asarray(values[grid.rows[start:stop] - inside[0]], dtype=np.float64)

    def config(self) -> dict[str, Any]:
        """The constructor's arguments as JSON values."""
        return {
            "lengths": None if self.lengths is None else list(self.lengths),
            "bank_size": self.bank_size,
            "samples": self.samples,
            "witnesses": list(self.witnesses),
            "diffusion_time": self.diffusion_time,
            "seed": self.seed,
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
        self.model_ = restore(head, state["lengths"].tolist(), units, self.bank_size)
        self.calibrations_ = {rule: SeriesCalibration.from_state(state, rule) for rule in self.rules}


def heal(
    detector: Detector, sample: SeriesSample, start: int, stop: int, channels: Sequence[str] | None = None
) -> SeriesSample:
    """The sample with rows [start, stop) of `channels` (all if None) replaced by what the rows around them imply."""
    if not isinstance(detector, Imputing):
        raise InputError(f"got detector {type(detector).__name__!r}; only the series detectors can heal a series.")
    unknown = [c for c in channels or () if c not in sample.columns]
    if unknown:
        raise InputError(f"got channels {unknown!r}; the series has {', '.join(sample.columns)}.")
    chosen = [i for i, c in enumerate(sample.columns) if channels is None or c in channels]
    values = sample.values.copy()
    values[start:stop, chosen] = detector.impute(sample, start, stop)[:, chosen]
    return replace(sample, values=values)


def _opinion(profile: Profile, judge: Judge) -> RuleScore:
    scores = profile.rows
    highest = float(scores.max())
    p, _ = judge.sample_p(highest, len(scores))
    return RuleScore(scores.astype(np.float32), judge.row_p(scores).astype(np.float32), highest, p)


def _how(judge: Judge, rows: int) -> Calibration:
    if isinstance(judge, SeriesCalibration):
        return Calibration("cross-conformal", judge.stretches.count, judge.rows.count)
    return Calibration("self-calibrated", 0, rows)


def _flagged(p_values: NDArray[np.float32]) -> list[Interval]:
    """Grid intervals to impute: rows of small p-value, widened and merged; the longest ones where there are many."""
    wide = np.convolve(p_values < FLAG, np.ones(2 * PAD + 1), mode="same") > 0
    found = sorted(intervals(wide), key=lambda i: i[0] - i[1])[:MAX_FLAGGED]
    return sorted(found)


def _as_series(sample: Sample) -> SeriesSample:
    if not isinstance(sample, SeriesSample):
        raise InputError(f"{sample.name!r}: got an image; a series detector takes a time series.")
    return sample


def _check_columns(sample: SeriesSample, columns: tuple[str, ...]) -> None:
    if sample.columns == columns:
        return
    missing = [c for c in columns if c not in sample.columns]
    extra = [c for c in sample.columns if c not in columns]
    raise InputError(
        f"{sample.name!r}: columns differ from the normals': missing {missing!r}, not expected {extra!r}"
        f"{'' if missing or extra else ' (same names, other order)'}; give the columns {', '.join(columns)}."
    )
