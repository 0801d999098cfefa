"""False alarms of the image detector on held-out normals: every second normal is learned from, the others are judged.

    python -m benchmarks.image_calibration --data ../shared/data --weights ../shared/weights/mobilenet_v2_0.35_224

Held-out normals of `train/good` are exchangeable with those learned from, as the p-values suppose; `test/good` need not
be.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from benchmarks.image_data import read_category
from benchmarks.images import ALPHAS, Ours, alarms


def main() -> None:
    """Read the options, run, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds images/")
    parser.add_argument("--weights", help="folder of the transformers backbone; pixel patches without")
    parser.add_argument("--limit", type=int, default=160, help="at most so many normals of a category, evenly spread")
    parser.add_argument("--categories", nargs="*", help="folders under images/; all by default")
    parser.add_argument("--seed", type=int, default=0, help="of the split into learned and judged")
    options = parser.parse_args()
    print("| category | " + " | ".join(f"α = {a}" for a in ALPHAS) + " |\n" + "|---" * (len(ALPHAS) + 1) + "|")
    total: dict[float, int] = dict.fromkeys(ALPHAS, 0)
    judged = 0
    for folder in sorted(p for p in (options.data / "images").iterdir() if p.is_dir()):
        if options.categories and folder.name not in options.categories:
            continue
        normals = read_category(folder, options.limit).normals
        order = np.random.default_rng(options.seed).permutation(len(normals)).tolist()
        method = Ours(backbone=options.weights, samples=1)
        method.fit([normals[i] for i in order[::2]])
        for i in order[1::2]:
            method.score(normals[i])
        p_values = np.array([m.sample_p for m in method.maps])
        found = [alarms(p_values, a) for a in ALPHAS]
        judged += len(p_values)
        for a, row in zip(ALPHAS, found, strict=True):
            total[a] += row["alarms"]
        cells = [f"{r['alarms']} of {r['of']} ({r['interval'][0]}–{r['interval'][1]})" for r in found]
        print(f"| {folder.name} | " + " | ".join(cells) + " |", flush=True)
    print("| all | " + " | ".join(f"{total[a]} of {judged}" for a in ALPHAS) + " |")


if __name__ == "__main__":
    main()
