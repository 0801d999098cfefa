"""Faint parts of an anomaly: the broken rim beside a bright splinter, and nothing where only the map is blurred."""

from __future__ import annotations

import numpy as np

from anomalyst.modalities.image.found.faint import faint_parts, hanging

SIDE = 128
NOISE = 0.01


def usual(seed: int) -> np.ndarray:
    grey = 0.5 + np.random.default_rng(seed).normal(0, NOISE, (SIDE, SIDE, 1))
    return np.repeat(grey, 3, -1).astype(np.float32)


def place(top: int, left: int, height: int, width: int) -> np.ndarray:
    mask = np.zeros((SIDE, SIDE), dtype=bool)
    mask[top : top + height, left : left + width] = True
    return mask


SPLINTER, RIM, HALO = place(40, 40, 8, 8), place(40, 48, 12, 50), place(20, 20, 60, 90)
SAMPLES = np.stack([usual(seed) for seed in (3, 4, 5, 6)])
P_VALUES = np.where(HALO, 0.001, 0.5).astype(np.float32)


def found(seen: np.ndarray, samples: np.ndarray = SAMPLES) -> np.ndarray:
    return faint_parts(seen, usual(2), samples, P_VALUES, place(36, 36, 16, 16), SPLINTER)


def test_a_faint_rim_beside_a_bright_splinter_belongs_to_it() -> None:
    seen = usual(1)
    seen[SPLINTER], seen[RIM] = 1.0, seen[RIM] - 0.12
    rim = found(seen)
    assert (rim & RIM).sum() > 0.8 * RIM.sum() and (rim & ~RIM & ~SPLINTER).sum() < 0.3 * RIM.sum()


def test_where_only_the_map_is_high_around_a_splinter_there_is_no_part() -> None:
    seen = usual(1)
    seen[SPLINTER] = 1.0
    assert not found(seen).any()


def test_what_differs_no_more_than_normals_do_there_is_no_part() -> None:
    seen, rough = usual(1), SAMPLES.copy()
    seen[SPLINTER], seen[RIM] = 1.0, seen[RIM] - 0.12
    rough[::2, RIM] -= 0.2
    assert not (found(seen, rough) & RIM)[:, 60:90].any()


def test_what_hangs_together_with_a_region_is_what_is_rare_and_touches_it() -> None:
    p_values = np.where(HALO | place(100, 100, 10, 10), 0.001, 0.5)
    assert (hanging(p_values, SPLINTER) == HALO).all()
