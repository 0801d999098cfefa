"""Plain readings of a series, without windows: how far out a value lies, and how still a channel is.

A distance between windows spreads one value over all of a window, and a window of noise lies further from other noise
than a flat line does. So beside the sizes of distances (`profile.py`) there are, for the channel where each is highest,

    ln z − ln z₅             z: distance from the centre, in the channel's standard deviations
    ½ · (ln s₅ − ln s)       s: the channel's standard deviation within some steps, the highest of some widths

with z₅ what USUAL of normal steps exceed and s₅ what so many fall below. Stillness counts half: machines idle, and
channels that hardly vary vary by large factors. What rests between its beats is still often, but not for so long:
where a beat fails, only steps that reach beyond the usual pause tell, so there are several widths. A switch is still
most of the time, and far from its centre when it moves, so its stillness is not looked at, and z is the distance from
the middle of its two values, z₅ half of what they
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

WIDTHS = (32, 64, 128, 256, 512)  # steps
LEAST_WIDTHS = 8  # times that normals are as long as the widest, so that what is usual of it is known
USUAL = 0.05
WEIGHT = 0.5
FLOOR = 1e-3  # standard deviations of the channel: less is nothing


@dataclass(frozen=True)
class Plain:
    """What is usual in each channel (C, 1): `out`, ln z₅; `least`, ln s₅ within each of `widths` steps; `middle` and
    `half` of what a switch's two values differ by."""

    out: Tensor
    least: tuple[Tensor, ...]
    widths: tuple[int, ...]
    middle: Tensor
    half: Tensor

    def sizes(self, series: Tensor, switches: Tensor, hidden: Tensor | None = None) -> Tensor:
        """How far out and how still channels of a scaled series (C, G) are: (2, C, G), −inf where that is not looked
        at: stillness of `switches` (C, 1), cells that are `hidden` (C, G), and how still it is about them."""
        beyond = (_out(series - self.middle) - _out(self.half)).where(self.half > 0, -torch.inf)
        out = torch.where(switches, beyond, _out(series) - self.out)
        if hidden is not None:
            out = out.masked_fill(hidden, -torch.inf)
        return torch.stack([out, self._still(series, hidden).masked_fill(switches, -torch.inf)])

    def _still(self, series: Tensor, hidden: Tensor | None) -> Tensor:
        """How still channels of a scaled series (C, G) are, by the width that shows it most: (C, G)."""
        found = torch.full_like(series, -torch.inf)
        for width, least in zip(self.widths, self.least, strict=True):
            if width > max(series.shape[1], self.widths[0]):
                break
            still = WEIGHT * (least - _spread(series, width))
            found = found.maximum(still if hidden is None else still.masked_fill(_about(hidden, width), -torch.inf))
        return found


def widths_in(steps: int) -> tuple[int, ...]:
    """The widths that normals of so many steps tell of; the first always."""
    return WIDTHS[:1] + tuple(width for width in WIDTHS[1:] if LEAST_WIDTHS * width <= steps)


def plain(
    normals: Tensor, switches: Tensor, widths: tuple[int, ...] = WIDTHS[:1], kept: NDArray[np.bool_] | None = None
) -> Plain | None:
    """What is usual in scaled normals (C, G), of the steps `kept` (G,), None: of all, and within each of some widths;
    None where all channels are switches."""
    if switches.all():
        return None
    at = slice(None) if kept is None else torch.from_numpy(kept)
    out, spreads = _out(normals)[:, at], [_spread(normals, width)[:, at] for width in widths]
    low, high = (edge / 2 for edge in torch.aminmax(normals[:, at], dim=1, keepdim=True))
    least = tuple(reached(spread, 1 - USUAL) for spread in spreads)
    return Plain(reached(out, USUAL), least, widths, low + high, high - low)


def reached(sizes: Tensor, share: float) -> Tensor:
    """The size that this share of the steps of each channel (C, G) reach: (C, 1)."""
    return torch.from_numpy(np.quantile(sizes.numpy(), 1 - share, axis=1, keepdims=True))


def _out(series: Tensor) -> Tensor:
    """ln of how far each value lies from 0: (C, G)."""
    return (series.abs() + FLOOR).log()


def _spread(series: Tensor, width: int) -> Tensor:
    """ln of the standard deviation within `width` steps about each: (C, G); near an end, of the last so many steps."""
    values, steps = series.double().numpy(), series.shape[1]
    width = min(width, steps)
    mean = uniform_filter1d(values, width, axis=1)
    variance = uniform_filter1d(values**2, width, axis=1) - mean**2
    inside = np.clip(np.arange(steps), width // 2, steps - (width + 1) // 2)
    return torch.from_numpy(np.log(np.sqrt(variance[:, inside].clip(min=0)) + FLOOR)).float()


def _about(hidden: Tensor, width: int) -> Tensor:
    """The steps from which `width` steps reach a hidden cell (C, G)."""
    return torch.nn.functional.max_pool1d(hidden.float(), 2 * width + 1, stride=1, padding=width) > 0
