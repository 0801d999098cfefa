"""What a series detector shows of normal: expected rows in the data's own units, and a series healed by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.errors import InputError, require
from anomalyst.modalities.series.runs import runs
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.space.coupled import Coupling
from anomalyst.modalities.series.space.cycle import Timed
from anomalyst.modalities.series.space.grid import Grid, restored
from anomalyst.modalities.series.space.pictured.canvas import (
    Expectation,
    Interval,
    Normals,
    expect,
    impute,
    itself,
    put_flagged,
)
from anomalyst.modalities.series.space.pictured.offset import off_level, put_right
from anomalyst.modalities.series.space.profile import ScaledNormals

FLAG = 0.01  # rows with smaller p-values are imputed rather than denoised
PAD = 4  # grid steps by which an imputed interval is widened
LEAST_SINGLE = 1e-30  # channels that stay below this are not kept in single precision
MAX_FLAGGED = 64  # imputed intervals per sample


@runtime_checkable
class Imputes(Protocol):
    """What can say what normal rows would have been in place of given ones."""

    def impute(self, sample: SeriesSample, start: int, stop: int) -> NDArray[np.float64]:
        """What rows [start, stop) may have been, from the rows around them, in the data's units: (stop − start, C)."""
        ...


@runtime_checkable
class ImputesSome(Protocol):
    """What can say it of some channels, given the others."""

    def impute_some(
        self, sample: SeriesSample, start: int, stop: int, chosen: Sequence[int] | None
    ) -> NDArray[np.float64]:
        """As `impute`; `chosen`: the columns that are used, the others stay as they are; None: all."""
        ...


@dataclass(frozen=True)
class Picturing:
    """How normal is pictured. `length`: steps that are denoised together; `count`: posterior samples; `own`: the
    normals are the sample itself; `first`: as the first version did; `timed`: which normals are of the same time of a
    cycle as the sample's steps, None where none is known; `everywhere`: not only where rows are flagged."""

    length: int
    count: int
    seed: int
    own: bool = False
    first: bool = False
    timed: Timed | None = None
    everywhere: bool = True

    @property
    def by_normals(self) -> bool:
        """Whether the level of long stretches is that of the normals, whatever the rows around them say."""
        return not (self.own or self.first)

    def bank(self, normals: ScaledNormals, barred: Sequence[Interval], together: bool = False) -> Normals:
        """The normals to picture it from; `barred`: intervals that are not normal, of a sample that is its own one;
        `together`: all channels from the same stretch."""
        fade = self.length if self.by_normals else None
        barred = tuple(barred) if self.own else ()
        return Normals(normals.series, normals.pieces, self.own, barred, fade, together, self.timed)


@dataclass(frozen=True)
class Picture:
    """What is expected of a sample: `mean` (T, C) and `samples` (K, T, C) in its own units; `off` (T, C): where its
    level is outside of what the normals show, None where that was not asked; `apart` (T, C): where a channel comes
    apart from the others, None where none is coupled."""

    mean: NDArray[np.floating]
    samples: NDArray[np.floating]
    off: NDArray[np.bool_] | None = None
    apart: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class Apart:
    """Cells (C, G) in which channels come apart from the others, by their `coupling`."""

    coupling: Coupling
    cells: Tensor

    def put_right(self, drawn: Expectation, series: Tensor, seed: int) -> None:
        """Put what the others say of them into the expectation of a scaled series (C, G)."""
        expected = series - self.coupling.residual(series).float()
        noise = torch.randn(drawn.samples.shape, generator=torch.Generator().manual_seed(seed))
        drawn.mean[self.cells] = expected[self.cells]
        drawn.samples[:, self.cells] = (expected + self.coupling.spread * noise)[:, self.cells]


def picture(
    normals: ScaledNormals, grid: Grid, p_values: NDArray[np.float32], how: Picturing, apart: Apart | None = None
) -> Picture:
    """Expected values of a sample on its grid, and posterior samples; `p_values`: (G,); `apart`: cells in which the
    other channels say what is expected."""
    (scaled, scale), hidden = normals.scaled(grid), normals.hidden(grid)
    intervals = flagged(p_values, None if hidden is None else hidden[~hidden.all(1)].any(0).numpy())
    bank, off = how.bank(normals, intervals), None
    if how.everywhere:
        drawn = expect(scaled, bank, intervals, how.length, how.count, how.seed, hidden)
    else:
        drawn = itself(scaled, how.count)
        put_flagged(drawn, scaled, bank, intervals, how.length, torch.Generator().manual_seed(how.seed), hidden)
    if how.by_normals:
        found = off_level(scaled, bank, p_values < FLAG, how.length)
        generator = torch.Generator().manual_seed(how.seed)
        off = put_right(drawn, scaled, bank, found, how.length, generator)
        off = (off if hidden is None else off & ~hidden.numpy()).T[grid.rows]
    if apart is not None:
        apart.put_right(drawn, scaled, how.seed)
    parts = (restored(t.mT.double().numpy(), normals.centre, scale) for t in (drawn.mean, drawn.samples))
    mean, samples = (_stored(part[..., grid.rows, :]) for part in parts)
    return Picture(mean, samples, off, None if apart is None else apart.cells.T.numpy()[grid.rows])


def _stored(values: NDArray[np.float64]) -> NDArray[np.floating]:
    """The values as float32 where it can hold them, else as they are."""
    size = np.abs(values).max(initial=0.0, axis=tuple(range(values.ndim - 1)))
    fits = (size < np.finfo(np.float32).max) & ((size > LEAST_SINGLE) | (size == 0))
    return values.astype(np.float32) if fits.all() else values


def imputed(
    normals: ScaledNormals,
    grid: Grid,
    rows: tuple[int, int],
    how: Picturing,
    coupling: Coupling | None = None,
    chosen: Sequence[int] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Expected values (n, C) of the sample's rows [start, stop), from at least `how.length` steps on either side; and
    one draw from their posterior, as the mean is stiller than any normal series, which holds together as `coupling`
    says where only the `chosen` columns of the sample are drawn (None: all)."""
    start, stop = rows
    require(
        0 <= start < stop <= len(grid.rows),
        "rows",
        f"{start} to {stop}",
        f"rows from 0 to {len(grid.rows)}, the first below the last",
    )
    inside = (int(grid.rows[start]), int(grid.rows[stop - 1]) + 1)
    (scaled, scale), hidden = normals.scaled(grid), normals.hidden(grid)
    bank = how.bank(normals, [inside], together=coupling is not None)
    generator = torch.Generator().manual_seed(how.seed)
    mean, draws = impute(scaled, bank, inside, how.length, how.count, generator, hidden)
    if coupling is not None:
        own = [c for c, place in enumerate(grid.order or range(len(scaled))) if chosen is None or place in chosen]
        taken = torch.zeros(len(scaled), dtype=torch.bool)
        taken[own] = True
        drawn_rows = torch.where(taken[:, None], draws[0], scaled[:, inside[0] : inside[1]])
        draws[0] = coupling.held_together(drawn_rows, taken, normals.series, how.seed)
    steps = grid.rows[start:stop] - inside[0]
    expected, drawn = (restored(part.T.double().numpy(), normals.centre, scale)[steps] for part in (mean, draws[0]))
    return expected, drawn


def heal(
    healer: object, sample: SeriesSample, start: int, stop: int, channels: Sequence[str] | None = None
) -> SeriesSample:
    """The sample with rows [start, stop) of `channels` (all if None) replaced by what the rows around them imply.

    `healer`: of a detector.
    """
    if not isinstance(healer, Imputes):
        raise InputError(f"got {type(healer).__name__!r} to heal with; only the series detectors can heal a series.")
    unknown = [c for c in channels or () if c not in sample.columns]
    if unknown:
        raise InputError(f"got channels {unknown!r}; the series has {', '.join(sample.columns)}.")
    chosen = [i for i, c in enumerate(sample.columns) if channels is None or c in channels]
    values = sample.values.copy()
    if channels is not None and isinstance(healer, ImputesSome):
        found = healer.impute_some(sample, start, stop, chosen)
    else:
        found = healer.impute(sample, start, stop)
    values[start:stop, chosen] = found[:, chosen]
    return replace(sample, values=values)


def flagged(p_values: NDArray[np.float32], hidden: NDArray[np.bool_] | None = None) -> list[Interval]:
    """Grid intervals to impute: rows of small p-value and hidden ones, both (G,), widened and merged; the longest ones
    where there are many."""
    rows = p_values < FLAG if hidden is None else (p_values < FLAG) | hidden
    wide = np.convolve(rows, np.ones(2 * PAD + 1), mode="same") > 0
    found = sorted(runs(wide), key=lambda i: i[0] - i[1])[:MAX_FLAGGED]
    return sorted(found)
