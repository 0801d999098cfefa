"""Which of many normal rows are stored: half of them the rarest, so that none falls out only because they are many, and
half at random."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.denoisers.empirical import nearest

SCREEN = 2_000  # rows against which rarity is measured
RAREST = 0.5


def coreset(vectors: Tensor, most: int, seed: int) -> NDArray[np.int64]:
    """Numbers, rising, of at most `most` rows (N, d)."""
    count = len(vectors)
    if count <= most:
        return np.arange(count)
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    far = nearest(vectors, vectors[order[:SCREEN]], 2).squared[:, -1]
    rare = far.topk(int(RAREST * most)).indices
    is_rare = torch.zeros(count, dtype=torch.bool)
    is_rare[rare] = True
    common = order[~is_rare[order]][: most - len(rare)]
    return torch.cat([rare, common]).sort().values.numpy()
