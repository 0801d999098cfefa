"""A beat that fails, as of a heart or a press: is the pause seen, and how often does a calm recording alarm?

    python -m benchmarks.series_beats [--beats 75 50] [--repeats 10] [--seed 0]

Made-up data: a peak and a faint wave every so many rows, a little irregularly, with noise; `--beats` of normals and of
what is judged, from which one is taken out in the middle. Seen: the sample alarms at 0.05, and its highest row lies
between the beats beside the one that fails.
"""

from __future__ import annotations

import argparse

import numpy as np

from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.series.sample import SeriesSample

ALPHA = 0.05
PERIODS = ((50, 1.0), (80, 2.0), (120, 4.0), (200, 6.0), (400, 12.0))  # rows, and by how many they vary
NOISE, PEAK, WAVE = 0.03, (0, 8, 1.2), (14, 16, 0.3)  # of peak and wave: after how many rows, how long, how high


def made(rng: np.random.Generator, beats: int, period: int, jitter: float, without: int | None) -> SeriesSample:
    """So many beats, without one of them."""
    starts = beat_starts(rng, beats, period, jitter)
    values = rng.normal(0, NOISE, starts[-1] + period)
    for place, start in enumerate(starts):
        for after, rows, height in (PEAK, WAVE) if place != without else ():
            values[start + after : start + after + rows] += height * np.hanning(rows)
    return SeriesSample(values[:, None], ("pulse",), np.arange(len(values), dtype=float), ("",))


def beat_starts(rng: np.random.Generator, beats: int, period: int, jitter: float) -> list[int]:
    """The rows at which beats begin."""
    apart = np.maximum(PEAK[1] + WAVE[0] + WAVE[1], np.round(rng.normal(period, jitter, beats - 1)))
    return np.cumsum([10, *apart.astype(int)]).tolist()


def row(period: int, jitter: float, beats: tuple[int, int], seeds: range) -> str:
    """The table's row of one period."""
    calm, seen, p_values = 0, 0, []
    for seed in seeds:
        detector = detector_class("series-density")()
        detector.fit([made(np.random.default_rng([seed, 0]), beats[0], period, jitter, None)])
        usual = made(np.random.default_rng([seed, 1]), beats[1], period, jitter, None)
        calm += bool(detector.score(usual).sample_p <= ALPHA)
        middle = beats[1] // 2
        found = detector.score(made(np.random.default_rng([seed, 2]), beats[1], period, jitter, middle))
        starts = beat_starts(np.random.default_rng([seed, 2]), beats[1], period, jitter)
        on_it = starts[middle - 1] <= int(np.argmax(found.scores)) <= starts[middle + 1]
        seen += bool(found.sample_p <= ALPHA and on_it)
        p_values.append(found.sample_p)
    total = len(seeds)
    return f"| {period} ± {jitter:g} | {calm} of {total} | {seen} of {total} | {np.median(p_values):.2g} |"


def main() -> None:
    """Read the options, run, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beats", type=int, nargs=2, default=(75, 50))
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("| rows from beat to beat | calm samples that alarm | failing beats seen | median p |\n|---|---|---|---|")
    for period, jitter in PERIODS:
        seeds = range(options.seed, options.seed + options.repeats)
        print(row(period, jitter, (options.beats[0], options.beats[1]), seeds), flush=True)


if __name__ == "__main__":
    main()
