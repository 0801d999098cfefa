"""Faults of the usual size planted in a series."""

from __future__ import annotations

import warnings

import numpy as np

from anomalyst.modalities.series.sample import SeriesSample

FAULTS = ("spike", "level shift", "flat line", "change of variance")
LENGTH = 48  # rows of a fault, a quarter of the series at most


def faulty_series(sample: SeriesSample, number: int, seed: int) -> SeriesSample | None:
    """The series with fault `number` at a random time in a random one of the channels that move; None where there is no
    such fault, or no room for it."""
    from anomalyst.modalities.series.tried.synthetic import make_anomaly

    rows = len(sample.values)
    length = min(LENGTH, rows // 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)  # channels without any value
        moving = np.flatnonzero(np.nan_to_num(np.nanstd(sample.values, axis=0)) > 0)
    if number >= len(FAULTS) or length < 2 or not len(moving):
        return None
    generator = np.random.default_rng(seed)
    start, channel = int(generator.integers(0, rows - length + 1)), int(generator.choice(moving))
    return make_anomaly(FAULTS[number], sample, (start, start + length), [channel], seed)[0]
