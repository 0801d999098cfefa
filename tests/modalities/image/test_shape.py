"""The shape of an outline: long, round or wide; none where it is too small to tell, or is the map's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from skimage.draw import disk, ellipse

from anomalyst.modalities.image.found.shape import image_shape, shape_of
from anomalyst.samples import Mask

SIDE = 200
RNG = np.random.default_rng(0)


def outline(draw: Callable[[Mask], object]) -> Mask:
    mask = np.zeros((SIDE, SIDE), dtype=bool)
    draw(mask)
    return mask


def strip(length: int, width: int) -> Mask:
    return outline(lambda mask: mask.__setitem__((slice(20, 20 + width), slice(20, 20 + length)), True))


def blot(radius: int) -> Mask:
    return outline(lambda mask: mask.__setitem__(disk((90, 90), radius), True))


def bow() -> Mask:
    """A bent scratch, 4 pixels wide."""
    down, across = np.mgrid[:SIDE, :SIDE]
    return np.asarray((np.abs(np.hypot(down - 100, across - 100) - 50) < 2) & (down > 100))


def ragged(mask: Mask) -> Mask:
    """A mask whose rim is torn, and with holes."""
    return np.asarray(mask & ~(RNG.random(mask.shape) < 0.1))


@pytest.mark.parametrize(
    ("mask", "shape"),
    [
        (strip(60, 4), "scratch-like"), (strip(120, 12), "scratch-like"), (bow(), "scratch-like"),
        (strip(16, 4), "scratch-like"), (blot(5), "spot-like"), (blot(8), "spot-like"), (strip(10, 10), "spot-like"),
        (blot(30), "area-like"), (ragged(blot(30)), "area-like"), (strip(80, 60), "area-like"),
        (ragged(blot(8)), "spot-like"),
        (strip(24, 10), None),  # longer than round, not long
        (outline(lambda mask: mask.__setitem__(ellipse(90, 90, 5, 13), True)), None),
        (blot(2), None), (strip(9, 3), None), (strip(1, 1), None),  # too small to tell
        (blot(6) | np.roll(blot(6), 60, axis=1), None),  # two spots are none
        (blot(30) & ~blot(26), None),  # a ring
    ],
)  # fmt: skip
def test_long_round_or_wide(mask: Mask, shape: str | None) -> None:
    assert shape_of(mask) == shape
    assert shape_of(np.ascontiguousarray(mask.T)) == shape


def test_the_shape_is_that_of_what_differs() -> None:
    expected = np.full((SIDE, SIDE, 3), 0.5)
    scratch = strip(60, 5)
    observed = np.where(scratch[..., None], 0.9, expected)
    assert image_shape(observed, expected, scratch) == "scratch-like"


def test_of_an_outline_that_is_the_maps_no_shape_is_told() -> None:
    expected = np.full((SIDE, SIDE, 3), 0.5)
    faint = np.where(blot(8)[..., None], 0.52, expected)
    assert image_shape(faint, expected, blot(8)) is None
    speckled = np.where((blot(30) & (RNG.random((SIDE, SIDE)) < 0.02))[..., None], 1.0, expected)
    assert image_shape(speckled, expected, blot(30)) is None
