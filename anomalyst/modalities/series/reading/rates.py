"""How far rows of a series lie apart: gaps within one, and normals of another rate than the input's."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from anomalyst.modalities.files import some_names
from anomalyst.modalities.series.sample import SeriesSample

UNEVEN = 1.5  # from so many usual steps on a step is a gap; two series this many times apart in rate are said to be
_UNITS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"))


def rate_notes(sample: SeriesSample, normals: Iterable[SeriesSample]) -> tuple[str, ...]:
    """Normals whose rows lie much closer together, or farther apart, than those of the input."""
    own = usual_step(sample)
    if own is None:
        return ()
    steps = [
        (normal.name, step)
        for normal in normals
        if (step := usual_step(normal)) and sample.has_times == normal.has_times
    ]
    other = [(name, step) for name, step in steps if max(own / step, step / own) > UNEVEN]
    if not other:
        return ()
    shown = step_words(own, sample.has_times), step_words(other[0][1], sample.has_times)
    names = some_names([name for name, _ in other], 3)
    return (
        f"the rows of {sample.name} are {shown[0]} apart and those of the normals ({names}) {shown[1]}; they were "
        "compared row by row, not resampled",
    )


def usual_step(sample: SeriesSample) -> float | None:
    """The median step between rows, in seconds where the index is time; None where there are too few to tell."""
    if len(sample.index) < 3:
        return None
    return float(np.median(_steps(sample.index)))


def gap_note(index: NDArray[np.generic]) -> str:
    """That the steps between rows are not all about the same, "" if they are."""
    if len(index) < 3:
        return ""
    steps = _steps(index)
    usual, longest = float(np.median(steps)), float(steps.max())
    if longest <= UNEVEN * usual:
        return ""
    timed, row = index.dtype.kind == "M", int(steps.argmax()) + 1
    gaps = int((steps > UNEVEN * usual).sum())
    return (
        f"rows are usually {step_words(usual, timed)} apart, but {gaps} step{'s are' if gaps > 1 else ' is'} longer, "
        f"up to {step_words(longest, timed)} before row {row}; rows are compared one after the other"
    )


def _steps(index: NDArray[np.generic]) -> NDArray[np.float64]:
    ticks = index.astype(np.int64) / 1e9 if index.dtype.kind == "M" else index.astype(np.float64)
    return np.diff(np.asarray(ticks, dtype=np.float64))


def step_words(step: float, timed: bool) -> str:
    """A step between rows, in the largest unit of time that it fills."""
    if not timed:
        return f"{step:g}"
    size, unit = next(((s, u) for s, u in _UNITS if step >= s), _UNITS[-1])
    return f"{round(step / size):,} {unit}" if step / size >= 1000 else f"{step / size:.4g} {unit}"
