"""What normal would have looked like: abnormal pixels are imputed from their surroundings, the others are kept.

A normal pixel is its own best denoising (D(x; σ) → x as σ → 0), so only the abnormal part is drawn anew: windows of
the normal images are weighted by how well they continue the observed rim around it,
w_i ∝ exp(−‖x − x_i‖² / 2σ²) over observed pixels only. The likeliest window is the expectation, drawn windows
are the posterior samples: real pixels, not a blurred mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, gaussian_filter, label
from torch import Tensor
from torch.nn import functional

from anomalyst.modalities.image.region import bounds
from anomalyst.modalities.image.space.pixels import Levels, unit
from anomalyst.samples import Mask
from anomalyst.stopping import check_stop

RIM = 12  # observed working pixels around a region that its fill must continue
REACH = 8  # aligned objects: how far, in working pixels, a window may lie from its own place
EFFECTIVE = 20.0  # independent pixels that a rim of correlated ones is worth
CANDIDATES = 64
MAX_REGIONS = 8
REFERENCES = 16  # images searched at once
FEATHER = 2.0  # working pixels over which a fill fades into the image

Image = NDArray[np.float32]


@dataclass(frozen=True)
class Canvas:
    """Normal images (n, h, w, 3) to draw from; `aligned`: only near the same place."""

    normals: Levels
    aligned: bool


def impute(image: Image, mask: Mask, canvas: Canvas, count: int, seed: int) -> tuple[Image, Image]:
    """Fill `mask` (h, w) of an image (h, w, 3): the likeliest fill, and `count` draws (count, h, w, 3)."""
    expected = image.copy()
    samples = np.repeat(image[None], count, 0)
    generator = torch.Generator().manual_seed(seed)
    for region in regions(mask):
        box = _window(region)
        fills = _fills(image[box], region[box], box, canvas, count, generator)
        shown = gaussian_filter(binary_dilation(region[box], iterations=2).astype(np.float32), FEATHER)
        fade = np.maximum(shown, region[box])[..., None].astype(np.float32)
        expected[box] += fade * (fills[0] - expected[box])
        samples[(slice(None), *box)] += fade * (fills[1:] - samples[(slice(None), *box)])
    return np.clip(expected, 0, 1), np.clip(samples, 0, 1)


def regions(mask: Mask) -> list[Mask]:
    """Connected parts of a mask, grown until they are at most MAX_REGIONS."""
    parts, count = label(mask, np.ones((3, 3)))
    while count > MAX_REGIONS:
        mask = binary_dilation(mask, np.ones((3, 3)), iterations=3)
        parts, count = label(mask, np.ones((3, 3)))
    return [parts == number for number in range(1, count + 1)]


def _window(region: Mask) -> tuple[slice, slice]:
    """The bounding box of a region and its rim, inside the image."""
    x0, y0, x1, y1 = bounds(region)
    height, width = region.shape
    return slice(max(0, y0 - RIM), min(height, y1 + RIM)), slice(max(0, x0 - RIM), min(width, x1 + RIM))


def _fills(
    window: Image, hidden: Mask, box: tuple[slice, slice], canvas: Canvas, count: int, generator: torch.Generator
) -> Image:
    """The likeliest window of the normals, then `count` drawn ones: (1 + count, a, b, 3), levelled to the rim."""
    seen = binary_dilation(hidden, iterations=2, border_value=0) == 0
    observed = torch.from_numpy(seen.astype(np.float32))
    places = _search_area(box, canvas)
    target = torch.from_numpy(window).permute(2, 0, 1)
    scores, where = _candidates(target, observed, canvas.normals, places)
    best = scores.min().clamp_min(1e-4 * float(seen.sum()) + 1e-6)
    likely = torch.softmax(-0.5 * EFFECTIVE * scores / best, 0)
    drawn = torch.multinomial(likely, count, replacement=True, generator=generator)
    chosen = [where[int(scores.argmin())], *(where[int(i)] for i in drawn)]
    fills = [_cut(canvas.normals, place, window.shape) for place in chosen]
    return np.stack([_levelled(fill, window, seen) for fill in fills]).astype(np.float32)


def _search_area(box: tuple[slice, slice], canvas: Canvas) -> tuple[slice, slice]:
    """Where in the normals a window may lie: anywhere, or near its own place."""
    height, width = canvas.normals.shape[1:3]
    if not canvas.aligned:
        return slice(0, height), slice(0, width)
    return (
        slice(max(0, box[0].start - REACH), min(height, box[0].stop + REACH)),
        slice(max(0, box[1].start - REACH), min(width, box[1].stop + REACH)),
    )


def _candidates(
    target: Tensor, observed: Tensor, normals: Levels, area: tuple[slice, slice]
) -> tuple[Tensor, list[tuple[int, int, int]]]:
    """Squared distances over observed pixels of the best windows, and their places (image, row, column)."""
    scores, places = [], []
    colours = _colours(normals, target)
    for start in range(0, len(normals), REFERENCES):
        block = torch.from_numpy(unit(normals[start : start + REFERENCES, area[0], area[1], :colours]))
        block = block.permute(0, 3, 1, 2)
        squared = rim_distances(target[:colours], observed, block)
        pooled, at = functional.max_pool2d(-squared[:, None], REACH, REACH, ceil_mode=True, return_indices=True)
        best = pooled.flatten().topk(min(CANDIDATES, pooled.numel()))
        image = best.indices // pooled[0].numel()
        flat = at.flatten()[best.indices]
        scores.append(-best.values)
        columns = squared.shape[-1]
        places += [
            (start + int(i), area[0].start + int(f) // columns, area[1].start + int(f) % columns)
            for i, f in zip(image, flat, strict=True)
        ]
    joined = torch.cat(scores)
    kept = joined.topk(min(CANDIDATES, len(joined)), largest=False)
    return kept.values, [places[int(i)] for i in kept.indices]


def _colours(normals: Levels, target: Tensor) -> int:
    """1 where all is grey, so that one of three equal channels is enough; else 3. Normals are alike: a few tell."""
    few = normals[:4, ::4, ::4]
    return 1 if (few[..., :1] == few[..., 1:]).all() and (target - target[:1]).abs().max() < 1e-3 else 3


def rim_distances(target: Tensor, observed: Tensor, images: Tensor) -> Tensor:
    """Σ observed · (target − window)² for every window of images (n, 3, h, w): (n, h − a + 1, w − b + 1).

    By the correlation theorem, so the cost does not depend on the window's size.
    """
    check_stop()
    shape = images.shape[-2:]
    window = target.shape[-2:]

    def spectrum(of: Tensor) -> Tensor:
        found: Tensor = torch.fft.rfft2(of, s=shape)
        return found

    squares = spectrum(images.square().sum(1)) * spectrum(observed).conj()
    cross = (spectrum(images) * spectrum(observed * target).conj()).sum(1)
    whole: Tensor = torch.fft.irfft2(squares - 2 * cross, s=shape)
    inside = whole[:, : shape[0] - window[0] + 1, : shape[1] - window[1] + 1]
    return (inside + (observed * target.square()).sum()).clamp_min(0)


def _cut(normals: Levels, place: tuple[int, int, int], shape: tuple[int, ...]) -> Image:
    image, row, column = place
    return unit(normals[image, row : row + shape[0], column : column + shape[1]])


def _levelled(fill: Image, window: Image, seen: Mask) -> Image:
    """The fill with its mean colour on the observed rim moved to the window's."""
    if not seen.any():
        return fill
    shift = np.clip((window[seen] - fill[seen]).mean(0), -0.1, 0.1)
    moved: Image = (fill + shift).astype(np.float32)
    return moved
