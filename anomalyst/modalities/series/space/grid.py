"""The space of time-series windows: from rows with stamps, gaps and units to scaled windows of many lengths and back.

A sample is laid on a regular grid of its median time step (irregular stamps are interpolated, long gaps shortened,
missing values filled linearly and marked unobserved); each channel is scaled by the normals; a window of
length w is averaged down to at most MAX_POINTS points, so that long windows cost no more than short ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.magnitudes import powers
from anomalyst.errors import InputError
from anomalyst.modalities.series.sample import SeriesSample

MIN_ROWS = 16
MAX_POINTS = 32
MAX_GAP = 64  # grid steps that a longer gap is shortened to
MOST = float(np.finfo(np.float64).max)
JITTER = 0.02  # share of a step by which regular stamps may differ
DAY = 86_400e9  # nanoseconds
WHOLE = 1e-3  # share of the steps of a day by which they may differ from a whole number

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """A sample on a regular grid of G steps.

    `values`: (G, C) in the data's own units, filled; `observed`: (G, C) bool; `rows`: (T,) grid step of each row;
    `order`: where each channel stands in the sample, () where all stand as here; `numbers` (G,): the
    number of each step, counted from a midnight, None where there are no times; `day`: steps of a day, None as well.
    """

    values: Floats
    observed: NDArray[np.bool_]
    rows: NDArray[np.int64]
    order: tuple[int, ...] = ()
    numbers: NDArray[np.int64] | None = None
    day: int | None = None

    @property
    def ticks(self) -> NDArray[np.int64]:
        """The number of each step (G,), counted from a midnight where there are times."""
        return np.arange(len(self.values)) if self.numbers is None else self.numbers

    def back(self, channels: NDArray[Any]) -> NDArray[Any]:
        """An array whose last axis is the grid's channels, with the sample's."""
        return channels[..., np.argsort(self.order)] if self.order else channels


def to_grid(sample: SeriesSample) -> Grid:
    """Lay a sample on the regular grid of its median time step; InputError if it is too short or has no values."""
    if len(sample.values) < MIN_ROWS:
        raise InputError(
            f"{sample.name!r}: got {len(sample.values)} rows; a series needs at least {MIN_ROWS}, better some hundreds."
        )
    values = np.where(np.isfinite(sample.values), sample.values, np.nan)
    if np.isnan(values).all():
        raise InputError(f"{sample.name!r}: got no finite value at all; check how the file was read.")
    place = _places(sample)
    steps = np.arange(len(sample.values)) if place is None else np.arange(int(round(place[-1])) + 1)
    where = steps.astype(np.float64) if place is None else place
    columns = [_fill(where, values[:, c], steps) for c in range(values.shape[1])]
    filled = np.stack([c[0] for c in columns], 1)
    observed = np.stack([c[1] for c in columns], 1)
    return Grid(filled, observed, np.rint(where).astype(np.int64), (), *_numbers(sample, where, steps))


def _numbers(
    sample: SeriesSample, where: Floats, steps: NDArray[np.int64]
) -> tuple[NDArray[np.int64] | None, int | None]:
    """The number of each of `steps` (G,) from a midnight on, and how many make a day; `where`: (T,) steps of rows."""
    if not sample.has_times:
        return None, None
    stamps = sample.index.astype("datetime64[ns]").astype(np.int64)
    first = int(stamps[0])
    since = (stamps - first).astype(np.float64)
    a_day = DAY / float(np.median(np.diff(since)))
    day = round(a_day)
    if day < 1 or abs(a_day - day) > WHOLE * day:
        return None, None
    before, rest = first // round(DAY), first % round(DAY)
    inside = (rest + np.interp(steps, where, since)) * day / DAY
    return before * day + np.floor(inside + 0.5 - inside[0] % 1).astype(np.int64), day


def _places(sample: SeriesSample) -> Floats | None:
    """Where each row lies on the grid, in steps; None where the rows are the grid."""
    stamps = sample.index.astype("datetime64[ns]").astype(np.int64) if sample.has_times else sample.index
    gaps = np.diff(np.asarray(stamps, dtype=np.float64))
    if (gaps <= 0).any() or not np.isfinite(gaps).all():
        at = int(np.flatnonzero(~(gaps > 0))[0])
        raise InputError(
            f"{sample.name!r}: time stamps must rise strictly, but row {at + 1} ({sample.index[at + 1]!s}) does not "
            f"follow row {at} ({sample.index[at]!s}); sort the rows and drop repeated stamps."
        )
    relative = gaps / np.median(gaps)
    if np.abs(relative - 1).max() <= JITTER:
        return None
    place: Floats = np.concatenate([[0.0], np.cumsum(np.minimum(relative, MAX_GAP))])
    return place


def _fill(where: Floats, column: Floats, steps: NDArray[np.int64]) -> tuple[Floats, NDArray[np.bool_]]:
    known = np.isfinite(column)
    if not known.any():
        return np.zeros(len(steps)), np.zeros(len(steps), dtype=bool)
    at = where[known]
    right = np.clip(np.searchsorted(at, steps), 0, len(at) - 1)
    left = np.maximum(right - 1, 0)
    nearest = np.minimum(np.abs(at[right] - steps), np.abs(at[left] - steps))
    power = powers(column[known, None])[0] + 1  # so that no difference of two values overflows
    return np.ldexp(np.interp(steps, at, np.ldexp(column[known], -power)), power), nearest < 0.75


def channel_scale(values: Floats, observed: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Centre (median) and scale (standard deviation) of each channel, each (C,), over its observed steps; scale 0 marks
    a channel that never moved."""
    masked = np.where(observed, values, np.nan)
    masked[:, ~observed.any(0)] = 0.0
    power = powers(masked)
    masked = np.ldexp(masked, -power)
    centre, scale = np.nanmedian(masked, axis=0), np.nanstd(masked, axis=0)
    scale = np.where(scale <= 1e-9 * np.nanmax(np.abs(masked), axis=0), 0.0, scale)
    return np.ldexp(centre, power), np.ldexp(scale, power)


def standardised(values: Floats, centre: Floats, scale: Floats) -> Floats:
    """(values − centre) / scale of each channel, whatever its magnitude."""
    power = np.frexp(np.maximum(np.abs(centre), scale))[1] + 1
    with np.errstate(over="ignore", divide="ignore"):  # a value far beyond the normals may be infinitely far
        values, centre, scale = (np.ldexp(part, -power) for part in (values, centre, scale))
        return np.asarray((values - centre) / scale)


def restored(standard: Floats, centre: Floats, scale: Floats) -> Floats:
    """The values whose `standardised` ones these are, no further out than a number can be."""
    with np.errstate(over="ignore"):
        values: Floats = standard * scale + centre
    return np.clip(values, -MOST, MOST)


def pooling(length: int) -> int:
    """How many steps one point of a window of `length` averages."""
    return -(-length // MAX_POINTS)


def running_sums(series: Tensor) -> Tensor:
    """The sums of a series (C, G) up to each step, in double precision: (C, G + 1)."""
    return torch.cat([torch.zeros_like(series[:, :1], dtype=torch.float64), series.double().cumsum(1)], 1)


def windows(sums: Tensor, starts: Tensor, length: int) -> Tensor:
    """Windows at `starts` (M,) of the series with these `running_sums` (C, G + 1): (C, M, d), each point the mean of
    `pooling(length)` steps."""
    pool = pooling(length)
    edges = sums[:, starts[:, None] + pool * torch.arange(length // pool + 1)[None]]
    return (torch.diff(edges, dim=-1) / pool).float()
