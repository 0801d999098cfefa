"""Calibrates the model of scenes that ships, for each tier: what matched scenes score that it has not seen.

python -m benchmarks.scenes_calibrate [--scenes 200] [--weights FOLDER] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from anomalyst.datasets.scenes import matched
from anomalyst.detectors.diffusion.conditional import ConditionalDenoiser
from anomalyst.detectors.diffusion.methods import TIERS, Tier
from anomalyst.detectors.pair_conditional import PairInformation
from anomalyst.detectors.pair_shipped import Judges, shipped_folder, write_calibration

FIRST_SEED = 800_000  # above those of training, below those of tests


def main() -> None:
    """Calibrate and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=200)
    parser.add_argument("--weights", type=Path, default=shipped_folder())
    parser.add_argument("--out", type=Path, default=shipped_folder())
    options = parser.parse_args()
    denoiser = ConditionalDenoiser.from_pretrained(options.weights)
    pairs = [matched(FIRST_SEED + k).pair for k in range(options.scenes)]
    judges: dict[Tier, Judges] = {}
    for tier in TIERS:
        began = time.process_time()
        detector = PairInformation(model=str(options.weights), steps=tier)
        detector.denoiser_ = denoiser
        judges[tier] = dict(detector.calibrate(pairs))
        print(f"{tier}: {(time.process_time() - began) / len(pairs):.2f} CPU s per pair", flush=True)
    write_calibration(options.out, judges)


if __name__ == "__main__":
    main()
