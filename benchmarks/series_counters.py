"""Counters that are nearly always 0: is a burst of errors seen, and how often do rare events raise the alarm?

    python -m benchmarks.series_counters [--rows 2400 1600] [--waves 8] [--repeats 20] [--seed 7000]

Made-up data: waves with heavy-tailed noise and a counter of errors, `--rows` of normals and of what is judged.
"Events": how many single errors the normals show on average, at random times; as often they come in the calm samples,
all of which are normal. Into each of these a burst of 60 rows is planted, of 5 errors a row on average, or a single row
with ten times the largest number. Seen: the sample alarms at 0.05, and its highest row lies in what was planted. Named:
bursts of those seen that are one finding of at least half of their rows, as a level shift or noisy stretch of the
counter.
"""

from __future__ import annotations

import argparse
import warnings
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.facts import finding_facts
from anomalyst.modalities.series.region import row_region
from anomalyst.modalities.series.sample import SeriesSample

EVENTS = (0.0, 0.1, 0.5, 2.0, 10.0, 50.0)
BURST, ERRORS, TIMES, ALPHA = 60, 5.0, 10, 0.05
LASTING = ("level shift", "noisy stretch")
Floats = NDArray[np.float64]
TAIL = 2.5  # degrees of freedom of the noise, which is that of machines: single values lie far out


def made(rng: np.random.Generator, rows: int, waves: int, rate: float) -> SeriesSample:
    """So many rows of waves, and single errors at a rate."""
    steps = np.arange(rows) + rng.integers(0, 100)
    found = [np.sin(steps / (10 + 5 * c)) + 0.2 * rng.standard_t(TAIL, rows) for c in range(waves)]
    columns = (*(f"wave_{c}" for c in range(waves)), "errors")
    return SeriesSample(np.stack([*found, rng.poisson(rate, rows)], 1), columns, np.arange(rows, dtype=float))


def planted(sample: SeriesSample, errors: Floats, start: int) -> SeriesSample:
    """The sample with more errors in the rows from `start` on."""
    values = sample.values.copy()
    values[start : start + len(errors), -1] += errors
    return replace(sample, values=values)


def is_seen(found: ScoreMap, start: int, rows: int) -> bool:
    """Whether the sample alarms, and most so in these rows."""
    return bool(found.sample_p <= ALPHA and start <= int(np.argmax(found.scores)) < start + rows)


def is_named(sample: SeriesSample, found: ScoreMap, start: int) -> bool:
    """Whether a finding holds half of the burst and more, and says that the counter's level or noise is odd."""
    regions = modality("series").locate(sample, found, ALPHA, ALPHA)
    for finding in regions.findings:
        region = row_region(finding)
        inside = min(region.stop, start + BURST) - max(region.start, start)
        if inside >= BURST / 2:
            facts = finding_facts(sample, found, regions, finding)
            kinds = [f.value for f in facts if f.kind == "anomaly_kind" and f.qualifier in ("errors", None)]
            return bool(kinds and kinds[0] in LASTING)
    return False


def main() -> None:
    """Read the options, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs=2, default=[2400, 1600])
    parser.add_argument("--waves", type=int, default=8)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7000)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    heads = ("events in the normals", "calm samples that alarm", "bursts seen", "named", "ten times seen")
    print(f"| {' | '.join(heads)} | median p of bursts |\n{'|---' * (len(heads) + 1)}|")
    for events in EVENTS:
        alarms, seen, named, higher, p_values = 0, 0, 0, 0, []
        for number in range(options.repeats):
            rng = np.random.default_rng(options.seed + number)
            known, judged = options.rows
            normals = made(rng, known, options.waves, events / known)
            detector = detector_class("series-density")(lengths=(8, 32, 128)).fit([normals])
            calm = made(rng, judged, options.waves, events / known)
            alarms += detector.score(calm).sample_p <= ALPHA
            start = int(rng.integers(0, judged - BURST))
            burst = planted(calm, rng.poisson(ERRORS, BURST), start)
            found = detector.score(burst)
            seen += is_seen(found, start, BURST)
            named += is_seen(found, start, BURST) and is_named(burst, found, start)
            one = np.array([TIMES * max(1.0, normals.values[:, -1].max())])
            higher += is_seen(detector.score(planted(calm, one, start)), start, 1)
            p_values.append(found.sample_p)
        counts = " | ".join(f"{count} of {options.repeats}" for count in (alarms, seen, named, higher))
        print(f"| {events:g} | {counts} | {np.median(p_values):.2g} |", flush=True)


if __name__ == "__main__":
    main()
