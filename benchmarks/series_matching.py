"""Events: from rows above a line to intervals, and how intervals compare with labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomalyst.modalities.series.runs import runs

LEAST_LABELLED = 0.1  # share of an interval that lies in labels, if it tells of them
NEAR_SHARE, NEAR_LEAST, NEAR_MOST = 0.01, 5, 50  # of the rows; a label's tolerance and the gap inside one event

Interval = tuple[int, int]  # half-open rows


@dataclass(frozen=True)
class Outcome:
    """What was found of one series: `found` of `events` labelled ones; `true` of `said` intervals overlap a label;
    `calm`: evaluated rows clear of labels; `errors`: rows from an event's first row to that of the interval that found
    it."""

    events: int
    found: int
    said: int
    true: int
    calm: int
    errors: tuple[int, ...]

    @property
    def false(self) -> int:
        """Intervals on calm rows."""
        return self.said - self.true


def near(rows: int) -> int:
    """How many rows apart is still the same event, in a series of so many."""
    return int(np.clip(round(NEAR_SHARE * rows), NEAR_LEAST, NEAR_MOST))


def joined(flags: NDArray[np.generic], gap: int = 0) -> list[Interval]:
    """The intervals of True; those fewer than `gap` rows apart are one."""
    found: list[Interval] = []
    for first, stop in runs(flags.astype(bool)):
        if found and first - found[-1][1] < gap:
            found[-1] = (found[-1][0], stop)
        else:
            found.append((first, stop))
    return found


def compared(said: Sequence[Interval], label: NDArray[np.int64], start: int) -> Outcome:
    """Intervals beside the labels (T,) of a series that is evaluated from row `start` on. A label is `near` rows wider
    on each side than it was drawn."""
    wide, true = near(len(label)), runs(label.astype(bool))
    clear = np.ones(len(label), dtype=bool)
    for first, stop in true:
        clear[max(0, first - wide) : stop + wide] = False
    judged = [interval for interval in said if interval[1] > start]
    right = [(a, b) for a, b in judged if np.mean(~clear[a:b]) >= LEAST_LABELLED]
    errors = []
    for first, stop in true:
        if over := [a - first for a, b in right if a < stop + wide and b > first - wide]:
            errors.append(min(over, key=abs))
    return Outcome(len(true), len(errors), len(judged), len(right), int(clear[start:].sum()), tuple(errors))
