"""Calibrates the model of scenes that ships: what it scores on matching scenes that it has not learned, for each tier.

    python -m benchmarks.scenes_calibrate --weights FOLDER [--pairs 300]

Writes calibration.safetensors into FOLDER. Seeds start at 700,000: above those of training, below those of tests.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file

from anomalyst.datasets.scenes import matched
from anomalyst.detectors.effort import TIERS
from anomalyst.modalities.pair.space.calibration import PairCalibration
from anomalyst.modalities.pair.space.information import PairInformation
from anomalyst.modalities.pair.space.shipped import CALIBRATION

FIRST_SEED = 700_000
MOST_KEPT = 2000  # scores of each kind: what ships is small


def main() -> None:
    """Score the scenes at every tier and write what normal scores are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=300)
    options = parser.parse_args()
    torch.set_num_threads(1)
    pairs = [matched(FIRST_SEED + i).pair for i in range(options.pairs)]
    found: dict[str, PairCalibration] = {}
    for tier in TIERS:
        detector = PairInformation(model=str(options.weights), steps=tier)
        found[tier] = detector.calibrated(pairs).calibration_
        print(tier, found[tier].usual.round(2).tolist(), flush=True)
    save_file(_arrays(found), options.weights / CALIBRATION)


def _arrays(found: dict[str, PairCalibration]) -> dict[str, NDArray[np.generic]]:
    """Calibrations by tier, scores in single precision."""
    return {
        f"{tier}.{name}": array.astype(_kept_kind(name))
        for tier, usual in found.items()
        for name, array in usual.thinned(MOST_KEPT).state().items()
    }


def _kept_kind(name: str) -> type[np.generic]:
    return {"above": np.int32, "kept": np.float32}.get(name.rpartition(".")[2], np.float64)


if __name__ == "__main__":
    main()
