"""Colours of 16 bits a channel, of which Pillow keeps the upper byte: decoded once for the upper bytes, once for the
lower ones."""

from __future__ import annotations

import re
import sys

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SWAPPED = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}
_DEEP = re.compile(r"(RGB|RGBA|LA);16([BLN])")


def is_deep(image: Image.Image) -> bool:
    """Whether the file behind an image that is not yet loaded holds 16 bits of each of several channels."""
    tiles = getattr(image, "tile", None)
    return bool(tiles) and all(_DEEP.fullmatch(_mode(tile.args)) for tile in tiles or ())


def deep_colours(upper: Image.Image, lower: Image.Image) -> NDArray[np.uint16]:
    """(height, width, channels) of the same file, opened twice and not yet loaded."""
    told = _DEEP.fullmatch(_mode(upper.tile[0].args))  # type: ignore[attr-defined]
    channels = 0 if told is None else len(told.group(1))
    if channels == 2:  # each pixel's four bytes are those of two numbers
        _set_mode(upper, "RGBA")
        halves = np.asarray(upper)
        return _joined(halves[..., 0::2], halves[..., 1::2])
    _set_mode(lower, "")
    return _joined(np.asarray(upper)[..., :channels], np.asarray(lower)[..., :channels])


def _joined(high: NDArray[np.uint8], low: NDArray[np.uint8]) -> NDArray[np.uint16]:
    joined: NDArray[np.uint16] = np.left_shift(high, 8, dtype=np.uint16) | low
    return joined


def _mode(args: object) -> str:
    """The raw mode among a decoder's arguments."""
    first = args[0] if isinstance(args, tuple) and args else args
    return str(first)


def _set_mode(image: Image.Image, mode: str) -> None:
    """Decode as `mode`, or, where it is "", as numbers whose bytes come in the other order."""
    tiles = []
    for tile in image.tile:  # type: ignore[attr-defined]
        old = _mode(tile.args)
        new = mode or old[:-1] + _SWAPPED[old[-1]]
        tiles.append(tile._replace(args=(new, *tile.args[1:]) if isinstance(tile.args, tuple) else new))
    image.tile = tiles  # type: ignore[attr-defined]
