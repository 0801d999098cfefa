"""In what a series, as recorded, is unlike the normal ones: its step, where its channels lie, how much they move.

A series may lie outside of the range of its normals because something is wrong; then it raises the alarm. Where it does
not, the range shows that the normals tell nothing of such data.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from anomalyst.evidence.units import Measure, finite_numbers, rounded
from anomalyst.evidence.wording import name as quoted
from anomalyst.evidence.wording import number
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.tried.planted import spread_of
from anomalyst.modalities.series.units import channel_names

STEP = 1.5  # times the step of the normals, or less than that share of it
MOVES = 4.0  # times as much as in the normals, or less than that share
MOSTLY = 0.5  # of the values of a channel
MOST_CHANNELS, MOST_TOLD = 500, 3


def usual(normals: Sequence[SeriesSample]) -> dict[str, Any]:
    """[lowest, highest] of the median step in seconds (of plain numbers: in their unit), and by channel of its values
    and of its spread."""
    if not normals:
        return {}
    steps = [step for sample in normals if (step := _step(sample)) > 0]
    found: dict[str, Any] = {"times": normals[0].has_times, "channels": {}}
    found |= {"step": [min(steps), max(steps)]} if steps else {}
    for sample in normals:
        for channel, measured in _channels(sample).items():
            before = found["channels"].get(channel, [np.inf, -np.inf, np.inf, -np.inf])
            low, high, spread = measured
            found["channels"][channel] = [
                min(before[0], low), max(before[1], high), min(before[2], spread), max(before[3], spread),
            ]  # fmt: skip
    return found


def unlike(sample: SeriesSample, usual: Mapping[str, Any]) -> Iterator[Measure]:
    """Facts in words, MOST_TOLD at most."""
    texts = [*_step_told(sample, usual), *_channels_told(sample, usual)]
    for place, text in enumerate(texts[:MOST_TOLD], 1):
        yield Measure("sample", "unlike_normals", text, qualifier=str(place))


def _step_told(sample: SeriesSample, usual: Mapping[str, Any]) -> Iterator[str]:
    known, step = finite_numbers(usual.get("step"), 2), _step(sample)
    if not step or not known or min(known) <= 0 or usual.get("times") != sample.has_times:
        return
    low, high = known
    if step >= STEP * high:
        yield f"the rows are {_times(step / high)} as far apart as in its normals"
    elif step <= low / STEP:
        yield f"the rows are {_times(low / step)} closer together than in its normals"


def _channels_told(sample: SeriesSample, usual: Mapping[str, Any]) -> Iterator[str]:
    channels = usual.get("channels", {})
    known = channels if isinstance(channels, dict) else {}
    names = dict(zip(sample.columns, channel_names(sample), strict=True))
    for place, channel in enumerate(sample.columns[:MOST_CHANNELS]):
        measured = finite_numbers(known.get(channel), 4)
        if not measured:
            continue
        low, high, least, most = measured
        values = sample.values[:, place]
        values = values[np.isfinite(values)]
        spread = spread_of(values)
        if len(values) and float(((values < low) | (values > high)).mean()) > MOSTLY:
            yield f"{quoted(names[channel])} lies mostly outside of the range of its normals"
        elif most > 0 and spread > MOVES * most:
            yield f"{quoted(names[channel])} moves {_times(spread / most)} as much as in its normals"
        elif len(values) and spread * MOVES < least:
            told = f"{_times(least / spread)} less than" if spread > 0 else "not at all, unlike"
            yield f"{quoted(names[channel])} moves {told} in its normals"


def _channels(sample: SeriesSample) -> dict[str, tuple[float, float, float]]:
    """By column: lowest and highest value, spread; without those that have no value."""
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)
        for place, channel in enumerate(sample.columns[:MOST_CHANNELS]):
            values = sample.values[:, place]
            values = values[np.isfinite(values)]
            if len(values):
                found[channel] = float(values.min()), float(values.max()), spread_of(values)
    return found


def _step(sample: SeriesSample) -> float:
    """The median step, 0 where there is none."""
    if len(sample.index) < 2:
        return 0.0
    index = sample.index.astype("datetime64[ns]").astype(np.int64) / 1e9 if sample.has_times else sample.index
    return float(np.median(np.diff(np.asarray(index, dtype=np.float64))))


def _times(value: float) -> str:
    return f"{number(rounded(value, 2))} times"
