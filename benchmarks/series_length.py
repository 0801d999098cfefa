"""What a long series costs: processor time and memory of `explain` with its report, from tables on disk.

    python -m benchmarks.series_length [--rows 1000000] [--channels 1] [--alone]

Made-up data: sines of 500 rows and more with noise, a row each second, with one spike and one shift. They are judged
with as many normal rows, or alone. What is measured is one process, from its start to the end of the report.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

PERIODS = (500, 1_700, 860, 3_100)
NOISE, SPIKE, SHIFT = 0.2, 3.0, 1.5


def made(rows: int, channels: int, seed: int, start: str) -> pd.DataFrame:
    """A table of so many normal rows from a day on."""
    rng, steps = np.random.default_rng(seed), np.arange(rows)
    waves = [np.sin(2 * np.pi * steps / PERIODS[c % len(PERIODS)]) for c in range(channels)]
    values = (np.stack(waves, 1) + rng.normal(0, NOISE, (rows, channels))).round(4)
    times = pd.date_range(start, periods=rows, freq="s", name="time")
    return pd.DataFrame(values, times, [f"channel_{c}" for c in range(channels)])


def main() -> None:
    """Read the options, make the tables, print a row of a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--channels", type=int, default=1)
    parser.add_argument("--alone", action="store_true")
    options = parser.parse_args()
    normal, judged = (made(options.rows, options.channels, day, f"2026-0{day}-01") for day in (1, 2))
    third = options.rows // 3
    judged.iloc[third : third + 10, 0] += SPIKE
    judged.iloc[2 * third : 2 * third + 500, -1] += SHIFT
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for table, file in ((normal, "normal.csv"), (judged, "judged.csv")):
            table.to_csv(folder / file)
        known = [] if options.alone else ["--normal", str(folder / "normal.csv")]
        asked = ["explain", str(folder / "judged.csv"), *known, "--out", str(folder / "out")]
        subprocess.run([sys.executable, "-m", "anomalyst.agent.cli.main", *asked], check=True, capture_output=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    how = "alone" if options.alone else "with as many normals"
    print("| rows | channels | judged | CPU s | peak MB |\n|---|---|---|---|---|")
    print(
        f"| {options.rows} | {options.channels} | {how} | {used.ru_utime + used.ru_stime:.0f} "
        f"| {used.ru_maxrss / 1024:.0f} |"
    )


if __name__ == "__main__":
    main()
