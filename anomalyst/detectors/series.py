"""The time-series detectors: three score rules over one engine, with or without normal series to learn from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray

from anomalyst.detectors.base import RULES, Calibration, Card, Detector, Rule, RuleScore, ScoreMap
from anomalyst.detectors.series_calibration import OwnCalibration, SeriesCalibration
from anomalyst.detectors.series_expected import Interval, Normals, expect, impute, intervals
from anomalyst.detectors.series_model import SeriesModel, learn, restore, row_scores
from anomalyst.detectors.series_space import Grid, to_grid
from anomalyst.errors import InputError
from anomalyst.samples import Sample, SeriesSample

FLAG = 0.01  # rows with smaller p-values are imputed rather than denoised
PAD = 4  # grid steps by which an imputed interval is widened
MAX_FLAGGED = 64  # imputed intervals per sample
_PAPERS = "Karras et al. 2022 (arXiv 2206.00364), App. B.3; "


class SeriesDetector(Detector):
    """Shared implementation; a subclass names its score rule in its card.

    `lengths`: window lengths in time steps (None: chosen from the data); `bank_size`: windows stored per length;
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
        self.calibrations_: dict[str, SeriesCalibration] = {}

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
        self.columns_, self.model_, self.calibrations_ = (), None, {}
        if not series:
            return self
        for sample in series[1:]:
            _check_columns(sample, series[0].columns)
        grids = [to_grid(sample) for sample in series]
        model = learn(grids, self.lengths, self.bank_size)
        for rule in self.rules:
            model, channels = model.held_out(rule, self.diffusion_time)
            scores = row_scores(channels)
            self.calibrations_[rule] = SeriesCalibration.fit(scores, list(model.pieces), model.longest)
        self.columns_, self.model_ = series[0].columns, model
        return self

    def score(self, sample: Sample) -> ScoreMap:
        """Score one series. Without normals the whole series is its own reference, windows near in time excluded."""
        series = _as_series(sample)
        grid = to_grid(series)
        if self.model_ is None:
            model, channels, calibrations = self._judge_by_itself(grid)
            scaled, scale = model.series, np.where(model.scale > 0, model.scale, 1.0)
        else:
            _check_columns(series, self.columns_)
            model, calibrations = self.model_, self.calibrations_
            scaled, scale = model.scaled(grid)
            channels = {rule: model.score(scaled, rule, self.diffusion_time) for rule in self.rules}
        opinions = {rule: _opinion(channels[rule], calibrations[rule]) for rule in self.rules}
        flagged = _flagged(opinions[self.rules[0]].p_values, len(grid.values))
        normals = Normals(model.series, model.pieces, model.own, tuple(flagged) if model.own else ())
        drawn = expect(scaled, normals, flagged, model.longest, self.samples, self.seed)
        units = scale.astype(np.float32), model.centre.astype(np.float32)
        expected, samples = (
            (t.mT.numpy() * units[0] + units[1])[..., grid.rows, :] for t in (drawn.mean, drawn.samples)
        )
        return self._map(grid, channels[self.rules[0]], opinions, calibrations, (expected, samples))

    def _judge_by_itself(self, grid: Grid) -> tuple[SeriesModel, dict[str, torch.Tensor], dict[str, OwnCalibration]]:
        model = learn([grid], self.lengths, self.bank_size, own=True)
        channels: dict[str, torch.Tensor] = {}
        for rule in self.rules:
            model, channels[rule] = model.held_out(rule, self.diffusion_time)
        return model, channels, {r: OwnCalibration.fit(row_scores(c), model.longest) for r, c in channels.items()}

    def _map(
        self,
        grid: Grid,
        channels: torch.Tensor,
        opinions: dict[str, RuleScore],
        calibrations: dict[str, SeriesCalibration] | dict[str, OwnCalibration],
        drawn: tuple[NDArray[np.float32], NDArray[np.float32]],
    ) -> ScoreMap:
        """Everything on the sample's own rows."""
        rows = grid.rows
        own = opinions[self.rules[0]]
        judge = calibrations[self.rules[0]]
        _, extrapolated = judge.sample_p(own.sample_score, len(grid.values))
        if isinstance(judge, SeriesCalibration):
            how = Calibration("cross-conformal", judge.stretches.count, judge.rows.count)
        else:
            how = Calibration("self-calibrated", 0, len(rows))
        on_rows = {r: replace(o, scores=o.scores[rows], p_values=o.p_values[rows]) for r, o in opinions.items()}
        return ScoreMap(
            modality="series",
            scores=own.scores[rows],
            p_values=own.p_values[rows],
            sample_score=own.sample_score,
            sample_p=own.sample_p,
            extrapolated=extrapolated,
            expected=drawn[0].astype(np.float32),
            samples=drawn[1].astype(np.float32),
            calibration=how,
            rules=on_rows,
            channel_scores=channels.clamp_min(0).T.numpy()[rows].astype(np.float32),
        )

    def impute(self, sample: SeriesSample, start: int, stop: int) -> NDArray[np.float64]:
        """Expected values (stop − start, C) of rows [start, stop) from the rows around them, in the data's own units."""
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
        for rule in self.rules:
            found[f"levels.{rule}"] = model.levels[rule].numpy()
            found |= self.calibrations_[rule].state(rule)
        return found

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""
        self.columns_, self.model_, self.calibrations_ = (), None, {}
        if not state:
            return
        self.columns_ = tuple(json.loads(state["columns"].tobytes().decode()))
        pieces = [(int(a), int(b)) for a, b in state["pieces"]]
        levels = {rule: torch.from_numpy(state[f"levels.{rule}"]) for rule in self.rules}
        head = SeriesModel(
            state["centre"], state["scale"], torch.from_numpy(state["series"]), pieces, (), False, levels
        )
        units = list(torch.from_numpy(state["units"]))
        self.model_ = restore(head, state["lengths"].tolist(), units, self.bank_size)
        self.calibrations_ = {rule: SeriesCalibration.from_state(state, rule) for rule in self.rules}


class SeriesDensity(SeriesDetector):
    """Density of multi-scale windows under diffused normals."""

    card = Card(
        name="series-density",
        modality="series",
        family="density",
        summary="How unlikely each stretch of the series is among normal stretches, at several window lengths.",
        cost="seconds for 100,000 rows on one core",
        best_for="unusual patterns, level shifts, lost periodicity and spikes; the default",
        avoid_when="the series is shorter than about 30 rows",
        paper=_PAPERS + "Livernoche et al. 2024 (arXiv 2305.18593)",
    )


class SeriesReconstruction(SeriesDetector):
    """Difference between the series and its denoised self."""

    card = Card(
        name="series-reconstruction",
        modality="series",
        family="reconstruction",
        summary="How far each value lies from the series denoised at several noise levels.",
        cost="about twice the density rule",
        best_for="sharp deviations whose exact rows and channels matter",
        avoid_when="the fault is a plausible shape at the wrong time",
        paper=_PAPERS + "Liu et al. 2025 (arXiv 2501.11430), reconstruction family",
    )


class SeriesImputation(SeriesDetector):
    """Difference between masked values and what the unmasked ones around them imply."""

    card = Card(
        name="series-imputation",
        modality="series",
        family="imputation",
        summary="How far each value lies from what the values around it imply, by complementary masks along time.",
        cost="about three times the density rule",
        best_for="short faults and stuck values within a regular series",
        avoid_when="the fault is much longer than the windows",
        paper=_PAPERS + "Chen et al. 2023 (ImDiffusion, arXiv 2307.00754)",
    )


def heal(
    detector: Detector, sample: SeriesSample, start: int, stop: int, channels: Sequence[str] | None = None
) -> SeriesSample:
    """The sample with rows [start, stop) of `channels` (all if None) replaced by what the rows around them imply."""
    if not isinstance(detector, SeriesDetector):
        raise InputError(f"got detector {type(detector).__name__!r}; only the series detectors can heal a series.")
    unknown = [c for c in channels or () if c not in sample.columns]
    if unknown:
        raise InputError(f"got channels {unknown!r}; the series has {', '.join(sample.columns)}.")
    chosen = [i for i, c in enumerate(sample.columns) if channels is None or c in channels]
    values = sample.values.copy()
    values[start:stop, chosen] = detector.impute(sample, start, stop)[:, chosen]
    return replace(sample, values=values)


def _opinion(channels: torch.Tensor, judge: SeriesCalibration | OwnCalibration) -> RuleScore:
    scores = row_scores(channels)
    highest = float(scores.max())
    p, _ = judge.sample_p(highest, len(scores))
    return RuleScore(scores.astype(np.float32), judge.row_p(scores).astype(np.float32), highest, p)


def _flagged(p_values: NDArray[np.float32], steps: int) -> list[Interval]:
    """Grid intervals to impute: rows of small p-value, widened and merged; the longest ones where there are many."""
    wide = np.convolve(p_values < FLAG, np.ones(2 * PAD + 1), mode="same") > 0
    found = sorted(intervals(wide[:steps]), key=lambda i: i[0] - i[1])[:MAX_FLAGGED]
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
