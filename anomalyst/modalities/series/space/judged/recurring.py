"""What a series that is judged by itself does on other days too, at the same time: a job that runs each night is no
anomaly, however rare its rows are.

Windows tell how rare a shape is, not that it comes when it always does. So what stands out is held against the same
time of the other days, up to half an hour from it. With x what was observed, e what was expected instead, and x' what
another day did, it recurs there if in each channel that is to blame

    Σ (x − x')²  ≤  ALIKE · Σ (x − e)²

and it is regular if it recurs on half of the other days. A flat line in noise differs from all days by their noise, and
hardly from what is expected, so it does not recur; nor does what lasts longer than a day. Three days are needed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ALIKE = 0.5
TO_BLAME = 0.1  # of the blame of what stands out: channels that carry less do not count
LEAST_OTHERS = 2  # days
MOST_OTHERS = 24  # days that are looked at
SLACK = 48  # part of a day by which the same may come early or late

Floats = NDArray[np.float64]


def recurring(
    series: Floats, expected: Floats, blame: Floats, day: int, intervals: Sequence[tuple[int, int]]
) -> NDArray[np.bool_]:
    """The steps (G,) of those intervals that recur on half of the other days, `day` steps apart. `series`, `expected`:
    what was observed and expected, scaled, and `blame`: how far each channel is to blame, all (C, G)."""
    found = np.zeros(series.shape[1], dtype=bool)
    for start, stop in intervals:
        share = blame[:, start:stop].sum(1)
        blamed = (share > 0) & (share >= TO_BLAME * share.sum())
        if blamed.any() and _is_regular(series[blamed], expected[blamed], day, (start, stop)):
            found[start:stop] = True
    return found


def _is_regular(series: Floats, expected: Floats, day: int, inside: tuple[int, int]) -> bool:
    (start, stop), slack = inside, day // SLACK
    if stop - start > day - 2 * slack:
        return False
    own, steps = series[:, start:stop], series.shape[1]
    away = np.square(own - expected[:, start:stop]).sum(1)
    times = np.arange(-(start // day), (steps - stop) // day + 1)
    others = start + day * times[times != 0]
    others = others[(others >= slack) & (others + stop - start + slack <= steps)]
    if len(others) < LEAST_OTHERS:
        return False
    some = others[np.linspace(0, len(others) - 1, min(len(others), MOST_OTHERS)).astype(int)]
    alike = [(_differs(series[:, at - slack : at + stop - start + slack], own) <= ALIKE * away).all() for at in some]
    return bool(np.mean(alike) >= 0.5)


def _differs(about: Floats, own: Floats) -> Floats:
    """The sum of squares by which `own` (C, n) differs from the part of `about` (C, n + …) that is most like it."""
    parts = np.lib.stride_tricks.sliding_window_view(about, own.shape[1], axis=1)
    squares = np.square(parts - own[:, None]).sum(-1)
    return np.asarray(squares[:, squares.sum(0).argmin()])
