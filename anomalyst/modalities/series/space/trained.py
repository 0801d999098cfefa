"""What methods that are trained see of series: windows of all channels together, and back to rows.

Windows (C, L) of most of the normals are learned from; blocks of time that were never seen calibrate (split-conformal).
Windows overlap, and a step's score is the mean over those that cover it. From there on all is as for the closed form:
surprise of channels and rows (`space/profile.py`), p-values of rows and stretches, expected values from the stored
normals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from anomalyst.detectors.choice import Choice
from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.space import Around, Ask, GridSpace, Split
from anomalyst.errors import InputError, require
from anomalyst.modalities.series.runs import runs
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.space.answer import (
    Said,
    as_all_series,
    as_series,
    in_columns,
    judge_in,
    packed,
    score_map,
    unpacked,
)
from anomalyst.modalities.series.space.depth import choose_depth
from anomalyst.modalities.series.space.grid import Floats, Grid, to_grid
from anomalyst.modalities.series.space.holes import Presence, cut
from anomalyst.modalities.series.space.judged.alarm import EventCalibration
from anomalyst.modalities.series.space.judged.odd import odd_blocks, odd_notes, widened
from anomalyst.modalities.series.space.judged.stretches import StretchCalibration
from anomalyst.modalities.series.space.model import possible_lengths
from anomalyst.modalities.series.space.pictured.expected import Picturing, imputed, picture
from anomalyst.modalities.series.space.profile import (
    FLOOR,
    Profile,
    ScaledNormals,
    kept_steps,
    left,
    log_scores,
    scale_normals,
)
from anomalyst.modalities.series.space.scores import Pieces
from anomalyst.modalities.series.space.surprise import Level
from anomalyst.modalities.series.space.windows import cut_windows, overlap_mean, split_time, window_starts
from anomalyst.samples import Sample

LEAST_ROWS = 100
REACH = 10.0  # standard deviations: what lies beyond is cut off for the network, and added to its scores
CELLS = 16_000_000  # numbers in all windows that are learned from
MOST_WINDOWS = 20_000
CHUNK_CELLS = 400_000  # numbers in the windows that are scored at once
MOST_CHUNK = 256
OVERLAP = 4  # windows that cover each step
LEAST_EDGE = 0.1


@dataclass(frozen=True)
class LaidWindows:
    """Windows `grids` (M, C, L) that cover the `pieces` of a scaled `series` (C, G), and where they start (M,)."""

    grids: Tensor
    starts: Tensor
    series: Tensor
    pieces: Pieces


@dataclass(frozen=True)
class LaidSeries(LaidWindows):
    """A sample's windows, and its regular grid. `missing`: how surprising its holes are (G, C)."""

    grid: Grid
    missing: Floats | None = None


@dataclass(frozen=True)
class WindowYardstick:
    """`edge`: how scores at each position of normal windows exceed their mean (L,); `spread`: mean and deviation of
    each channel's (C + 1, 2); `signed`: scores may be negative; `level`: what is normal; `judge`: calibrates rows and
    stretches."""

    edge: Tensor
    spread: Tensor
    signed: bool
    level: Level
    judge: EventCalibration | StretchCalibration
    held_out: Mapping[int, float] = field(default_factory=dict)

    def state(self, rule: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, for this rule."""
        return {
            f"edge.{rule}": self.edge.numpy(),
            f"signed.{rule}": self.spread.numpy(),
            f"level.{rule}.knots": self.level.knots.numpy(),
            f"level.{rule}.tail": self.level.tail.numpy(),
            **self.judge.state(rule),
        }


@dataclass(kw_only=True, eq=False)
class SeriesWindows(GridSpace[LaidSeries, LaidWindows, Said, WindowYardstick]):
    """Windows of all channels. `window`: steps of one (fewer where the normals are short); `samples`: posterior samples
    of the expected series."""

    window: int = 64
    samples: int = 8

    train_steps: ClassVar[int] = 1500
    around: ClassVar[Around] = Around(side=16, apart=True, width=128, batch=256)
    together: ClassVar[bool] = True

    def __post_init__(self) -> None:
        require(8 <= self.window <= 1024, "window", self.window, "a number of steps from 8 to 1024")
        require(self.samples >= 1, "samples", self.samples, "a number from 1")
        self.normals_: ScaledNormals | None = None
        self._odd: list[tuple[int, int]] | None = None
        self.notes_: tuple[str, ...] = ()
        self.first = False  # whether it was saved by the first version, and so heals as that one did

    def split(self, normals: Sequence[Sample]) -> Split[LaidWindows]:
        """Normal rows as windows; InputError if there are too few."""
        series = [as_series(sample) for sample in normals]
        rows = sum(len(s.values) for s in series)
        require(rows >= LEAST_ROWS, "rows of normal series", rows, f"at least {LEAST_ROWS}, better some thousands")
        series = as_all_series(series)
        self.columns_ = series[0].columns
        holes = cut([to_grid(sample) for sample in series])
        self.normals_ = replace(scale_normals(holes.grids), presence=holes.presence)
        self._named, self._odd = partial(odd_notes, series, holes), None
        self.length_ = possible_lengths([self.window], self.normals_.pieces)[0] // OVERLAP * OVERLAP
        split = split_time(self.normals_.pieces, self.length_)
        require(bool(split.learned and split.held), "normal series", "only short ones", "some longer ones")
        learned, checked = (self._examples(pieces) for pieces in (split.learned, split.checked))
        return Split(learned, checked, LaidWindows(*self._windows(self.normals_.series, split.held)))

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

    def _windows(self, series: Tensor, pieces: Pieces) -> tuple[Tensor, Tensor, Tensor, Pieces]:
        """The windows that cover the pieces of a scaled series, as the arguments of `LaidWindows`."""
        starts = window_starts(pieces, self.length_, self.length_ // OVERLAP)
        return cut_windows(self._for_network(series), starts, self.length_), starts, series, pieces

    def chunk(self, grids: Tensor) -> int:
        """How many windows are scored at once."""
        return max(1, min(MOST_CHUNK, CHUNK_CELLS // grids[0].numel()))

    def lay(self, sample: Sample) -> LaidSeries:
        """A series of the normals' columns, of any length."""
        normals = self._normals
        series, order = in_columns(as_series(sample), self.columns_)
        grid = replace(to_grid(series), order=order)
        scaled, _ = normals.scaled(grid)
        return LaidSeries(*self._windows(scaled, self._told(grid)), grid, normals.missing(grid))

    def _told(self, grid: Grid) -> Pieces:
        """The stretches of a sample in which no channel has a hole that is not bridged; all of it where none is long
        enough for a window. Channels without any value are no holes."""
        hidden, whole = self._normals.hidden(grid), [(0, len(grid.values))]
        if hidden is None:
            return whole
        clear = runs(~hidden[~hidden.all(1)].any(0).numpy())
        return [(a, b) for a, b in clear if b - a >= self.length_] or whole

    def choose_depth(self, held: LaidWindows, ask: Ask) -> Choice:
        """The noise level that tells synthetic faults best."""

        def raw(series: Tensor, depth: float) -> Tensor:
            grids, starts, *_ = self._windows(series, [(0, series.shape[1])])
            return self._rows(series, starts, ask(grids, depth))

        return choose_depth(self._normals, held.pieces, raw, columns=self.columns_, length=self.length_, seed=self.seed)

    def _rows(self, series: Tensor, starts: Tensor, scores: Tensor) -> Tensor:
        """Scores of windows as scores of rows and their mean over channels, 0 where no window lies: (C + 1, G).

        A channel that never moved in the normals scores by how far it lies from where it was.
        """
        found = overlap_mean(scores, starts, series.shape[1])
        whole = series.abs()
        whole[self._moving] = found + (series[self._moving].abs() - REACH).clamp_min(0)
        return torch.cat([whole, whole.mean(0, keepdim=True)])

    def _edge(self, scores: Tensor, signed: bool) -> Tensor:
        """How scores at each position of normal windows exceed their mean, as a factor (L,); 1 where they have a sign.

        A row is harder to guess from one side: without this the first and last rows of a series, which no window holds
        in its middle, look abnormal.
        """
        if signed:
            return torch.ones(self.length_)
        typical = scores.mean((0, 1))
        return (typical / typical.mean().clamp_min(1e-9)).clamp_min(LEAST_EDGE)

    def yardstick(self, held: LaidWindows, scores: Tensor, signed: bool) -> WindowYardstick:
        """From the scores of held-out rows."""
        steps = torch.cat([torch.arange(a, b) for a, b in held.pieces])
        ends = np.cumsum([0, *[b - a for a, b in held.pieces]]).tolist()
        edge = self._edge(scores, signed)
        raw = self._rows(held.series, held.starts, scores / edge)[:, steps]
        mean, spread = raw.mean(-1, keepdim=True), raw.std(-1, correction=0, keepdim=True).clamp_min(1e-6)
        both = torch.cat([mean, spread], -1)
        pieces = list(zip(ends[:-1], ends[1:], strict=True))

        def read(kept: NDArray[np.bool_]) -> tuple[Level, NDArray[np.float64]]:
            logs = log_scores(positive(raw[:, torch.from_numpy(kept)], both, signed)[None])
            level = Level.fit(logs, self.length_)
            return level, self._profile(raw, both, signed, level).sizes

        if self._odd is None:  # by the first rule, for all
            self._odd = odd_blocks(lambda kept: read(kept)[1], pieces, self.length_)
            self.notes_ = self._named([(int(steps[a]), int(steps[b - 1]) + 1) for a, b in self._odd])
        kept = kept_steps(pieces, widened(self._odd, self.length_))
        level, sizes = read(kept)
        judge = EventCalibration.fit(sizes[:, kept], left(pieces, kept), self.length_)
        return WindowYardstick(edge, both, signed, level, judge)

    def notes(self) -> tuple[str, ...]:
        """Which rows of the normals look odd."""
        return self.notes_

    def _profile(
        self, raw: Tensor, spread: Tensor, signed: bool, level: Level, untold: Tensor | None = None
    ) -> Profile:
        """`untold` (C + 1, G): what has its normal median, as nothing tells of it."""
        scores = positive(raw, spread, signed)
        if untold is not None:
            middle = (2 * level.middle[0, :, None]).exp().sub(FLOOR).clamp_min(0).sqrt()
            scores = torch.where(untold, middle, scores)
        return self._normals.profile(scores[None], level, self.length_)

    def _untold(self, laid: LaidSeries) -> Tensor | None:
        """What no window tells of: steps between those that hold no hole, and channels without any value."""
        hidden = self._normals.hidden(laid.grid)
        if hidden is None:
            return None
        dead, between = hidden.all(1, keepdim=True), torch.ones(1, hidden.shape[1], dtype=torch.bool)
        for start, stop in laid.pieces:
            between[:, start:stop] = False
        both = dead | between
        return torch.cat([both, between])

    def said(self, laid: LaidSeries, scores: Tensor, yardstick: WindowYardstick) -> Said:
        """What the scores of a series' windows say of it, each over what is typical at its position in the window."""
        raw = self._rows(laid.series, laid.starts, scores / yardstick.edge)
        how = (yardstick.spread, yardstick.signed, yardstick.level, self._untold(laid))
        return Said.of(self._profile(raw, *how), yardstick.judge, laid.missing)

    def told(self, laid: LaidSeries, said: Mapping[str, Said], yardsticks: Mapping[str, WindowYardstick]) -> ScoreMap:
        """The answer for a series, on its rows."""
        own = next(iter(said))
        judged, judge = said[own].judged, yardsticks[own].judge
        how = Picturing(self.length_, self.samples, self.seed, first=not isinstance(judge, EventCalibration))
        return score_map(laid.grid, said, judge, picture(self._normals, laid.grid, judged, how), split=True)

    def impute(self, sample: SeriesSample, start: int, stop: int) -> NDArray[np.float64]:
        """What rows [start, stop) may have been, from the rows around them, in the data's units: (stop − start, C)."""
        series, order = in_columns(sample, self.columns_)
        grid = replace(to_grid(series), order=order)
        how = Picturing(self.length_, self.samples, self.seed, first=self.first)
        return grid.back(imputed(self._normals, grid, (start, stop), how)[0])

    def restored(self, state: dict[str, NDArray[Any]], rule: str, signed: bool) -> WindowYardstick:
        """The yardstick that gave this state."""
        names = (f"edge.{rule}", f"signed.{rule}", f"level.{rule}.knots", f"level.{rule}.tail")
        edge, spread, knots, tail = (torch.from_numpy(np.array(state[name])) for name in names)
        judge = judge_in(state, rule)
        self.first = not isinstance(judge, EventCalibration)
        return WindowYardstick(edge, spread, signed, Level(knots, tail), judge)

    def state(self) -> dict[str, NDArray[Any]]:
        """The scaled normals."""
        normals = self._normals
        return {
            "columns": packed(self.columns_),
            "centre": normals.centre,
            "scale": normals.scale,
            "series": normals.series.numpy(),
            "pieces": np.array(normals.pieces),
            "length": np.array([self.length_]),
            **({} if normals.presence is None else normals.presence.state()),
        }

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Restore what `state` gave."""
        pieces = [(int(a), int(b)) for a, b in state["pieces"]]
        series = torch.from_numpy(np.array(state["series"]))
        self.columns_ = unpacked(state["columns"])
        presence = Presence.from_state(state)
        self.normals_ = ScaledNormals(state["centre"], state["scale"], series, pieces, presence=presence)
        self.length_ = int(state["length"][0])


def positive(raw: Tensor, spread: Tensor, signed: bool) -> Tensor:
    """Scores that may be negative, standardised by the held-out normals' mean and spread (C + 1, 2) and bent above 0;
    others as they are."""
    if not signed:
        return raw
    mean, deviation = spread.split(1, -1)
    return functional.softplus((raw - mean) / deviation)
