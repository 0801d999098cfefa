"""Which noise level tells synthetic defects best."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from anomalyst.detectors.calibration.level import Level
from anomalyst.detectors.choice import Choice
from anomalyst.modalities.image.space.answer import ELEMENT_STRIDE
from anomalyst.modalities.image.space.map import smooth_map
from anomalyst.modalities.image.space.pixels import Levels
from anomalyst.modalities.image.tried.synthetic import spoilt

DEPTHS = (0.25, 0.5, 1.0, 2.0)
TRIED = 10

Cells = Callable[[Tensor, float], Tensor]  # grids (N, C, rows, columns), noise level → scores (N, rows, columns)


def choose_depth(
    pixels: Levels,
    grids: Tensor,
    laid: Callable[[Levels], Tensor],
    cells: Cells,
    blur: float,
    seed: int,
) -> Choice:
    """The noise level whose reconstruction tells synthetic anomalies best from the held-out normals they were made of.

    `pixels` (N, h, w, 3), `grids`: of the held-out normals; `laid`: from pixels to grids.
    """
    from sklearn.metrics import roc_auc_score

    shape = (pixels.shape[1], pixels.shape[2])
    damaged = [spoilt(image, number, seed) for number, image in enumerate(pixels[:TRIED])]
    bad = laid(np.stack([image for image, _ in damaged]))
    masks = np.stack([mask[::ELEMENT_STRIDE, ::ELEMENT_STRIDE] for _, mask in damaged]).ravel()
    areas = {}
    for depth in DEPTHS:
        plain = cells(grids[: len(bad)], depth)
        hurt = Level.fit(plain).standard(cells(bad, depth))
        maps = torch.stack([smooth_map(one, shape, blur)[::ELEMENT_STRIDE, ::ELEMENT_STRIDE] for one in hurt])
        areas[f"depth {depth:g}"] = round(float(roc_auc_score(masks, maps.numpy().ravel())), 4)
    best = max(areas, key=lambda name: areas[name])
    why = f"highest area under ROC on {len(bad)} synthetic anomalies made from held-out normal images"
    return Choice(best, areas, why)
