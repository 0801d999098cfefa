"""Series: an unnoticed fault among the normals: is it found, and is another of its size still an alarm?

    python -m benchmarks.series_odd [--runs 10] [--clean-runs 30] [--detector series-density]

Made-up series of three channels, 2,000 normal rows and 2,000 to judge. In the normals lie one or two faults of one kind
in the first channel, at random places: a spike of 3 rows, a level shift of 50, a flat line of 50, of a size in standard
deviations. The judged part holds the same fault once. "left in" is the detector that takes all normals as normal.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from anomalyst.detectors.contract import Detector
from anomalyst.detectors.registry import detector_class
from benchmarks.series import as_sample

ROWS, ALPHA = 2_000, 0.05
LENGTHS = (8, 32, 128)
FAULTS = (("spike", 8.0), ("level shift", 4.0), ("level shift", 8.0), ("flat line", 0.0))
LONG = {"spike": 3, "level shift": 50, "flat line": 50}
Floats = NDArray[np.float64]


def noise(rng: np.random.Generator, rows: int) -> Floats:
    """White noise."""
    return rng.normal(size=(rows, 3))


def sines(rng: np.random.Generator, rows: int) -> Floats:
    """Three periods, with noise."""
    t = np.arange(rows)[:, None] + rng.uniform(0, 110, 3)
    return np.asarray(np.sin(2 * np.pi * t / np.array([25, 60, 110])) + 0.2 * rng.normal(size=(rows, 3)))


def memory(rng: np.random.Generator, rows: int) -> Floats:
    """Each value nine tenths of the last one, and noise."""
    return np.asarray(lfilter([1], [1, -0.9], rng.normal(size=(rows + 100, 3)), axis=0)[100:])


def heavy(rng: np.random.Generator, rows: int) -> Floats:
    """A sine with the noise of Student's t of four degrees of freedom."""
    return np.asarray(np.sin(2 * np.pi * np.arange(rows) / 50)[:, None] + 0.2 * rng.standard_t(4, size=(rows, 3)))


MADE: dict[str, Callable[[np.random.Generator, int], Floats]] = {
    "noise": noise, "sines": sines, "memory": memory, "heavy tails": heavy,
}  # fmt: skip


def faulty(values: Floats, kind: str, size: float, starts: Iterator[int] | list[int]) -> Floats:
    """The values with a fault of a kind from each start on, in the first channel."""
    changed, spread = values.copy(), float(values[:, 0].std())
    for start in starts:
        part = slice(start, start + LONG[kind])
        changed[part, 0] = values[start, 0] if kind == "flat line" else values[part, 0] + size * spread
    return changed


def places(rng: np.random.Generator, count: int) -> list[int]:
    """Starts of so many faults, one in each equal part of the rows."""
    part = ROWS // max(1, count)
    return [k * part + int(rng.integers(part // 10, part - 100)) for k in range(count)]


def fitted(name: str, normals: Floats, all_normal: bool = False) -> Detector:
    """A detector of these normals; `all_normal`: nothing is left out of them."""
    detector = detector_class(name)(lengths=LENGTHS)
    if not all_normal:
        return detector.fit([as_sample(normals)])
    with patch("anomalyst.modalities.series.space.untrained.odd_blocks", return_value=[]):
        return detector.fit([as_sample(normals)])


def clean(name: str, make: Callable[[np.random.Generator, int], Floats], runs: int) -> list[float]:
    """Of clean normals: the share with anything left out, and of alarms on clean rows, with it left out and in."""
    found = []
    for seed in range(runs):
        values = make(np.random.default_rng(seed), 2 * ROWS)
        both = [fitted(name, values[:ROWS], all_normal) for all_normal in (False, True)]
        p_values = [d.score(as_sample(values[ROWS:])).sample_p for d in both]
        found.append([bool(both[0].notes_), *(p <= ALPHA for p in p_values)])
    return np.mean(found, axis=0).tolist()


def planted(name: str, made: str, fault: tuple[str, float], count: int, runs: int) -> list[float]:
    """With faults in the normals: the share of runs in which any is left out, and of alarms on the same fault, with
    them left out, left in, and with clean normals."""
    found = []
    for seed in range(runs):
        rng = np.random.default_rng(1000 + seed)
        values = MADE[made](rng, 2 * ROWS)
        normals, judged = faulty(values[:ROWS], *fault, places(rng, count)), faulty(values[ROWS:], *fault, [900])
        detectors = [fitted(name, normals), fitted(name, normals, True), fitted(name, values[:ROWS], True)]
        alarms = [d.score(as_sample(judged)).sample_p <= ALPHA for d in detectors]
        found.append([bool(detectors[0].notes_), *alarms])
    return np.mean(found, axis=0).tolist()


def main() -> None:
    """Read the options, run, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--clean-runs", type=int, default=30)
    parser.add_argument("--detector", default="series-density")
    options = parser.parse_args()
    print("| series | clean normals | any left out | false alarms | left in |\n" + "|---" * 5 + "|")
    for made, make in MADE.items():
        cells = " | ".join(f"{share:.2f}" for share in clean(options.detector, make, options.clean_runs))
        print(f"| {made} | {options.clean_runs} | {cells} |", flush=True)
    print("\n| series | fault | in the normals | any found | alarms | left in | clean normals |\n" + "|---" * 7 + "|")
    for made in ("sines", "noise"):
        for fault in FAULTS:
            for count in (1, 2):
                cells = " | ".join(f"{s:.2f}" for s in planted(options.detector, made, fault, count, options.runs))
                print(f"| {made} | {fault[0]} {fault[1]:g} | {count} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
