"""How far a channel lies from what it does at the same time of its cycle: a reading of its own.

A night job at noon is nothing new to windows that are compared with those of all hours, nor is a weekday like a Sunday.
So windows of a part of a cycle, and of a whole one, are compared with those only that begin at the same place of other
cycles, or up to `slack` steps from it. With d the root mean square, over the windows that cover a row, of the distance
to the nearest of them (the empirical denoiser's −log p as σ → 0), and u what is usual of d at that place of the cycle,
the size of each channel by itself is

    ½ ln (d² + m) / (u² + m)        m = mean u² / n

with n how often the normals show each place of it: the mean counts as one time more, so that hours in which nothing
happened in a few cycles do not make little of it unheard of. There are two readings of it: of a whole cycle, which is
odd by the sum of its parts and is told of those that are odd too, and of a part by itself. The latter is not read of a
series that is judged by itself, as it has heavy tails, which only normals can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.denoisers.empirical import squared_distances
from anomalyst.modalities.series.space.cycle import Counts, Cycle, Timed, find_cycle
from anomalyst.modalities.series.space.grid import running_sums, windows
from anomalyst.modalities.series.space.profile import ScaledNormals
from anomalyst.modalities.series.space.scores import Pieces, spread, starts_in, told

SHARE = 8  # windows of a part of a cycle are this part of it
LEAST = 4  # steps of the shortest
BINS = 24  # places of a cycle that have a usual distance of their own
FLOOR = 1e-3  # least mean square of it, in standard deviations of the channel
NEARBY = 0.5  # of the size of a cycle that its odd parts reach
LOWEST = -5.0  # size of what nothing tells of
REPEATS = 24  # cycles that are compared with
FINE = 8  # part of the slack: windows that are compared with begin so far apart


@dataclass(frozen=True)
class Clock:
    """`series` (C, G): scaled normals, at `places` (G,) of a `cycle`; `pieces`: where each of them starts and stops;
    `own`: they are the sample itself; `usual` (2, H, B): u of both lengths and the channels that have the cycle, in
    parts of what repeats."""

    cycle: Cycle
    series: Tensor
    places: Counts
    pieces: Pieces
    own: bool
    usual: Tensor | None = None

    @property
    def lengths(self) -> tuple[int, int]:
        """Steps of the two kinds of windows."""
        return max(LEAST, self.cycle.steps // SHARE), self.cycle.steps

    @property
    def readings(self) -> int:
        """How many sizes there are of a channel: N."""
        return 1 if self.own else 2

    def raw(self, series: Tensor, places: Counts, hidden: Tensor | None = None, left_out: bool = False) -> Tensor:
        """d of a scaled series (C, G) at `places` (G,) of the cycle: (2, H, G), NaN where nothing tells. `left_out`: it
        is the normals, each cycle compared with the others; `hidden`: cells (C, G) that are not told."""
        having = self.cycle.channels
        sums, stored = running_sums(series[having]), running_sums(self.series[having])
        found = []
        for length in self.lengths:
            starts = starts_in(self.pieces if left_out else [(0, series.shape[1])], length, max(1, length // 8))
            away = max(length, self.cycle.steps) - self.cycle.slack if left_out else 0
            total = torch.zeros(sums.shape, dtype=torch.float64)
            cover = torch.zeros_like(total)
            for asked, near in self._groups(starts, places, length):
                queries, bank = windows(sums, asked, length), windows(stored, near, length)
                squared = squared_distances(queries, bank) / queries.shape[-1]
                squared = squared.masked_fill((asked[:, None] - near).abs() < away, torch.inf)
                least = squared.amin(-1).double()
                counting = least.isfinite().double()
                if hidden is not None:
                    counting *= told(hidden[having], asked, length)
                spread(total, cover, least.where(counting > 0, 0.0), counting, asked, length)
            covered = cover.cumsum(1)[:, :-1]
            mean = total.cumsum(1)[:, :-1].clamp_min(0) / covered.clamp_min(1)
            found.append(mean.sqrt().float().masked_fill(covered < 0.5, torch.nan))
        return torch.stack(found)

    def _groups(self, starts: Tensor, places: Counts, length: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Windows to ask about, and the normal ones that begin at about the same place of the cycle."""
        slack, repeat = self.cycle.slack, self.cycle.repeat
        width, fine = max(1, slack), max(1, slack // FINE)
        near = starts_in(self.pieces, length, 1)
        near = near[torch.from_numpy(self.places[near.numpy()] % fine == 0)]
        at, at_near = places[starts.numpy()], self.places[near.numpy()]
        order, order_near = np.argsort(at, kind="stable"), np.argsort(at_near, kind="stable")
        sorted_at, sorted_near = at[order], at_near[order_near]
        for first in range(0, repeat, width):
            asked = order[slice(*np.searchsorted(sorted_at, [first, first + width]))]
            low, high = first - slack, min(first + width, repeat) + slack
            found = np.zeros(len(near), dtype=bool)
            for k in (-1, 0, 1):
                found[order_near[slice(*np.searchsorted(sorted_near, [low + k * repeat, high + k * repeat]))]] = True
            beside = np.flatnonzero(found)
            if len(asked) and len(beside):
                beside = _some(beside, REPEATS * (high - low) // fine)
                yield starts[torch.from_numpy(np.sort(asked))], near[torch.from_numpy(beside)]

    def levelled(self, raw: Tensor, kept: NDArray[np.bool_] | None = None) -> Clock:
        """The same with what is usual, by the normals' own d (2, H, G) in the steps `kept` (G,), None: all."""
        known = slice(None) if kept is None else torch.from_numpy(kept)
        bins, scores = torch.from_numpy(self._bins(self.places))[known], raw[..., known]
        count = BINS * self.cycle.repeat // self.cycle.steps
        middle = scores.nanmedian(-1).values
        usual = middle[..., None].repeat(1, 1, count)
        for place in torch.unique(bins).tolist():
            usual[..., place] = scores[..., bins == place].nanmedian(-1).values
        return replace(self, usual=torch.where(usual.isfinite(), usual, middle[..., None]).nan_to_num())

    def read(self, series: Tensor, places: Counts | None, hidden: Tensor | None) -> Tensor:
        """The sizes (N, C, G) of a scaled series, LOWEST where its `places` (G,) are not known."""
        if places is None:
            return torch.full((self.readings, *series.shape), LOWEST)
        return self.sizes(self.raw(series, places, hidden), places)

    def sizes(self, raw: Tensor, places: Counts) -> Tensor:
        """The sizes (N, C, G) by d (2, H, G) at `places` (G,); LOWEST where nothing tells."""
        if self.usual is None:
            raise RuntimeError("`sizes` before `levelled`")
        usual = self.usual.square()
        mean = usual.mean(-1, keepdim=True) / self._often + FLOOR
        part, whole = (0.5 * ((raw.square() + mean) / (usual[..., self._bins(places)] + mean)).log()).nan_to_num(LOWEST)
        found = torch.full((self.readings, len(self.series), raw.shape[-1]), LOWEST)
        told = whole.where(part >= NEARBY * whole, part.minimum(whole))
        found[:, self.cycle.channels] = torch.stack([told, part])[: self.readings]
        return found

    @property
    def _often(self) -> float:
        """How often the normals show each place: n."""
        return max(1.0, len(self.places) / self.cycle.repeat)

    def _bins(self, places: Counts) -> Counts:
        """The part of what repeats that each place lies in."""
        return places * BINS // self.cycle.steps

    def state(self) -> dict[str, NDArray[Any]]:
        """Arrays to save, but for the normals."""
        cycle = self.cycle
        return {
            "clock.cycle": np.array([cycle.steps, cycle.repeat]),
            "clock.channels": cycle.channels.numpy(),
            "clock.places": self.places,
            **({} if self.usual is None else {"clock.usual": self.usual.numpy()}),
        }

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], series: Tensor, pieces: Pieces) -> Clock | None:
        """Restore what `state` gave; None of detectors without it."""
        if "clock.cycle" not in state:
            return None
        steps, repeat = (int(n) for n in state["clock.cycle"])
        cycle = Cycle(steps, repeat, torch.from_numpy(np.array(state["clock.channels"])))
        usual = torch.from_numpy(np.array(state["clock.usual"]))
        return cls(cycle, series, state["clock.places"], pieces, own=False, usual=usual)

    def timed(self, places: Counts) -> Timed:
        """Which normals are of the same time as a sample whose steps lie at `places` (G,)."""
        return Timed(self.cycle, torch.from_numpy(self.places), torch.from_numpy(places))


def find_clock(normals: ScaledNormals, ticks: Counts, day: int | None, own: bool) -> Clock | None:
    """What the clock tells of normals whose steps are numbered by `ticks` (G,), `day` of them a day; None where no
    channel has a cycle. Switches are not looked at."""
    cycle = find_cycle(normals.series, ticks, normals.pieces, day, own)
    channels = None if cycle is None else cycle.channels & ~normals.found_switches()[:, 0]
    if cycle is None or channels is None or not channels.any():
        return None
    places = ticks % cycle.repeat
    return Clock(replace(cycle, channels=channels), normals.series, places, normals.pieces, own)


def _some(places: Counts, most: int) -> Counts:
    """At most so many, evenly spread."""
    return places if len(places) <= most else places[np.linspace(0, len(places) - 1, most).astype(int)]
