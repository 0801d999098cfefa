"""Synthetic anomalies: pure functions that put a defect into a normal image and say where.

Every function takes pixels (h, w, 3) in [0, 1] and a seeded generator and returns new pixels and a mask (h, w).
Cut-paste and scars after Li et al. 2021 (CutPaste, arXiv 2104.04015); noise blobs after Zavrtanik et al. 2021
(DRAEM, arXiv 2108.07610).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from anomalyst.samples import Mask

Pixels = NDArray[np.float32]
Levels = NDArray[np.uint8 | np.uint16]
Maker = Callable[[Pixels, np.random.Generator], tuple[Pixels, Mask]]


def cut_paste(pixels: Pixels, generator: np.random.Generator) -> tuple[Pixels, Mask]:
    """A rectangle of the image pasted elsewhere in it."""
    height, width = pixels.shape[:2]
    tall, wide = _side(height, generator), _side(width, generator)
    source = _corner(pixels, tall, wide, generator)
    target = _corner(pixels, tall, wide, generator)
    out, mask = pixels.copy(), np.zeros((height, width), dtype=bool)
    out[target[0] : target[0] + tall, target[1] : target[1] + wide] = pixels[
        source[0] : source[0] + tall, source[1] : source[1] + wide
    ]
    mask[target[0] : target[0] + tall, target[1] : target[1] + wide] = True
    return out, mask & (np.abs(out - pixels).max(-1) > 0)


def scar(pixels: Pixels, generator: np.random.Generator) -> tuple[Pixels, Mask]:
    """A thin straight line of another shade."""
    height, width = pixels.shape[:2]
    shorter = min(height, width)
    length, thick = generator.uniform(0.1, 0.4) * shorter, generator.uniform(0.008, 0.02) * shorter
    mask = _rotated_bar(pixels, length / 2, max(1.0, thick / 2), generator)
    return _shaded(pixels, mask.astype(np.float32), generator), mask


def noise(pixels: Pixels, generator: np.random.Generator) -> tuple[Pixels, Mask]:
    """A round patch in which every pixel is replaced by a pixel drawn from the whole image, half blended."""
    soft = soft_blob(pixels, generator)
    height, width = pixels.shape[:2]
    rows, columns = generator.integers(0, height, (height, width)), generator.integers(0, width, (height, width))
    out = pixels + 0.7 * soft[..., None] * (pixels[rows, columns] - pixels)
    return out.astype(np.float32), soft > 0.5


def blob(pixels: Pixels, generator: np.random.Generator) -> tuple[Pixels, Mask]:
    """A soft irregular stain of another shade."""
    soft = soft_blob(pixels, generator)
    return _shaded(pixels, soft, generator), soft > 0.5


def brightness(pixels: Pixels, generator: np.random.Generator) -> tuple[Pixels, Mask]:
    """A region with its contrast taken away: its texture is gone, its mean shade stays."""
    soft = soft_blob(pixels, generator)
    flat = np.stack([gaussian_filter(pixels[..., c], min(pixels.shape[:2]) / 24) for c in range(3)], -1)
    out = pixels + soft[..., None] * (flat + generator.choice([-0.08, 0.08]) - pixels)
    return out.clip(0, 1).astype(np.float32), soft > 0.5


MAKERS: dict[str, Maker] = {
    "cut-paste": cut_paste, "scar": scar, "noise": noise, "blob": blob, "brightness": brightness,
}  # fmt: skip


def make_anomaly(kind: str, pixels: Pixels, seed: int) -> tuple[Pixels, Mask]:
    """The named anomaly in an image; the same for the same seed. Never an empty mask: flat spots are tried again."""
    generator = np.random.default_rng(seed)
    for _ in range(8):
        out, mask = MAKERS[kind](pixels, generator)
        if mask.any():
            break
    return out, mask


def spoilt(image: Levels, number: int, seed: int) -> tuple[Levels, Mask]:
    """Anomaly `number` in an image (h, w, 3), of each kind in turn, and its mask (h, w)."""
    kind = list(MAKERS)[number % len(MAKERS)]
    most = np.iinfo(image.dtype).max
    out, mask = make_anomaly(kind, image.astype(np.float32) / np.float32(most), seed * 1_000 + number)
    return (out * most).round().astype(image.dtype), mask


def _side(length: int, generator: np.random.Generator) -> int:
    return max(2, int(generator.uniform(0.06, 0.2) * length))


def _corner(pixels: Pixels, tall: int, wide: int, generator: np.random.Generator) -> tuple[int, int]:
    return (
        int(generator.integers(0, pixels.shape[0] - tall + 1)),
        int(generator.integers(0, pixels.shape[1] - wide + 1)),
    )


def _rotated_bar(pixels: Pixels, along: float, aside: float, generator: np.random.Generator) -> Mask:
    height, width = pixels.shape[:2]
    down, across = np.mgrid[:height, :width].astype(np.float32)
    down, across = down - generator.uniform(0.1, 0.9) * height, across - generator.uniform(0.1, 0.9) * width
    angle = generator.uniform(0, np.pi)
    u, v = down * np.sin(angle) + across * np.cos(angle), down * np.cos(angle) - across * np.sin(angle)
    bar: Mask = (np.abs(u) <= along) & (np.abs(v) <= aside)
    return bar


def soft_blob(pixels: Pixels, generator: np.random.Generator) -> Pixels:
    """A soft irregular disc, 0 to 1: (h, w)."""
    height, width = pixels.shape[:2]
    radius = generator.uniform(0.03, 0.1) * min(height, width)
    down, across = np.mgrid[:height, :width].astype(np.float32)
    centre = generator.uniform(0.05, 0.95, 2) * (height, width)
    ragged = gaussian_filter(generator.standard_normal((height, width)), max(1.0, radius / 2))
    ragged = ragged / (ragged.std() + 1e-9)
    distance = np.hypot(down - centre[0], across - centre[1]) / radius + 0.2 * ragged
    soft: Pixels = (1 / (1 + np.exp(8 * (distance - 1)))).astype(np.float32)
    return soft


def _shaded(pixels: Pixels, share: Pixels, generator: np.random.Generator) -> Pixels:
    """Move pixels towards a shade of the image's own range that differs from the local one."""
    local = (pixels * share[..., None]).sum((0, 1)) / max(1e-6, float(share.sum()))
    low, high = np.quantile(pixels, [0.02, 0.98])
    shade = low if local.mean() - low > high - local.mean() else high
    strength = generator.uniform(0.35, 0.8)
    out: Pixels = (pixels + strength * share[..., None] * (shade - pixels)).clip(0, 1).astype(np.float32)
    return out
