"""Series without normals: how often a calm excerpt raises an alarm when it is compared with itself only, and how often
one that holds an anomaly does.

    python -m benchmarks.series_alone --data ../shared/data

Calm excerpts are the first and the last rows of each series' normal part (its train part, or its longest run without a
label); the other ones have the first labelled anomaly in the middle, if less than a quarter of their rows is labelled.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.registry import detector_class
from benchmarks.series import as_sample
from benchmarks.series_checks import LEVELS, normal_part
from benchmarks.series_data import HALVES, SETS, Case, read_set

MOST_LABELLED = 0.25
Rows = NDArray[np.float64]


def calm(case: Case, count: int) -> Iterator[Rows]:
    """Excerpts of `count` rows without an anomaly, in which anything moves."""
    rows = normal_part(case)
    for start in sorted({0, len(rows) - count}) if len(rows) >= count else ():
        part = rows[start : start + count]
        if np.ptp(part, axis=0).any():
            yield part


def abnormal(case: Case, count: int) -> Iterator[Rows]:
    """The excerpt of `count` rows around the first anomaly, unless too much of it is labelled."""
    if not case.label.any():
        return
    start = max(0, min(int(np.argmax(case.label)) - count // 2, len(case.test) - count))
    if 0 < case.label[start : start + count].mean() < MOST_LABELLED:
        yield case.test[start : start + count]


def p_value(name: str, rows: Rows) -> float:
    """Of an excerpt that is its own reference."""
    return detector_class(name)().fit([]).score(as_sample(rows)).sample_p


def main() -> None:
    """Read the options, run, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with timeseries/")
    parser.add_argument("--sets", nargs="*", default=SETS)
    parser.add_argument("--half", choices=HALVES, default="dev")
    parser.add_argument("--limit", type=int, default=8, help="at most this many series of each set")
    parser.add_argument("--rows", nargs="*", type=int, default=[200, 400, 1000, 3000])
    parser.add_argument("--detector", default="series-density")
    options = parser.parse_args()
    head = " | ".join(f"α = {a}" for a in LEVELS)
    print(f"| rows | calm excerpts | {head} | with an anomaly | {head} |\n" + "|---" * (3 + 2 * len(LEVELS)) + "|")
    for count in options.rows:
        cells = [str(count)]
        for excerpts in (calm, abnormal):
            p_values = [
                p_value(options.detector, rows)
                for name in options.sets
                for case in islice(read_set(options.data, name, options.half, None), options.limit)
                for rows in excerpts(case, count)
            ]
            found = np.array(p_values)
            cells += [str(len(found)), *(f"{(found <= a).mean():.3f}" for a in LEVELS)]
        print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
