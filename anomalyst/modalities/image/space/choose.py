"""Choosing options on synthetic anomalies: every candidate judges normals it has not seen, whole and damaged.

The damaged images are made from normals, and a candidate scores each with this normal left out of its bank, so no
labelled anomaly is needed and none of the choice is made on the data that is judged later. Where a damaged image looks
as the whole one, it is not judged again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.choice import Choice
from anomalyst.detectors.denoisers.bank import Box
from anomalyst.detectors.denoisers.judges import Judge
from anomalyst.modalities.image.space.map import Fusion, blur, image_score, smooth_map
from anomalyst.modalities.image.space.pixels import Levels
from anomalyst.modalities.image.tried.synthetic import spoilt

TRIED = 30  # normals that are damaged, six of each kind
PIXEL_STRIDE = 4

ALIKE = 1e-4  # difference of vectors that is rounding

Views = list[Tensor]  # of one image: per view (rows, columns, d)
# Views, number of the normal to leave out, box of the cells that are asked for → per view their scores (rows, columns).
CellJudge = Callable[[Views, int, Box | None], list[Tensor]]
Place = Callable[[list[Tensor]], Tensor]  # scores of the views of a whole image → (V, rows, columns), where things lie
Held = dict[int, Tensor]  # scores (V, rows, columns) of normals by a judge that has not seen them, by number
Encode = Callable[[Levels], Views]


def choose(
    pixels: Levels, vectors: Views, encode: Encode, judges: Mapping[str, CellJudge], place: Place, seed: int
) -> tuple[Choice, Held]:
    """The candidate with the best area under ROC, averaged over images and pixels; and its scores of whole normals.

    `pixels` (N, h, w, 3) and `vectors`, per view (N, rows, columns, d), of the normals; `judges`: candidates by name.
    """
    order = np.random.default_rng(seed).permutation(len(pixels))[:TRIED].tolist()
    damaged = [spoilt(pixels[i], k, seed) for k, i in enumerate(order)]
    cells = encode(np.stack([image for image, _ in damaged]))
    masks = np.stack([mask[::PIXEL_STRIDE, ::PIXEL_STRIDE] for _, mask in damaged])
    pairs = [(i, [v[i] for v in vectors], [v[k] for v in cells]) for k, i in enumerate(order)]
    shape, auroc, held = (pixels.shape[1], pixels.shape[2]), {}, {}
    for name, judge in judges.items():
        both = [_both(judge, *pair) for pair in pairs]
        plain, hurt = (torch.stack([place(one) for one in scored], 1) for scored in zip(*both, strict=True))
        fusion = Fusion.fit(plain)
        good, bad = (
            [smooth_map(fusion.cells(s), shape, blur(shape)) for s in scored.unbind(1)] for scored in (plain, hurt)
        )
        auroc[name] = round(_auroc(bad, good, masks), 4)
        held[name] = dict(zip(order, plain.unbind(1), strict=True))
    best = max(auroc, key=lambda name: auroc[name])
    why = f"highest area under ROC on {len(order)} synthetic anomalies made from normal images"
    return Choice(best, auroc, why), held[best]


def judged(judges: Sequence[Judge], step: Callable[[], None]) -> CellJudge:
    """A candidate: one judge a view. `step` is called for each image."""

    def judge(cells: Views, out: int, box: Box | None) -> list[Tensor]:
        step()
        return [one.scores(["density"], view, out, box)[0] for one, view in zip(judges, cells, strict=True)]

    return judge


def _both(judge: CellJudge, number: int, whole: Views, damaged: Views) -> tuple[list[Tensor], list[Tensor]]:
    """The scores of a normal's views, each (rows, columns), whole and damaged."""
    box = _damage(whole, damaged)
    plain = judge(whole, number, None)
    hurt = [scores.clone() for scores in plain]
    for scores, there in zip(hurt, judge(damaged, number, box), strict=True):
        scores[box] = there
    return plain, hurt


def _damage(whole: Views, damaged: Views) -> Box:
    """The box of all cells that the views of a damaged image show otherwise."""
    moved = torch.stack([((a - b).abs() > ALIKE).any(-1) for a, b in zip(whole, damaged, strict=True)]).any(0)
    rows, columns = (moved.any(axis).nonzero().flatten().tolist() or [0] for axis in (1, 0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _auroc(bad: list[Tensor], good: list[Tensor], masks: NDArray[np.bool_]) -> float:
    """Mean of the image-wise area under ROC and the pixel-wise one."""
    labels = np.r_[np.ones(len(bad)), np.zeros(len(good))]
    whole = _area(labels, np.array([image_score(m) for m in (*bad, *good)]))
    maps = torch.stack(bad)[:, ::PIXEL_STRIDE, ::PIXEL_STRIDE].numpy()
    pixel = _area(masks.ravel(), maps.ravel()) if masks.any() else whole
    return (whole + pixel) / 2


def _area(labels: NDArray[Any], scores: NDArray[np.floating]) -> float:
    """The area under ROC, as scikit-learn gives it, which takes a second to load."""
    _, level, counts = np.unique(scores, return_inverse=True, return_counts=True)
    bad = np.bincount(level, weights=labels, minlength=len(counts))
    good = counts - bad
    lower = good.cumsum() - good / 2  # of equal ones half
    return float(bad @ lower / (bad.sum() * good.sum()))
