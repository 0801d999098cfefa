"""Draws small scenes from shapes given as signed distances, so that edges are smooth and masks exact.

A distance is negative inside, in pixels; coverage = clip(½ − distance, 0, 1) is the anti-aliased share of each pixel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomalyst.samples import Mask

Array = NDArray[np.float32]
Distance = Callable[[Array, Array, float], Array]

SIZE = 32
PAPER = (0.82, 0.96)  # brightness of the background, drawn per scene
NOISE = 0.02  # standard deviation of the pixel noise
TILT = 0.12  # largest rotation, radians
STRIPE_PX, DOT_PX = 4.0, 4.0
FADE = 0.85  # how far stripes and dots go from the colour to white

COLOURS: dict[str, tuple[float, float, float]] = {
    "red": (0.85, 0.12, 0.12),
    "brown": (0.50, 0.30, 0.12),
    "yellow": (0.95, 0.88, 0.10),
    "green": (0.12, 0.62, 0.20),
    "cyan": (0.15, 0.78, 0.85),
    "blue": (0.12, 0.22, 0.85),
    "purple": (0.58, 0.15, 0.70),
    "black": (0.08, 0.08, 0.08),
}

_ROWS, _COLUMNS = (axis.astype(np.float32) + 0.5 for axis in np.mgrid[0:SIZE, 0:SIZE])


def _circle(x: Array, y: Array, r: float) -> Array:
    return np.asarray(np.hypot(x, y) - np.float32(r))


def _square(x: Array, y: Array, r: float) -> Array:
    return rectangle(x, y, 0.88 * r, 0.88 * r)


def _triangle(x: Array, y: Array, r: float) -> Array:
    slope = np.abs(x) * np.float32(0.894) + y * np.float32(-0.447) - np.float32(0.447 * r)
    return np.asarray(np.maximum(slope, y - np.float32(0.85 * r)))


def _cross(x: Array, y: Array, r: float) -> Array:
    return np.minimum(rectangle(x, y, r, 0.4 * r), rectangle(x, y, 0.4 * r, r))


def _ring(x: Array, y: Array, r: float) -> Array:
    return np.abs(np.hypot(x, y) - np.float32(0.72 * r)) - np.float32(0.28 * r)


SHAPES: dict[str, Distance] = {
    "circle": _circle,
    "square": _square,
    "triangle": _triangle,
    "cross": _cross,
    "ring": _ring,
}
TEXTURES = ("plain", "striped", "dotted")


def rectangle(x: Array, y: Array, half_width: float, half_height: float) -> Array:
    """The distance to an upright rectangle around the origin."""
    return np.maximum(np.abs(x) - np.float32(half_width), np.abs(y) - np.float32(half_height))


@dataclass(frozen=True)
class Pose:
    """Where a thing is drawn: its centre in pixels from the upper left corner, its radius, its turn in radians."""

    x: float
    y: float
    radius: float
    turn: float = 0.0

    def axes(self) -> tuple[Array, Array]:
        """Pixel coordinates as the thing sees them: x to its right, y downwards, its centre at 0; (32, 32) each."""
        x, y = _COLUMNS - np.float32(self.x), _ROWS - np.float32(self.y)
        cos, sin = np.float32(np.cos(self.turn)), np.float32(np.sin(self.turn))
        return x * cos + y * sin, y * cos - x * sin


class Canvas:
    """A sheet of 32 × 32 pixels: light paper with a faint slope of brightness, on which things are laid."""

    def __init__(self, dice: np.random.Generator) -> None:
        slope = dice.uniform(-0.03, 0.03, 2) / SIZE
        light = dice.uniform(*PAPER) + slope[0] * (_ROWS - SIZE / 2) + slope[1] * (_COLUMNS - SIZE / 2)
        self.dice = dice
        self.pixels: Array = np.repeat(light[..., None], 3, -1).astype(np.float32)

    def lay(self, distance: Array, paint: Array) -> Mask:
        """Paint `paint` (32, 32, 3) or (3,) inside `distance`; returns the pixels that are at least half covered."""
        cover = np.clip(0.5 - distance, 0, 1)[..., None]
        self.pixels = self.pixels * (1 - cover) + np.asarray(paint, np.float32) * cover
        return np.asarray(cover[..., 0] >= 0.5)

    def shape(self, shape: str, colour: str, texture: str, pose: Pose) -> Mask:
        """A coloured, textured shape."""
        x, y = pose.axes()
        shade = shaded(colour, self.dice)
        white = np.zeros((SIZE, SIZE), np.float32)
        if texture == "striped":
            white = np.clip(0.5 + 1.2 * np.sin(2 * np.pi * (x + y) / STRIPE_PX / np.sqrt(2)), 0, 1)
        elif texture == "dotted":
            waves = np.cos(2 * np.pi * x / DOT_PX) + np.cos(2 * np.pi * y / DOT_PX)
            white = np.clip(1.5 * waves - 1.5, 0, 1)
        return self.lay(SHAPES[shape](x, y, pose.radius), shade + FADE * white[..., None] * (1 - shade))

    def finished(self) -> Array:
        """The picture with its noise, float32 (32, 32, 3) in [0, 1]."""
        noise = self.dice.normal(0, NOISE, self.pixels.shape)
        return np.clip(self.pixels + noise, 0, 1).astype(np.float32)


def shaded(colour: str, dice: np.random.Generator) -> Array:
    """The named colour, a little off, as no two paints are alike: (3,)."""
    return np.clip(np.array(COLOURS[colour]) + dice.normal(0, 0.025, 3), 0, 1).astype(np.float32)


def box_of(mask: Mask, margin: int = 1) -> Mask:
    """The upright box around a mask, `margin` pixels wider on each side; empty where the mask is."""
    box = np.zeros_like(mask)
    if mask.any():
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        box[
            max(rows[0] - margin, 0) : rows[-1] + margin + 1, max(columns[0] - margin, 0) : columns[-1] + margin + 1
        ] = True
    return box
