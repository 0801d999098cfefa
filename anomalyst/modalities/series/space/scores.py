"""Score rules on time-series windows, all read from the empirical denoiser of each channel.

For windows x of one length w (d points each) and the stored normal windows of the same channel, distances are
measured per point, in units of the normals' own nearest-neighbour distance, so that one ladder of σ serves all:

    density         √(−2σ²·log mean_i exp(−‖x − x_i‖² / 2σ²)), averaged over the ladder: −log p_σ(x) as a distance;
                    or the diffusion time e^{E[log σ | x]} (Livernoche et al. 2024, arXiv 2305.18593)
    reconstruction  |x − D(x; σ)|, averaged over the ladder
    imputation      |x − D(x; σ)| at masked points, D from the others only; two complementary gratings along time
                    (ImDiffusion, Chen et al. 2023, arXiv 2307.00754)

Each row's score is the root mean square over the windows that cover it: (C, G) for each length.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.closed_form import density, imputation, reconstruction
from anomalyst.detectors.denoisers.empirical import (
    denoised,
    diffusion_time,
    lifted,
    log_kernel,
    normalise_log_kernel,
    squared_distances,
    squared_to,
)
from anomalyst.detectors.noise import sigma_ladder
from anomalyst.modalities.series.space.grid import pooling, running_sums, windows

BLOCK_CELLS = 250_000  # distances held at once: 1 MB, which stays in the processor's cache between two passes
GROUP_CELLS = 1_000_000  # values of windows held at once
GRATING = 4  # stripes of a window that are masked in turn
UNIT_FLOOR = 0.05  # least nearest-neighbour distance, in standard deviations of the channel
LADDER = (0.2, 2.0)
TIME_LADDER = (0.5, 64.0)
FEW = 0.25  # share of steps: a series that differs from another in more is another one
TIME_FINER = 6  # times as many levels for the diffusion time

Pieces = Sequence[tuple[int, int]]
Groups = Iterator[tuple[Tensor, Tensor | None]]


@dataclass(frozen=True)
class Known:
    """What the windows of a `series` (C, G) scored: of each group of them, by its first, all their starts and squared
    scores. A healed copy, or one with a fault planted in it, is asked only where it differs."""

    series: Tensor
    scored: dict[int, tuple[Tensor, Tensor]] = field(default_factory=dict)

    def is_like(self, series: Tensor) -> bool:
        """Whether another series (C, G) has the same values in most of its steps."""
        return self.series.shape == series.shape and float(self._differs(series).float().mean()) <= FEW

    def of(self, series: Tensor, length: int, starts: Tensor, ask: Callable[[Tensor, None], Tensor]) -> Tensor:
        """Squared scores of the windows of `length` steps at `starts` (M,) of a series that is like it: (C, M, …)."""
        first = int(starts[0])
        before, scored = self.scored.get(first, (starts[:0], None))
        if scored is None or not torch.equal(before, starts):
            scored = ask(starts, None)
            if series is self.series and scored.ndim == 2:  # a number for each window, not for each of its points
                self.scored[first] = starts, scored
            return scored
        fresh = ~told(self._differs(series), starts, length)[0]
        if fresh.any():
            scored = scored.clone()
            scored[:, fresh] = ask(starts[fresh], None)
        return scored

    def _differs(self, series: Tensor) -> Tensor:
        return (series != self.series).any(0, keepdim=True)


@dataclass(frozen=True)
class Scale:
    """Normal windows of one length. `bank`: (C, N, d) in units of `unit` (C,) · √d; `starts`: (N,) grid steps;
    `levels`: noise levels at which they are asked; `known`: what was asked last, by rule."""

    length: int
    bank: Tensor
    starts: Tensor
    unit: Tensor
    levels: int = 2
    known: dict[tuple[str, bool], Known] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def moving(self) -> Tensor:
        """Which channels are not the same in all windows: (C,) bool."""
        return (self.bank != self.bank[:, :1]).any(-1).any(-1)


@dataclass(frozen=True)
class Store:
    """At most how many windows are stored per length, and at how many noise levels they are asked."""

    windows: int
    levels: int = 2


def starts_in(pieces: Pieces, length: int, stride: int) -> Tensor:
    """Starts of windows that stay within a piece, every `stride` steps and at each piece's end: (M,)."""
    found = [
        torch.cat([torch.arange(a, b - length, stride), torch.tensor([b - length])])
        for a, b in pieces
        if b - a >= length
    ]
    return torch.cat(found) if found else torch.zeros(0, dtype=torch.long)


def build_scale(series: Tensor, pieces: Pieces, length: int, store: Store, unit: Tensor | None = None) -> Scale:
    """Store windows of the normals (C, G), evenly; measure `unit` unless it is given."""
    starts = starts_in(pieces, length, 1)
    if len(starts) > store.windows:
        starts = starts[torch.linspace(0, len(starts) - 1, store.windows).long()]
    bank = windows(running_sums(series), starts, length)
    if unit is None:
        unit = _nearest_unit(bank, starts, length)
    root = unit[:, None, None] * math.sqrt(bank.shape[-1])
    return Scale(length, bank / root, starts, unit, store.levels)


def _nearest_unit(bank: Tensor, starts: Tensor, length: int) -> Tensor:
    """Median distance per point of a stored window to the nearest one that does not overlap it: (C,)."""
    asked = torch.linspace(0, len(starts) - 1, min(200, len(starts))).long()
    asked = torch.unique(asked)
    squared = squared_distances(bank[:, asked], bank) / bank.shape[-1]
    near = (starts[asked, None] - starts[None]).abs() < length
    nearest = squared.masked_fill(near[None], torch.inf).amin(-1)
    free = torch.isfinite(nearest[0])
    if not free.any():
        return torch.ones(len(bank))
    return nearest[:, free].median(-1).values.sqrt().clamp_min(UNIT_FLOOR)


def starts_beside(hidden: Tensor, length: int, stride: int) -> Tensor:
    """Starts of windows over a series (C, G) as of `starts_in`, and of those that end where cells are `hidden` or begin
    after them, as far as any channel is told in all of a window: (M,)."""
    steps = hidden.shape[1]
    some = hidden.any(1)
    turns = torch.diff(hidden[some].int(), dim=1, prepend=torch.zeros(int(some.sum()), 1, dtype=torch.int32))
    edges = torch.cat([torch.nonzero(turns == 1)[:, 1] - length, torch.nonzero(turns == -1)[:, 1]])
    starts: Tensor = torch.unique(torch.cat([starts_in([(0, steps)], length, stride), edges]))
    starts = starts[(starts >= 0) & (starts <= steps - length)]
    return starts[told(hidden, starts, length).any(0)]


def told(hidden: Tensor, starts: Tensor, length: int) -> Tensor:
    """Whether windows hold no hidden cell of each channel: (C, G) → (C, M)."""
    before: Tensor = torch.cat([torch.zeros_like(hidden[:, :1], dtype=torch.int64), hidden.cumsum(1)], 1)
    return torch.eq(before[:, starts + length], before[:, starts])


def query_groups(starts: Tensor, scale: Scale) -> Groups:
    """All windows against the whole bank, in groups that bound memory."""
    for part in torch.split(starts, _rows(scale)):
        yield part, None


def left_out_groups(starts: Tensor, scale: Scale, block: int) -> Groups:
    """The normals' own windows, block of time by block of time, against stored windows a gap away from the block."""
    for index in torch.unique(starts // block).tolist():
        first, last = index * block, (index + 1) * block
        inside = starts[(starts >= first) & (starts < last)]
        gap = scale.length
        keep = (scale.starts + gap <= first) | (scale.starts >= last + gap)
        if not keep.any():  # the normals are hardly longer than one block: leave out what overlaps, at the least
            keep = (scale.starts < first) | (scale.starts >= last)
        for part in torch.split(inside, _rows(scale)):
            yield part, keep if keep.any() else None


def _rows(scale: Scale) -> int:
    return max(1, GROUP_CELLS // (scale.bank.shape[0] * scale.bank.shape[2]))


def profile(
    series: Tensor, scale: Scale, groups: Groups, rule: str, timed: bool = False, hidden: Tensor | None = None
) -> Tensor:
    """Score of every channel and step by one length: (C, G), in units of normal nearest-neighbour distance. Windows
    that hold a `hidden` cell (C, G) do not count; NaN where no other covers a step."""
    total = torch.zeros(series.shape[0], series.shape[1] + 1, dtype=torch.float64)
    cover = torch.zeros(1 if hidden is None else series.shape[0], series.shape[1] + 1, dtype=torch.float64)
    sums, known = running_sums(series), _known(series, scale, (rule, timed))

    def ask(starts: Tensor, keep: Tensor | None) -> Tensor:
        return _asked(windows(sums, starts, scale.length), scale, keep, rule, timed)

    for starts, keep in groups:
        squared = ask(starts, keep) if keep is not None else known.of(series, scale.length, starts, ask)
        counting = torch.ones(1, len(starts), dtype=torch.float64)
        if hidden is not None:
            counting = told(hidden, starts, scale.length).double()
            squared = squared.where(counting.bool() if squared.ndim == 2 else counting.bool()[:, :, None], 0.0)
        spread(total, cover, squared.double(), counting, starts, scale.length)
    covered = cover.cumsum(1)[:, :-1]
    score = (total.cumsum(1)[:, :-1] / covered.clamp_min(1)).clamp_min(0).sqrt().float()
    return score if hidden is None else score.masked_fill(covered < 0.5, torch.nan)


def _known(series: Tensor, scale: Scale, how: tuple[str, bool]) -> Known:
    """What is known of a series that is this one but for few steps; nothing, to be filled, where there is none."""
    known = scale.known.get(how)
    if known is None or not known.is_like(series):
        known = scale.known[how] = Known(series)
    return known


def _asked(queries: Tensor, scale: Scale, keep: Tensor | None, rule: str, timed: bool) -> Tensor:
    """Squared scores of windows (C, M, d) against the stored ones, of them those to `keep` (N,), None: all."""
    moving, queries = scale.moving, queries / (scale.unit[:, None, None] * math.sqrt(scale.bank.shape[-1]))
    moved = scale.bank[moving]
    found = _in_blocks(rule, queries[moving], moved if keep is None else moved[:, keep], timed, scale.levels)
    squared = found.new_empty(len(moving), *found.shape[1:])
    squared[moving] = found
    if not moving.all():  # all windows of such a channel are one
        still = scale.bank[~moving][:, :1]
        squared[~moving] = _squared(rule, queries[~moving], Stored(still), timed, scale.levels)
    return squared


def spread(total: Tensor, cover: Tensor, squared: Tensor, counting: Tensor, starts: Tensor, length: int) -> None:
    """Add window scores (C, M) or (C, M, d) to the steps they cover, as differences along time; `counting`: 1 where a
    window counts, (C, M) or (1, M)."""
    pool = pooling(length)
    parts = squared.unbind(-1) if squared.ndim == 3 else (squared,)
    width = pool if squared.ndim == 3 else (length // pool) * pool
    for place, part in enumerate(parts):
        total.index_add_(1, starts + place * width, part)
        total.index_add_(1, starts + (place + 1) * width, -part)
    span = width * len(parts)
    cover.index_add_(1, starts, counting)
    cover.index_add_(1, starts + span, -counting)


@dataclass(frozen=True)
class NearWindows:
    """Stored windows beside queries, both (C, …, d) with unobserved points 0. `bank`: whole windows (C, N, d)."""

    squared: Tensor
    bank: Tensor

    def denoised(self, sigma: float) -> Tensor:
        """D(x; σ) over them: (C, M, d)."""
        return denoised(self.squared, sigma, self.bank)


@dataclass(frozen=True)
class Stored:
    """Stored windows (C, N, d) that are made ready once for all queries."""

    bank: Tensor
    _lifted: dict[bytes, Tensor] = field(default_factory=dict, init=False, repr=False, compare=False)

    def near(self, queries: Tensor, mask: Tensor) -> NearWindows:
        """They beside queries (C, M, d), by the points that a mask (d,) of 0 and 1 shows, which stand for all."""
        shown, key = mask.bool(), mask.numpy().tobytes()
        unit = math.sqrt(len(mask) / int(shown.sum()))
        if key not in self._lifted:
            self._lifted[key] = lifted(unit * self.bank[..., shown])
        return NearWindows(squared_to(unit * queries[..., shown], self._lifted[key]), self.bank)


def _in_blocks(rule: str, queries: Tensor, bank: Tensor, timed: bool, levels: int) -> Tensor:
    """Squared scores of windows (C, M, d) against stored ones (C, N, d), in blocks of some windows of some channels."""
    rows = min(queries.shape[1], max(1, BLOCK_CELLS // bank.shape[1]))
    channels = max(1, BLOCK_CELLS // (rows * bank.shape[1]))
    found = []
    for asked, part in zip(queries.split(channels), bank.split(channels), strict=True):
        stored = Stored(part)
        found.append(torch.cat([_squared(rule, some, stored, timed, levels) for some in asked.split(rows, 1)], 1))
    return torch.cat(found)


def _squared(rule: str, queries: Tensor, stored: Stored, timed: bool, levels: int) -> Tensor:
    """Squared scores of windows (C, M, d) against stored ones, as a mean over points: (C, M), or of each point
    (C, M, d)."""
    points = queries.shape[-1]
    near = partial(stored.near, queries)
    every = torch.ones(points)
    sigmas = sigma_ladder(*LADDER, levels)
    if rule == "density":
        found = near(every)
        return (_time(found.squared, points, levels) if timed else density(found, sigmas)).square()
    if rule == "reconstruction":
        return reconstruction(queries, near(every), sigmas, torch.abs).square() * points
    stripe = (torch.arange(points) * GRATING // points % 2).to(queries.dtype)
    hidden = imputation(queries, near, (stripe, 1 - stripe), (sigmas,), lambda residual, mask: residual.abs() * mask)
    return (2 * hidden).square() * points  # each point is hidden by one of both


def _time(squared: Tensor, points: int, levels: int) -> Tensor:
    """The diffusion time of windows by their squared distances (C, M, N): (C, M)."""
    sigmas = sigma_ladder(*TIME_LADDER, TIME_FINER * levels)
    kernel = log_kernel(squared, sigmas)
    return diffusion_time(normalise_log_kernel(kernel, sigmas, squared.shape[-1], points), sigmas).exp()
