"""The values of a picture finer than 8 bits, as they are stored: upright, without transparency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Stored:
    """`values`: (height, width, 1 or 3). `most`: the largest that their type holds, 1 for floats; `kind`: that type, in
    words; `pages`: how many there are; `notes`: what was changed."""

    values: NDArray[Any]
    most: float
    pages: int = 1
    kind: str = ""
    notes: tuple[str, ...] = ()


def of_channels(values: NDArray[Any], most: float, *, alpha: bool, turn: int = 1) -> Stored:
    """Values (height, width, channels) upright and opaque. `alpha`: the second or fourth channel is transparency;
    `turn`: how they are to be turned (TIFF 6.0, tag 274)."""
    kind, notes = str(values.dtype), []
    if alpha and values.shape[2] in (2, 4):
        share = values[..., -1:].astype(np.float64) / most
        values = values[..., :-1] * share + most * (1 - share) if bool((share < 1).any()) else values[..., :-1]
        notes += ["transparent parts were laid over white"] if bool((share < 1).any()) else []
    notes += ["it was turned upright, as its orientation says"] if 2 <= turn <= 8 else []
    return Stored(_upright(values, turn), most, kind=kind, notes=tuple(notes))


def _upright(values: NDArray[Any], turn: int) -> NDArray[Any]:
    across = values.swapaxes(0, 1) if 5 <= turn <= 8 else values
    down, left = {2: (1, -1), 3: (-1, -1), 4: (-1, 1), 6: (1, -1), 7: (-1, -1), 8: (-1, 1)}.get(turn, (1, 1))
    return across[::down, ::left]
