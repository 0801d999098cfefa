"""Which normals are unlike the others beyond doubt, by their held-out scores.

Hidden anomalies come in numbers, and each makes the next one look usual; so groups are asked, not single scores. Above
the median, scores of normals are held to fall off at least as fast as exponentially. Then the distances between
neighbouring ones, each times how many lie above it, are alike and independent (Rényi 1953), and for the k highest of m
excesses e₁ ≥ e₂ ≥ … over the median

    F_k = mean(e₁ … e_k) − e_k₊₁ over (e_k₊₁ + … + e_m + k e_k₊₁) / (m − k)    has F(2k, 2 (m − k))

whatever their unit (Likeš 1966). The group that is least likely is named, where one as unlikely turns up in LEVEL of
clean sets, all sizes of groups counted.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.01  # share of clean sets of normals in which any is named
MOST_SHARE = 8  # at most an eighth of the normals is named
LEAST = MOST_SHARE  # held-out scores without which nothing is unlike the rest


def unlike(held_out: Mapping[int, float]) -> list[int]:
    """Numbers of the normals whose held-out scores lie beyond what the lower ones lead to expect, the highest first."""
    if len(held_out) < LEAST:
        return []
    order = sorted(held_out, key=lambda number: -held_out[number])
    chances = group_p(np.array([held_out[number] for number in order]))
    best = int(np.argmin(chances))
    return order[: best + 1] if chances[best] <= LEVEL / len(chances) else []


def group_p(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """How likely the 1, 2, … highest of falling `scores` are to lie as far above the rest."""
    from scipy.special import fdtrc  # loading it takes long: not before it is needed

    excess = scores[: len(scores) // 2] - np.median(scores)
    sizes = np.arange(1, len(scores) // MOST_SHARE + 1)
    following, left = excess[sizes], len(excess) - sizes
    rest = (excess.sum() - excess.cumsum()[sizes - 1] + sizes * following) / left
    above = excess.cumsum()[sizes - 1] / sizes - following
    # Where all the others are alike to the last bit, nothing tells how far they could lie apart.
    ratio = np.divide(above, rest, out=np.zeros(len(sizes)), where=rest > 0)
    chances: NDArray[np.float64] = fdtrc(2 * sizes, 2 * left, ratio)
    return chances
