"""Cycles: after how many steps normals do the same again, and at which place of its cycle each step lies.

A day is looked for where there are times. A series that is judged by itself may have any other cycle, as the peaks of
its autocorrelation tell (`period.py`): in another series nobody could say at which place of such a one it is. A channel
has the cycle if a cycle later it differs from itself by at most ALIKE of what it differs by at other times of it (mean
squares). If days of a week, or any other multiple, are clearly more alike than all days are, the cycle repeats only
after so many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.modalities.series.space.period import periods
from anomalyst.modalities.series.space.scores import Pieces

LEAST, LEAST_UNTIMED = 8, 24  # steps of a cycle that the clock tells, and of any other
TIMES = 3  # a cycle, and what repeats it, is seen so often at least
ALIKE = 0.5
CLEARLY = 0.8  # of the difference between all cycles: by as much, those of one weekday are more alike
PARTS = 8  # other times of a cycle that it is compared with
WEEK = 7
ODD = 2  # cycles that may be unlike all others
FAR = 5.0
TO_SIGMA = 1.4826  # median absolute deviation → standard deviation of a Gaussian
SHARED = 0.2  # of the channels that move, that have a cycle which no clock tells: of many, one has some by chance

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Cycle:
    """`steps` of one cycle; `repeat`: steps until the same comes again, a multiple of them; `channels` (C,): which have
    it."""

    steps: int
    repeat: int
    channels: Tensor

    @property
    def slack(self) -> int:
        """By how many steps the same may come early or late: half an hour a day."""
        return self.steps // 48


@dataclass(frozen=True)
class Timed:
    """The places of normals (G,) and of a sample (T,) in a cycle."""

    cycle: Cycle
    normals: Tensor
    sample: Tensor

    def same(self, starts: Tensor, at: int) -> Tensor:
        """Which starts (N,) of normals lie in the cycle where step `at` of the sample does: (N,) bool."""
        return torch.eq(self.normals[starts], self.sample[at])


def find_cycle(series: Tensor, ticks: Counts, pieces: Pieces, day: int | None, own: bool) -> Cycle | None:
    """The cycle of normals (C, G) whose steps are numbered by `ticks` (G,); None where no channel has one. `day`: steps
    of a day, None where there are no times; `own`: it is the one series that is judged."""
    moving = int((series != series[:, :1]).any(1).sum())
    lag = _Lag(series, ticks, pieces)
    if day is not None and day >= LEAST and lag.has(day).any():
        return lag.cycle(day, (WEEK,))
    lag = _Lag(_bounded(series), ticks, pieces)
    for steps in periods(lag.series, pieces, LEAST_UNTIMED) if own else ():
        if int(lag.has(steps).sum()) > SHARED * moving:
            return lag.cycle(steps, range(2, WEEK + 1))
    return None


def _bounded(series: Tensor) -> Tensor:
    """A series (C, G) whose values are cut off FAR robust deviations from the middle, so that none decides alone."""
    away = series - series.median(1, keepdim=True).values
    spread = TO_SIGMA * away.abs().median(1, keepdim=True).values
    far = FAR * torch.where(spread > 0, spread, away.std(1, keepdim=True))
    return away.clamp(-far, far)


@dataclass(frozen=True)
class _Lag:
    """How much a series (C, G) differs from itself some steps later."""

    series: Tensor
    ticks: Counts
    pieces: Pieces

    def cycle(self, steps: int, multiples: Sequence[int]) -> Cycle:
        """The cycle of so many steps."""
        channels = self.has(steps)
        return Cycle(steps, self._repeat(steps, channels, multiples), channels)

    def has(self, steps: int) -> Tensor:
        """Which channels are alike after `steps`, seen TIMES times: (C,) bool."""
        none = torch.zeros(len(self.series), dtype=torch.bool)
        if self.ticks.max() - self.ticks.min() < TIMES * steps - 1:
            return none
        others = [self._differs(max(1, steps * part // PARTS), steps) for part in range(1, PARTS)]
        known, again = [other for other in others if other is not None], self._differs(steps, steps)
        if again is None or not known:
            return none
        usual = torch.stack(known).mean(0)
        return (usual > 0) & (again <= ALIKE * usual)

    def _repeat(self, steps: int, channels: Tensor, multiples: Sequence[int]) -> int:
        """The multiple of a cycle after which channels are most alike, if clearly."""
        span = int(self.ticks.max() - self.ticks.min()) + 1
        seen = [1, *(m for m in multiples if TIMES * m * steps <= span)]
        found = {m: self._differs(m * steps, steps) for m in seen}
        means = {m: float(difference[channels].mean()) for m, difference in found.items() if difference is not None}
        best = min(means, key=lambda m: means[m])
        return steps * (best if means[best] <= CLEARLY * means[1] else 1)

    def _differs(self, lag: int, steps: int) -> Tensor | None:
        """The mean square of what each channel differs by after `lag` steps: (C,); None where no two steps tell. Of its
        parts, `steps` long, the ODD highest do not count, as one odd part is twice in it."""
        parts: list[Tensor] = []
        for start, stop in _stretches(self.ticks, self.pieces):
            if stop - start > lag:
                values = self.series[:, start:stop].double()
                squares = (values[:, lag:] - values[:, :-lag]).square()
                parts += [part.mean(1) for part in squares.split(steps, 1) if part.shape[1] == steps or not parts]
        if not parts:
            return None
        ordered = torch.stack(parts).sort(0).values
        return ordered[: len(parts) - min(ODD, len(parts) // 3)].mean(0)


def _stretches(ticks: Counts, pieces: Pieces) -> list[tuple[int, int]]:
    """Pieces, those joined that follow one another in time."""
    found: list[tuple[int, int]] = []
    for start, stop in pieces:
        if found and found[-1][1] == start and ticks[start] == ticks[start - 1] + 1:
            found[-1] = (found[-1][0], stop)
        else:
            found.append((start, stop))
    return found
