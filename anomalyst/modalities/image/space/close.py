"""A large picture looked at closely: in tiles, at full resolution, so that a defect of a few pixels is not lost.

The whole is judged at the working size as ever; what a tile shows is judged by patches of pixels from anywhere in the
normals, and by how hard each place of them is to match. Only one picture and the stored patches are held at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.detectors.contract import Rule
from anomalyst.detectors.denoisers.judges import EmpiricalJudge, load_judge
from anomalyst.detectors.effort import Effort
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.map import LEAST_LEVEL, Fusion, held_out, image_score, smooth_map
from anomalyst.modalities.image.space.pixels import (
    CELL,
    STEP,
    Levels,
    PixelSpace,
    Scaler,
    look_at_all,
    resize,
    to_levels,
    to_working,
)
from anomalyst.stopping import check_stop

LARGE = 4_000_000  # pixels from which on pictures are looked at closely
TILE, AROUND = 512, 32  # pixels of a tile's side, and of its surroundings that its border's patches see
LEARNED = 200_000  # cells of all normals that are learned from
KEPT = 32  # tiles kept as pixels, to draw expected ones from
DIMS = 128
BANK = (
    3_000  # most patches that a tile's are compared with: time grows with them and with the picture, 250,000 in 16 MP
)
SIGMA = 3.0  # pixels by which the map is smoothed, as a working picture's is at 256 pixels
MOST_SEEN = 4  # pictures whose tiles are remembered
UPPER = 0.999  # quantile by which the close map and the coarse one are brought to one unit
THIN = 16  # every so manyth row and column of a map calibrates
NAME = "close"

Box = tuple[slice, slice]


@dataclass
class Close:
    """What was learned of tiles of pictures of `shape`. `seen`: scores of tiles by their content, so that of a picture
    that was changed in one place only this is judged anew."""

    shape: tuple[int, int]
    fine: bool
    scaler: Scaler
    judge: EmpiricalJudge
    tiles: Levels
    seen: dict[bytes, Tensor] = field(default_factory=dict)

    @classmethod
    def fit(cls, images: Sequence[ImageSample], fine: bool, limit: int, effort: Effort, seed: int) -> Self:
        """From normals; at least two, as each must be left out."""
        sides = np.median([image.shape for image in images], axis=0)
        height, width = (max(TILE, round(float(side) / STEP) * STEP) for side in sides)
        boxes = list(_boxes((height, width)))
        rng = np.random.default_rng(seed)
        each = max(1, min(len(boxes), LEARNED * CELL**2 // TILE**2 // len(images)))
        raw, kept = [], []
        for image in images:
            levels = _levels(image, (height, width), fine)
            full = [box for box in boxes if _is_full(box)] or boxes
            chosen = [full[k] for k in rng.permutation(len(full))[:each]]
            raw.append(torch.cat([_cells(levels, box) for box in chosen]))
            kept += [levels[box] for box in chosen[: max(1, KEPT // len(images))]]
        rows = min(len(cells) for cells in raw)
        vectors = torch.stack([cells[:rows] for cells in raw])
        scaler = Scaler.fit(vectors, PixelSpace().views[1].parts, DIMS, seed)
        judge = EmpiricalJudge.fit(scaler.apply(vectors), "global", min(limit, BANK), effort, seed)
        shape = kept[0].shape
        tiles = np.stack([tile for tile in kept if tile.shape == shape][:KEPT])
        return cls((height, width), fine, scaler, judge, tiles)

    def scores(self, image: ImageSample, rule: Rule, leave_out: int | None = None) -> Tensor:
        """Scores of the cells of a picture of any size, with normal `leave_out` forgotten."""
        levels = _levels(image, self.shape, self.fine)
        found = torch.zeros(self.shape[0] // CELL, self.shape[1] // CELL)
        fresh: dict[bytes, Tensor] = {}
        for box in _boxes(self.shape):
            check_stop()
            window = np.ascontiguousarray(levels[_around(box, self.shape)])
            key = hashlib.sha256(f"{rule} {leave_out} {box}".encode() + window.tobytes()).digest()
            cells = self.seen.get(key)
            if cells is None:
                (cells,) = self.judge.scores([rule], self.scaler.apply(_cells(levels, box)), leave_out)
            fresh[key] = cells
            rows, columns = (slice(side.start // CELL, side.stop // CELL) for side in box)
            found[rows, columns] = cells
        if leave_out is None:
            self.seen = self.seen | fresh if len(self.seen) < MOST_SEEN * len(fresh) else fresh
        return found

    def map(self, scored: Tensor, fusion: Fusion) -> Tensor:
        """Scores of cells, 1 where typical, on the pixels of `shape`."""
        return smooth_map(fusion.cells(scored[None]), self.shape, SIGMA)

    def state(self) -> dict[str, NDArray[Any]]:
        """Arrays to save."""
        head = {f"{NAME}.shape": np.array([*self.shape, int(self.fine)]), f"{NAME}.tiles": self.tiles}
        return head | self.scaler.state(f"{NAME}.scaler") | self.judge.state(f"{NAME}.judge")

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]]) -> Self | None:
        """Restore what `state` gave; None where there was nothing."""
        if f"{NAME}.shape" not in state:
            return None
        height, width, fine = (int(value) for value in state[f"{NAME}.shape"])
        judge = load_judge(state, f"{NAME}.judge")
        assert isinstance(judge, EmpiricalJudge)
        scaler = Scaler.from_state(state, f"{NAME}.scaler")
        return cls((height, width), bool(fine), scaler, judge, state[f"{NAME}.tiles"])


@dataclass(frozen=True)
class CloseYardstick:
    """What is typical at each place of the map of tiles, and how many times as high the coarse map is."""

    fusion: Fusion
    times: float

    def state(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Arrays to save, under `prefix`."""
        return {f"{prefix}.times": np.array([self.times])} | self.fusion.state(prefix)

    @classmethod
    def from_state(cls, state: dict[str, NDArray[Any]], prefix: str) -> Self | None:
        """Restore what `state` gave, None where there was none."""
        if f"{prefix}.times" not in state:
            return None
        return cls(Fusion.from_state(state, prefix), float(state[f"{prefix}.times"][0]))


def calibrated(
    close: Close, images: Sequence[ImageSample], rule: Rule, coarse: Mapping[int, Tensor], step: Callable[[], None]
) -> tuple[NDArray[np.float64], list[Tensor], CloseYardstick]:
    """Of normals, by number with their coarse maps, each held out: peaks (n, 1) of the joined maps, these thinned, and
    what others are held against. One full map is held at a time; `step` is told of each that was looked at."""
    cells = []
    for k in coarse:
        cells.append(close.scores(images[k], rule, k))
        step()
    scored = torch.stack(cells)[None]
    alone = held_out(scored)[0]
    pairs = list(zip(alone, coarse.values(), strict=True))
    near = float(np.mean([_upper(smooth_map(cells, close.shape, SIGMA)) for cells in alone]))
    far = float(np.mean([_upper(one) for one in coarse.values()]))
    times = max(far / max(near, LEAST_LEVEL), LEAST_LEVEL)
    peaks, thinned = [], []
    for cells, one in pairs:
        both = joined(smooth_map(cells, close.shape, SIGMA), one, times)
        peaks.append([peak(both)])
        thinned.append(both[::THIN, ::THIN].clone())
    return np.array(peaks), thinned, CloseYardstick(Fusion.fit(scored), times)


def _upper(plane: Tensor) -> float:
    return float(np.quantile(plane[::4, ::4].numpy(), UPPER))


def is_large(images: Sequence[ImageSample]) -> bool:
    """Whether most pictures are larger than what is looked at closely by default."""
    return bool(images) and float(np.median([image.shape[0] * image.shape[1] for image in images])) > LARGE


def peak(close: Tensor) -> float:
    """How high a map's highest tile peaks."""
    return max(image_score(close[box]) for box in _boxes((close.shape[0], close.shape[1])))


def seen_closely(
    close: Close | None, yardstick: CloseYardstick | None, image: ImageSample, rule: Rule, coarse: Tensor
) -> Tensor | None:
    """The map of a large picture at full resolution and the coarse one, as one; None where there is none."""
    if close is None or yardstick is None:
        return None
    return joined(close.map(close.scores(image, rule), yardstick.fusion), coarse, yardstick.times)


def joined(close: Tensor, coarse: Tensor, times: float) -> Tensor:
    """One map of both: the close one, or the coarse one, which is `times` as high where normal, where that is more."""
    return torch.maximum(close, resize(coarse[None] / times, (close.shape[0], close.shape[1]))[0])


def _levels(image: ImageSample, shape: tuple[int, int], fine: bool) -> Levels:
    return to_levels(to_working(image, shape), fine)


def _boxes(shape: tuple[int, int]) -> Iterator[Box]:
    """The tiles of a picture, the last of a row or column smaller."""
    for top in range(0, shape[0], TILE):
        for left in range(0, shape[1], TILE):
            yield slice(top, min(top + TILE, shape[0])), slice(left, min(left + TILE, shape[1]))


def _is_full(box: Box) -> bool:
    return all(side.stop - side.start == TILE for side in box)


def _around(box: Box, shape: tuple[int, int]) -> Box:
    rows, columns = (
        slice(max(0, side.start - AROUND), min(most, side.stop + AROUND)) for side, most in zip(box, shape, strict=True)
    )
    return rows, columns


def _cells(levels: Levels, box: Box) -> Tensor:
    """The raw patches of a tile (rows, columns, d), seen with what lies around it."""
    window = _around(box, (levels.shape[0], levels.shape[1]))
    seen = look_at_all(PixelSpace(("empirical",)), np.ascontiguousarray(levels[window])[None]).cells[0][0]
    top, left = ((inner.start - outer.start) // CELL for inner, outer in zip(box, window, strict=True))
    rows, columns = ((side.stop - side.start) // CELL for side in box)
    return seen[top : top + rows, left : left + columns]
