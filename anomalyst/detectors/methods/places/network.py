"""What the small networks of places share: their layers, the pace of their training, and how they are saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from anomalyst.detectors.training.loop import Pace

REPORTS = 12  # of the loss, during training
BLOCK_ROWS = 65_536  # vectors scored at once


class Built(Protocol):
    """How a network is built and trained. `learning_rate`: the first, falling to 0."""

    @property
    def width(self) -> int: ...
    @property
    def depth(self) -> int: ...
    @property
    def steps(self) -> int: ...
    @property
    def learning_rate(self) -> float: ...
    @property
    def clip(self) -> float: ...


def layers(inputs: int, outputs: int, settings: Built) -> nn.Sequential:
    """A perceptron with so many hidden layers of one width."""
    hidden: list[nn.Module] = []
    for size in [inputs, *[settings.width] * (settings.depth - 1)]:
        hidden += [nn.Linear(size, settings.width), nn.SiLU()]
    return nn.Sequential(*hidden, nn.Linear(settings.width, outputs))


def pace(settings: Built) -> Pace:
    """All steps, at a rate that falls from the first on; the newest weights count."""
    return Pace(
        steps=settings.steps,
        until=settings.steps,
        every=max(1, settings.steps // REPORTS),
        warm_up=1,
        learning_rate=settings.learning_rate,
        ema=0.0,
        clip=settings.clip,
        least=0.0,
        weight_decay=0.0,
    )


def packed(net: nn.Module, prefix: str) -> dict[str, NDArray[Any]]:
    """Its weights to save, under `prefix`."""
    return {f"{prefix}.net.{name}": array.numpy() for name, array in net.state_dict().items()}


def unpack(net: nn.Module, state: Mapping[str, NDArray[Any]], prefix: str) -> None:
    """Take the weights that `packed` gave."""
    inner = f"{prefix}.net."
    own = {k.removeprefix(inner): torch.from_numpy(np.array(v)) for k, v in state.items() if k.startswith(inner)}
    net.load_state_dict(own)
    net.eval()
