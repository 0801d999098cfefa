"""Counters: channels that only rise, but for the times when they start anew. They are read as what they rise by, as
their level tells no more than how long they have counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from anomalyst.modalities.series.reading.columns import plain
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.units import moment

LEAST_ROWS = 16  # fewer do not show that nothing falls
RESETS = 0.02  # of all steps may be a start anew,
FALLS_TO = 0.5  # after which at most this share of the value is left
RISES = 0.5  # of all steps rise in a counter that is known by its values alone,
RISES_NAMED = 0.01  # or by its name too
MAX_RESETS = 3  # that are named
_WORDS = frozenset({
    "total", "count", "counter", "counts", "cumulative", "cum", "accumulated", "odometer", "totalizer", "totaliser",
    "sum", "bucket",
})  # fmt: skip

Floats = NDArray[np.float64]


def with_named_counters(sample: SeriesSample) -> SeriesSample:
    """The sample with channels that are named as counters and count up as rises, and a note of each."""
    named = [c for c in sample.columns if _WORDS & set(plain(c).replace(".", "_").split("_"))]
    return as_rises(sample, [c for c in named if _counts_up(_column(sample, c), RISES_NAMED)])


def shared_counters(sample: SeriesSample, normals: Iterable[SeriesSample]) -> list[str]:
    """Channels that clearly count up in a sample and in all of its normals, whatever their name, or that were read as
    counters in one of them and never fall in the others."""
    all_of = [sample, *normals]
    found = []
    for column in sample.columns:
        known = any(column in one.counters for one in all_of)
        least = 0.0 if known else RISES
        unread = [one for one in all_of if column not in one.counters]
        if unread and len(all_of) > 1 and all(_counts_up(_column(one, column), least) for one in unread):
            found.append(column)
    return found


def as_rises(sample: SeriesSample, columns: Iterable[str]) -> SeriesSample:
    """The sample with some channels as what they rise by from row to row; missing in the first row and where they start
    anew, which a note tells. A channel that was read so already stays."""
    fresh = [c for c in columns if c not in sample.counters]
    if not fresh:
        return sample
    values, notes = sample.values.copy(), []
    for column in fresh:
        place = sample.columns.index(column)
        values[:, place], resets = _rises(values[:, place])
        notes.append(_note(sample, column, resets))
    counters = (*sample.counters, *fresh)
    return replace(sample, values=values, counters=counters, notes=(*sample.notes, *notes))


def _column(sample: SeriesSample, column: str) -> Floats:
    return np.asarray(sample.values[:, sample.columns.index(column)])


def _counts_up(column: Floats, least: float) -> bool:
    """Whether values (T,) never fall but to start anew, and the share `least` of their steps rises."""
    known = column[np.isfinite(column)]
    if len(known) < LEAST_ROWS or known.min() < 0:
        return False
    steps = np.diff(known)
    falls = steps < 0
    if falls.sum() > max(1, RESETS * len(steps)) or (known[1:] > FALLS_TO * known[:-1])[falls].any():
        return False
    return bool((steps > 0).mean() >= least)


def _rises(column: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """(what a counter (T,) rises by in each row, over missing rows by their mean; rows where it starts anew)."""
    known = np.flatnonzero(np.isfinite(column))
    steps = np.diff(column[known])
    rises = np.full(len(column), np.nan)
    rises[known[1:]] = np.where(steps < 0, np.nan, steps / np.diff(known))
    return rises, known[1:][steps < 0]


def _note(sample: SeriesSample, column: str, resets: NDArray[np.int64]) -> str:
    head = f"{column!r} counts up and was read as what it rises by from row to row"
    if not len(resets):
        return head
    shown = some_moments([_said(sample, int(row)) for row in resets])
    return f"{head}; it was reset {'once' if len(resets) == 1 else f'{len(resets)} times'}, at {shown}"


def some_moments(shown: list[str]) -> str:
    """The first moments, and how many more."""
    more = f" and {len(shown) - MAX_RESETS} more" if len(shown) > MAX_RESETS else ""
    return ", ".join(shown[:MAX_RESETS]) + more


def _said(sample: SeriesSample, row: int) -> str:
    when, unit = moment(sample, row)
    return f"{unit} {when}".strip()
