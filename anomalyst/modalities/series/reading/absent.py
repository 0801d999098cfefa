"""Rows that a regular clock lacks: laid in as missing, so that what comes after them keeps its time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from anomalyst.modalities.series.reading.rates import REGULAR, UNEVEN, is_regular, ticks
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.units import moment

MOST = 10_000  # rows are laid in, or as many as there are if that is more, but at least
LEAST = 64  # in each gap: one that lacks more is laid in with wider steps
SHORT = 8  # a gap that lacks no more is none to speak of, and left to the grid (`space/grid.py`)
MAX_NAMED = 3

Labels = dict[str, NDArray[np.bool_]]


def with_absent_rows(sample: SeriesSample, labels: Labels) -> tuple[SeriesSample, Labels, str]:
    """(the sample with the rows that its clock lacks as missing ones, evenly between their neighbours; its labels,
    False there; a note, "" where nothing was done). Only where most steps are alike: else no clock says what lacks."""
    stamps = ticks(sample.index)
    if not is_regular(stamps):
        return sample, labels, ""
    steps = np.diff(stamps)
    lacking = np.rint(steps / np.median(steps)).astype(np.int64) - 1
    lacking[steps <= UNEVEN * np.median(steps)] = 0
    lacking[lacking <= SHORT] = 0
    before = np.flatnonzero(lacking)
    if not len(before) or len(before) > REGULAR.spare * len(steps):
        return sample, labels, ""
    note = _note(sample, before, lacking[before])
    counts = np.minimum(lacking[before], max(LEAST, max(MOST, len(stamps)) // len(before)))
    starts = before + 1 + np.concatenate([[0], np.cumsum(counts)[:-1]])
    place = np.arange(len(stamps)) + np.concatenate([[0], np.cumsum(np.bincount(before, counts, len(steps)))])
    place = place.astype(np.int64)
    rows = int(place[-1]) + 1
    values = np.full((rows, sample.shape[1]), np.nan)
    values[place] = sample.values
    index = _index(sample.index, place, rows)
    gaps = tuple((int(a), int(a + n)) for a, n in zip(starts, counts, strict=True))
    laid = {name: np.zeros(rows, dtype=bool) for name in labels}
    for name, flags in labels.items():
        laid[name][place] = flags
    return replace(sample, values=values, index=index, gaps=gaps), laid, note


def _index(index: NDArray[np.generic], place: NDArray[np.int64], rows: int) -> NDArray[np.generic]:
    """Stamps of all rows: those there are at their `place`, the others evenly between them."""
    if index.dtype.kind != "M":
        return np.interp(np.arange(rows), place, index.astype(np.float64))
    stamps = index.astype("datetime64[ns]").astype(np.int64)
    between = np.interp(np.arange(rows), place, (stamps - stamps[0]).astype(np.float64))
    found = stamps[0] + np.rint(between).astype(np.int64)
    unit = next(size for size in (10**9, 10**6, 10**3, 1) if not (stamps % size).any())
    found = found // unit * unit  # no finer than the clock itself
    found[place] = stamps
    return np.asarray(found.astype("datetime64[ns]"))


def _note(sample: SeriesSample, before: NDArray[np.int64], lacking: NDArray[np.int64]) -> str:
    """Between which rows there are none, the longest gaps first."""
    longest = before[np.argsort(-lacking, kind="stable")[:MAX_NAMED]]
    shown = [f"{_said(sample, row)} and {_said(sample, row + 1)}" for row in longest.tolist()]
    more = f", and in {len(before) - MAX_NAMED} more gaps" if len(before) > MAX_NAMED else ""
    count = int(lacking.sum())
    were = f"the {count:,} rows that are" if count > 1 else "the one row that is"
    return f"no rows between {'; between '.join(shown)}{more}: {were} absent count as missing"


def _said(sample: SeriesSample, row: int) -> str:
    return str(moment(sample, row)[0]) if sample.has_times else f"{sample.index[row]:g}"
