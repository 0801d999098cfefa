"""Odd blocks among normals: events that the tail of all the others does not explain.

From the top the highest event is peeled off again and again, with all steps whose windows hold any of it, and levels
and tail are taken anew from the others (`alarm.py`), so that no odd block hides itself or another. Then it is asked of
the last that was peeled whether the others would show any as high by chance: P < LEVEL. If they would not, it and all
that were peeled before it are odd; else the same is asked of the one before (outward testing, Davies & Gather 1993,
JASA 88; the peeling is that of Rosner 1983, Technometrics 25). By chance a share of LEVEL of clean normals has one.

Where all that may be peeled are odd, there is no telling how many more: such a tail is usual, and none is left out.
What recurs is not odd: a block that another one is like is explained by it, as are rare but regular events. A block is
the part of an event that reaches half of its height, since a window's score is shared by all of its rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from anomalyst.evidence.speech.speech import ENGLISH_SPEECH
from anomalyst.modalities.notes import merged_notes
from anomalyst.modalities.series.runs import joined, near, runs
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.space.holes import Cut
from anomalyst.modalities.series.space.judged.alarm import SHARE, EventCalibration, Floats
from anomalyst.modalities.series.space.profile import kept_steps, left, pieces_of
from anomalyst.modalities.series.space.scores import Pieces
from anomalyst.modalities.series.units import moment

LEVEL = 0.002  # tails are only about exponential
MOST_BLOCKS = 5
MOST_ROWS = 0.1  # share of the rows that may be odd
LEAST_STRETCHES = 8  # independent ones, that tails are fitted on: fewer do not tell what is usual

Interval = tuple[int, int]
Mask = NDArray[np.bool_]


def odd_blocks(read: Callable[[Mask], Floats], pieces: Pieces, apart: int) -> list[Interval]:
    """The steps [start, stop) of odd blocks among held-out normals, `pieces` laid end to end. `read`: gives their
    readings (R, G) by what is usual in the steps of a mask (G,); events within `apart` steps are one."""
    steps = pieces[-1][1]
    kept = np.ones(steps, dtype=bool)
    peeled: list[Interval] = []
    odd: list[Interval] = []
    while True:
        sizes = read(kept)
        judge = EventCalibration.fit(sizes[:, kept], left(pieces, kept), apart)
        scores = judge.tails.surprise(sizes)
        if peeled and judge.whole_p(float(scores[slice(*peeled[-1])].max()), steps) < LEVEL:
            odd = list(peeled)
        block = _block(scores, kept, pieces)
        kept &= kept_steps(pieces, widened([block], apart))
        if len(peeled) == MOST_BLOCKS or kept.sum() < LEAST_STRETCHES * apart:
            break
        peeled.append(block)
    if len(odd) == MOST_BLOCKS:
        return []
    while sum(b - a for a, b in odd) > MOST_ROWS * steps:
        odd = odd[:-1]
    return sorted(odd)


def _block(scores: Floats, kept: Mask, pieces: Pieces) -> Interval:
    """The highest event of the steps that are kept, [start, stop): what reaches half of its height above the level."""
    peak = int(np.where(kept, scores, -np.inf).argmax())
    start, stop = next(piece for piece in pieces if piece[0] <= peak < piece[1])
    level = -math.log(SHARE)
    high = (kept & (scores >= (scores[peak] + level) / 2))[start:stop]
    found = [(start + a, start + b) for a, b in joined(runs(high), near(len(scores)))]
    return next(((a, b) for a, b in found if a <= peak < b), (peak, peak + 1))


def widened(odd: Sequence[Interval], apart: int) -> list[Interval]:
    """Odd blocks with all steps whose windows hold any of them."""
    return [(max(0, a - apart), b + apart) for a, b in odd]


def odd_notes(normals: Sequence[SeriesSample], holes: Cut, odd: Sequence[Interval]) -> tuple[str, ...]:
    """Which rows of which normals are odd, a note for each series; `odd`: steps of what is left of them, end to end."""
    noted, found = [], dict[int, list[NDArray[np.int64]]]()
    for (number, first), grid, (start, stop) in zip(holes.origins, holes.grids, pieces_of(holes.grids), strict=True):
        steps = grid.rows + start
        rows = [first + np.flatnonzero((steps >= a) & (steps < b)) for a, b in odd if start <= a < stop]
        found.setdefault(number, []).extend(part for part in rows if len(part))
    for number, inside in found.items():
        sample = normals[number]
        blocks = [_shown(sample, rows) for rows in inside]
        if blocks:
            look, were = ("looks", "was") if sum(map(len, inside)) == 1 else ("look", "were")
            what = f"{ENGLISH_SPEECH.joined(blocks)} {look} unlike the rest and {were} left out of what sets the alarm"
            noted.append((sample.name, (what,)))
    return merged_notes(noted, "normal")


def _shown(sample: SeriesSample, rows: NDArray[np.int64]) -> str:
    """Rows by number, and by time where there are times."""
    first, last = int(rows[0]), int(rows[-1])
    times = [str(moment(sample, row)[0]) for row in (first, last)] if sample.has_times else []
    if first == last:
        return f"row {first}" + (f" ({times[0]})" if times else "")
    return f"rows {first} to {last}" + (f" ({times[0]} to {times[1]})" if times else "")
