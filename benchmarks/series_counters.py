"""Counters that are nearly always 0: is a burst of errors seen, and how often do rare events raise the alarm?

    python -m benchmarks.series_counters [--rows 2400 1600] [--waves 8] [--repeats 20] [--seed 7000]

Made-up data: waves with heavy-tailed noise and a counter of errors, `--rows` of normals and of what is judged.
"Events": how many single errors the normals show on average, at random times; as often they come in the calm samples,
all of which are normal. Into each of these a burst of 60 rows is planted, of 5 errors a row on average. Seen: the
sample alarms at 0.05, and its highest row lies in the burst.
"""

from __future__ import annotations

import argparse
import warnings

import numpy as np

from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.series.sample import SeriesSample

EVENTS = (0.0, 0.1, 0.5, 2.0, 10.0, 50.0)
BURST, ERRORS, ALPHA = 60, 5.0, 0.05
TAIL = 2.5  # degrees of freedom of the noise, which is that of machines: single values lie far out


def made(rng: np.random.Generator, rows: int, waves: int, rate: float) -> SeriesSample:
    """So many rows of waves, and single errors at a rate."""
    steps = np.arange(rows) + rng.integers(0, 100)
    found = [np.sin(steps / (10 + 5 * c)) + 0.2 * rng.standard_t(TAIL, rows) for c in range(waves)]
    columns = (*(f"wave_{c}" for c in range(waves)), "errors")
    return SeriesSample(np.stack([*found, rng.poisson(rate, rows)], 1), columns, np.arange(rows, dtype=float))


def main() -> None:
    """Read the options, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs=2, default=[2400, 1600])
    parser.add_argument("--waves", type=int, default=8)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7000)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    print("| events in the normals | calm samples that alarm | bursts seen | median p of bursts |\n|---|---|---|---|")
    for events in EVENTS:
        alarms, seen, p_values = 0, 0, []
        for number in range(options.repeats):
            rng = np.random.default_rng(options.seed + number)
            known, judged = options.rows
            detector = detector_class("series-density")(lengths=(8, 32, 128)).fit(
                [made(rng, known, options.waves, events / known)]
            )
            calm = made(rng, judged, options.waves, events / known)
            alarms += detector.score(calm).sample_p <= ALPHA
            start = int(rng.integers(0, judged - BURST))
            calm.values[start : start + BURST, -1] += rng.poisson(ERRORS, BURST)
            found = detector.score(calm)
            seen += found.sample_p <= ALPHA and start <= int(np.argmax(found.scores)) < start + BURST
            p_values.append(found.sample_p)
        counts = " | ".join(f"{count} of {options.repeats}" for count in (alarms, seen))
        print(f"| {events:g} | {counts} | {np.median(p_values):.2g} |", flush=True)


if __name__ == "__main__":
    main()
