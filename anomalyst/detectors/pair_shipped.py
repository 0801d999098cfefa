"""The model of drawn scenes that ships, ready for use: its denoiser and, for each tier, what normal scores are.

It was trained by `benchmarks.scenes_train` and calibrated by `benchmarks.scenes_calibrate`; its card is
`anomalyst/data/scenes/README.md`. It knows such drawings and their words, no photographs.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from anomalyst.detectors.conformal import Conformal
from anomalyst.detectors.diffusion.conditional import ConditionalDenoiser
from anomalyst.errors import ModelError

SCENES = "scenes"  # its name, where the folder of a model could be given
CALIBRATION = "calibration.safetensors"
MOST_KEPT = 2000  # scores of each kind: what ships is small


def shipped_folder() -> Path:
    """Where it lies."""
    return Path(str(files("anomalyst"))) / "data" / SCENES


def shipped_denoiser() -> ConditionalDenoiser:
    """Its denoiser."""
    return ConditionalDenoiser.from_pretrained(shipped_folder())


def shipped_calibration(tier: str, names: tuple[str, ...]) -> dict[str, Conformal]:
    """What its scores of these names are on matching scenes, asked as this tier does."""
    path = shipped_folder() / CALIBRATION
    try:
        kept = load_file(path)
        return {name: Conformal.from_state(_widened(kept, f"{tier}.{name}"), name) for name in names}
    except (OSError, KeyError, SafetensorError) as error:
        raise ModelError(f"{str(path)!r} cannot be read ({error}); install Anomalyst again.") from error


def write_calibration(path: Path, found: dict[str, dict[str, Conformal]]) -> None:
    """Keep calibrations by tier and name in one small file, in single precision."""
    arrays = {}
    for tier, by_name in found.items():
        for name, judge in by_name.items():
            for key, array in judge.thinned(MOST_KEPT).state(f"{tier}.{name}").items():
                kind = np.int32 if array.dtype == np.int64 else np.float64 if key.endswith(".head") else np.float32
                arrays[key] = array.astype(kind)
    save_file(arrays, path)


def _widened(kept: dict[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    """One calibration as `Conformal` wrote it."""
    name = prefix.partition(".")[2]
    kinds = {"kept": np.float64, "above": np.int64, "head": np.float64}
    return {f"{name}.{part}": kept[f"{prefix}.{part}"].astype(kind) for part, kind in kinds.items()}
