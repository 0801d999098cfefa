"""From raw scores of a series to its profile: channels and rows in one unit, surprise (`space/surprise.py`), and the
readings that the alarm goes by (`space/judged/alarm.py`).

    u(c, t) = mean over lengths of −ln p(s(c, t))         s: the rule's score; p: how many normal rows reach it
    m(t)    = the same of the mean of s over channels
    row(t)  = ln mean exp u(·, t) + mean of the largest TOP share of u(·, t) + m(t)

The three terms see a fault in one channel, in a few, and one that moves all a little. To blame for row t is the channel
whose surprise exceeds what it shows in the sample's calm half (its 90 % quantile there): what is odd in all of the
sample does not say why these rows stand out.

A reading is the logarithm of a size: s over the score that 5 % of normal rows reach (alone: a quarter of its own rows),
its mean over lengths. There are three: of the highest channel, of the largest TOP share of channels, and of all; fewer
where these are the same, as nothing is said twice. They keep what ranks forget: how far beyond everything seen a row
lies.

A channel of one or two values (a switch, a command) cannot go further out than it ever did; it can only do what was not
seen: in n independent stretches of normals that has −ln p = ln(n + 1), and no more is given to it (the rule of
succession). So a switch that moves for the first time is an alarm by itself only where the normals are many times as
long as the sample. Nor is it the highest channel of a reading. But the readings of the largest TOP share and of all
channels hold it as any other: where there are few channels, its first move is an alarm. Not so in a series that is
judged by itself: how rarely a switch moves is not known there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.modalities.series.runs import runs
from anomalyst.modalities.series.space.grid import Floats, Grid, channel_scale, standardised
from anomalyst.modalities.series.space.holes import Presence
from anomalyst.modalities.series.space.scores import Pieces
from anomalyst.modalities.series.space.surprise import Level, strongest

LIMIT = 50.0  # standard deviations beyond which values are cut off
TOP = 0.2
CALM = 0.5  # share of a sample's rows, the calmest, beside which the others stand out
USUAL = 0.9
UNUSUAL = 0.001  # p-value of a reading that says that a row is odd
JITTER = 1e-3  # of a value that never moved: less is no move
FLOOR = 1e-4


@dataclass(frozen=True)
class Profile:
    """`sizes`: the readings (R, G); `surprise`: gives u above (C, G), and that of rows (G,), where they are asked for;
    `plain`: sizes by channel (P, C, G) whose highest are the last P readings, None where there are none; `coupled`: the
    last of them tells how far apart channels are; `clocked`: so many before it tell how far they are from what is usual
    at their time; `moves`, `rare`: −ln p of each cell (G, C) by first moves (`judged/moves.py`) and by rare events
    (`judged/rare.py`), None where there are none."""

    sizes: Floats
    surprise: Callable[[], tuple[Tensor, Floats]]
    plain: Tensor | None = None
    coupled: bool = False
    clocked: int = 0
    moves: Floats | None = None
    rare: Floats | None = None

    @property
    def channels(self) -> Tensor:
        """u above: (C, G)."""
        return self.surprise()[0]

    @property
    def rows(self) -> Floats:
        """The surprise of rows: (G,)."""
        return self.surprise()[1]

    def beside(self, sizes: Floats) -> Profile:
        """The same with more readings (R, G)."""
        return replace(self, sizes=np.concatenate([self.sizes, sizes]))

    def beside_plain(self, plain: Tensor, coupled: bool, clocked: int) -> Profile:
        """The same with plain readings (P, C, G) as the last; `coupled`: the last tells how far apart channels are;
        `clocked`: so many before it, how far they are from what is usual at their time."""
        return replace(self.beside(plain.amax(1).double().numpy()), plain=plain, coupled=coupled, clocked=clocked)

    def apart(self, each: Floats) -> Tensor | None:
        """Where channels come apart, and this is what is most surprising of all: (C, G); None where nothing is coupled.
        `each`: the surprise of the readings (R, G)."""
        if self.plain is None or not self.coupled:
            return None
        return (self.plain[-1] > 0) & torch.from_numpy(each.argmax(0) == len(each) - 1)

    def mistimed(self, each: Floats) -> Tensor | None:
        """Where channels are not as usual at their time, and nothing else is odd: (C, G); None where no time is known.
        `each`: the surprise of the readings (R, G)."""
        if self.plain is None or not self.clocked:
            return None
        last = len(self.plain) - int(self.coupled)
        own = slice(last - self.clocked, last)
        first = len(each) - len(self.plain)
        clock = slice(first + own.start, first + own.stop)
        others = np.delete(each, clock, 0).max(0)
        alone = torch.from_numpy((each[clock].max(0) > others) & (others < -math.log(UNUSUAL)))
        return (self.plain[own] > 0).any(0) & alone

    def blame(self, each: Floats | None = None) -> Tensor:
        """How far each channel exceeds what it usually shows in the calm rows: (C, G), not negative. Where none does,
        its whole surprise. `each`: the surprise of the readings (R, G): where a plain one is the highest of them, it
        goes to the channels that this reading is highest of; and where a move is more surprising than all of them, to
        what moves."""
        found = self._moved()
        if self.plain is not None and each is not None:
            first = len(each) - len(self.plain)
            for place, sizes in enumerate(self.plain.clamp_min(0), start=first):
                most = torch.from_numpy(np.where(each.argmax(0) == place, each[place], 0)).float()
                found = torch.where(most > 0, most * sizes / sizes.sum(0).clamp_min(FLOOR), found)
        told = [cells for cells in (self.moves, self.rare) if cells is not None]
        if not told:
            return found
        moves = np.maximum.reduce(told)
        cells = torch.from_numpy(moves.T).float()
        alone = np.zeros(len(moves), dtype=bool) if each is None else moves.max(1) > each.max(0)
        # What else is odd beside a rare event is kept: that tells of itself (`SeriesScores.rare`).
        alone &= ~self.led(each).any(1)
        return torch.where(torch.from_numpy(alone), cells, found.maximum(cells))

    def led(self, each: Floats | None) -> NDArray[np.bool_]:
        """The cells (G, C) of rare events where one is more surprising than all else of its row. `each`: the surprise
        of the readings (R, G)."""
        if self.rare is None or each is None:
            return np.zeros(self.channels.T.shape, dtype=bool)
        others = each.max(0) if self.moves is None else np.maximum(each.max(0), self.moves.max(1))
        return np.asarray((self.rare > 0) & (self.rare.max(1) > others)[:, None])

    def _moved(self) -> Tensor:
        count = math.ceil(CALM * len(self.rows))
        calm = self.channels[:, torch.from_numpy(np.argsort(self.rows, kind="stable")[:count])]
        usual = calm.kthvalue(max(1, round(USUAL * count)), dim=-1, keepdim=True).values
        excess = (self.channels - usual).clamp_min(0)
        return torch.where(excess.sum(0) > 0, excess, self.channels)


@dataclass(frozen=True)
class ScaledNormals:
    """Normal series as detectors see them. `centre`, `scale`: (C,), scale 0 where a channel never moved; `series`:
    (C, G), scaled and laid end to end; `pieces`: where each one starts and stops; `switches`: which channels take at
    most two values (C, 1), None: those that do so here; `presence`: what they lacked, None: holes are bridged, as
    by detectors that were saved before."""

    centre: Floats
    scale: Floats
    series: Tensor
    pieces: Pieces
    switches: Tensor | None = field(default=None, kw_only=True)
    presence: Presence | None = field(default=None, kw_only=True)

    def scaled(self, grid: Grid) -> tuple[Tensor, Floats]:
        """A sample's grid as scaled channels (C, G), and the scale used; a channel that never moved in the normals is
        scaled by half its range in the sample, if that is more than the jitter of a value."""
        half = np.ptp(grid.values / 2, axis=0)
        half = np.where(half > 0, np.maximum(half, JITTER * np.abs(self.centre)), 0.0)
        scale = np.where(self.scale > 0, self.scale, np.where(half > 0, half, 1.0))
        scaled = np.clip(standardised(grid.values, self.centre, scale), -LIMIT, LIMIT)
        if self.presence is not None:
            scaled[:, ~grid.observed.any(0)] = 0.0  # a channel without any value lies nowhere
        return torch.from_numpy(scaled.T.copy()).float(), scale

    def hidden(self, grid: Grid) -> Tensor | None:
        """Which cells (C, G) of a sample lie in holes that are not bridged; None where none does."""
        hidden = None if self.presence is None else self.presence.hidden(grid.observed)
        return None if hidden is None else torch.from_numpy(hidden.T.copy())

    def missing(self, grid: Grid) -> Floats | None:
        """How surprising the holes of a sample are (G, C); None where none is."""
        return None if self.presence is None else self.presence.surprise(grid.observed, self.series.shape[1])

    def profile(self, raw: Tensor, level: Level, stretch: int) -> Profile:
        """Scores (lengths, C + 1, G), the last channel their mean, as surprise of channels and rows; `stretch`: steps
        after which normals are independent."""
        logs = log_scores(raw)
        return Profile(self._sizes(logs, level), cache(partial(self._surprise, logs, level, stretch)))

    def _surprise(self, logs: Tensor, level: Level, stretch: int) -> tuple[Tensor, Floats]:
        surprise = level.surprise(logs).mean(0)
        most = torch.where(self.found_switches(), math.log1p(self.series.shape[1] / stretch), torch.inf)
        channels, moved = surprise[:-1].minimum(most), surprise[-1]
        moving = max(1, int((self.scale > 0).sum()))
        few = _largest(channels, moving)
        rows = strongest(channels, moving) + few + moved
        return channels, np.asarray(rows, dtype=np.float64)

    def _sizes(self, logs: Tensor, level: Level) -> Floats:
        switch = self.found_switches()
        sizes = (logs - level.knots[..., -1:]).mean(0)
        one = sizes[:-1][~switch[:, 0]].amax(0) if not switch.all() else sizes[-1]
        heard = self.heard()
        several = _largest(sizes[:-1][heard], int(heard.sum()))
        alike = _count(int(heard.sum())) == 1 and bool(torch.equal(heard, ~switch[:, 0]))
        readings = [one, *([] if alike else [several]), *([] if len(switch) == 1 else [sizes[-1]])]
        return np.stack([r.double().numpy() for r in readings])

    def heard(self) -> Tensor:
        """Channels that readings of several go by: (C,) bool."""
        return torch.ones(len(self.series), dtype=torch.bool)

    def found_switches(self) -> Tensor:
        """Which channels take at most two values: (C, 1) bool."""
        if self.switches is not None:
            return self.switches
        low, high = self.series.amin(1, keepdim=True), self.series.amax(1, keepdim=True)
        return ((self.series == low) | (self.series == high)).all(1, keepdim=True)


def _largest(channels: Tensor, moving: int) -> Tensor:
    """The mean of as many of the largest of channels (C, G) as TOP of `moving` are: (G,)."""
    return channels.topk(_count(moving), dim=0).values.mean(0)


def _count(moving: int) -> int:
    """How many channels the largest TOP share of them are."""
    return math.ceil(TOP * moving)


def scale_normals(grids: Sequence[Grid], odd: Pieces = ()) -> ScaledNormals:
    """Centre and scale each channel of the normals by all of them together; `odd`: steps that are left out."""
    values, kept = np.concatenate([g.values for g in grids]), kept_steps(pieces_of(grids), odd)
    centre, scale = channel_scale(values, np.concatenate([g.observed for g in grids]) & kept[:, None])
    scaled = np.clip(standardised(values, centre, np.where(scale > 0, scale, _still(centre))), -LIMIT, LIMIT)
    return ScaledNormals(centre, scale, torch.from_numpy(scaled[kept].T.copy()).float(), left(pieces_of(grids), kept))


def pieces_of(grids: Sequence[Grid]) -> list[tuple[int, int]]:
    """Where each grid starts and stops, laid end to end."""
    return _end_to_end([len(g.values) for g in grids])


def pieces_of_series(grids: Sequence[Grid], numbers: Sequence[int], odd: Pieces) -> list[tuple[int, int]]:
    """Where each series starts and stops, laid end to end: of grids that are its parts, by its number, without the odd
    steps."""
    kept = kept_steps(pieces_of(grids), odd)
    lengths = dict.fromkeys(numbers, 0)
    for number, (start, stop) in zip(numbers, pieces_of(grids), strict=True):
        lengths[number] += int(kept[start:stop].sum())
    return _end_to_end([length for length in lengths.values() if length])


def kept_steps(pieces: Pieces, odd: Pieces) -> NDArray[np.bool_]:
    """All steps of pieces (G,) but the odd ones."""
    kept = np.ones(pieces[-1][1], dtype=bool)
    for start, stop in odd:
        kept[start:stop] = False
    return kept


def numbers_of(grids: Sequence[Grid], odd: Pieces) -> NDArray[np.int64]:
    """The number of each step of grids laid end to end, without the odd ones."""
    return np.concatenate([grid.ticks for grid in grids])[kept_steps(pieces_of(grids), odd)]


def left(pieces: Pieces, kept: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """What `kept` (G,) leaves of pieces, each in its parts, laid end to end again."""
    return _end_to_end([b - a for start, stop in pieces for a, b in runs(kept[start:stop])])


def _end_to_end(lengths: Sequence[int]) -> list[tuple[int, int]]:
    ends = np.cumsum([0, *lengths]).tolist()
    return list(zip(ends[:-1], ends[1:], strict=True))


def _still(centre: Floats) -> Floats:
    """What channels that never moved are divided by: 1, or their size where that is larger."""
    return np.maximum(1.0, np.abs(centre))


def log_scores(raw: Tensor) -> Tensor:
    """Logarithms of scores that are not negative, same shape."""
    return 0.5 * (raw.square() + FLOOR).log()
