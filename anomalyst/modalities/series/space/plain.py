"""Plain readings of a series, without windows: how far out a value lies, and how still a channel is.

A distance between windows spreads one value over all of a window, and a window of noise lies further from other noise
than a flat line does. So beside the sizes of distances (`profile.py`) there are, for the channel where each is highest,

    ln z − ln z₅             z: distance from the centre, in the channel's standard deviations
    ½ · (ln s₅ − ln s)       s: the channel's standard deviation within WINDOW steps

with z₅ what USUAL of normal steps exceed and s₅ what so many fall below. Stillness counts half: machines idle, and
channels that hardly vary vary by large factors. A switch is still most of the time, and far from its centre when it
moves, so its stillness is not looked at, and z is the distance from the middle of its two values, z₅ half of what they
differ by: only beyond both is further out. What moves for the first time has no such reading. Nor has a series that is
judged by itself: how far out and how still its own values may be is not known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from torch import Tensor

WINDOW = 32
USUAL = 0.05
WEIGHT = 0.5
FLOOR = 1e-3  # standard deviations of the channel: less is nothing


@dataclass(frozen=True)
class Plain:
    """What is usual in each channel (C, 1): `out`, ln z₅; `least`, ln s₅; `middle` and `half` of what a switch's two
    values differ by."""

    out: Tensor
    least: Tensor
    middle: Tensor
    half: Tensor

    def sizes(self, series: Tensor, switches: Tensor, hidden: Tensor | None = None) -> Tensor:
        """How far out and how still channels of a scaled series (C, G) are: (2, C, G), −inf where that is not looked
        at: stillness of `switches` (C, 1), cells that are `hidden` (C, G), and how still it is about them."""
        beyond = (_out(series - self.middle) - _out(self.half)).where(self.half > 0, -torch.inf)
        out = torch.where(switches, beyond, _out(series) - self.out)
        still = (WEIGHT * (self.least - _spread(series))).masked_fill(switches, -torch.inf)
        found = torch.stack([out, still])
        if hidden is not None:
            about = torch.nn.functional.max_pool1d(hidden.float(), 2 * WINDOW + 1, stride=1, padding=WINDOW) > 0
            found = found.masked_fill(torch.stack([hidden, about]), -torch.inf)
        return found


def plain(normals: Tensor, switches: Tensor, kept: NDArray[np.bool_] | None = None) -> Plain | None:
    """What is usual in scaled normals (C, G), of the steps `kept` (G,), None: of all; None where all channels are
    switches."""
    if switches.all():
        return None
    at = slice(None) if kept is None else torch.from_numpy(kept)
    out, spread = _out(normals)[:, at], _spread(normals)[:, at]
    low, high = (edge / 2 for edge in torch.aminmax(normals[:, at], dim=1, keepdim=True))
    return Plain(reached(out, USUAL), reached(spread, 1 - USUAL), low + high, high - low)


def reached(sizes: Tensor, share: float) -> Tensor:
    """The size that this share of the steps of each channel (C, G) reach: (C, 1)."""
    return torch.from_numpy(np.quantile(sizes.numpy(), 1 - share, axis=1, keepdims=True))


def _out(series: Tensor) -> Tensor:
    """ln of how far each value lies from 0: (C, G)."""
    return (series.abs() + FLOOR).log()


def _spread(series: Tensor) -> Tensor:
    """ln of the standard deviation within WINDOW steps about each: (C, G); near an end, of the last WINDOW steps."""
    values, steps = series.double().numpy(), series.shape[1]
    width = min(WINDOW, steps)
    mean = uniform_filter1d(values, width, axis=1)
    variance = uniform_filter1d(values**2, width, axis=1) - mean**2
    inside = np.clip(np.arange(steps), width // 2, steps - (width + 1) // 2)
    return torch.from_numpy(np.log(np.sqrt(variance[:, inside].clip(min=0)) + FLOOR)).float()
