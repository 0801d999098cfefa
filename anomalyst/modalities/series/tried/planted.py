"""Faults of a known size planted in a series, and how small the smallest is that raises the alarm."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anomalyst.evidence.facts import FactKind
from anomalyst.evidence.units import Measure, difference_unit, rounded
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.tried.synthetic import FAULTS, make_anomaly, spike_rows
from anomalyst.modalities.series.units import channel_names

USUAL = (("spike", 8.0), ("level shift", 4.0))  # plain to the eye: kinds and sizes, in spreads of the channel's values
FIRST = ("spike", "level shift", "flat line", "noisy stretch")  # that runs of the first version were tried with
STEPS = ("spike", "level shift")  # kinds that move values by one size
LENGTH = 48  # rows that a fault is put into, a quarter of the series at most; a spike takes the middle tenth of them
CENTRAL, DEVIATIONS = (0.025, 0.975), 3.92  # quantiles, and how many standard deviations of a normal lie between them
MOST_VALUES = 2_000_000  # of a larger series only faults of the usual size are tried: each costs a scoring
Told = tuple[FactKind, FactKind, FactKind]
TOLD: tuple[Told, Told] = (("spike_seen", "spike_unseen", "spike_rows"), ("shift_seen", "shift_unseen", "shift_rows"))
"""Of each of USUAL, the facts: the smallest size seen, the largest below it that was not, and rows."""


@dataclass(frozen=True)
class Planted:
    """A fault of `kind` in rows [start, stop) of a channel; `size` and `spread` as its maker takes them."""

    kind: str
    start: int
    stop: int
    channel: int
    size: float
    spread: float

    def into(self, sample: SeriesSample, seed: int) -> SeriesSample:
        """The series with it."""
        values, rows = sample.values.copy(), slice(self.start, self.stop)
        generator = np.random.default_rng(seed)
        values[rows, self.channel] = FAULTS[self.kind].make(
            values[rows, self.channel], self.size, self.spread, generator
        )
        return replace(sample, values=values)


def spread_of(values: NDArray[np.float64]) -> float:
    """The spread that sizes are multiples of: of the central 95 % of a channel's values (n,), as of a normal
    distribution; their standard deviation where these are all alike. 0 where nothing moves."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0
    low, high = np.quantile(finite, CENTRAL)
    return float((high - low) / DEVIATIONS or finite.std())


def anywhere(sample: SeriesSample, kind: str, size: float, seed: int, length: int = LENGTH) -> Planted | None:
    """The fault at a random time in a random one of the channels that move, up or down at random if it can do both: of
    every size at the same place. None where there is no room for it, or it is no number."""
    length = min(length, len(sample.values) // 4)
    with warnings.catch_warnings(), np.errstate(over="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", category=RuntimeWarning)  # channels without any value
        moving = np.flatnonzero(np.nan_to_num(np.nanstd(sample.values, axis=0)) > 0)
        if length < 2 or not len(moving):
            return None
        generator = np.random.default_rng(seed)
        start, channel = int(generator.integers(0, len(sample.values) - length + 1)), int(generator.choice(moving))
        sign = float(generator.choice([-1, 1])) if FAULTS[kind].signed else 1.0
        values = sample.values[:, channel]
        spread = spread_of(values)
        own = as_counted(values, sign * size, spread) if kind in STEPS else sign * size
        largest = abs(own) * spread + float(np.nanmax(np.abs(values)))
    return Planted(kind, start, start + length, channel, own, spread) if np.isfinite(largest) else None


def as_counted(values: NDArray[np.float64], size: float, spread: float) -> float:
    """A size, in spreads, that a channel's values (n,) can show: where they are whole numbers a whole number of them, 1
    at least, and upwards where they begin at 0. A counter of errors that is 2 thousandths too high is no fault."""
    finite = values[np.isfinite(values)]
    if not spread or not np.isfinite(size * spread) or (finite % 1).any():
        return size
    step = max(1.0, float(np.round(abs(size) * spread)))
    return (step if size > 0 or finite.min() == 0 else -step) / spread


def faulty_series(sample: SeriesSample, number: int, seed: int, times: float | None) -> SeriesSample | None:
    """The series with fault `number`, `times` its usual size; None where there is no such fault. `times` None: as runs
    of the first version were tried."""
    if times is None:
        return _first(sample, number, seed)
    planted = _planted(sample, number, seed, times)
    return None if planted is None else planted.into(sample, seed)


def fault_facts(
    sample: SeriesSample, number: int, seed: int, seen: float | None, unseen: float | None
) -> Iterator[Measure]:
    """How large the smallest fault seen was and the largest unseen, in the channel's own unit, and over how many rows;
    from multiples of the usual size."""
    for kind, times in zip(TOLD[number], (seen, unseen), strict=False):
        planted = None if times is None else _planted(sample, number, seed, times)
        if planted is not None:
            size, channel = abs(planted.size) * planted.spread, planted.channel
            unit = difference_unit(sample.units[channel])
            yield Measure("sample", kind, rounded(size), unit, channel_names(sample)[channel])
    planted = _planted(sample, number, seed, 1.0)
    if planted is not None:
        length = planted.stop - planted.start
        rows = spike_rows(length) if planted.kind == "spike" else length
        yield Measure("sample", TOLD[number][2], rows, "rows", channel_names(sample)[planted.channel])


def _first(sample: SeriesSample, number: int, seed: int) -> SeriesSample | None:
    """A fault of a random size, as the first version planted it."""
    rows, length = len(sample.values), min(LENGTH, len(sample.values) // 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)  # channels without any value
        moving = np.flatnonzero(np.nan_to_num(np.nanstd(sample.values, axis=0)) > 0)
    if number >= len(FIRST) or length < 2 or not len(moving):
        return None
    generator = np.random.default_rng(seed)
    start, channel = int(generator.integers(0, rows - length + 1)), int(generator.choice(moving))
    return make_anomaly(FIRST[number], sample, (start, start + length), [channel], seed)[0]


def _planted(sample: SeriesSample, number: int, seed: int, times: float) -> Planted | None:
    if number >= len(USUAL) or (times != 1 and sample.values.size > MOST_VALUES):
        return None
    kind, size = USUAL[number]
    return anywhere(sample, kind, times * size, seed)
