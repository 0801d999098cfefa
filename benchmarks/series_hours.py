"""Series with a daily cycle: is seen what is odd only at its hour, and are calm weeks left alone?

    python -m benchmarks.series_hours [--days 14 28] [--repeats 10] [--seed 5000]

Made-up data of four kinds (counts of payments by the hour, web traffic that fluctuates by a share of itself, heating
that fluctuates as much at all hours, a job that runs at two each night), so that the truth is known: `--days` of them
are learned from, the week after them is judged. Into it is planted, one at a time, a "burst" of a few hours when else
least happens, as high as a third of the range, or hours that are "lost" when else most does. Seen: the week raises the
alarm at the default level and its highest row lies on what was planted, or within four rows of it.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.series.sample import SeriesSample

Values = NDArray[np.float64]
MONDAY, DAY, HOUR = 1_772_409_600, 86_400, 3_600  # 2 March 2026, in seconds
WEEK = 7
ALPHA = 0.05
NEAR = 4  # rows


@dataclass(frozen=True)
class Kind:
    """`step`: seconds between rows; `make`: values by hour and weekday; `hours` that a burst and a loss last."""

    step: int
    make: Callable[[np.random.Generator, Values, Values], Values]
    hours: tuple[float, float]


def noise(rng: np.random.Generator, rows: int, memory: float, size: float) -> Values:
    """Noise of which each row keeps a part of the one before."""
    fresh, found = rng.normal(0, size, rows), np.zeros(rows)
    for row in range(1, rows):
        found[row] = memory * found[row - 1] + fresh[row]
    return found


def payments(rng: np.random.Generator, hour: Values, weekday: Values) -> Values:
    """Few at night, 200 an hour at one, less at the weekend."""
    return rng.poisson(200 * np.exp(-(((hour - 13) / 4.5) ** 2)) * np.where(weekday >= 5, 0.4, 1) + 3).astype(float)


def traffic(rng: np.random.Generator, hour: Values, weekday: Values) -> Values:
    """50 to 2,150, give or take a tenth."""
    wave = 1_100 + 1_000 * np.sin((hour - 9) / 24 * 2 * np.pi) + 50
    return np.asarray(wave * np.exp(noise(rng, len(hour), 0.7, 0.08)))


def heating(rng: np.random.Generator, hour: Values, weekday: Values) -> Values:
    """14 to 26, give or take 0.7."""
    return np.asarray(20 + 6 * np.sin((hour - 8) / 24 * 2 * np.pi) + noise(rng, len(hour), 0.9, 0.3))


def job(rng: np.random.Generator, hour: Values, weekday: Values) -> Values:
    """2, and 42 from two to three at night."""
    idle = np.abs(rng.normal(2, 0.5, len(hour)))
    return np.where((hour >= 2) & (hour < 3), idle + 40 + rng.normal(0, 3, len(hour)), idle)


KINDS = {
    "payments": Kind(HOUR, payments, (3, 4)), "traffic": Kind(HOUR // 4, traffic, (3, 4)),
    "heating": Kind(HOUR // 2, heating, (3, 4)), "job": Kind(HOUR // 6, job, (1, 1)),
}  # fmt: skip


def made(kind: Kind, rng: np.random.Generator, first: int, days: int) -> SeriesSample:
    """So many days of a kind of data, from day `first` on."""
    seconds = first * DAY + np.arange(days * DAY // kind.step) * kind.step
    hour, weekday = (seconds % DAY) / HOUR, (seconds // DAY) % WEEK
    times = ((MONDAY + seconds) * 1_000_000_000).astype("datetime64[ns]")
    return SeriesSample(kind.make(rng, hour, weekday)[:, None], ("value",), times)


def planted(
    kind: Kind, sample: SeriesSample, rng: np.random.Generator, lost: bool
) -> tuple[SeriesSample, NDArray[np.bool_]]:
    """The sample with a burst, or without what it does most, on one of its days; and in which rows."""
    values, rows = sample.values.copy(), DAY // kind.step
    usual = values[:, 0].reshape(-1, rows).mean(0)
    length = round(kind.hours[lost] * HOUR / kind.step)
    sums = np.convolve(usual, np.ones(length), "valid")
    start = int(rng.integers(1, WEEK - 1)) * rows + int(sums.argmax() if lost else sums.argmin())
    part = slice(start, start + length)
    low, high = np.quantile(values[:, 0], (0.05, 0.95))
    values[part, 0] = np.minimum(values[part, 0], low) if lost else values[part, 0] + (values.max() - low) / 3
    mask = np.zeros(len(values), dtype=bool)
    mask[part] = True
    return SeriesSample(values, sample.columns, sample.index), mask


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, nargs="+", default=[14, 28])
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--seed", type=int, default=5000)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    print("| data | days of normals | calm weeks that alarm | bursts seen | losses seen | median p of both |")
    print("|---|---|---|---|---|---|")
    for name, kind in KINDS.items():
        for days in options.days:
            alarms, seen, p_values = 0, {False: 0, True: 0}, []
            for number in range(options.repeats):
                rng = np.random.default_rng(options.seed + number)
                detector = detector_class("series-density")().fit([made(kind, rng, 0, days)])
                week = made(kind, rng, days, WEEK)
                alarms += detector.score(week).sample_p <= ALPHA
                for lost in (False, True):
                    faulty, mask = planted(kind, week, rng, lost)
                    found = detector.score(faulty)
                    near = np.convolve(mask, np.ones(2 * NEAR + 1), "same") > 0
                    seen[lost] += found.sample_p <= ALPHA and bool(near[int(np.argmax(found.scores))])
                    p_values.append(found.sample_p)
            counts = " | ".join(f"{count} of {options.repeats}" for count in (alarms, seen[False], seen[True]))
            print(f"| {name} | {days} | {counts} | {np.median(p_values):.2g} |", flush=True)


if __name__ == "__main__":
    main()
