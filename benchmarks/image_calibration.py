"""False alarms of image detectors on held-out normals: every second normal is learned from, the others are judged.

    python -m benchmarks.image_calibration --data ../shared/data --weights ../shared/weights/mobilenet_v2_0.35_224

Held-out normals of `train/good` are exchangeable with those learned from, as the p-values suppose; `test/good` need not
be. `--methods` takes names of our rows in `benchmarks.images`.
"""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.body import MethodDetector
from benchmarks.image_alarms import ALPHAS, alarms
from benchmarks.image_data import read_category
from benchmarks.images import SIZE, Ours, methods
from benchmarks.shared_training import share_training


def held_out_p(folder: Path, name: str, options: argparse.Namespace) -> tuple[NDArray[np.float64], str]:
    """p-values of the normals that a method has not seen; how many of the others it took for hidden anomalies."""
    normals = read_category(folder, options.limit).normals
    order = np.random.default_rng(options.seed).permutation(len(normals)).tolist()
    method = methods(options.weights, options.size)[name]()
    if not isinstance(method, Ours):
        raise SystemExit(f"{name!r} gives no p-values; --methods takes names of our rows in benchmarks.images")
    share_training(
        method.detector, options.networks, f"half_of_{folder.name}_{options.limit}_{options.size}_{options.seed}"
    )
    method.fit([normals[i] for i in order[::2]])
    for i in order[1::2]:
        method.score(normals[i])
    space = method.detector.space if isinstance(method.detector, MethodDetector) else None
    told = f"{len(getattr(space, 'left_out_', ()))} of {len(order[::2])}"
    return np.array([found.sample_p for found in method.maps]), told


def main() -> None:
    """Read the options, run, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds images/")
    parser.add_argument("--weights", help="folder of the transformers backbone; pixel patches without")
    parser.add_argument("--limit", type=int, default=160, help="at most so many normals of a category, evenly spread")
    parser.add_argument("--categories", nargs="*", help="folders under images/; all by default")
    parser.add_argument("--methods", nargs="*", default=["ours (default)"], help="our rows in benchmarks.images")
    parser.add_argument("--networks", type=Path, help="folder that keeps networks: equal trainings are done once")
    parser.add_argument("--size", type=int, default=SIZE, help="root of the number of pixels worked on")
    parser.add_argument("--seed", type=int, default=0, help="of the split into learned and judged")
    options = parser.parse_args()
    folders = sorted(p for p in (options.data / "images").iterdir() if p.is_dir())
    folders = [p for p in folders if p.name in (options.categories or [p.name])]
    head = " | ".join(["method", "category", "left out", *(f"α = {a}" for a in ALPHAS)])
    print(f"| {head} |\n" + "|---" * (len(ALPHAS) + 3) + "|")
    found: dict[str, list[NDArray[np.float64]]] = {}
    for name, folder in product(options.methods, folders):
        p_values, told = held_out_p(folder, name, options)
        found.setdefault(name, []).append(p_values)
        rows = [alarms(found[name][-1], a) for a in ALPHAS]
        cells = [f"{r['alarms']} of {r['of']} ({r['interval'][0]}–{r['interval'][1]})" for r in rows]
        print(f"| {name} | {folder.name} | {told} | " + " | ".join(cells) + " |", flush=True)
    for name, each in found.items():
        every = np.concatenate(each)
        cells = [f"{(every <= a).sum()} of {len(every)}" for a in ALPHAS]
        print(f"| {name} | all | | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
