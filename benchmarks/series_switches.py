"""Series: is a value seen that is neither of the two that a switch takes?

    python -m benchmarks.series_switches --data ../shared/data [--split dev|test] [--limit 12]

In recordings of many channels most are switches: one-hot commands, states. The last third of each train part, at most
ROWS rows of it, is a normal series; at most LEARNED rows before it are learned from. In it a random channel that takes
two values there and in the normals is put, for a few rows at a random time, beyond the higher one by so many times what
they differ by. Seen: the series raises the alarm at the default level. Series that raise it without a fault are only
counted; those of switches only are left out, as values of them are read by windows alone.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.registry import detector_class
from benchmarks.series import as_sample
from benchmarks.series_events import ALPHA, chosen, excerpt, held_out

SETS = ["smap_msl", "smd", "asd", "skab"]
ROWS, LEARNED = 1_000, 3_000
FAULTS = [(times, rows) for times in (2, 4, 8, 16) for rows in (4, 48)]
PLACES = (100, 800)  # rows between which a fault begins


def switches(normals: NDArray[np.float64], asked: NDArray[np.float64]) -> list[int]:
    """The channels (rows, C) of two values in the normals, and of no more in what is asked about."""
    pairs = zip(normals.T, asked.T, strict=True)
    return [c for c, (known, new) in enumerate(pairs) if len(np.unique(known)) == 2 and len(np.unique(new)) <= 2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with timeseries/")
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--limit", type=int, default=12, help="at most this many series of each set")
    options = parser.parse_args()
    warnings.simplefilter("ignore", category=RuntimeWarning)
    rng, calm, seen = np.random.default_rng(0), list[bool](), {fault: list[bool]() for fault in FAULTS}
    for case in chosen(options.data, SETS, options.split, options.limit):
        part = held_out(excerpt(case))
        if part is None or part.train is None:
            continue
        normals, asked = part.train[-LEARNED:], part.test[:ROWS]
        known = switches(normals, asked)
        if not known or len(known) == normals.shape[1]:
            continue
        channel, start = known[int(rng.integers(len(known)))], int(rng.integers(*PLACES))
        low, high = normals[:, channel].min(), normals[:, channel].max()
        detector = detector_class("series-density")().fit([as_sample(normals)])
        calm.append(detector.score(as_sample(asked)).sample_p <= ALPHA)
        for times, rows in [] if calm[-1] else FAULTS:
            values = asked.copy()
            values[start : start + rows, channel] = high + times * (high - low)
            seen[times, rows].append(detector.score(as_sample(values)).sample_p <= ALPHA)
    print(f"{options.split} half: {sum(calm)} of {len(calm)} series alarmed before\n")
    print("| beyond | rows | seen |\n|---|---|---|")
    for (times, rows), found in seen.items():
        print(f"| {times} | {rows} | {sum(found)} of {len(found)} |")


if __name__ == "__main__":
    main()
