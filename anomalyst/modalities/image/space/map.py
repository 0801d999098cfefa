"""From scores of cells to a map of pixels and the image's one score, in units of what is typical at each place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.calibration.level import gaussian_blur
from anomalyst.detectors.contract import Calibration, RuleScore, ScoreMap
from anomalyst.modalities.image.space.pixels import resize

BLUR = 3 / 256  # standard deviation of the map's smoothing, as a share of the root of the number of working pixels
LEVEL_BLUR = 0.5  # and, in cells, of the typical score
PEAK_SHARE = 0.0005  # share of the map's pixels whose mean is the image's score
PRIOR = 4.0  # normals that the mean over all places counts for, when the typical score of a place is estimated
FLOOR = 0.1
LEAST_LEVEL = 1e-3  # typical score where all normals score nothing
ROUNDING = 0.02  # of what is typical: lower scores are told apart by rounding alone, as those of copies of a normal
BLOCK_ROWS = 128


@dataclass(frozen=True)
class Fusion:
    """How the views' scores become one: a weighted mean of score over typical score, so 1 is typical at each place.

    `level`: (V, rows, columns) typical score of each view at each place, (V, 1, 1) where places say nothing;
    `weight`: (V,) sums to 1, inversely proportional to how far normals' scores spread: no view outshouts the others.
    """

    level: Tensor
    weight: Tensor

    @classmethod
    def fit(cls, scored: Tensor, by_place: bool = True) -> Self:
        """From held-out normals' scores (V, n, rows, columns)."""
        typical = [level(view) if by_place else view.mean().clamp_min(LEAST_LEVEL).reshape(1, 1) for view in scored]
        spread = torch.stack([view.std() if view.numel() > 1 else torch.tensor(1.0) for view in held_out(scored)])
        weight = 1 / spread.clamp_min(1e-3 * float(spread.max()) + 1e-9)
        return cls(torch.stack(typical), weight / weight.sum())

    def cells(self, scored: Tensor) -> Tensor:
        """Scores (V, rows, columns) of an image as one: (rows, columns)."""
        return ((scored / self.level) * self.weight[:, None, None]).sum(0)

    def normals(self, scored: Tensor) -> Tensor:
        """The same for the held-out normals (V, n, rows, columns), by the level of the others: (n, rows, columns)."""
        return (held_out(scored) * self.weight[:, None, None, None]).sum(0)

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        return {f"{prefix}.level": self.level.numpy(), f"{prefix}.weight": self.weight.numpy()}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> Self:
        """Restore what `state` gave."""
        return cls(*(torch.from_numpy(state[f"{prefix}.{name}"].copy()) for name in ("level", "weight")))


def held_out(scored: Tensor) -> Tensor:
    """Each view's scores over the level of the others: (V, n, rows, columns)."""
    return torch.stack([levelled(view) for view in scored])


def level(scored: Tensor) -> Tensor:
    """Typical score at each place, from held-out normals' scores (n, rows, columns): (rows, columns).

    Borders, edges of parts and busy areas are always harder to match; divided by this, they are no longer suspicious.
    """
    return _level(scored.sum(0), len(scored))


def levelled(scored: Tensor) -> Tensor:
    """Each normal's scores over the level of the others (its own would flatter it): (n, rows, columns)."""
    if len(scored) == 1:
        return scored / scored.mean().clamp_min(LEAST_LEVEL)
    total = scored.sum(0)
    return torch.stack([cells / _level(total - cells, len(scored) - 1) for cells in scored])


def _level(total: Tensor, count: int) -> Tensor:
    mean = (total.mean() / count).clamp_min(LEAST_LEVEL)
    return gaussian_blur((total + PRIOR * mean) / (count + PRIOR), LEVEL_BLUR).clamp_min(FLOOR * mean)


def shifted(cells: Tensor, shift: Sequence[float]) -> Tensor:
    """Scores (rows, columns) of what lies `shift` cells below and right of each cell, read where it lies."""
    if not any(shift):
        return cells
    axes = [(torch.arange(n) + 0.5 - by) * (2 / n) - 1 for n, by in zip(cells.shape, shift, strict=True)]
    where = torch.stack(torch.meshgrid(axes[1], axes[0], indexing="xy"), -1)[None]
    return functional.grid_sample(cells[None, None], where, padding_mode="border", align_corners=False)[0, 0]


def smooth_map(cells: Tensor, shape: tuple[int, int], sigma: float) -> Tensor:
    """Scores of cells (rows, columns), 1 where typical, on the working pixels (h, w), smoothed by a Gaussian of `sigma`
    pixels."""
    fine = functional.interpolate(cells[None, None], shape, mode="bilinear")[0, 0]
    return gaussian_blur(fine, sigma).clamp_min(ROUNDING)


def blur(shape: tuple[int, int], parts: int = 1) -> float:
    """How far maps of closed-form scores are smoothed, in working pixels. `parts`: of how many such parts along each
    side the image consists, as it is smoothed by a share of the whole."""
    return BLUR * parts * math.sqrt(shape[0] * shape[1])


def image_score(working: Tensor) -> float:
    """How high the map's peaks are: the mean of its highest pixels."""
    return float(working.flatten().topk(max(1, int(PEAK_SHARE * working.numel()))).values.mean())


def opinion(working: Tensor, total: float, shape: tuple[int, int], element: Conformal, whole: Conformal) -> RuleScore:
    """What a rule says of an image of `shape`, from its map of working pixels and its one score; p-values in blocks, so
    that memory stays bounded on large images."""
    scores = resize(working[None], shape)[0].numpy()
    blocks = (scores[start : start + BLOCK_ROWS] for start in range(0, len(scores), BLOCK_ROWS))
    p_values = np.concatenate([element.p_values(rows).astype(np.float32) for rows in blocks])
    return RuleScore(scores, p_values, total, whole.sample_p(total))


def score_map(
    rules: Mapping[str, RuleScore],
    family: str,
    whole: Conformal,
    calibration: Calibration,
    pictures: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> ScoreMap:
    """An image detector's answer: every rule's opinion, that of its own `family` foremost, and what normal would be."""
    own = rules[family]
    expected, samples = pictures
    return ScoreMap(
        modality="image",
        scores=own.scores,
        p_values=own.p_values,
        sample_score=own.sample_score,
        sample_p=own.sample_p,
        extrapolated=whole.is_extrapolated(own.sample_p),
        expected=expected,
        samples=samples,
        calibration=replace(calibration, smallest=whole.smallest, supported=whole.supported),
        rules=rules,
    )
