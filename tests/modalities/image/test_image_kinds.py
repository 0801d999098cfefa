"""What is an object: it has a grain of its own, which no shade has; in a scratch the slope of its edge proves none."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from anomalyst.modalities.image.found.kinds import image_kind
from anomalyst.samples import Mask

SIDE = 128
DOWN, ACROSS = np.mgrid[:SIDE, :SIDE]
DISC: Mask = np.hypot(DOWN - 64, ACROSS - 64) < 16
SOFT = gaussian_filter(DISC.astype(float), 2)
EXPECTED = np.full((SIDE, SIDE, 3), 0.6)


def ground(seed: int) -> NDArray[np.float64]:
    """A rough surface without a grain."""
    rough = gaussian_filter(np.random.default_rng(seed).normal(size=(SIDE, SIDE)), 1)
    return np.asarray((0.6 + 0.05 * rough / rough.std())[..., None].repeat(3, axis=2))


@pytest.mark.parametrize(("seed", "share"), [*product(range(3), (0.3, 0.5))])
def test_a_shade_is_no_object(seed: int, share: float) -> None:
    assert image_kind(ground(seed) * (1 - share * SOFT[..., None]), EXPECTED, DISC) == "darker"


@pytest.mark.parametrize(("seed", "degrees"), [*product(range(3), (0, 30, 45, 90))])
def test_a_grain_of_any_direction_is_that_of_an_object(seed: int, degrees: float) -> None:
    along = ACROSS * np.cos(np.radians(degrees)) + DOWN * np.sin(np.radians(degrees))
    thing = (0.35 + 0.07 * np.sin(along * 2 * np.pi / 6))[..., None]
    assert image_kind(np.where(DISC[..., None], thing, ground(seed)), EXPECTED, DISC) == "extra part"


@pytest.mark.parametrize("seed", range(3))
def test_a_wide_scratch_is_no_object(seed: int) -> None:
    off = np.abs(DOWN - 64)
    groove = np.exp(-np.square(off / 6.0)) * (0.6 + 0.4 * np.cos(off / 2))  # with ridges along it
    scratch: Mask = (off < 9) & (ACROSS > 16) & (ACROSS < 112)
    seen = ground(seed) * (1 - np.where(scratch, 0.6 * groove, 0.0))[..., None]
    assert image_kind(seen, EXPECTED, scratch) in ("darker", "texture change")
