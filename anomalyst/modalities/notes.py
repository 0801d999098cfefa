"""What reading changed, guessed or left out, in words: whose note it is, and the same note of many said once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.modalities.files import display_name, some_names
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.samples import Sample

MAX_COLUMNS = 5  # named in a note
MAX_REFUSED = 20  # unusable inputs named one by one
UNEVEN = 1.5  # from so many usual steps on a step is a gap; two series this many times apart in rate are said to be
_UNITS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"))


def input_notes(sample: Sample) -> tuple[str, ...]:
    """The notes of the input, each with its name."""
    return tuple(f"{sample.name}: {note}" for note in sample.notes)


def normal_notes(normals: Sequence[Sample]) -> tuple[str, ...]:
    """The notes of the normals, each with their names; a note that several share is told once, with their number."""
    return merged_notes([(sample.name, sample.notes) for sample in normals], "normal")


def merged_notes(noted: Iterable[tuple[str, Iterable[str]]], noun: str) -> tuple[str, ...]:
    """Notes by the names of what they are about; one that several share is told once, with their number."""
    names: dict[str, list[str]] = {}
    for name, notes in noted:
        for note in notes:
            names.setdefault(note, []).append(name)
    return tuple(
        f"{noun} {of[0]}: {note}" if len(of) == 1 else f"{len(of)} {noun}s ({some_names(of, 3)}): {note}"
        for note, of in names.items()
    )


def refusal_notes(refused: Sequence[InputError], count: int, noun: str, most: int = MAX_REFUSED) -> tuple[str, ...]:
    """That some of `count` inputs could not be used and were left out, and why, the first `most` one by one."""
    if not refused:
        return ()
    head = f"{len(refused)} of {count} {noun} could not be used and were left out"
    reasons = [f"left out, as it cannot be used: {display_name(error, 400)}" for error in refused[:most]]
    more = [f"and {len(refused) - most} more that cannot be used"] if len(refused) > most else []
    return (head, *reasons, *more)


def rate_notes(sample: Sample, normals: Iterable[Sample]) -> tuple[str, ...]:
    """Normals whose rows lie much closer together, or farther apart, than those of the input."""
    own = usual_step(sample)
    if own is None or not isinstance(sample, SeriesSample):
        return ()
    steps = [(normal.name, step) for normal in normals if (step := usual_step(normal)) and _same_clock(sample, normal)]
    other = [(name, step) for name, step in steps if max(own / step, step / own) > UNEVEN]
    if not other:
        return ()
    shown = step_words(own, sample.has_times), step_words(other[0][1], sample.has_times)
    names = some_names([name for name, _ in other], 3)
    return (
        f"the rows of {sample.name} are {shown[0]} apart and those of the normals ({names}) {shown[1]}; they were "
        "compared row by row, not resampled",
    )


def _same_clock(one: SeriesSample, other: Sample) -> bool:
    return isinstance(other, SeriesSample) and one.has_times == other.has_times


def usual_step(sample: Sample) -> float | None:
    """The median step between rows, in seconds where the index is time; None for one that has no axis of time."""
    if not isinstance(sample, SeriesSample) or len(sample.index) < 3:
        return None
    return float(np.median(_steps(sample.index)))


def filler_note(fillers: Mapping[str, Mapping[float, int]]) -> str:
    """Which values were taken as fillers for missing ones, by channel; "" if none."""
    parts = [
        f"{value:g} in {count} row{'s' * (count > 1)} of {name!r}"
        for name, found in fillers.items()
        for value, count in found.items()
    ]
    more = f" and {len(parts) - MAX_COLUMNS} more" if len(parts) > MAX_COLUMNS else ""
    return (
        f"read as missing, as loggers write it where there is no reading: {', '.join(parts[:MAX_COLUMNS])}{more}"
        if parts
        else ""
    )


def missing_note(values: NDArray[np.float64], columns: Sequence[str]) -> str:
    """Which channels miss values, and in how many rows; "" if none does. A channel without any is named as such."""
    missing = np.isnan(values).sum(axis=0).tolist()
    dead = [f"{columns[i]!r}" for i, count in enumerate(missing) if count == len(values)]
    parts = [f"{columns[i]!r} in {count}" for i, count in enumerate(missing) if 0 < count < len(values)]
    more = f" and {len(parts) - MAX_COLUMNS} more columns" if len(parts) > MAX_COLUMNS else ""
    said = [f"values are missing of {len(values)} rows: {', '.join(parts[:MAX_COLUMNS])}{more}"] if parts else []
    none = [f"no value at all is there of {', '.join(dead[:MAX_COLUMNS])}"] if dead else []
    return "; ".join(none + said)


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
