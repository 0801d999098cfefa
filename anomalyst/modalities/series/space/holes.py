"""Holes: stretches of a grid without values. A line bridges the short ones; what lies in the others is told by nobody,
so no window that reaches into them counts, and they are evidence of nothing but that values lack.

How strange a hole of n missing values is follows the tail of `judged/alarm.py`, with normals of T steps in which the
longest one has m: at most one step in T lies in a longer hole, and ln(n / m) is its excess,

    −ln p = ln T + K ln(1 + ln(n / m) / Kβ)         n > m; m at least USUAL

with K events known beforehand whose mean excess is β.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomalyst.modalities.series.runs import runs
from anomalyst.modalities.series.space.grid import MIN_ROWS, Floats, Grid

PRIOR, PRIOR_EXCESS = 5.0, 0.2  # K and β, as of the tails of the alarm
BRIDGED = 2  # steps
USUAL = 8  # missing values in a row: as many may lack anywhere
NEXT = 3  # holes with fewer steps between them are one
ENOUGH = 1024  # steps in a row, or LEAST_SHARE of the longest series, that must be left once holes are cut out
LEAST_SHARE = 1 / 3

Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Presence:
    """What normals lack, by channel (C,). `bridged`: steps of the longest hole that a line bridges, −1 where they hold
    no value at all; `longest`: missing values of their longest hole."""

    bridged: Counts
    longest: Counts

    def hidden(self, observed: Mask) -> Mask | None:
        """Which cells (G, C) are not told by anybody; None where all are."""
        hidden = np.stack([_hidden(~observed[:, c], int(n)) for c, n in enumerate(self.bridged)], 1)
        return hidden if hidden.any() else None

    def surprise(self, observed: Mask, steps: int) -> Floats | None:
        """−ln p of each cell (G, C) that lies in a hole longer than any in normals of `steps` steps, 0 elsewhere; None
        where there are no holes at all."""
        if observed.all():
            return None
        found = np.zeros(observed.shape)
        for channel in np.flatnonzero((~observed).any(0) & (self.bridged >= 0)):
            usual = max(USUAL, int(self.longest[channel]))
            for start, stop, count in zip(*stretches(~observed[:, channel], NEXT), strict=True):
                if count > usual:
                    excess = np.log(count / usual)
                    found[start:stop, channel] = np.log(steps) + PRIOR * np.log1p(excess / (PRIOR * PRIOR_EXCESS))
        return found * ~observed

    def state(self) -> dict[str, NDArray[Any]]:
        """Arrays to save."""
        return {"holes.bridged": self.bridged, "holes.longest": self.longest}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]]) -> Presence | None:
        """Restore what `state` gave; None of detectors that were saved before holes were told."""
        return cls(state["holes.bridged"], state["holes.longest"]) if "holes.bridged" in state else None


@dataclass(frozen=True)
class Cut:
    """Series without their holes. `grids`: what is left of them, a grid each; `pieces`: where each lies in the first
    one; `presence`: what they lacked; `origins`: the number of the series that each is of, and its first row there."""

    grids: list[Grid]
    pieces: list[tuple[int, int]]
    presence: Presence
    origins: list[tuple[int, int]]

    @property
    def numbers(self) -> list[int]:
        """The number of the series that each grid is of."""
        return [number for number, _ in self.origins]


def cut(grids: Sequence[Grid], own: bool = False) -> Cut:
    """Cut the holes out of normals, where long stretches are left; where they have them all the time, holes are theirs
    and stay. `own`: of the one series that is its own reference: its longest hole is not its own measure."""
    missing = [~grid.observed for grid in grids]
    dead = np.all([part.all(0) for part in missing], axis=0)
    bridged = np.maximum(_longest(missing, 1), BRIDGED)
    rare = [c for c in np.flatnonzero((bridged > BRIDGED) & ~dead).tolist() if _roomy(grids, _clear(missing, [c]))]
    parts = _clear(missing, rare)
    origins = [(number, 0) for number in range(len(grids))]
    if rare and _roomy(grids, parts):
        bridged[rare] = BRIDGED
        each = [(number, grids[number], rows) for number, own_parts in enumerate(parts) for rows in own_parts]
        origins = [(number, int(np.searchsorted(grid.rows, rows[0]))) for number, grid, rows in each]
        grids = [_part(grid, rows) for _, grid, rows in each]
    else:
        parts = [[(0, len(grid.values))] for grid in grids]
    presence = Presence(np.where(dead, -1, bridged), _longest(missing, NEXT, rank=1 if own else 0))
    return Cut(list(grids), parts[0], presence, origins)


def stretches(missing: Mask, apart: int) -> tuple[Counts, Counts, Counts]:
    """(first steps, steps after the last, missing values) of runs of True in (G,), those less than `apart` steps from
    one another as one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], missing.astype(np.int8), [0]])))
    starts, stops = edges[::2], edges[1::2]
    first = np.flatnonzero(np.concatenate([[True], starts[1:] - stops[:-1] >= apart])[: len(starts)])
    counts = np.add.reduceat(stops - starts, first) if len(first) else starts
    return starts[first], stops[np.append(first[1:], len(stops))[: len(first)] - 1], counts


def _hidden(missing: Mask, bridged: int) -> Mask:
    """Steps (G,) in runs of more than `bridged` missing ones; all where it is negative."""
    if bridged < 0:
        return np.ones_like(missing)
    starts, stops, counts = stretches(missing, 1)
    long = counts > bridged
    steps = np.zeros(len(missing) + 1, dtype=np.int64)
    steps[starts[long]] += 1
    steps[stops[long]] -= 1
    return np.asarray(np.cumsum(steps)[:-1] > 0)


def _longest(missing: Sequence[Mask], apart: int, rank: int = 0) -> Counts:
    """Missing values of each channel's longest hole (C,), or of the one at another `rank`; 0 where there is none."""
    found = []
    for channel in range(missing[0].shape[1]):
        counts = np.sort(np.concatenate([stretches(part[:, channel], apart)[2] for part in missing]))[::-1]
        found.append(int(counts[rank]) if len(counts) > rank else 0)
    return np.array(found, dtype=np.int64)


def _clear(missing: Sequence[Mask], channels: Sequence[int]) -> list[list[tuple[int, int]]]:
    """The stretches of each series in which none of some channels has a hole, as long as a series must be."""
    found = []
    for part in missing:
        hidden = np.zeros(len(part), dtype=bool)
        for channel in channels:
            hidden |= _hidden(part[:, channel], BRIDGED)
        found.append([(a, b) for a, b in runs(~hidden) if b - a >= MIN_ROWS])
    return found


def _roomy(grids: Sequence[Grid], parts: Sequence[Sequence[tuple[int, int]]]) -> bool:
    """Whether what is left of series is long enough to learn from."""
    left = max((b - a for own in parts for a, b in own), default=0)
    return left >= min(ENOUGH, LEAST_SHARE * max(len(grid.values) for grid in grids))


def _part(grid: Grid, rows: tuple[int, int]) -> Grid:
    start, stop = rows
    inside = slice(*np.searchsorted(grid.rows, rows))  # rising
    return replace(
        grid,
        values=grid.values[start:stop],
        observed=grid.observed[start:stop],
        rows=grid.rows[inside] - start,
        numbers=grid.ticks[start:stop],
    )
