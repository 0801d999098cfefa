"""Trains once what several learned detectors would each train for themselves: with one seed, the same network.

A benchmark of many of them names a folder; the first detector that learns there leaves its network and how long that
took, the others load it. The seconds spared are counted as theirs.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from anomalyst.detectors.diffusion.neural import NeuralDenoiser

OWN_NETWORK = ("simplex", "time")  # methods whose network is not the common one


def share_training(detector: Any, folder: Path | None, key: str) -> list[float]:
    """Make `detector` learn through `folder`; returns a list that will hold the seconds spared, if any were.

    `key` names the data and all options that training depends on. Other detectors than learned ones stay as they are.
    """
    spared: list[float] = []
    if folder is None or not hasattr(detector, "_learn") or detector.card.name.split("-", 1)[1] in OWN_NETWORK:
        return spared
    file = folder / f"{detector.card.modality}__{key.replace('/', '_')}.safetensors"
    learn = detector._learn

    def once(*parts: Any) -> None:
        if file.exists():
            arrays = load_file(file)
            detector.denoiser_ = NeuralDenoiser.unpacked(arrays, "denoiser")
            spared.append(float(arrays["seconds"][0]))
            return
        start = time.perf_counter()
        learn(*parts)
        seconds = np.array([time.perf_counter() - start])
        folder.mkdir(parents=True, exist_ok=True)
        save_file({**detector.denoiser_.packed("denoiser"), "seconds": seconds}, file)

    detector._learn = once
    return spared
