"""The model of drawn scenes that ships with the package, and its calibration for each tier: nothing to learn or fetch.

Made by `python -m benchmarks.scenes_train` and `python -m benchmarks.scenes_calibrate`; the card is in
`anomalyst/data/scenes/README.md`.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from anomalyst.detectors.conformal import Conformal
from anomalyst.detectors.diffusion.methods import Tier
from anomalyst.errors import ModelError

SCENES = "scenes"  # the name that stands for the model; a folder of that name is given as ./scenes
CALIBRATION = "calibration.safetensors"
JUDGES = ("whole", "word", "element", "untold")
Judges = dict[str, Conformal]


def shipped_folder() -> Path:
    """Where the model lies in the package."""
    return Path(str(files("anomalyst") / "data" / "scenes"))


def read_calibration(tier: Tier) -> Judges:
    """The judges of the shipped model: of whole pairs, words, places, and of how hard a picture is without a text."""
    path = shipped_folder() / CALIBRATION
    try:
        arrays = load_file(path)
        return {name: Conformal.from_state(arrays, f"{tier}.{name}") for name in JUDGES}
    except (OSError, KeyError, ValueError) as error:
        raise ModelError(f"the shipped calibration {str(path)!r} cannot be read ({error}); install again.") from error


def write_calibration(folder: Path, tiers: dict[Tier, Judges]) -> None:
    """Write what `read_calibration` reads, into `folder`."""
    arrays: dict[str, NDArray[Any]] = {}
    for tier, judges in tiers.items():
        for name, judge in judges.items():
            arrays |= judge.state(f"{tier}.{name}")
    save_file({name: _smaller(array) for name, array in arrays.items()}, folder / CALIBRATION)


def _smaller(array: NDArray[Any]) -> NDArray[Any]:
    """Half the bytes; heads hold counts and tails and stay as they are."""
    if array.ndim == 1 and len(array) > 5:
        return array.astype(np.int32 if array.dtype.kind == "i" else np.float32)
    return np.ascontiguousarray(array)
