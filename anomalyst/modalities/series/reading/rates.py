"""How far rows of a series lie apart: gaps within one; normals of another step than the input's, and both brought to
the coarser one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.modalities.files import some_names
from anomalyst.modalities.series.runs import runs
from anomalyst.modalities.series.sample import SeriesSample

UNEVEN = 1.5  # from so many usual steps on a step is a gap
SAME = 0.05  # share by which steps may differ and count as the same, or as a whole multiple
LEAST_ROWS = 16  # that a series needs to be judged, or to be a normal one
COMPLETE = 0.9  # of a cell's rows that must hold a value
_UNITS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"))


@dataclass(frozen=True)
class Regular:
    """A clock is regular if all but the share `spare` of its steps are within `within` of the median one."""

    within: float = 0.1
    spare: float = 0.1


REGULAR = Regular()


@dataclass(frozen=True)
class Fitted:
    """Normals whose step fits the input's. `refused`: why the others do not; `notes`: what was resampled."""

    normals: list[SeriesSample]
    refused: list[InputError]
    notes: tuple[str, ...] = ()


def to_one_step(sample: SeriesSample, normals: Sequence[SeriesSample]) -> Fitted:
    """Normals in the step of the input, or in their own where that is wider (`in_step_of` brings the input to it).

    What has no regular clock stays as it is. InputErrors for normals whose step is no whole part of it.
    """
    own = clock(sample)
    steps = {id(n): step for n in normals if (step := clock(n)) and n.has_times == sample.has_times}
    if own is None or not steps:
        return Fitted(list(normals), [])
    target = max(own, min(steps.values()))
    fitted: list[SeriesSample] = []
    refused: list[InputError] = []
    averaged: list[SeriesSample] = []
    for normal in normals:
        step = steps.get(id(normal))
        try:
            for one, size in ((normal, step), (sample, own)):
                _check_fits(one, size, sample if one is normal else normal, target)
            fitted.append(normal if step is None or _alike(step, target) else resampled(normal, target, sample))
            averaged += [normal] * (fitted[-1] is not normal)
        except InputError as error:
            refused.append(error)
    return Fitted(fitted, refused, _notes(sample, own, averaged, fitted, target))


def in_step_of(sample: SeriesSample, normals: Iterable[SeriesSample]) -> SeriesSample:
    """The sample averaged to the step of its normals, if that is wider and fits."""
    own, normal = clock(sample), next(iter(normals), None)
    step = clock(normal) if normal is not None and normal.has_times == sample.has_times else None
    if own is None or step is None or normal is None or step < own or _alike(step, own):
        return sample
    return resampled(sample, step, normal)


def clock(sample: SeriesSample) -> float | None:
    """The step between rows, in seconds where the index is time; None where the rows are few or their steps differ."""
    stamps = ticks(sample.index)
    return float(np.median(np.diff(stamps))) if is_regular(stamps) else None


def ticks(index: NDArray[np.generic]) -> NDArray[np.float64]:
    """Stamps as numbers, times as seconds since the first."""
    if index.dtype.kind != "M":
        return np.asarray(index, dtype=np.float64)
    nanoseconds = index.astype("datetime64[ns]").astype(np.int64)
    return np.asarray((nanoseconds - nanoseconds[:1]) / 1e9, dtype=np.float64)


def is_regular(stamps: NDArray[np.float64]) -> bool:
    """Whether most steps between stamps (T,) are alike."""
    steps = np.diff(stamps)
    usual = float(np.median(steps)) if len(steps) > 1 else 0.0
    return usual > 0 and float((np.abs(steps - usual) > REGULAR.within * usual).mean()) <= REGULAR.spare


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * other


def _check_fits(one: SeriesSample, step: float | None, other: SeriesSample, target: float) -> None:
    """InputError unless so many steps of a series are one of `target`."""
    if step is None or _alike(step, target):
        return
    times = target / step
    if times > 1 and abs(times - round(times)) <= SAME * times:
        return
    shown = step_words(step, one.has_times), step_words(clock(other) or target, one.has_times)
    raise InputError(
        f"the rows of {one.name!r} are {shown[0]} apart and those of {other.name!r} {shown[1]}; neither step is a "
        "whole multiple of the other, so they cannot be compared row by row. Resample one of them to the step of the "
        "other, or give normals recorded at the same step."
    )


def resampled(sample: SeriesSample, step: float, like: SeriesSample) -> SeriesSample:
    """Means over cells as long as `step`, which begin where rows of `like` would; of counters, read as rises, sums. A
    cell that lacks rows or values is missing. InputError if few cells remain."""
    stamps, own = ticks(sample.index), clock(sample) or step
    factor = max(1, round(step / own))
    origin = ticks(np.concatenate([sample.index[:1], like.index[:1]]))[1] if sample.has_times else like.index[0]
    cells = np.floor((stamps - float(origin)) / step + 0.5 / factor).astype(np.int64)  # a stamp may come a bit early
    starts = np.flatnonzero(np.concatenate([[True], np.diff(cells) > 0]))
    present = np.isfinite(sample.values)
    counts = np.add.reduceat(present, starts, axis=0, dtype=np.int64)
    sums = np.add.reduceat(np.where(present, sample.values / factor, 0.0), starts, axis=0)
    counting = np.isin(sample.columns, sample.counters)
    whole = np.where(counts > 0, sums * (factor / np.maximum(counts, 1)), np.nan) * np.where(counting, factor, 1)
    values = np.where(counts >= COMPLETE * factor, whole, np.nan)
    lengths = np.diff(np.concatenate([starts, [len(cells)]]))
    kept = slice(int(lengths[0] < COMPLETE * factor), len(lengths) - int(lengths[-1] < COMPLETE * factor))
    if len(values[kept]) < LEAST_ROWS:
        raise InputError(
            f"{sample.name!r}: averaged to the step of {like.name!r}, {step_words(step, sample.has_times)}, only "
            f"{len(values[kept])} rows remain of {len(stamps)}; at least {LEAST_ROWS} are needed, better some "
            "hundreds. Give a longer recording."
        )
    absent = np.logical_and.reduceat(_absent(sample), starts)[kept]
    index = _stamps(sample, cells[starts][kept], float(origin), step)
    return replace(sample, values=values[kept], index=index, gaps=tuple(runs(absent)))


def _absent(sample: SeriesSample) -> NDArray[np.bool_]:
    absent = np.zeros(len(sample.index), dtype=bool)
    for start, stop in sample.gaps:
        absent[start:stop] = True
    return absent


def _stamps(sample: SeriesSample, cells: NDArray[np.int64], origin: float, step: float) -> NDArray[np.generic]:
    seconds = origin + cells * step
    if not sample.has_times:
        return np.asarray(seconds)
    first = sample.index[0].astype("datetime64[ns]")
    return np.asarray(first + np.rint(seconds * 1e9).astype("timedelta64[ns]"))


def _notes(
    sample: SeriesSample, own: float, averaged: list[SeriesSample], fitted: list[SeriesSample], target: float
) -> tuple[str, ...]:
    """What was averaged to which step."""
    timed = sample.has_times
    if fitted and not _alike(own, target):
        return (
            f"the rows of {sample.name} are {step_words(own, timed)} apart and those of the normals "
            f"{step_words(target, timed)}; {sample.name} was averaged to that step",
        )
    if not averaged:
        return ()
    names, step = some_names([normal.name for normal in averaged], 3), clock(averaged[0]) or target
    return (
        f"the rows of {sample.name} are {step_words(own, timed)} apart and those of the normals ({names}) "
        f"{step_words(step, timed)}; these were averaged to the wider step",
    )


def gap_note(index: NDArray[np.generic]) -> str:
    """That the steps between rows are not all about the same, "" if they are."""
    if len(index) < 3:
        return ""
    steps = np.diff(ticks(index))
    usual, longest = float(np.median(steps)), float(steps.max())
    if longest <= UNEVEN * usual:
        return ""
    timed, row = index.dtype.kind == "M", int(steps.argmax()) + 1
    gaps = int((steps > UNEVEN * usual).sum())
    return (
        f"rows are usually {step_words(usual, timed)} apart, but {gaps} step{'s are' if gaps > 1 else ' is'} longer, "
        f"up to {step_words(longest, timed)} before row {row}; rows are compared one after the other"
    )


def step_words(step: float, timed: bool) -> str:
    """A step between rows, in the largest unit of time that it fills."""
    if not timed:
        return f"{step:g}"
    size, unit = next(((s, u) for s, u in _UNITS if step >= s), _UNITS[-1])
    return f"{round(step / size):,} {unit}" if step / size >= 1000 else f"{step / size:.4g} {unit}"
