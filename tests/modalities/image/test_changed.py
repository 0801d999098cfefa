"""What is measured of a spot is that of its own pixels, however wide the region that found it."""

from __future__ import annotations

import numpy as np
import pytest

from anomalyst.modalities.image.found.changed import changed_part
from anomalyst.modalities.image.found.kinds import image_kind

SIDE = 96
WIDE = np.zeros((SIDE, SIDE), dtype=bool)
WIDE[20:70, 20:70] = True
SPOT = np.hypot(*(np.mgrid[:SIDE, :SIDE] - 45)) < 9


def plain(seed: int = 0) -> np.ndarray:
    grain = np.random.default_rng(seed).normal(0, 0.01, (SIDE, SIDE, 3))
    return np.asarray((np.array([0.7, 0.66, 0.55]) + grain).clip(0, 1))


@pytest.mark.parametrize("colour", [(0.8, 0.1, 0.1), (0.35, 0.33, 0.28), (0.95, 0.9, 0.85)])
def test_a_spot_is_cut_out_of_the_region_around_it(colour: tuple[float, float, float]) -> None:
    seen = np.where(SPOT[..., None], colour, plain())
    part = changed_part(seen, plain(1), WIDE)
    assert 0.8 <= part.sum() / SPOT.sum() <= 1.2 and (part & SPOT).sum() >= 0.9 * part.sum()
    np.testing.assert_allclose(seen[part].mean(axis=0), colour, atol=0.06)


def test_where_nothing_stands_out_the_region_is_told_whole() -> None:
    assert (changed_part(plain(), plain(1), WIDE) == WIDE).all()


def test_a_shadow_on_tinted_paper_is_no_other_colour() -> None:
    seen = np.where(SPOT[..., None], 0.5 * plain(), plain())
    assert image_kind(seen, plain(1), SPOT) == "darker"
    assert image_kind(np.where(SPOT[..., None], (0.8, 0.1, 0.1), plain()), plain(1), SPOT) != "darker"
