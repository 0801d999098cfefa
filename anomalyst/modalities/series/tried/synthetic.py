"""Synthetic anomalies: pure functions that put a fault into a normal series and say where.

Every maker takes one channel's stretch (n,), the channel's spread (its standard deviation) and a seeded generator and
returns the faulty stretch. Kinds and sizes after Lai et al. 2021 (Revisiting Time Series Outlier Detection, NeurIPS
Datasets and Benchmarks) and Goswami et al. 2023 (Unsupervised Model Selection for Time-series AD, arXiv 2210.01078).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from anomalyst.errors import InputError
from anomalyst.modalities.series.sample import SeriesSample

Floats = NDArray[np.float64]
Labels = NDArray[np.bool_]
Maker = Callable[[Floats, float, np.random.Generator], Floats]


def spike(stretch: Floats, spread: float, generator: np.random.Generator) -> Floats:
    """A short peak or dip in the middle, 3 to 6 spreads high."""
    out, middle = stretch.copy(), len(stretch) // 2
    out[middle : middle + max(1, len(stretch) // 10)] += _signed(3, 6, generator) * spread
    return out


def level_shift(stretch: Floats, spread: float, generator: np.random.Generator) -> Floats:
    """The whole stretch moved by 1 to 3 spreads."""
    return stretch + _signed(1, 3, generator) * spread


def drift(stretch: Floats, spread: float, generator: np.random.Generator) -> Floats:
    """A slope that reaches 2 to 4 spreads."""
    return stretch + np.linspace(0, _signed(2, 4, generator) * spread, len(stretch))


def flat_line(stretch: Floats, spread: float, generator: np.random.Generator) -> Floats:
    """Stuck at the stretch's first value."""
    return np.full_like(stretch, stretch[0])


def variance(stretch: Floats, spread: float, generator: np.random.Generator) -> Floats:
    """White noise of one half to one spread on top."""
    return stretch + generator.uniform(0.5, 1.0) * spread * generator.normal(size=len(stretch))


def period(stretch: Floats, spread: float, generator: np.random.Generator) -> Floats:
    """The same values run through about twice as fast, mirrored to fill the stretch."""
    fast = np.linspace(0, generator.uniform(1.6, 2.5) * (len(stretch) - 1), len(stretch))
    mirrored = np.abs((fast + len(stretch) - 1) % (2 * max(1, len(stretch) - 1)) - (len(stretch) - 1))
    out: Floats = np.interp(len(stretch) - 1 - mirrored, np.arange(len(stretch)), stretch)
    return out


def missing(stretch: Floats, spread: float, generator: np.random.Generator) -> Floats:
    """No value at all."""
    return np.full_like(stretch, np.nan)


MAKERS: dict[str, Maker] = {
    "spike": spike,
    "level shift": level_shift,
    "drift": drift,
    "flat line": flat_line,
    "change of variance": variance,
    "change of period": period,
    "missing data": missing,
}


def make_anomaly(
    kind: str, sample: SeriesSample, rows: tuple[int, int], channels: Sequence[int], seed: int
) -> tuple[SeriesSample, Labels]:
    """The sample with a fault of `kind` in rows [start, stop) of `channels`, and the rows it changed: (T,) bool."""
    if kind not in MAKERS:
        raise InputError(f"got anomaly kind {kind!r}; known are {', '.join(MAKERS)}.")
    start, stop = rows
    if not 0 <= start < stop <= len(sample.values):
        raise InputError(f"got rows {start!r} to {stop!r}; the series has rows 0 to {len(sample.values)}.")
    generator = np.random.default_rng(seed)
    values = sample.values.copy()
    for channel in channels:
        spread = float(np.nanstd(sample.values[:, channel])) or 1.0
        values[start:stop, channel] = MAKERS[kind](values[start:stop, channel], spread, generator)
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


def _signed(low: float, high: float, generator: np.random.Generator) -> float:
    return float(generator.uniform(low, high) * generator.choice([-1, 1]))
