"""What a series detector learns, and the profile of scores it gives to any series of the same channels.

One model holds the scaled normals, their windows at several lengths, and what scores each channel has at each length
among normals, so that lengths and channels are added in one unit, surprise (`series_surprise.py`):

    u(c, t) = mean over lengths of −ln p(s(c, t))         s: the rule's score; p: how many normal rows reach it
    m(t)    = the same of the mean of s over channels
    row(t)  = ln mean exp u(·, t) + mean of the largest TOP share of u(·, t) + m(t)

The three terms see a fault in one channel, in a few, and one that moves all a little. To blame for row t is the channel
whose surprise exceeds what it shows in the sample's calm half (its 90 % quantile there): what is odd in all of the
sample does not say why these rows stand out.

A channel of one or two values (a switch, a command) cannot go further out than it ever did; it can only do what was not
seen: in n independent stretches of normals that has −ln p = ln(n + 1), and no more is given to it (the rule of
succession). So a switch that moves for the first time is an alarm by itself only where the normals are many times as
long as the sample.
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
from anomalyst.detectors.series_surprise import Level, strongest

LENGTHS = (32, 64, 128)  # steps
LIMIT = 50.0  # standard deviations beyond which values are cut off
TOP = 0.2
CALM = 0.5  # share of a sample's rows, the calmest, beside which the others stand out
USUAL = 0.9
FLOOR = 1e-4
MIN_LENGTH = 4
SHARE = 6  # a window is at most this part of the normals,
LONGEST_SHARE = 8  # and this part of the longest of them: its rows must have calm ones beside them
WORK = 50_000_000  # distances per length, above which windows are taken at a wider stride
FOLDS = 5


@dataclass(frozen=True)
class Profile:
    """`channels`: (C, G), u above; `rows`: (G,)."""

    channels: Tensor
    rows: Floats

    def blame(self) -> Tensor:
        """How far each channel exceeds what it usually shows in the calm rows: (C, G), not negative. Where none does,
        its whole surprise."""
        count = math.ceil(CALM * len(self.rows))
        calm = self.channels[:, torch.from_numpy(np.argsort(self.rows, kind="stable")[:count])]
        usual = calm.kthvalue(max(1, round(USUAL * count)), dim=-1, keepdim=True).values
        excess = (self.channels - usual).clamp_min(0)
        return torch.where(excess.sum(0) > 0, excess, self.channels)


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
        level = Level.of_bulk(_log(raw)) if self.own else Level.fit(_log(raw), self.longest)
        return replace(self, levels={**self.levels, rule: level}), self._combine(raw, level)

    def score(self, series: Tensor, rule: str, timed: bool) -> Profile:
        """Scores of a scaled series (C, G)."""
        whole = [(0, series.shape[1])]

        def groups(scale: Scale) -> Groups:
            return query_groups(starts_in(whole, scale.length, self._stride(scale, series.shape[1])), scale)

        return self._combine(self._raw(series, rule, timed, groups), self.levels[rule])

    def _most(self) -> Tensor:
        """The largest u of each channel (C, 1): unbounded where it takes more than two values."""
        low, high = self.series.amin(1, keepdim=True), self.series.amax(1, keepdim=True)
        switch = ((self.series == low) | (self.series == high)).all(1, keepdim=True)
        return torch.where(switch, math.log1p(self.series.shape[1] / self.longest), torch.inf)

    def _combine(self, raw: Tensor, level: Level) -> Profile:
        """Scores (lengths, C + 1, G), the last channel their mean, as surprise of channels and rows."""
        surprise = level.surprise(_log(raw)).mean(0)
        channels, moved = surprise[:-1].minimum(self._most()), surprise[-1]
        moving = max(1, int((self.scale > 0).sum()))
        few = channels.topk(math.ceil(TOP * moving), dim=0).values.mean(0)
        rows = strongest(channels, moving) + few + moved
        return Profile(channels, np.asarray(rows, dtype=np.float64))

    def _stride(self, scale: Scale, steps: int) -> int:
        wanted = -(-scale.bank.shape[0] * scale.bank.shape[1] * steps // WORK)
        return max(1, scale.length // 8, min(wanted, scale.length // 4))  # each step lies in four windows at least

    def _raw(self, series: Tensor, rule: str, timed: bool, groups: Callable[[Scale], Groups]) -> Tensor:
        """Scores in standard deviations and their mean over channels (lengths, C + 1, G); a window longer than the
        series gives its normal median."""
        found = []
        for place, scale in enumerate(self.scales):
            if series.shape[1] >= scale.length:
                own = profile(series, scale, groups(scale), rule, timed) * scale.unit[:, None]
                found.append(torch.cat([own, own.mean(0, keepdim=True)]))
            else:
                middle = self.levels[rule].middle[place, :, None]
                found.append((2 * middle).exp().sub(FLOOR).clamp_min(0).sqrt().expand(-1, series.shape[1]))
        return torch.stack(found)


def _log(raw: Tensor) -> Tensor:
    return 0.5 * (raw.square() + FLOOR).log()


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
    room = min(max(b - a for a, b in pieces) // LONGEST_SHARE, sum(b - a for a, b in pieces) // SHARE)
    return tuple(sorted({min(w, max(MIN_LENGTH, room)) for w in lengths}))
