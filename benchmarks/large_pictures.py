"""Small defects in large pictures: what tiles at full resolution see that a shrunk picture does not, and what it costs.

    python -m benchmarks.large_pictures [--side 4000] [--normals 10] [--seed 0]

Drawn surfaces of smooth noise (mean 128, standard deviation 12 grey levels, grain 2 pixels); into one that was not
learned from, a square of 6 × 6 pixels is made darker by so many levels. Each row: the p-value of the whole, whether the
highest place of the map lies within 8 pixels of the defect. Peak memory is of the process so far, in MB.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.image.sample import ImageSample

MEAN, SPREAD, GRAIN, DEFECT, NEAR = 128.0, 12.0, 2.0, 6, 8
DEPTHS = (0, 70, 100, 128)

Grey = NDArray[np.float32]


def surface(side: int, seed: int) -> Grey:
    """(side, side) of grey levels."""
    rng = np.random.default_rng(seed)
    smooth = gaussian_filter(rng.normal(size=(side, side)).astype(np.float32), GRAIN)
    return np.asarray(smooth / smooth.std() * SPREAD + MEAN, np.float32)


def picture(grey: Grey, name: str) -> ImageSample:
    """As a file of 256 levels would hold it."""
    levels = np.rint(grey.clip(0, 255)) / np.float32(255)
    return ImageSample(np.repeat(levels[..., None], 3, axis=2).astype(np.float32), name)


def place(side: int) -> tuple[int, int]:
    """Row and column of the defect's corner: off every border of tiles and cells."""
    return int(0.7 * side) + 1, int(0.325 * side) + 3


def hits(found: ScoreMap, side: int) -> bool:
    """Whether the highest place of the map lies at the defect."""
    top = np.array(np.unravel_index(found.scores.argmax(), found.scores.shape)) * side / np.array(found.scores.shape)
    return bool(np.abs(top - np.array(place(side)) - DEFECT / 2).max() <= NEAR)


def rows(options: argparse.Namespace, tiles: str) -> Iterator[str]:
    """The table's lines of one way of looking."""
    normals = [picture(surface(options.side, options.seed + k), f"{k}") for k in range(options.normals)]
    start = time.process_time()
    detector = detector_class("image-density")(tiles=tiles).fit(normals)
    fitted, plain = time.process_time() - start, surface(options.side, options.seed + 1000)
    del normals
    row, column = place(options.side)
    for depth in DEPTHS:
        hurt = plain.copy()
        hurt[row : row + DEFECT, column : column + DEFECT] -= depth
        start = time.process_time()
        found = detector.score(picture(hurt, "judged"))
        scored, peak = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        at = "–" if not depth else "yes" if hits(found, options.side) else "no"
        yield f"| {tiles} | {depth} | {found.sample_p:.2g} | {at} | {fitted:.0f} | {scored:.0f} | {peak:.0f} |"


def main() -> None:
    """Read the options, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=4000)
    parser.add_argument("--normals", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print("| tiles | darker by | p | place | fit, CPU s | score, CPU s | peak MB |\n|---|---|---|---|---|---|---|")
    for tiles in ("off", "on"):
        for line in rows(options, tiles):
            print(line, flush=True)


if __name__ == "__main__":
    main()
