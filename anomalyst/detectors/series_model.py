"""What a series detector learns, and the profile of scores it gives to any series of the same channels.

One model holds the scaled normals, their windows at several lengths, and each channel's normal level of score at each
length, so that lengths and channels are added in comparable units:

    u(c, t)   = mean over lengths of (log s − median) / (95 % quantile − median + SPREAD)    s: the rule's score
    row(t)    = mean of the largest TOP share of u(·, t) over channels
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.base import Rule
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
from anomalyst.detectors.series_space import Floats, Grid, dominant_period, robust_scale

LENGTHS = (32, 128)  # steps, where no period says otherwise
LIMIT = 50.0  # robust standard deviations beyond which values are cut off
TOP = 0.2
SPREAD = 0.1
FLOOR = 1e-4
SHARE = 6  # a window is at most this part of the normals
WORK = 12_000_000  # distances per length, above which windows are taken at a stride
FOLDS = 5


@dataclass(frozen=True)
class SeriesModel:
    """`centre`, `scale`: (C,); `series`: (C, G) scaled normals end to end; `own`: they are the scored sample itself;
    `levels`: per rule (lengths, C, 2), median and 95 % quantile of the normals' log scores."""

    centre: Floats
    scale: Floats
    series: Tensor
    pieces: Pieces
    scales: tuple[Scale, ...]
    own: bool = False
    levels: dict[str, Tensor] = field(default_factory=dict)

    @property
    def longest(self) -> int:
        """Steps of the longest window."""
        return max(s.length for s in self.scales)

    def scaled(self, grid: Grid) -> tuple[Tensor, Floats]:
        """A sample's grid as scaled channels (C, G), and the scale used; a channel that never moved in the normals is
        scaled by how it moves in the sample."""
        _, own = robust_scale(grid.values, grid.observed)
        scale = np.where(self.scale > 0, self.scale, np.where(own > 0, own, 1.0))
        scaled = np.clip((grid.values - self.centre) / scale, -LIMIT, LIMIT)
        return torch.from_numpy(scaled.T.copy()).float(), scale

    def held_out(self, rule: Rule, timed: bool) -> tuple[SeriesModel, Tensor]:
        """The model with this rule's levels, and the normals' own scores, each block of time scored by the others."""
        pieces, total = self.pieces, self.series.shape[1]

        def groups(scale: Scale) -> Groups:
            block = max(4 * scale.length, total // 25) if self.own else max(2 * self.longest, -(-total // FOLDS))
            return left_out_groups(starts_in(pieces, scale.length, self._stride(scale, total)), scale, block)

        raw = self._log_profiles(self.series, rule, timed, groups)
        middle, high = raw.median(-1).values, _quantile(raw, 0.95)
        model = replace(self, levels={**self.levels, rule: torch.stack([middle, high], -1)})
        return model, model._combine(raw, rule)

    def score(self, series: Tensor, rule: Rule, timed: bool) -> Tensor:
        """Channel scores u (C, G) of a scaled series."""
        whole = [(0, series.shape[1])]

        def groups(scale: Scale) -> Groups:
            return query_groups(starts_in(whole, scale.length, self._stride(scale, series.shape[1])), scale)

        return self._combine(self._log_profiles(series, rule, timed, groups), rule)

    def _stride(self, scale: Scale, steps: int) -> int:
        return max(1, scale.length // 8, -(-scale.bank.shape[0] * scale.bank.shape[1] * steps // WORK))

    def _log_profiles(self, series: Tensor, rule: Rule, timed: bool, groups: Callable[[Scale], Groups]) -> Tensor:
        """Log scores (lengths, C, G); windows longer than the series are left out, as their normal median."""
        found = []
        for place, scale in enumerate(self.scales):
            if series.shape[1] < scale.length:
                found.append(self.levels[rule][place, :, :1].expand(-1, series.shape[1]))
                continue
            values = profile(series, scale, groups(scale), rule, timed) * scale.unit[:, None]
            found.append(0.5 * (values.square() + FLOOR).log())
        return torch.stack(found)

    def _combine(self, raw: Tensor, rule: Rule) -> Tensor:
        middle, high = self.levels[rule][..., :1], self.levels[rule][..., 1:]
        return ((raw - middle) / (high - middle + SPREAD)).mean(0)


def row_scores(channels: Tensor) -> NDArray[np.float64]:
    """Channel scores (C, G) → one score per step (G,)."""
    top = max(1, math.ceil(TOP * channels.shape[0]))
    return np.asarray(channels.topk(top, dim=0).values.mean(0), dtype=np.float64)


def learn(grids: Sequence[Grid], lengths: Sequence[int] | None, bank_size: int, own: bool = False) -> SeriesModel:
    """Scale the normals and store their windows; `own`: the one grid is the sample to be scored itself."""
    values = np.concatenate([g.values for g in grids])
    centre, scale = robust_scale(values, np.concatenate([g.observed for g in grids]))
    divisor = np.where(scale > 0, scale, 1.0)
    scaled = np.clip((values - centre) / divisor, -LIMIT, LIMIT)
    ends = np.cumsum([0, *[len(g.values) for g in grids]]).tolist()
    pieces = list(zip(ends[:-1], ends[1:], strict=True))
    series = torch.from_numpy(scaled.T.copy()).float()
    chosen = tuple(lengths) if lengths else default_lengths(scaled, pieces)
    scales = tuple(build_scale(series, pieces, w, bank_size) for w in chosen)
    return SeriesModel(centre, scale, series, pieces, scales, own)


def restore(head: SeriesModel, lengths: Sequence[int], units: Sequence[Tensor], bank_size: int) -> SeriesModel:
    """A saved model with its windows stored again."""
    pairs = zip(lengths, units, strict=True)
    scales = tuple(build_scale(head.series, head.pieces, w, bank_size, unit) for w, unit in pairs)
    return replace(head, scales=scales)


def default_lengths(scaled: Floats, pieces: Pieces) -> tuple[int, ...]:
    """Window lengths for these normals (G, C): LENGTHS, as far as the normals are long enough for them."""
    room = max(4, max(b - a for a, b in pieces) // 2, 1)
    room = min(room, max(4, sum(b - a for a, b in pieces) // SHARE))
    return tuple(sorted({min(w, room) for w in LENGTHS}))


def _quantile(values: Tensor, share: float) -> Tensor:
    """Quantile over the last axis, which may be longer than torch.quantile allows."""
    return values.kthvalue(max(1, math.ceil(share * values.shape[-1])), dim=-1).values


__all__ = ["SeriesModel", "default_lengths", "dominant_period", "learn", "restore", "row_scores"]
