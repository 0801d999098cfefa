"""The model of drawn scenes that ships, ready for use: its denoiser and, for each tier, what normal scores are.

It was trained by `benchmarks.scenes_train` and calibrated by `benchmarks.scenes_calibrate`; its card is
`anomalyst/data/scenes/README.md`. It knows such drawings and their words, no photographs.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from anomalyst.detectors.conditional.denoiser import ConditionalDenoiser
from anomalyst.errors import ModelError
from anomalyst.modalities.pair.space.calibration import PairCalibration

SCENES = "scenes"  # its name, where the folder of a model could be given
CALIBRATION = "calibration.safetensors"


def shipped_folder() -> Path:
    """Where it lies."""
    return Path(str(files("anomalyst"))) / "data" / SCENES


def shipped_denoiser() -> ConditionalDenoiser:
    """Its denoiser."""
    return ConditionalDenoiser.from_pretrained(shipped_folder())


def shipped_calibration(tier: str) -> PairCalibration:
    """What its scores are on matching scenes, asked as this tier does."""
    path = shipped_folder() / CALIBRATION
    try:
        kept = {k.removeprefix(f"{tier}."): v for k, v in load_file(path).items() if k.startswith(f"{tier}.")}
        return PairCalibration.from_state({name: _widened(name, value) for name, value in kept.items()})
    except (OSError, KeyError, SafetensorError) as error:
        raise ModelError(f"{str(path)!r} cannot be read ({error}); install Anomalyst again.") from error


def _widened(name: str, array: np.ndarray) -> np.ndarray:
    """An array as the calibration wrote it."""
    return array.astype(np.int64 if name.endswith(".above") else np.float64)
