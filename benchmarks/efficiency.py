"""What each detector's latency tiers cost in scoring, and the accuracy they buy.

    python -m benchmarks.efficiency --data ../shared/data --weights ../shared/weights/mobilenet_v2_0.35_224 --markdown

Every detector and tier scores the same samples in one process; times are of the process's own processor and given as
ratios to `image-density` / `series-density` at "few" on the same data. Learned detectors with the same data, options
and seed would train the same network: with `--networks` it is trained once per data set and given to all of them.
Fitting calibrates with the tier that is measured. `benchmarks.network_speed` measures batching, channels-last and
compiling.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from anomalyst.detectors.contract import Detector, ScoreMap
from anomalyst.detectors.effort import TIERS
from anomalyst.detectors.registry import detector_names
from anomalyst.samples import Sample
from benchmarks import image_data as d
from benchmarks.changes import donors_and_rest
from benchmarks.robustness import Row, as_sample, build, image_row, plain, series_row, usable
from benchmarks.series_data import read_set
from benchmarks.shared_training import share_training


def timed(detector: Detector, samples: list[Sample]) -> tuple[list[ScoreMap], float]:
    """Answers, and processor seconds of a sample; the first one is scored twice, so that nothing is loaded inside."""
    detector.score(samples[0])
    start = time.process_time()
    maps = [detector.score(sample) for sample in samples]
    return maps, (time.process_time() - start) / len(samples)


def made(name: str, tier: str, options: argparse.Namespace) -> Detector:
    """A detector at a tier, with this run's options."""
    detector = build(name, 0.0, options)
    return type(detector)(**detector.config() | {"steps": tier})


def on_images(name: str, options: argparse.Namespace) -> Iterator[Row]:
    """Every image detector and tier on one category."""
    category = d.read_category(options.data / "images" / name, options.limit)
    samples: list[Sample] = [case.sample for case in category.cases]
    for detector, tier in chosen("image", options):
        found = made(detector, tier, options)
        share_training(found, options.networks, f"tiers_{name}_{options.limit}_{options.size}_{options.train_steps}")
        maps, seconds = timed(found.fit(category.normals), samples)
        yield {"on": name, "detector": detector, "tier": tier, "seconds": seconds, **image_row(category.cases, maps)}


def on_series(name: str, options: argparse.Namespace) -> Iterator[Row]:
    """Every series detector and tier on the first usable series of a set, the part that `robustness` tests on."""
    cases = (c for c in read_set(options.data, name, "all") if c.train is not None)
    case = next(c for c in cases if usable(c, options.rows))
    _, rest = donors_and_rest(case)
    assert case.train is not None
    train = as_sample(plain(case.train[-options.rows :]))
    test = plain(rest.test[: options.rows], rest.label[: options.rows])
    for detector, tier in chosen("series", options):
        found = made(detector, tier, options)
        share_training(found, options.networks, f"tiers_{name}_{options.rows}_{options.train_steps}")
        maps, seconds = timed(found.fit([train]), [as_sample(test)])
        yield {"on": name, "detector": detector, "tier": tier, "seconds": seconds, **series_row(test, maps[0])}


def chosen(modality: str, options: argparse.Namespace) -> list[tuple[str, str]]:
    """Detectors and tiers, the one that all are compared with first."""
    first = (f"{modality}-density", "few")
    names = [n for n in detector_names(modality) if n in (options.detectors or [n])]
    return [first, *(pair for n in names for tier in TIERS if (pair := (n, tier)) != first)]


def ratios(rows: list[Row]) -> list[Row]:
    """Each row with its time over that of the first detector on the same data."""
    base = {on: next(r["seconds"] for r in rows if r["on"] == on) for on in {r["on"] for r in rows}}
    return [row | {"ratio": row["seconds"] / base[row["on"]]} for row in rows]


def table(rows: list[Row]) -> str:
    """Markdown: a line a detector, for each tier the mean over data of ratio, accuracy and localisation."""
    local = "AUPRO" if rows[0]["detector"].startswith("image") else "VUS-PR"
    lines = ["| detector | " + " | ".join(f"{t}: time | AUROC | {local}" for t in TIERS) + " |", "|---" * 10 + "|"]
    for name in dict.fromkeys(r["detector"] for r in rows):
        cells = []
        for tier in TIERS:
            own = [r for r in rows if (r["detector"], r["tier"]) == (name, tier)]
            cells += [
                f"{np.mean([r[key] for r in own]):.3g}" if own else "–" for key in ("ratio", "auroc", "localised")
            ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Read the options, run, print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds images/ and timeseries/")
    parser.add_argument("--weights", help="folder of the transformers backbone; pixel patches without")
    parser.add_argument("--categories", nargs="*", default=["aitex_fabric02", "neu_steel_a"])
    parser.add_argument("--series", nargs="*", default=["asd", "smap_msl"], help="data sets")
    parser.add_argument("--detectors", nargs="*", help="names; all without")
    parser.add_argument("--limit", type=int, default=40, help="at most so many normals, good and bad test images")
    parser.add_argument("--size", type=int, default=256, help="root of the number of pixels worked on")
    parser.add_argument("--rows", type=int, default=4000, help="rows of a train part, and of a test part, at most")
    parser.add_argument("--networks", type=Path, help="folder that keeps networks: equal trainings are done once")
    parser.add_argument("--train-steps", type=int, help="of learned detectors; their own number without")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="JSON file of all rows, written as they come")
    parser.add_argument("--markdown", action="store_true", help="print tables (always done)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    results: dict[str, list[Row]] = {"image": [], "series": []}
    for modality, names, run in (("series", options.series, on_series), ("image", options.categories, on_images)):
        for name in names:
            for row in run(name, options):
                results[modality].append(row)
                print(row, file=sys.stderr, flush=True)
                if options.out:
                    options.out.write_text(json.dumps(results, indent=1), encoding="utf-8")
    for modality, rows in results.items():
        if rows:
            print(f"\n{modality}\n\n{table(ratios(rows))}", flush=True)


if __name__ == "__main__":
    main()
