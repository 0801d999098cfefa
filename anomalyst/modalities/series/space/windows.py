"""Windows of all channels for learned detectors: which time is learned from and which is held out, and back to steps.

Neighbouring windows are alike, so time is held out in blocks: every section of the normals is learned from in its first
part; its middle stops the training, its last part calibrates, with a gap of one window before them and after.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from anomalyst.modalities.series.space.scores import Pieces, starts_in

LEARNED, CHECKED = 0.6, 0.1  # shares of a section; the rest calibrates
SECTION = 30  # windows that a section is long at least
MOST_SECTIONS = 6


@dataclass(frozen=True)
class TimeSplit:
    """Intervals of normal grid steps that are learned from, that stop the training, and that calibrate."""

    learned: Pieces
    checked: Pieces
    held: Pieces


def split_time(pieces: Pieces, length: int) -> TimeSplit:
    """Split normals laid end to end in `pieces` for windows of `length` steps."""
    total = max(b for _, b in pieces)
    count = min(MOST_SECTIONS, max(1, total // (SECTION * length)))
    learned, checked, held = [], [], []
    for k in range(count):
        start, stop = total * k // count, total * (k + 1) // count
        learn_end = start + round(LEARNED * (stop - start))
        check_end = min(learn_end + length + max(length, round(CHECKED * (stop - start))), stop - length)
        learned.append((start + (length if k else 0), learn_end))
        checked.append((learn_end + length, check_end))
        held.append((check_end, stop))
    return TimeSplit(*(_common(pieces, blocks, length) for blocks in (learned, checked, held)))


def _common(pieces: Pieces, blocks: Pieces, length: int) -> list[tuple[int, int]]:
    """What blocks and pieces have in common, where it holds a window."""
    both = [(max(a, c), min(b, d)) for a, b in pieces for c, d in blocks]
    return [(start, stop) for start, stop in both if stop - start >= length]


def window_starts(pieces: Pieces, length: int, stride: int) -> Tensor:
    """Starts of windows at `stride` that cover every step of the pieces; a piece that is too short has one: (M,)."""
    found = [starts_in([(a, b)], length, stride) if b - a >= length else torch.tensor([a]) for a, b in pieces]
    return torch.cat(found)


def cut_windows(series: Tensor, starts: Tensor, length: int) -> Tensor:
    """Windows of a series (C, G): (M, C, length). Beyond its end the last value is repeated."""
    steps = (starts[:, None] + torch.arange(length)).clamp_max(series.shape[1] - 1)
    return series[:, steps].transpose(0, 1)


def overlap_mean(scores: Tensor, starts: Tensor, steps: int) -> Tensor:
    """Mean of window scores (M, C, L) at each of `steps` grid steps that they cover, 0 where none does: (C, steps)."""
    length = scores.shape[-1]
    total = torch.zeros(scores.shape[1], steps + length, dtype=torch.float64)
    cover = torch.zeros(steps + length, dtype=torch.float64)
    places = (starts[:, None] + torch.arange(length)).flatten()
    total.index_add_(1, places, scores.transpose(0, 1).flatten(1).double())
    cover.index_add_(0, places, torch.ones(len(places), dtype=torch.float64))
    return (total / cover.clamp_min(1))[:, :steps].float()
