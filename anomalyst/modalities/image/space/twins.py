"""Copies among the normals, also such as were stored anew: each would vouch for the other when it is held out.

Two pictures of the same scene differ at least by the noise of both, two of different things by more. So two normals are
taken for copies where their finest detail differs by far less than the noise in it, and by far less than that of other
pairs: what is printed or drawn always in the same way is no copy for that.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anomalyst.modalities.image.space.pixels import Levels, unit

SHARE = 0.1  # of the noise, as variance, by which copies differ at most
USUAL = 0.75  # quantile of the differences of random pairs
PAIRS, NEAREST, SAMPLED = 200, 3, 8192  # random pairs; nearest pictures that each is compared with; pixels looked at
LEAST = 3
HALF_NORMAL = 0.6745  # median of |z| of a standard normal z


def copies(pixels: Levels, seed: int) -> list[int]:
    """Of each of N pictures (N, h, w, 3) the number of the first one that it is a copy of: its own, if of none."""
    first = list(range(len(pixels)))
    if len(pixels) < LEAST:
        return first
    rng = np.random.default_rng(seed)
    places = rng.permutation((pixels.shape[1] - 1) * (pixels.shape[2] - 1))[:SAMPLED]
    detail = np.stack([_detail(picture).ravel()[places] for picture in pixels])
    chosen = rng.integers(0, len(pixels), (PAIRS, 2))
    usual = np.quantile([_apart(detail[i], detail[j])[0] for i, j in chosen if i != j], USUAL)
    for i, j in _near(detail):
        difference, noise = _apart(detail[i], detail[j])
        if difference <= SHARE * min(noise, usual) and usual > 0:
            low, high = sorted((first[i], first[j]))
            first = [low if one == high else one for one in first]
    return first


def _detail(picture: Levels) -> NDArray[np.float32]:
    """The finest detail of a picture (h, w, 3): its noise, and edges that run askew (h − 1, w − 1)."""
    light = unit(picture).mean(-1)
    found: NDArray[np.float32] = (light[1:, 1:] - light[1:, :-1] - light[:-1, 1:] + light[:-1, :-1]) / 2
    return found


def _apart(one: NDArray[np.float32], other: NDArray[np.float32]) -> tuple[float, float]:
    """By how much two details differ and what the noise of both would make them differ by, as variances; told where
    there is any detail, as white or black grounds have none."""
    there = (one != 0) | (other != 0)
    if not there.any():
        return 0.0, 0.0
    variances = [_variance(part[there]) for part in (one - other, one, other)]
    return variances[0], variances[1] + variances[2]


def _variance(values: NDArray[np.float32]) -> float:
    return float(np.median(np.abs(values)) / HALF_NORMAL) ** 2


def _near(detail: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Pairs of pictures of which one is among the other's nearest."""
    from scipy.spatial.distance import cdist  # brings scipy along

    apart = cdist(detail, detail, "cityblock")
    np.fill_diagonal(apart, np.inf)
    nearest = np.argsort(apart, axis=1, kind="stable")[:, :NEAREST]
    return sorted({(min(i, int(j)), max(i, int(j))) for i, row in enumerate(nearest) for j in row})
