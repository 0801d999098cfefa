"""False alarms of learned image detectors, whichever normals calibrate: one network, many draws.

    python -m benchmarks.redrawn_calibration --data ../shared/data --weights ../shared/weights/mobilenet_v2_0.35_224

A detector is fitted on 50 normals. Of the normals that it has not seen, some are drawn to calibrate it anew and 40
others are judged, again and again. The mean over draws is the rate that p-values promise; the scatter is what one draw,
which is all that a user has, may miss it by.
"""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.calibration.level import Level
from anomalyst.detectors.trained import TrainedDetector
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.map import image_score, smooth_map
from anomalyst.modalities.image.space.pixels import to_working
from anomalyst.modalities.image.space.trained import BLUR, ImageGrids
from benchmarks.image_alarms import ALPHAS
from benchmarks.image_data import read_category
from benchmarks.images import methods

FITTED, JUDGED = 50, 40


def unseen_cells(detector: TrainedDetector, space: ImageGrids, normals: list[ImageSample]) -> Tensor:
    """A fitted detector's scores of the cells of images that it has not seen: (n, rows, columns)."""
    pixels = np.stack([space.levels(to_working(sample, space.shape_)) for sample in normals])
    return space.cells(detector._scores(detector.card.family, space.grids(pixels)), detector.method.signed)


def alarm_rates(cells: Tensor, calibrated: int, shape: tuple[int, int], rng: np.random.Generator) -> list[float]:
    """The share of alarms at each level of ALPHAS where a random `calibrated` of these normals calibrate and JUDGED
    others are judged, as the detector would do it."""
    order = rng.permutation(len(cells))
    known, judged = cells[order[:calibrated]], cells[order[calibrated : calibrated + JUDGED]]

    def total(scored: Tensor) -> float:
        return image_score(smooth_map(scored, shape, BLUR))

    whole = Conformal.fit([total(one) for one in Level.held_out(known)])
    level = Level.fit(known)
    p_values = np.array([whole.sample_p(total(level.standard(one))) for one in judged])
    return [float((p_values <= alpha).mean()) for alpha in ALPHAS]


def rates(folder: Path, name: str, options: argparse.Namespace) -> dict[int, NDArray[np.float64]]:
    """By number of calibrating normals, the alarm rates of every draw: (draws, levels)."""
    normals = read_category(folder, options.limit).normals
    order = np.random.default_rng(options.seed).permutation(len(normals)).tolist()
    detector = methods(options.weights, options.size)[name]().detector
    if not isinstance(detector, TrainedDetector) or not isinstance(detector.space, ImageGrids):
        raise SystemExit(f"{name!r} does not calibrate on normals apart; --methods takes learned rows")
    detector.fit([normals[i] for i in order[:FITTED]])
    cells = unseen_cells(detector, detector.space, [normals[i] for i in order[FITTED:]])
    rng = np.random.default_rng(options.seed)
    return {
        count: np.array([alarm_rates(cells, count, detector.space.shape_, rng) for _ in range(options.draws)])
        for count in options.calibrated
    }


def main() -> None:
    """Read the options, run, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds images/")
    parser.add_argument("--weights", required=True, help="folder of the transformers backbone")
    parser.add_argument("--categories", nargs="*", default=["elpv_mono", "magnetic_tile_a", "neu_steel_a"])
    parser.add_argument("--methods", nargs="*", default=["learned, one-step", "learned, score"])
    parser.add_argument("--calibrated", nargs="*", type=int, default=[15, 30], help="normals that calibrate")
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--limit", type=int, default=200, help="at most so many normals of a category, evenly spread")
    parser.add_argument("--size", type=int, default=128, help="root of the number of pixels worked on")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    head = " | ".join(f"α = {a}: mean | sd" for a in ALPHAS)
    print(f"| method | category | calibrated by | {head} |\n" + "|---" * (3 + 2 * len(ALPHAS)) + "|")
    for name, category in product(options.methods, options.categories):
        for count, found in rates(options.data / "images" / category, name, options).items():
            cells = " | ".join(f"{m:.3f} | {s:.3f}" for m, s in zip(found.mean(0), found.std(0), strict=True))
            print(f"| {name} | {category} | {count} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
