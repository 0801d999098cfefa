"""Series made up to try detectors on: two noisy sines, and stretches of the second that are lifted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.trial import Trial

ROWS, BURST, LIFT = 500, 30, 4.0
INSIDE, ELSEWHERE = 300, (0, 235, 470)


def trial(seed: int) -> Trial:
    """Sines; the first fault lies inside of the series, the others at its ends and in its middle."""
    places = [INSIDE, *ELSEWHERE]
    return Trial(
        normals=[sines(seed + 100), sines(seed + 101)],
        normal=[sines(seed + number) for number in range(2, 6)],
        faulty=[with_burst(sines(seed + 1), place) for place in places],
        faults=[(np.arange(ROWS) >= place) & (np.arange(ROWS) < place + BURST) for place in places],
        truths=[(with_burst(sines(seed + 1), INSIDE).values, sines(seed + 1).values)],
    )


def sines(seed: int) -> SeriesSample:
    """Two sines of 500 rows, out of step and a little noisy."""
    rng = np.random.default_rng(seed)
    time = np.arange(float(ROWS))
    values = np.stack([np.sin(time / 6), np.cos(time / 6)], 1) + 0.1 * rng.normal(size=(ROWS, 2))
    return SeriesSample(values, ("a", "b"), time, name=f"series {seed}")


def with_burst(series: SeriesSample, start: int) -> SeriesSample:
    """The series with its second channel lifted by four amplitudes for 30 rows from there."""
    values = series.values.copy()
    values[start : start + BURST, 1] += LIFT
    return replace(series, values=values)
