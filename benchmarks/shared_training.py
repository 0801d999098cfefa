"""Trains once what several learned detectors would each train for themselves: with one seed, the same network.

A benchmark of many of them names a folder; the first detector that learns there leaves its network and how many
seconds of the processor that took, the others load it. The seconds spared are counted as theirs.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from torch import Tensor

from anomalyst.detectors.methods.learner import DenoiserLearner, Model


@dataclass
class SharedLearner:
    """Learns through `file`: loads what lies there, or learns and leaves it. `spared`: seconds that loading spared."""

    learner: DenoiserLearner
    file: Path
    spared: list[float] = field(default_factory=list)

    def learn(self, learned: Tensor, checked: Tensor, on_step: Any) -> Model:
        """The model that lies in the file, or a new one."""
        if self.file.exists():
            arrays = load_file(self.file)
            self.spared.append(float(arrays["seconds"][0]))
            return self.learner.restored(arrays)
        start = time.process_time()
        model = self.learner.learn(learned, checked, on_step)
        seconds = np.array([time.process_time() - start])
        self.file.parent.mkdir(parents=True, exist_ok=True)
        save_file({**model.state(), "seconds": seconds}, self.file)
        return model

    def restored(self, state: Mapping[str, NDArray[Any]]) -> Model:
        """What a model's `state` gave."""
        return self.learner.restored(state)


def share_training(detector: Any, folder: Path | None, key: str) -> list[float]:
    """Make `detector` learn through `folder`; returns a list that will hold the seconds spared, if any were.

    `key` names the data and all options that training depends on. Detectors that do not train the common denoiser stay
    as they are.
    """
    learner = getattr(detector, "learner", None)
    if folder is None or not isinstance(learner, DenoiserLearner) or learner.settings.noise != "gaussian":
        return []
    shared = SharedLearner(learner, folder / f"{detector.card.modality}__{key.replace('/', '_')}.safetensors")
    kind = type(detector)
    detector.__class__ = type(kind.__name__, (kind,), {"learner": property(lambda _: shared)})
    return shared.spared
