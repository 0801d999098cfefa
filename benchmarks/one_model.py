"""One model for many kinds of things: a detector that learned from the normals of all categories together.

    python -m benchmarks.one_model --data ../shared/data --weights ../shared/weights/mobilenet_v2_0.35_224 --limit 50

A row a category: image AUROC, and where there are masks of pixels pixel AUROC and AUPRO, of the network of all
categories, whose scores are held against what they are of the category's own normals. Alarms are left out: most of
these the network has learned. Beside it stand the rows of `benchmarks.images`, where each category has a model of its
own.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from anomalyst.detectors.registry import detector_class
from anomalyst.detectors.trained import TrainedDetector
from anomalyst.modalities.image.space.pixels import to_working
from anomalyst.modalities.image.space.trained import HeldGrids
from benchmarks import image_data as d

METHODS = ("image-flow-matching",)


def held_against(category: d.Category, detector: TrainedDetector) -> None:
    """Judge by what the detector's scores are of the category's normals, no longer of all categories'."""
    space, rule = detector.space, detector.card.family
    working = [space.levels(to_working(normal, space.shape_)) for normal in category.normals]
    pixels = np.stack(working)
    held = HeldGrids(pixels, space.grids(pixels), tuple(range(len(pixels))))
    scores = detector._scores(rule, held.grids)
    detector.yardsticks_ = {rule: space.yardstick(held, scores, detector.signed(rule))}


def row(category: d.Category, detector: TrainedDetector) -> str:
    """A line of the table."""
    held_against(category, detector)
    found = [detector.score(case.sample) for case in category.cases]
    told = [f"{d.image_auroc(category.cases, [m.sample_score for m in found]):.3f}"]
    if category.masks == "pixel":
        masks, maps = d.masks_of(category.cases), np.stack([d.to_metric(m.scores) for m in found])
        told += [f"{d.pixel_auroc(masks, maps):.3f}", f"{d.aupro(masks, maps):.3f}"]
    return " | ".join(["", category.name, *told, *[""] * (3 - len(told)), ""]).strip()


def rows(name: str, categories: Sequence[d.Category], weights: str, seed: int) -> Iterator[str]:
    """One detector, learned once."""
    start = time.process_time()
    detector = detector_class(name)(backbone=weights, seed=seed)
    assert isinstance(detector, TrainedDetector)
    detector.fit([normal for category in categories for normal in category.normals])
    yield f"\n{name}, learned in {time.process_time() - start:.0f} CPU s\n"
    yield "| category | image AUROC | pixel AUROC | AUPRO |\n|---|---|---|---|"
    yield from (row(category, detector) for category in categories)


def main() -> None:
    """Read the options, print a table for each detector."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds images/")
    parser.add_argument("--weights", required=True, help="folder of the transformers backbone")
    parser.add_argument("--categories", nargs="*", help="names of categories; all without")
    parser.add_argument("--methods", nargs="*", default=METHODS, help="names of detectors")
    parser.add_argument("--limit", type=int, default=50, help="at most so many normals, good and bad images of each")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    names = options.categories or sorted(folder.name for folder in (options.data / "images").iterdir())
    categories = [d.read_category(options.data / "images" / name, options.limit) for name in names]
    for name in options.methods:
        for line in rows(name, categories, options.weights, options.seed):
            print(line, flush=True)


if __name__ == "__main__":
    main()
