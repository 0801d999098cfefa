"""Synthetic anomalies: pure functions that put a fault into a normal series and say where.

Every maker takes one channel's stretch (n,), the fault's size, the channel's spread and a seeded generator and returns
the faulty stretch; its docstring says what the size is, and `FAULTS` how large it usually is. Kinds and sizes after Lai
et al. 2021 (Revisiting Time Series Outlier Detection, NeurIPS Datasets and Benchmarks) and Goswami et al. 2023
(Unsupervised Model Selection for Time-series AD, arXiv 2210.01078).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.modalities.series.sample import SeriesSample

Floats = NDArray[np.float64]
Labels = NDArray[np.bool_]
Maker = Callable[[Floats, float, float, np.random.Generator], Floats]


@dataclass(frozen=True)
class Fault:
    """How a kind of fault is made, and the range that its size is drawn from; a signed one goes up or down."""

    make: Maker
    smallest: float = 0.0
    largest: float = 0.0
    signed: bool = False

    def size(self, generator: np.random.Generator) -> float:
        """A usual size; nothing is drawn for a fault that has none."""
        if self.largest == 0:
            return 0.0
        size = float(generator.uniform(self.smallest, self.largest))
        return size * float(generator.choice([-1, 1])) if self.signed else size


def spike(stretch: Floats, size: float, spread: float, generator: np.random.Generator) -> Floats:
    """A short peak or dip in the middle, `size` spreads high."""
    out, middle = stretch.copy(), len(stretch) // 2
    out[middle : middle + spike_rows(len(stretch))] += size * spread
    return out


def spike_rows(length: int) -> int:
    """How many rows of a stretch of `length` its spike takes."""
    return max(1, length // 10)


def level_shift(stretch: Floats, size: float, spread: float, generator: np.random.Generator) -> Floats:
    """The whole stretch moved by `size` spreads."""
    return stretch + size * spread


def drift(stretch: Floats, size: float, spread: float, generator: np.random.Generator) -> Floats:
    """A slope that reaches `size` spreads."""
    return stretch + np.linspace(0, size * spread, len(stretch))


def flat_line(stretch: Floats, size: float, spread: float, generator: np.random.Generator) -> Floats:
    """Stuck at the stretch's first value."""
    return np.full_like(stretch, stretch[0])


def noisy(stretch: Floats, size: float, spread: float, generator: np.random.Generator) -> Floats:
    """White noise of `size` spreads on top."""
    return stretch + size * spread * generator.normal(size=len(stretch))


def quiet(stretch: Floats, size: float, spread: float, generator: np.random.Generator) -> Floats:
    """What deviates from the stretch's own mean, `size` times smaller."""
    mean = float(np.nanmean(stretch)) if np.isfinite(stretch).any() else 0.0
    return mean + (stretch - mean) / size


def period(stretch: Floats, size: float, spread: float, generator: np.random.Generator) -> Floats:
    """The same values run through `size` times as fast, mirrored to fill the stretch."""
    fast = np.linspace(0, size * (len(stretch) - 1), len(stretch))
    mirrored = np.abs((fast + len(stretch) - 1) % (2 * max(1, len(stretch) - 1)) - (len(stretch) - 1))
    out: Floats = np.interp(len(stretch) - 1 - mirrored, np.arange(len(stretch)), stretch)
    return out


def missing(stretch: Floats, size: float, spread: float, generator: np.random.Generator) -> Floats:
    """No value at all."""
    return np.full_like(stretch, np.nan)


FAULTS: dict[str, Fault] = {
    "spike": Fault(spike, 3, 6, signed=True),
    "level shift": Fault(level_shift, 1, 3, signed=True),
    "drift": Fault(drift, 2, 4, signed=True),
    "flat line": Fault(flat_line),
    "noisy stretch": Fault(noisy, 0.5, 1),
    "quiet stretch": Fault(quiet, 4, 8),
    "change of period": Fault(period, 1.6, 2.5),
    "missing data": Fault(missing),
}


def make_anomaly(
    kind: str, sample: SeriesSample, rows: tuple[int, int], channels: Sequence[int], seed: int
) -> tuple[SeriesSample, Labels]:
    """The sample with a fault of `kind` in rows [start, stop) of `channels`, and the rows it changed: (T,) bool."""
    if kind not in FAULTS:
        raise InputError(f"got anomaly kind {kind!r}; known are {', '.join(FAULTS)}.")
    start, stop = rows
    if not 0 <= start < stop <= len(sample.values):
        raise InputError(f"got rows {start!r} to {stop!r}; the series has rows 0 to {len(sample.values)}.")
    generator = np.random.default_rng(seed)
    values = sample.values.copy()
    for channel in channels:
        spread = float(np.nanstd(sample.values[:, channel])) or 1.0
        size = FAULTS[kind].size(generator)
        values[start:stop, channel] = FAULTS[kind].make(values[start:stop, channel], size, spread, generator)
    same = (values == sample.values) | (np.isnan(values) & np.isnan(sample.values))
    return replace(sample, values=values), ~same.all(1)


def make_faulty(sample: SeriesSample, kinds: Sequence[str], length: int, seed: int) -> tuple[SeriesSample, Labels]:
    """The sample with one fault of each kind, evenly spread over time, each in a random channel that moves."""
    generator = np.random.default_rng(seed)
    moving = np.flatnonzero(np.nan_to_num(np.nanstd(sample.values, axis=0)) > 0)
    order = generator.permutation(len(kinds))
    slot = len(sample.values) // len(kinds)
    size = max(2, min(length, slot // 2))
    labels = np.zeros(len(sample.values), dtype=bool)
    for place, number in enumerate(order):
        start = place * slot + int(generator.integers(0, slot - size + 1))
        channel = int(generator.choice(moving)) if len(moving) else 0
        sample, changed = make_anomaly(
            kinds[number], sample, (start, start + size), [channel], int(generator.integers(2**31))
        )
        labels |= changed
    return sample, labels
