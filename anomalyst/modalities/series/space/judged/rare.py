"""Rare events: a channel that rests in the normals but for short events now and then, as a counter of single errors.

Windows do not tell what is usual of it: one event in all normals is unlike all the rest, so that these would be better
without it (`odd.py`), and the next one a first move (`moves.py`). What the normals do tell is how often it comes, and
how large. So such a channel is at rest to all other readings, in the normals and in samples, and each of its events
counts by itself. Of k events in N normal rows, by Jeffreys' prior for a rate and the tail of `alarm.py`, each row has

    p = (k + ½) / N · (1 + x / Kβ)^−K         x = ln(size / smallest known size), β: mean of the known x

once by the height of the event and once by its rows; K = k + PRIOR, with k cut off at MOST_KNOWN, and Kβ is not less
than without any known event, since counts grow by whole numbers. More events within CROWD rows than the normals show
have the probability of a negative binomial, which is what Poisson events of a rate so known follow, or by the same tail
of how many they are, as events bring others with them: the larger of both. The smallest of the three counts three
times, and once for each such channel. An event as in the normals is then no alarm, unless these are
many times as long as the sample.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from anomalyst.modalities.series.runs import joined, runs
from anomalyst.modalities.series.space.grid import Floats, Grid
from anomalyst.modalities.series.space.judged.alarm import PRIOR, PRIOR_EXCESS
from anomalyst.modalities.series.space.judged.moves import LEAST

SELDOM = 0.01  # of the rows are moves at most, so that chance hardly brings two of them together
LONGEST = 8  # rows of an event of the normals: longer ones windows know
NEXT = 5  # moves less than so many rows apart are one event
CROWD = 128  # rows
MOST_KNOWN = 5  # events that make a tail steeper: where all counts are 1 the next may be 2, however many they are
WAYS = 3  # to be more than the normals show

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Events:
    """Events of one channel (E,): where each starts and stops, how high and how many rows it is, and how many there are
    from CROWD rows before its own start on."""

    starts: Counts
    stops: Counts
    height: Floats
    rows: Floats
    crowd: Counts

    @classmethod
    def of(cls, grid: Grid, channel: int, rest: float) -> Events:
        """Of a channel that rests at `rest`."""
        away = np.where(grid.observed[:, channel], np.abs(grid.values[:, channel] - rest), 0.0)
        moved = away > LEAST * max(abs(rest), float(away.max(initial=0.0)))
        starts, stops = np.array(joined(runs(moved), NEXT), dtype=np.int64).reshape(-1, 2).T
        if not len(starts):
            return cls(starts, stops, away[:0], away[:0], starts)
        crowd = np.arange(1, len(starts) + 1) - np.searchsorted(starts, starts - CROWD, side="right")
        rows = np.add.reduceat(moved.astype(np.float64), starts)
        return cls(starts, stops, np.maximum.reduceat(away, starts), rows, crowd)


@dataclass(frozen=True)
class Rare:
    """`channels` (R,) that rest at `rest` (R,) in normals of `steps` steps; their `events` (E, 3): the place of the
    channel in the former, height and rows; `crowds` (R,): the most events within CROWD rows."""

    channels: Counts
    rest: Floats
    events: Floats
    crowds: Counts
    steps: int

    def at_rest(self, grid: Grid) -> Grid:
        """A grid with these channels at rest."""
        values = grid.values.copy()
        values[:, self.channels] = self.rest
        return replace(grid, values=values)

    def surprise(self, grid: Grid) -> Floats:
        """−ln p of the cells (G, C) of a sample in events and crowds of them, 0 elsewhere."""
        found = np.zeros(grid.values.shape)
        for place, channel in enumerate(self.channels.tolist()):
            events = Events.of(grid, channel, float(self.rest[place]))
            for start, stop, surprise in self._surprises(events, place):
                found[start:stop, channel] = np.maximum(found[start:stop, channel], surprise)
        return found

    def _surprises(self, events: Events, place: int) -> list[tuple[int, int, float]]:
        """Rows [start, stop) of events and of crowds of them with their −ln p."""
        known = self.events[self.events[:, 0] == place]
        count, shared = len(known) + 0.5, math.log(WAYS * len(self.channels))
        once = math.log(self.steps / count)
        each = once + np.maximum(_beyond(events.height, known[:, 1]), _beyond(events.rows, known[:, 2]))
        last = np.flatnonzero(events.crowd > self.crowds[place])
        crowd = events.crowd[last]
        chance = betainc(crowd, count, CROWD / (self.steps + CROWD)).clip(np.finfo(float).tiny)
        usual = np.full(len(known), self.crowds[place])
        together = np.minimum(math.log(CROWD) - np.log(chance), once + _beyond(crowd.astype(np.float64), usual))
        each, together = (np.maximum(surprise - shared, 0) for surprise in (each, together))
        return [
            *zip(events.starts.tolist(), events.stops.tolist(), each.tolist(), strict=True),
            *zip(events.starts[last - crowd + 1].tolist(), events.stops[last].tolist(), together.tolist(), strict=True),
        ]

    def state(self) -> dict[str, NDArray[Any]]:
        """Arrays to save."""
        own = {"channels": self.channels, "rest": self.rest, "events": self.events, "crowds": self.crowds}
        return {f"rare.{name}": array for name, array in own.items()} | {"rare.steps": np.array([self.steps])}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]]) -> Rare | None:
        """Restore what `state` gave; None where there are none, and of detectors that were saved before."""
        if "rare.steps" not in state:
            return None
        channels, rest, events, crowds, steps = (
            state[f"rare.{name}"] for name in ("channels", "rest", "events", "crowds", "steps")
        )
        return cls(channels, rest, events, crowds, int(steps[0]))


def rare(grids: Sequence[Grid]) -> Rare | None:
    """The channels of normals that rest but for short events now and then; None where there are none."""
    channels, rest, events, crowds = list[int](), list[float](), list[Floats](), list[int]()
    for channel in range(grids[0].values.shape[1]):
        values = np.concatenate([grid.values[grid.observed[:, channel], channel] for grid in grids])
        middle = float(np.median(values)) if len(values) else 0.0
        if not len(values) or not 0 < (values != middle).mean() <= SELDOM:
            continue
        found = [Events.of(grid, channel, middle) for grid in grids]
        height, rows, crowd = (np.concatenate([getattr(e, n) for e in found]) for n in ("height", "rows", "crowd"))
        if len(rows) and rows.max() <= LONGEST:
            events.append(np.stack([np.full(len(rows), len(channels)), height, rows], 1))
            channels, rest, crowds = [*channels, channel], [*rest, middle], [*crowds, int(crowd.max())]
    if not channels:
        return None
    steps = sum(len(grid.values) for grid in grids)
    return Rare(np.array(channels), np.array(rest), np.concatenate(events), np.array(crowds), steps)


def _beyond(sizes: Floats, known: Floats) -> Floats:
    """−ln of the share of events that are as large as each of some sizes, by the `known` ones."""
    least, count = float(known.min()), min(len(known), MOST_KNOWN) + PRIOR
    mean = (float(np.log(known / least).sum()) + PRIOR * PRIOR_EXCESS) / (len(known) + PRIOR)
    total = max(PRIOR * PRIOR_EXCESS, count * mean)
    return np.asarray(count * np.log1p(np.log(sizes / least).clip(0) / total))
