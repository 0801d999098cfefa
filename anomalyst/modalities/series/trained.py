"""The shared implementation of the learned series detectors: a model of windows of all channels together.

A 1-D U-Net learns to denoise windows (C, L) of most of the normals; blocks of time that it never saw calibrate (split-
conformal). Score methods are in `methods/methods.py`; windows overlap, and a step's score is the mean over those that
cover it. From there on all is as for the empirical detectors: surprise of channels and rows (`space/profile.py`),
p-values of rows and stretches, expected values from the stored normals.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import RULES, Calibration, Detector, Rule, ScoreMap
from anomalyst.detectors.denoisers.networks import Size
from anomalyst.detectors.denoisers.neural import Parameterisation
from anomalyst.detectors.methods.learner import DEFAULT_METHODS, SIGNED, DenoiserLearner, Learner, Model
from anomalyst.detectors.methods.methods import TIERS, Plan, Tier
from anomalyst.detectors.training.training import Training
from anomalyst.errors import InputError, require
from anomalyst.modalities.series.space.calibration import SeriesCalibration, opinion, score_map
from anomalyst.modalities.series.space.choose import MIN_ROWS, TRY_ROWS, Judge, choose_on
from anomalyst.modalities.series.space.expected import imputed, picture
from anomalyst.modalities.series.space.grid import to_grid
from anomalyst.modalities.series.space.model import possible_lengths
from anomalyst.modalities.series.space.profile import Profile, ScaledNormals, log_scores, scale_normals
from anomalyst.modalities.series.space.scores import Pieces
from anomalyst.modalities.series.space.surprise import Level
from anomalyst.modalities.series.space.windows import cut_windows, overlap_mean, split_time, window_starts
from anomalyst.modalities.series.untrained import as_series, check_columns
from anomalyst.samples import Sample, SeriesSample

LEAST_ROWS = 100
REACH = 10.0  # standard deviations: what lies beyond is cut off for the network, and added to its scores
CELLS = 16_000_000  # numbers in all windows that are learned from
MOST_WINDOWS = 20_000
CHUNK_CELLS = 400_000  # numbers in the windows that are scored at once
MOST_CHUNK = 256
OVERLAP = 4  # windows that cover each step
LEAST_EDGE = 0.1
DEPTHS = (0.5, 0.25, 1.0, 2.0)  # the default first


class LearnedSeriesDetector(Detector):
    """Series against a denoiser trained on normal ones; a subclass names its `method` and its card.

    `window`: steps of a window (fewer where the normals are short); `steps`: "one", "few" or "full", how much is spent
    on scoring; `depth`: noise level of reconstruction in standard deviations of the data, None: chosen on synthetic
    anomalies; `network`: "small" or "base"; `train_steps`, `time_limit`: most steps and seconds of training; `trim`:
    share of the normal windows that may be anomalies and are left out by their loss; `samples`: posterior samples of
    the expected series; `witnesses`: other score rules to compute with the same denoiser.
    """

    method: ClassVar[str]
    wants_depth: ClassVar[bool] = False

    def __init__(  # noqa: PLR0913 - the config of a detector is flat
        self,
        window: int = 64,
        steps: Tier = "few",
        depth: float | None = None,
        network: Size = "small",
        parameterisation: Parameterisation = "edm",
        train_steps: int = 1500,
        time_limit: float | None = None,
        trim: float = 0.0,
        samples: int = 8,
        witnesses: Sequence[Rule] = (),
        seed: int = 0,
    ) -> None:
        require(8 <= window <= 1024, "window", window, "a number of steps from 8 to 1024")
        require(steps in TIERS, "steps", steps, f"one of {', '.join(TIERS)}")
        require(depth is None or 0 < depth < math.inf, "depth", depth, "a noise level above 0, or None")
        require(train_steps >= 1 and samples >= 1, "train_steps, samples", (train_steps, samples), "numbers from 1")
        require(0 <= trim < 0.5, "trim", trim, "a share from 0 to below 0.5")
        require(time_limit is None or time_limit > 0, "time_limit", time_limit, "a number of seconds above 0, or None")
        require(set(witnesses) <= set(RULES), "witnesses", list(witnesses), f"score rules among {', '.join(RULES)}")
        self.window, self.steps, self.depth = window, steps, depth
        self.network, self.parameterisation = network, parameterisation
        self.train_steps, self.time_limit, self.trim = train_steps, time_limit, trim
        self.samples, self.witnesses, self.seed = samples, tuple(witnesses), seed
        self.normals_: ScaledNormals | None = None

    @property
    def rules(self) -> tuple[str, ...]:
        """The detector's own family first, then its witnesses."""
        return (self.card.family, *(rule for rule in self.witnesses if rule != self.card.family))

    def _method(self, rule: str) -> str:
        return self.method if rule == self.card.family else DEFAULT_METHODS[rule]

    def fit(self, normals: Sequence[Sample]) -> Self:
        """Train on most of the normal rows and calibrate on the others; InputError if there are too few."""
        series = [as_series(sample) for sample in normals]
        rows = sum(len(s.values) for s in series)
        require(rows >= LEAST_ROWS, "rows of normal series", rows, f"at least {LEAST_ROWS}, better some thousands")
        for sample in series[1:]:
            check_columns(sample, series[0].columns)
        self.columns_ = series[0].columns
        self.normals_ = scale_normals([to_grid(sample) for sample in series])
        self.length_ = possible_lengths([self.window], self.normals_.pieces)[0] // OVERLAP * OVERLAP
        split = split_time(self.normals_.pieces, self.length_)
        require(bool(split.learned and split.held), "normal series", "only short ones", "some longer ones")
        learned, checked = (self._examples(pieces) for pieces in (split.learned, split.checked))
        self.model_: Model = self.learner.learn(learned, checked, self.on_step)
        self.depth_, self.choice_ = self._choose_depth(split.held)
        self._calibrate(split.held)
        return self

    @property
    def learner(self) -> Learner:
        """What is learned from normals, and how: a denoiser, unless a subclass says otherwise."""
        settings = Training(steps=self.train_steps, seed=self.seed, time_limit=self.time_limit, trim=self.trim)
        return DenoiserLearner(settings, self.network, self.parameterisation)

    def _examples(self, pieces: Pieces) -> Tensor:
        """Windows to learn from, evenly spread where there are many: (N, C, L)."""
        seen = self._for_network(self._normals.series)
        starts = window_starts(pieces, self.length_, 1) if pieces else torch.zeros(0, dtype=torch.long)
        room = min(MOST_WINDOWS, max(1, CELLS // (len(seen) * self.length_)))
        if len(starts) > room:
            starts = starts[torch.linspace(0, len(starts) - 1, room).long()]
        return cut_windows(seen, starts, self.length_)

    @property
    def _normals(self) -> ScaledNormals:
        if self.normals_ is None:
            raise InputError("the detector has not learned yet; call `fit` with normal series first.")
        return self.normals_

    @property
    def _moving(self) -> Tensor:
        """Channels that the network sees: those that moved in the normals (all, if none did): (C,) bool."""
        moving = torch.from_numpy(self._normals.scale > 0)
        return moving if moving.any() else ~moving

    def _for_network(self, series: Tensor) -> Tensor:
        return series[self._moving].clamp(-REACH, REACH)

    def _window_scores(self, series: Tensor, pieces: Pieces, method: str, plan: Plan) -> tuple[Tensor, Tensor]:
        """Starts (M,) of the windows that cover the pieces of a scaled series, and their scores (M, C or 1, L)."""
        starts = window_starts(pieces, self.length_, self.length_ // OVERLAP)
        windows = cut_windows(self._for_network(series), starts, self.length_)
        chunk = max(1, min(MOST_CHUNK, CHUNK_CELLS // windows[0].numel()))
        generator = torch.Generator().manual_seed(self.seed)
        return starts, torch.cat([self.model_.scores(method, part, plan, generator) for part in windows.split(chunk)])

    def _raw(self, series: Tensor, pieces: Pieces, rule: str) -> Tensor:
        """Scores of a scaled series (C, G) and their mean over channels, 0 outside the pieces: (C + 1, G).

        Each is over what is typical at its position in the window. A channel that never moved in the normals scores by
        how far it lies from where it was.
        """
        starts, scores = self._window_scores(series, pieces, self._method(rule), self.plan_)
        return self._rows(series, starts, scores / self.edge_[rule])

    def _rows(self, series: Tensor, starts: Tensor, scores: Tensor) -> Tensor:
        """Scores of windows as scores of rows: (C + 1, G)."""
        found = overlap_mean(scores, starts, series.shape[1])
        whole = series.abs()
        whole[self._moving] = found + (series[self._moving].abs() - REACH).clamp_min(0)
        return torch.cat([whole, whole.mean(0, keepdim=True)])

    def _edge(self, held: Pieces, rule: str) -> Tensor:
        """How scores at each position of normal windows exceed their mean, as a factor (L,); 1 where they have a sign.

        A row is harder to guess from one side: without this the first and last rows of a series, which no window holds
        in its middle, look abnormal.
        """
        if self._method(rule) in SIGNED:
            return torch.ones(self.length_)
        _, scores = self._window_scores(self._normals.series, held, self._method(rule), self.plan_)
        typical = scores.mean((0, 1))
        return (typical / typical.mean().clamp_min(1e-9)).clamp_min(LEAST_EDGE)

    def _choose_depth(self, held: Pieces) -> tuple[float, Choice | None]:
        """The noise level whose reconstruction best tells synthetic faults from held-out normals."""
        if self.depth is not None or not self.wants_depth:
            return self.depth or DEPTHS[0], None
        start, stop = max(held, key=lambda piece: piece[1] - piece[0])
        if stop - start < MIN_ROWS:
            words = f"the default, as {stop - start} held-out rows are too few to try others on"
            return DEPTHS[0], Choice(f"depth {DEPTHS[0]:g}", {}, words)
        values = self._normals.series[:, start : min(stop, start + TRY_ROWS)].T.double().numpy()
        calm = SeriesSample(values, self.columns_, np.arange(len(values), dtype=np.float64), name="held-out rows")
        choice = choose_on(calm, {f"depth {d:g}": self._at_depth(d, calm) for d in DEPTHS}, self.seed)
        return float(choice.option.split()[1]), choice

    def _at_depth(self, depth: float, calm: SeriesSample) -> Judge:
        def raw(sample: SeriesSample) -> Tensor:
            series = torch.from_numpy(sample.values.T.copy()).float()
            plan = Plan(depth, "one", together=True)
            return self._rows(series, *self._window_scores(series, [(0, series.shape[1])], self.method, plan))

        def rows(samples: Sequence[SeriesSample]) -> list[NDArray[np.float64]]:
            level = Level.fit(log_scores(raw(calm)[None]), self.length_)
            return [self._normals.profile(raw(sample)[None], level, self.length_).rows for sample in samples]

        return rows

    def _calibrate(self, held: Pieces) -> None:
        steps = torch.cat([torch.arange(a, b) for a, b in held])
        ends = np.cumsum([0, *[b - a for a, b in held]]).tolist()
        self.edge_ = {rule: self._edge(held, rule) for rule in self.rules}
        self.signed_, self.level_, self.calibrations_ = {}, {}, {}
        for rule in self.rules:
            raw = self._raw(self._normals.series, held, rule)[:, steps]
            mean, spread = raw.mean(-1, keepdim=True), raw.std(-1, correction=0, keepdim=True).clamp_min(1e-6)
            self.signed_[rule] = torch.cat([mean, spread], -1)
            self.level_[rule] = Level.fit(log_scores(self._positive(raw, rule)[None]), self.length_)
            own = self._profile(raw, rule)
            self.calibrations_[rule] = SeriesCalibration.fit(
                own.rows, list(zip(ends[:-1], ends[1:], strict=True)), self.length_
            )

    def _positive(self, raw: Tensor, rule: str) -> Tensor:
        """Scores that may be negative, standardised by the held-out normals' and bent above 0; others as they are."""
        if self._method(rule) not in SIGNED:
            return raw
        mean, spread = self.signed_[rule].split(1, -1)
        return functional.softplus((raw - mean) / spread)

    def _profile(self, raw: Tensor, rule: str) -> Profile:
        return self._normals.profile(self._positive(raw, rule)[None], self.level_[rule], self.length_)

    @property
    def plan_(self) -> Plan:
        """How the methods are asked."""
        return Plan(self.depth_, self.steps, together=True)

    def score(self, sample: Sample) -> ScoreMap:
        """Score one series of the normals' columns, of any length."""
        series = as_series(sample)
        normals = self._normals
        check_columns(series, self.columns_)
        grid = to_grid(series)
        scaled, _ = normals.scaled(grid)
        whole = [(0, scaled.shape[1])]
        profiles = {r: self._profile(self._raw(scaled, whole, r), r) for r in self.rules}
        opinions = {rule: opinion(profile.rows, self.calibrations_[rule]) for rule, profile in profiles.items()}
        own, judge = self.card.family, self.calibrations_[self.card.family]
        how = Calibration("split-conformal", judge.stretches.count, judge.rows.count)
        pictures = picture(
            normals, grid, opinions[own].p_values, length=self.length_, count=self.samples, seed=self.seed
        )
        return score_map(grid, opinions, own, judge, how, pictures, profiles[own].blame())

    def impute(self, sample: SeriesSample, start: int, stop: int) -> NDArray[np.float64]:
        """Expected values (stop − start, C) of rows [start, stop), from the rows around them, in the data's units."""
        grid, rows = to_grid(sample), (start, stop)
        return imputed(self._normals, grid, rows, length=self.length_, count=self.samples, seed=self.seed)

    def config(self) -> dict[str, Any]:
        """The constructor's arguments as JSON values."""
        return {
            "window": self.window,
            "steps": self.steps,
            "depth": self.depth,
            "network": self.network,
            "parameterisation": self.parameterisation,
            "train_steps": self.train_steps,
            "time_limit": self.time_limit,
            "trim": self.trim,
            "samples": self.samples,
            "witnesses": list(self.witnesses),
            "seed": self.seed,
        }

    def state(self) -> dict[str, NDArray[Any]]:
        """The scaled normals, the denoiser, and for each rule what calibrates it."""
        normals = self._normals
        arrays: dict[str, NDArray[Any]] = {
            "columns": _packed(self.columns_),
            "centre": normals.centre,
            "scale": normals.scale,
            "series": normals.series.numpy(),
            "pieces": np.array(normals.pieces),
            "length": np.array([self.length_]),
            "depth": np.array([self.depth_]),
        }
        arrays |= self.model_.state()
        if self.choice_ is not None:
            arrays |= self.choice_.state()
        for rule in self.rules:
            arrays[f"edge.{rule}"] = self.edge_[rule].numpy()
            arrays[f"signed.{rule}"] = self.signed_[rule].numpy()
            arrays[f"level.{rule}.knots"] = self.level_[rule].knots.numpy()
            arrays[f"level.{rule}.tail"] = self.level_[rule].tail.numpy()
            arrays |= self.calibrations_[rule].state(rule)
        return arrays

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""
        tensors = {name: torch.from_numpy(np.array(value)) for name, value in state.items()}
        pieces = [(int(a), int(b)) for a, b in state["pieces"]]
        self.columns_ = tuple(json.loads(bytes(state["columns"])))
        self.normals_ = ScaledNormals(state["centre"], state["scale"], tensors["series"], pieces)
        self.length_, self.depth_ = int(state["length"][0]), float(state["depth"][0])
        self.choice_ = Choice.from_state(state) if "choice.words" in state else None
        self.model_ = self.learner.restored(state)
        self.edge_ = {rule: tensors[f"edge.{rule}"] for rule in self.rules}
        self.signed_ = {rule: tensors[f"signed.{rule}"] for rule in self.rules}
        self.level_ = {r: Level(tensors[f"level.{r}.knots"], tensors[f"level.{r}.tail"]) for r in self.rules}
        self.calibrations_ = {rule: SeriesCalibration.from_state(state, rule) for rule in self.rules}


def _packed(value: object) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(value).encode(), dtype=np.uint8).copy()
