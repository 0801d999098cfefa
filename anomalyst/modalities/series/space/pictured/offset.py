"""Long stretches whose level lies outside of what the normals show, and what normals would be in their place.

Such a stretch, or a whole series, leaves no rows around it that could tell what is expected: imputed from these it
keeps its offset. So its rows are compared with the normals without their levels, tile by tile,

    w_i ∝ exp(−‖(x − mean x) − (x_i − mean x_i)‖² / 2σ²),        expected: Σ_i w_i x_i

and the level is that of the normals which fit best by what is left, shape and with it the phase of a cycle. A level is
the mean of as many steps as the longest window has (LEAST or more), so that a cycle that it holds does not move it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.modalities.series.runs import joined, runs
from anomalyst.modalities.series.space.pictured.canvas import Expectation, Interval, Normals, weighed
from anomalyst.modalities.series.space.pictured.canvas import candidates as stored
from anomalyst.modalities.series.space.scores import starts_in

LEAST = 128  # steps of a level, if the normals are twice as long
CLEARLY = 0.25  # of the range of normal levels: by less, a level is not outside it
ABNORMAL = 0.5  # of a stretch's rows are flagged: else its level is not what is wrong
GAP = 3  # rows nearer than this are one stretch


@dataclass(frozen=True)
class Stretch:
    """Steps of one `channel` that lie outside in all windows (`core`) and in any (`hull`), [start, stop)."""

    channel: int
    core: Interval
    hull: Interval


def off_level(series: Tensor, normals: Normals, flagged: NDArray[np.bool_], length: int) -> list[Stretch]:
    """The long stretches of a scaled series (C, G) whose level no normal has; `flagged` (G,):
    the steps that are abnormal."""
    longest = max(b - a for a, b in normals.pieces)
    length = min(max(length, min(LEAST, longest // 2)), series.shape[1], longest)
    usual = _means(normals.series, length)[:, starts_in(normals.pieces, length, 1)]
    low, high = usual.amin(1, keepdim=True), usual.amax(1, keepdim=True)
    clear = CLEARLY * (high - low)
    means = _means(series, length)
    found = [
        _stretch(channel, run, length, longest, series.shape[1])
        for outside in (means < low - clear, means > high + clear)
        for channel, far in enumerate(outside.numpy())
        for run in runs(far)
    ]
    return [
        stretch
        for stretch in found
        if stretch.core[1] - stretch.core[0] >= length and flagged[slice(*stretch.core)].mean() >= ABNORMAL
    ]


def _stretch(channel: int, run: Interval, length: int, longest: int, steps: int) -> Stretch:
    """The stretch of a run of windows of `length` steps; its hull holds no more than the `longest` normals can fill."""
    first, last = run[0], run[1] + length - 1
    start, stop = first and first + length - 1, steps if last == steps else run[1]
    room = (longest - length) // 2
    return Stretch(channel, (start, stop), (max(first, start - room), min(last, stop + room)))


def _means(series: Tensor, length: int) -> Tensor:
    """The mean of each `length` steps of a series (C, G): (C, G − length + 1)."""
    total = torch.cat([torch.zeros_like(series[:, :1], dtype=torch.float64), series.double().cumsum(1)], 1)
    return ((total[:, length:] - total[:, :-length]) / length).float()


def put_right(
    drawn: Expectation, series: Tensor, normals: Normals, found: list[Stretch], length: int, generator: torch.Generator
) -> NDArray[np.bool_]:
    """Put what normals would be into the expectation of a scaled series (C, G), where its level is outside; says where
    this is, (C, G)."""
    where = np.zeros(tuple(series.shape), dtype=bool)
    for stretch in found:
        one = Normals(normals.series[[stretch.channel]], normals.pieces)
        channel = series[[stretch.channel]]
        mean, samples = _without_level(channel, one, stretch, length, drawn.samples.shape[0], generator)
        first = stretch.hull[0]
        residual = channel[0, first : stretch.hull[1]] - mean[0]
        for start, stop in _rows(residual, stretch) if _lasts(residual, stretch) else ():
            inside, rows = slice(start - first, stop - first), slice(start, stop)
            drawn.mean[stretch.channel, rows] = mean[0, inside]
            drawn.samples[:, stretch.channel, rows] = samples[:, 0, inside]
            where[stretch.channel, rows] = True
    return where


def _without_level(
    channel: Tensor, normals: Normals, stretch: Stretch, length: int, count: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Mean (1, n) and draws (count, 1, n) of a stretch's hull, fitted to its core by tiles."""
    (start, stop), (first, last) = stretch.core, stretch.hull
    size = min(length, stop - start)
    mean = channel[:, first:last].clone()
    samples = mean.expand(count, -1, -1).clone()
    for a in [*range(start, stop - size, size), stop - size]:
        outer = (first if a == start else a, last if a == stop - size else a + size)
        bank, _ = stored(normals, outer[1] - outer[0])
        seen = torch.zeros(outer[1] - outer[0])
        seen[a - outer[0] : a + size - outer[0]] = 1
        query = channel[:, None, outer[0] : outer[1]]
        found = weighed(_centred(query, seen), _centred(bank, seen), bank, count, generator)
        inside = slice(outer[0] - first, outer[1] - first)
        mean[:, inside], samples[:, :, inside] = found
    return mean, samples


def _centred(windows: Tensor, seen: Tensor) -> Tensor:
    """Windows (…, L) about their mean over the steps that are seen, 0 elsewhere."""
    return (windows - (windows * seen).sum(-1, keepdim=True) / seen.sum()) * seen


def _lasts(residual: Tensor, stretch: Stretch) -> bool:
    """Whether all of a stretch is off, each quarter an eighth as far as any at least: no short part moves the mean."""
    core = residual[stretch.core[0] - stretch.hull[0] : stretch.core[1] - stretch.hull[0]]
    parts = torch.stack([part.mean() for part in core.tensor_split(4)]) * core.mean().sign()
    return bool(parts.min() >= parts.abs().max() / 8)


def _rows(residual: Tensor, stretch: Stretch) -> list[Interval]:
    """The steps of a stretch: its core, and what goes on from there nearer to its own level than to the expected."""
    (start, stop), first = stretch.core, stretch.hull[0]
    core = slice(start - first, stop - first)
    height = residual[core].median()
    inside = (residual * height.sign() > height.abs() / 2).numpy()
    inside[core] = True
    touching = [run for run in joined(runs(inside), GAP) if run[0] < core.stop and run[1] > core.start]
    return [(a + first, b + first) for a, b in touching]
