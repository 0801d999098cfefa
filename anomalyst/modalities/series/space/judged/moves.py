"""First moves: a channel that never moved in the normals does, as a counter of errors that was 0 all the time.

How strange this is no size tells, as nothing is known of how far such a channel goes. By the rule of succession a
channel that did not move in n stretches does in the next one with probability 1 / (n + 2); but that takes all rates
for equally likely and none for nothing, and of channels that stood still in normals far fewer move later
(docs/benchmarks.md). With as much prior weight on "it never moves" as on all rates together (Wrinch & Jeffreys 1921,
Phil. Mag. 42)

    q = 1 / (n + 2)²

so of C such channels one moves in a step, in stretches of w steps, with −ln p = 2 ln(n + 2) + ln w − ln C. Where
normals are hardly longer than the sample, or such channels are many, it is no alarm by itself.
"""

from __future__ import annotations

import math

import numpy as np

from anomalyst.modalities.series.space.grid import Floats, Grid

LEAST = 1e-3  # of the value that a channel kept, and of its range in the sample: less is no move


def first_moves(grid: Grid, centre: Floats, scale: Floats, steps: int, stretch: int) -> Floats | None:
    """−ln p of each cell (G, C) of a sample in which a channel moves that did not in normals of `steps` steps, 0
    elsewhere; None where none does. `centre`, `scale`: (C,) of the normals, scale 0 where a channel never moved;
    `stretch`: steps after which they are independent."""
    still = scale == 0
    away = np.abs(grid.values - centre)
    moved = grid.observed & still & (away > LEAST * np.maximum(np.abs(centre), away.max(0)))
    if not moved.any():
        return None
    surprise = 2 * math.log(steps / stretch + 2) + math.log(stretch) - math.log(int(still.sum()))
    return np.where(moved, max(0.0, surprise), 0.0)
