"""Training-free peers, each as what is public of it describes it, on the product's backbone, layers and working size.

That is abstracts, descriptions and settings of public implementations, not the full papers; what they leave open is
ours and said below. SubspaceAD's share of the variance and largest 1 % are as commonly reported.

* k-NN: AnomalyDINO (Damm et al. 2025, arXiv 2405.14529). Cosine distance of a patch to the nearest one of any normal;
  the image's score is the mean of the largest 1 %. Without its masks and turned copies, which are for objects and for
  one to sixteen normals.
* SubspaceAD (Lendering et al. 2026, arXiv 2602.23013). Principal axes of the patches that hold 99 % of their variance;
  the squared residual off them; the mean of the largest 1 %. Without turned copies, which are for one to four normals.
* Indexed bank: DINOSaur (arXiv 2605.24251). A patch is compared only with patches from near its own place. Its memory
  is thinned by a coreset for small boards; here all patches are kept, as fifty normals need no thinning, and REACH is
  ours: what is public states neither.
* RAD (Zhang et al. 2026, arXiv 2601.22763). The normals most like the image as a whole, then in each layer patches of
  these at most one cell away by cosine; the layers' mean; the mean of the highest 1 % of pixels. A convolutional
  backbone has no class token: the mean of its deepest layer stands for it.
* SuperADD (arXiv 2605.14808). In each layer the distance to the nearest patch of any normal, each in a light drawn at
  random; the layers' mean; the mean of the highest 0.1 % of pixels. Its outline: what exceeds 1.421 times
  the 95th percentile of held-out normals' pixels, closed along lines of sixteen directions where the map exceeds 0.8 of
  that, filled, less a rim of one pixel. Its tiles would be the whole image at this size. These
  settings are those of its public configuration; its coreset is here a random thinning.

PatchCore and PaDiM are anomalib's (`peers_images`). Where a paper smooths a map by 4 pixels, so it is here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import binary_closing, binary_erosion, binary_fill_holes
from skimage.draw import line
from skimage.morphology import disk
from torch import Tensor
from torch.nn import functional

from anomalyst.detectors.calibration.level import gaussian_blur
from anomalyst.detectors.denoisers.bank import AlignedBank
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.backbone import BackboneSpace
from anomalyst.modalities.image.space.pixels import to_working, working_shape
from anomalyst.samples import Mask

Map = NDArray[np.float32]

SHARE = 0.01  # of patches or pixels whose mean is the image's score
BLUR = 4.0  # working pixels
BLOCK = 512  # vectors of a bank looked at together
VARIANCE = 0.99  # SubspaceAD
REACH = 2  # cells: indexed bank
RAD_IMAGES, RAD_REACH, RAD_BLUR = 150, 1, 1.0  # its values for MVTec AD
ADD_SHARE, ADD_LIGHT, ADD_MOST = 0.001, (0.8, 1.2), 100_000
ADD_FACTOR, ADD_LOWER, ADD_ANGLES = 1.421, 0.8, 16
ADD_REACH = 1 / 16  # of the longer side: its 26 pixels on maps of about 400


class TrainingFree(ABC):
    """A peer behind the two calls of the benchmark: `fit`, and `score` → (map (H, W), image score)."""

    blur = BLUR

    def __init__(self, weights: str, size: int) -> None:
        self.space, self.size = BackboneSpace(weights), size

    def fit(self, normals: Sequence[ImageSample]) -> None:
        torch.manual_seed(0)
        self.shape = working_shape(normals, self.size, self.space.step)
        self.learn(normals)

    def score(self, sample: ImageSample) -> tuple[Map, float]:
        cells = self.cells(self.layers(sample))
        working = gaussian_blur(_placed(cells, self.shape), self.blur)
        return _placed(working, sample.shape).numpy(), self.pooled(cells, working)

    @abstractmethod
    def learn(self, normals: Sequence[ImageSample]) -> None:
        """From normal images; the working shape is known."""

    @abstractmethod
    def cells(self, layers: list[Tensor]) -> Tensor:
        """How far the patches of an image are from normal: (rows, columns)."""

    def pooled(self, cells: Tensor, working: Tensor) -> float:
        """The image's score, from its patches and its smoothed map."""
        return _highest(cells, SHARE)

    @torch.no_grad()
    def layers(self, sample: ImageSample, light: float = 1.0) -> list[Tensor]:
        """The chosen hidden states (rows, columns, d), then the deepest one."""
        maps = self.space.maps((to_working(sample, self.shape) * light).clamp(0, 1)[None])
        return [maps[k][0].permute(1, 2, 0) for k in (*self.space.layers, -1)]


def joint(layers: list[Tensor]) -> Tensor:
    """All chosen layers on the grid of the finest one: (rows, columns, d)."""
    chosen = [layer.permute(2, 0, 1) for layer in layers[:-1]]
    finest = max(chosen, key=lambda m: m.shape[1] * m.shape[2]).shape[1:]
    placed = [functional.interpolate(m[None], finest, mode="bilinear")[0] for m in chosen]
    return torch.cat(placed).permute(1, 2, 0)


def closest(asked: Tensor, bank: Tensor) -> Tensor:
    """Squared distance of vectors (m, d) to the nearest of a bank (n, d), in blocks that stay in the cache: (m,)."""
    parts = (part.square().sum(1, keepdim=True) - 2 * part @ asked.T for part in bank.split(BLOCK))
    return (torch.stack([part.amin(0) for part in parts]).amin(0) + asked.square().sum(1)).clamp_min(0)


def _placed(plane: Tensor, shape: tuple[int, ...]) -> Tensor:
    return functional.interpolate(plane[None, None], shape, mode="bilinear")[0, 0]


def _highest(plane: Tensor, share: float) -> float:
    return float(plane.flatten().topk(max(1, int(share * plane.numel()))).values.mean())


def _unit(vectors: Tensor) -> Tensor:
    return functional.normalize(vectors, dim=-1)


class NearestPatch(TrainingFree):
    """AnomalyDINO."""

    def learn(self, normals: Sequence[ImageSample]) -> None:
        self.bank = torch.cat([_unit(joint(self.layers(n))).flatten(0, 1) for n in normals])

    def cells(self, layers: list[Tensor]) -> Tensor:
        asked = _unit(joint(layers))
        return closest(asked.flatten(0, 1), self.bank).reshape(asked.shape[:2]) / 2


class Subspace(TrainingFree):
    """SubspaceAD."""

    def learn(self, normals: Sequence[ImageSample]) -> None:
        seen = torch.cat([joint(self.layers(n)).flatten(0, 1) for n in normals]).double()
        self.mean = seen.mean(0)
        values, axes = torch.linalg.eigh(torch.cov((seen - self.mean).T))
        held = values.flip(0).cumsum(0) / values.sum()
        self.axes = axes.flip(1)[:, : int((held < VARIANCE).sum()) + 1]

    def cells(self, layers: list[Tensor]) -> Tensor:
        away = joint(layers).double() - self.mean
        return (away - away @ self.axes @ self.axes.T).square().sum(-1).float()


class IndexedBank(TrainingFree):
    """DINOSaur."""

    def learn(self, normals: Sequence[ImageSample]) -> None:
        seen = torch.stack([_unit(joint(self.layers(n))) for n in normals])
        self.bank = AlignedBank.fit(seen, seen[..., 0].numel(), seed=0, radius=REACH)

    def cells(self, layers: list[Tensor]) -> Tensor:
        asked = _unit(joint(layers))
        return self.bank.nearest(asked, 1).squared.reshape(asked.shape[:2]) / 2


class Retrieval(TrainingFree):
    """RAD."""

    blur = RAD_BLUR

    def learn(self, normals: Sequence[ImageSample]) -> None:
        looks = [self.layers(n) for n in normals]
        self.wholes = torch.stack([_whole(look) for look in looks])
        stacked = (torch.stack([_unit(look[k]) for look in looks]) for k in range(len(looks[0]) - 1))
        self.banks = [AlignedBank.fit(seen, seen[..., 0].numel(), seed=0, radius=RAD_REACH) for seen in stacked]

    def cells(self, layers: list[Tensor]) -> Tensor:
        like = (self.wholes @ _whole(layers)).topk(min(RAD_IMAGES, len(self.wholes))).indices
        finest = max((layer.shape[:2] for layer in layers[:-1]), key=lambda shape: shape[0] * shape[1])
        return torch.stack([
            _placed(self._layer(bank, _unit(layer), like), finest)
            for bank, layer in zip(self.banks, layers[:-1], strict=True)
        ]).mean(0)  # fmt: skip

    def pooled(self, cells: Tensor, working: Tensor) -> float:
        return _highest(working, SHARE)

    @staticmethod
    def _layer(bank: AlignedBank, asked: Tensor, like: Tensor) -> Tensor:
        some = replace(bank, vectors=bank.vectors[:, :, like], owner=bank.owner[like])
        return some.nearest(asked, 1).squared.reshape(asked.shape[:2]) / 2


def _whole(layers: list[Tensor]) -> Tensor:
    """What stands for a class token: the direction of the deepest layer's mean."""
    return _unit(layers[-1].mean((0, 1)))


class SuperADD(TrainingFree):
    """SuperADD."""

    def learn(self, normals: Sequence[ImageSample]) -> None:
        light = torch.empty(len(normals)).uniform_(*ADD_LIGHT).tolist()
        looks = [self.layers(n, at) for n, at in zip(normals, light, strict=True)]
        seen = (torch.cat([look[k].flatten(0, 1) for look in looks]) for k in range(len(looks[0]) - 1))
        self.banks = [layer[torch.randperm(len(layer))[:ADD_MOST]] for layer in seen]

    def cells(self, layers: list[Tensor]) -> Tensor:
        finest = max((layer.shape[:2] for layer in layers[:-1]), key=lambda shape: shape[0] * shape[1])
        found = (
            closest(layer.flatten(0, 1), bank).sqrt().reshape(layer.shape[:2]) / layer.shape[2]
            for layer, bank in zip(layers[:-1], self.banks, strict=True)
        )
        return torch.stack([_placed(one, finest) for one in found]).mean(0)

    def pooled(self, cells: Tensor, working: Tensor) -> float:
        return _highest(working, ADD_SHARE)


def superadd_outline(scores: Map, high: float) -> Mask:
    """SuperADD's outline of a map; `high`: the 95th percentile of held-out normals' pixels."""
    threshold, reach = ADD_FACTOR * high, max(1, round(ADD_REACH * max(scores.shape)))
    above: Mask = scores > threshold
    if not above.any():
        return above
    part = tuple(slice(int(at.min()), int(at.max()) + 1) for at in above.nonzero())  # a closing stays within it
    padded = np.pad(above[part], reach)
    closed = np.any([padded, *(binary_closing(padded, shape) for shape in _lines(reach))], axis=0)
    outline = np.zeros_like(above)
    outline[part] = closed[reach:-reach, reach:-reach]
    outline &= scores > ADD_LOWER * threshold
    return np.asarray(binary_erosion(binary_fill_holes(outline), disk(1)), dtype=bool)


def _lines(reach: int) -> list[Mask]:
    """Lines through the middle of a square of 2 · `reach` + 1 pixels, in ADD_ANGLES directions."""
    lines = []
    for turn in np.arange(ADD_ANGLES) * np.pi / ADD_ANGLES:
        down, across = round(reach * np.sin(turn)), round(reach * np.cos(turn))
        drawn: Mask = np.zeros((2 * reach + 1, 2 * reach + 1), dtype=bool)
        drawn[line(reach - down, reach - across, reach + down, reach + across)] = True
        lines.append(drawn)
    return lines


PEERS: dict[str, type[TrainingFree]] = {
    "k-NN (AnomalyDINO)": NearestPatch,
    "SubspaceAD": Subspace,
    "indexed bank (DINOSaur)": IndexedBank,
    "RAD": Retrieval,
    "SuperADD": SuperADD,
}
