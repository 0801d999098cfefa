"""What a series detector learns, and the profile of scores it gives to any series of the same channels.

One model holds the scaled normals, their windows at several lengths, and each channel's normal level of score at each
length, so that lengths and channels are added in comparable units:

    u(c, t) = mean over lengths of (log s − median) / (95 % quantile − median + SPREAD)   s(c, t): the rule's score
    m(t)    = mean over lengths and channels of s, shifted and scaled alike by its own normal quantiles
    row(t)  = mean of the largest TOP share of u(·, t) over channels + m(t)

The first term sees a fault in few channels whatever their noise, the second one that moves many.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from anomalyst.detectors.series_scores import (
    Groups,
    Pieces,
    Scale,
    build_scale,
    left_out_groups,
    profile,
    query_groups,
    starts_in,
)
from anomalyst.detectors.series_space import Floats, Grid, channel_scale

LENGTHS = (32, 64, 128)  # steps
LIMIT = 50.0  # standard deviations beyond which values are cut off
TOP = 0.2
SPREAD = 0.1
FLOOR = 1e-4
MOST_UNMOVED = 4.0  # u of a channel that never moved in the normals and now does
MIN_LENGTH = 4
SHARE = 6  # a window is at most this part of the normals
WORK = 50_000_000  # distances per length, above which windows are taken at a wider stride
FOLDS = 5


@dataclass(frozen=True)
class Level:
    """Median and 95 % quantile of the normals' scores: `channels` (lengths, C, 2) of log s, `mean` (2,) of the mean."""

    channels: Tensor
    mean: Tensor


@dataclass(frozen=True)
class Profile:
    """`channels`: (C, G), u above; `rows`: (G,)."""

    channels: Tensor
    rows: Floats


@dataclass(frozen=True)
class SeriesModel:
    """`centre`, `scale`: (C,); `series`: (C, G) scaled normals end to end; `own`: they are the scored sample itself;
    `levels`: what each rule's scores are among the normals."""

    centre: Floats
    scale: Floats
    series: Tensor
    pieces: Pieces
    scales: tuple[Scale, ...]
    own: bool = False
    levels: dict[str, Level] = field(default_factory=dict)

    @property
    def longest(self) -> int:
        """Steps of the longest window."""
        return max(s.length for s in self.scales)

    def scaled(self, grid: Grid) -> tuple[Tensor, Floats]:
        """A sample's grid as scaled channels (C, G), and the scale used; a channel that never moved in the normals is
        scaled by half its range in the sample."""
        half = np.ptp(grid.values, axis=0) / 2
        scale = np.where(self.scale > 0, self.scale, np.where(half > 0, half, 1.0))
        scaled = np.clip((grid.values - self.centre) / scale, -LIMIT, LIMIT)
        return torch.from_numpy(scaled.T.copy()).float(), scale

    def held_out(self, rule: str, timed: bool) -> tuple[SeriesModel, Profile]:
        """The model with this rule's levels, and the normals' own scores, each block of time scored by the others."""
        pieces, total = self.pieces, self.series.shape[1]

        def groups(scale: Scale) -> Groups:
            block = max(4 * scale.length, total // 25) if self.own else max(2 * self.longest, -(-total // FOLDS))
            return left_out_groups(starts_in(pieces, scale.length, self._stride(scale, total)), scale, block)

        raw = self._raw(self.series, rule, timed, groups)
        level = Level(_middle_and_high(_log(raw)), _middle_and_high(raw.mean((0, 1))))
        return replace(self, levels={**self.levels, rule: level}), _combine(raw, level, self._most())

    def score(self, series: Tensor, rule: str, timed: bool) -> Profile:
        """Scores of a scaled series (C, G)."""
        whole = [(0, series.shape[1])]

        def groups(scale: Scale) -> Groups:
            return query_groups(starts_in(whole, scale.length, self._stride(scale, series.shape[1])), scale)

        return _combine(self._raw(series, rule, timed, groups), self.levels[rule], self._most())

    def _most(self) -> Tensor:
        """The largest u of each channel (C, 1): how far it may go is unknown where it never moved."""
        moved = torch.from_numpy(self.scale > 0)
        return torch.where(moved, torch.inf, MOST_UNMOVED)[:, None]

    def _stride(self, scale: Scale, steps: int) -> int:
        wanted = -(-scale.bank.shape[0] * scale.bank.shape[1] * steps // WORK)
        return max(1, scale.length // 8, min(wanted, scale.length // 4))  # each step lies in four windows at least

    def _raw(self, series: Tensor, rule: str, timed: bool, groups: Callable[[Scale], Groups]) -> Tensor:
        """Scores in standard deviations (lengths, C, G); a window longer than the series gives its normal median."""
        found = []
        for place, scale in enumerate(self.scales):
            if series.shape[1] >= scale.length:
                found.append(profile(series, scale, groups(scale), rule, timed) * scale.unit[:, None])
            else:
                middle = self.levels[rule].channels[place, :, :1]
                found.append((2 * middle).exp().sub(FLOOR).clamp_min(0).sqrt().expand(-1, series.shape[1]))
        return torch.stack(found)


def _log(raw: Tensor) -> Tensor:
    return 0.5 * (raw.square() + FLOOR).log()


def _combine(raw: Tensor, level: Level, most: Tensor) -> Profile:
    """Scores (lengths, C, G) in the normals' own units, of channels and of rows."""
    middle, high = level.channels[..., :1], level.channels[..., 1:]
    channels = ((_log(raw) - middle) / (high - middle + SPREAD)).mean(0).minimum(most)
    top = max(1, math.ceil(TOP * channels.shape[0]))
    middle, high = level.mean.unbind(-1)
    moved = (raw.mean((0, 1)) - middle) / (high - middle + SPREAD)
    rows = channels.topk(top, dim=0).values.mean(0) + moved
    return Profile(channels, np.asarray(rows, dtype=np.float64))


def learn(grids: Sequence[Grid], lengths: Sequence[int] | None, bank_size: int, own: bool = False) -> SeriesModel:
    """Scale the normals and store their windows; `own`: the one grid is the sample to be scored itself."""
    values = np.concatenate([g.values for g in grids])
    centre, scale = channel_scale(values, np.concatenate([g.observed for g in grids]))
    divisor = np.where(scale > 0, scale, 1.0)
    scaled = np.clip((values - centre) / divisor, -LIMIT, LIMIT)
    ends = np.cumsum([0, *[len(g.values) for g in grids]]).tolist()
    pieces = list(zip(ends[:-1], ends[1:], strict=True))
    series = torch.from_numpy(scaled.T.copy()).float()
    chosen = possible_lengths(lengths or LENGTHS, pieces)
    scales = tuple(build_scale(series, pieces, w, bank_size) for w in chosen)
    return SeriesModel(centre, scale, series, pieces, scales, own)


def restore(head: SeriesModel, lengths: Sequence[int], units: Sequence[Tensor], bank_size: int) -> SeriesModel:
    """A saved model with its windows stored again."""
    pairs = zip(lengths, units, strict=True)
    scales = tuple(build_scale(head.series, head.pieces, w, bank_size, unit) for w, unit in pairs)
    return replace(head, scales=scales)


def possible_lengths(lengths: Sequence[int], pieces: Pieces) -> tuple[int, ...]:
    """The window lengths, shortened where the normals are too short for them."""
    room = min(max(b - a for a, b in pieces) // 2, sum(b - a for a, b in pieces) // SHARE)
    return tuple(sorted({min(w, max(MIN_LENGTH, room)) for w in lengths}))


def _middle_and_high(values: Tensor) -> Tensor:
    """Median and 95 % quantile over the last axis: (…, 2); the axis may be longer than torch.quantile allows."""
    count = values.shape[-1]
    high = values.kthvalue(max(1, math.ceil(0.95 * count)), dim=-1).values
    return torch.stack([values.median(-1).values, high], -1)
