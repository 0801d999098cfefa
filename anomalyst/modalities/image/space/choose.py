"""Choosing options on synthetic anomalies: every candidate judges normals it has not seen, whole and damaged.

The damaged images are made from normals, and a candidate scores each with this normal left out of its bank, so no
labelled anomaly is needed and none of the choice is made on the data that is judged later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from torch import Tensor

from anomalyst.detectors.choice import Choice
from anomalyst.modalities.image.space.map import Fusion, blur, image_score, smooth_map
from anomalyst.modalities.image.space.pixels import Levels
from anomalyst.modalities.image.tried.synthetic import spoilt

TRIED = 30  # normals that are damaged, six of each kind
PIXEL_STRIDE = 4

Views = list[Tensor]  # of one image: per view (rows, columns, d)
CellJudge = Callable[[Views, int], Tensor]  # views, number of the normal to leave out → scores (V, rows, columns)
Held = dict[int, Tensor]  # scores (V, rows, columns) of normals by a judge that has not seen them, by number
Encode = Callable[[Levels], Views]


def choose(
    pixels: Levels, vectors: Views, encode: Encode, judges: Mapping[str, CellJudge], seed: int
) -> tuple[Choice, Held]:
    """The candidate with the best area under ROC, averaged over images and pixels; and its scores of whole normals.

    `pixels` (N, h, w, 3) and `vectors`, per view (N, rows, columns, d), of the normals; `judges`: candidates by name.
    """
    order = np.random.default_rng(seed).permutation(len(pixels))[:TRIED].tolist()
    damaged = [spoilt(pixels[i], k, seed) for k, i in enumerate(order)]
    cells = encode(np.stack([image for image, _ in damaged]))
    masks = np.stack([mask[::PIXEL_STRIDE, ::PIXEL_STRIDE] for _, mask in damaged])
    shape, auroc, held = (pixels.shape[1], pixels.shape[2]), {}, {}
    for name, judge in judges.items():
        plain = torch.stack([judge([v[i] for v in vectors], i) for i in order], 1)
        hurt = torch.stack([judge([v[k] for v in cells], i) for k, i in enumerate(order)], 1)
        fusion = Fusion.fit(plain)
        good, bad = (
            [smooth_map(fusion.cells(s), shape, blur(shape)) for s in scored.unbind(1)] for scored in (plain, hurt)
        )
        auroc[name] = round(_auroc(bad, good, masks), 4)
        held[name] = dict(zip(order, plain.unbind(1), strict=True))
    best = max(auroc, key=lambda name: auroc[name])
    why = f"highest area under ROC on {len(order)} synthetic anomalies made from normal images"
    return Choice(best, auroc, why), held[best]


def _auroc(bad: list[Tensor], good: list[Tensor], masks: NDArray[np.bool_]) -> float:
    """Mean of the image-wise area under ROC and the pixel-wise one."""
    labels = np.r_[np.ones(len(bad)), np.zeros(len(good))]
    whole = float(roc_auc_score(labels, [image_score(m) for m in (*bad, *good)]))
    maps = torch.stack(bad)[:, ::PIXEL_STRIDE, ::PIXEL_STRIDE].numpy()
    pixel = float(roc_auc_score(masks.ravel(), maps.ravel())) if masks.any() else whole
    return (whole + pixel) / 2
