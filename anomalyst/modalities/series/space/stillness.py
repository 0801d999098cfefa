"""Stillness: a channel that varies less than it ever does, which no distance to normal windows shows.

A window of noise lies further from other noise than a flat line does. So beside the sizes of distances (`profile.py`)
there is a reading of how quiet a channel is: with s its standard deviation within WINDOW steps,

    ½ · (ln s₅ − ln s)        s₅: the standard deviation that 5 % of normal steps fall below

for the channel where this is highest, switches left out. It counts half: machines idle, and channels that hardly vary
vary by large factors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.ndimage import uniform_filter1d
from torch import Tensor

WINDOW = 32
USUAL = 0.05
WEIGHT = 0.5
FLOOR = 1e-3  # standard deviations of the channel: below it all is still


@dataclass(frozen=True)
class Stillness:
    """`least`: ln of the standard deviation that USUAL of normal steps fall below (C, 1)."""

    least: Tensor

    def sizes(self, series: Tensor, switches: Tensor) -> Tensor:
        """How much quieter than usual the channels of a scaled series (C, G) are: (C, G). `switches`: channels that are
        not looked at, (C, 1) bool: −inf."""
        return (WEIGHT * (self.least - _spread(series))).masked_fill(switches, -torch.inf)


def stillness(normals: Tensor) -> Stillness | None:
    """How still scaled normals (C, G) are at most; None where no channel takes more than two values."""
    low, high = normals.amin(1, keepdim=True), normals.amax(1, keepdim=True)
    if ((normals == low) | (normals == high)).all():
        return None
    return Stillness(torch.quantile(_spread(normals), USUAL, dim=1, keepdim=True))


def _spread(series: Tensor) -> Tensor:
    """ln of the standard deviation within WINDOW steps about each: (C, G); near an end, of the last WINDOW steps."""
    values, steps = series.double().numpy(), series.shape[1]
    width = min(WINDOW, steps)
    mean = uniform_filter1d(values, width, axis=1)
    variance = uniform_filter1d(values**2, width, axis=1) - mean**2
    inside = np.clip(np.arange(steps), width // 2, steps - (width + 1) // 2)
    return torch.from_numpy(np.log(np.sqrt(variance[:, inside].clip(min=0)) + FLOOR)).float()
