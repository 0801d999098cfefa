"""How a denoiser is trained, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor

from anomalyst.detectors.denoisers.networks import Kind
from anomalyst.detectors.sampling.noises import DRAWS, Noise
from anomalyst.errors import InputError

Augment = Callable[[Tensor, torch.Generator], Tensor]
Stop = Literal["steps", "patience", "time"]

# Steps and batch that take a small network about a minute on two cores.
BUDGETS: dict[Kind, tuple[int, int]] = {"unet2d": (300, 16), "unet1d": (2000, 32), "mlp": (8000, 128)}


@dataclass(frozen=True)
class Training:
    """How to train.

    `steps`, `batch`: None for about a minute of a small network on two cores; a batch is spread over all processes.
    `ema`: decay of the averaged weights, which are the ones kept. `clip`: largest gradient norm. `precision`: "auto" is
    bfloat16 on a GPU that has it, else float32. `evaluations`: how often the held-out loss is taken and a checkpoint
    written; `patience`: stop after so many without a better one (None: never). `time_limit`: seconds, after which
    training stops with the best weights so far. `trim`: share of the training samples to leave out as hidden
    anomalies (0: none). `noise`: what is added; "simplex" for grids only.
    """

    steps: int | None = None
    batch: int | None = None
    learning_rate: float = 1e-3
    ema: float = 0.995
    clip: float = 1.0
    seed: int = 0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    evaluations: int = 12
    patience: int | None = 4
    time_limit: float | None = None
    trim: float = 0.0
    noise: Noise = "gaussian"

    def __post_init__(self) -> None:
        counts = [self.evaluations, *(n for n in (self.steps, self.batch, self.patience) if n is not None)]
        if min(counts) < 1:
            raise InputError("steps, batch, evaluations and patience must be at least 1, or None for the default.")
        if not (self.learning_rate > 0 and self.clip > 0 and 0 <= self.ema < 1 and 0 <= self.trim <= 0.5):
            raise InputError(
                f"got learning_rate {self.learning_rate!r}, clip {self.clip!r}, ema {self.ema!r}, trim {self.trim!r}; "
                "the first two must be positive, ema in [0, 1) and trim in [0, 0.5]."
            )
        if self.noise not in DRAWS:
            raise InputError(f"got noise {self.noise!r}; give one of {', '.join(DRAWS)}.")
        if self.time_limit is not None and self.time_limit <= 0:
            raise InputError(f"got time_limit {self.time_limit!r}; give positive seconds, or None for no limit.")


@dataclass
class History:
    """What happened.

    `steps`: where the held-out loss was taken; `losses`: mean training loss since the one before; `held_out_losses`:
    of the averaged weights there (empty without held-out data; one more, the first, where those before the first step
    were judged); `best_step`: whose weights were kept; `seconds`: those before an interruption included; `excluded`:
    positions of the trimmed training samples; `stopped`: what ended it.
    """

    steps: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    held_out_losses: list[float] = field(default_factory=list)
    best_step: int = 0
    seconds: float = 0.0
    excluded: tuple[int, ...] = ()
    stopped: Stop | None = None

    @property
    def latest(self) -> float | None:
        """The newest held-out loss, the newest training loss where there are no held-out data; None before either."""
        taken = self.held_out_losses or self.losses
        return taken[-1] if taken else None
