"""Synthetic anomalies: reproducible, inside their mask, never empty, and useful for choosing options."""

from __future__ import annotations

import numpy as np
import pytest

from anomalyst.modalities.image.tried.synthetic import MAKERS, make_anomaly


@pytest.fixture(scope="module")
def normal() -> np.ndarray:
    down, across = np.mgrid[:96, :128]
    light = 0.5 + 0.3 * np.sin(across / 5) * np.cos(down / 7)
    grain = np.random.default_rng(0).normal(0, 0.02, (96, 128))
    return np.repeat((light + grain).clip(0, 1)[..., None], 3, -1).astype(np.float32)


@pytest.mark.parametrize("kind", MAKERS)
def test_anomaly_changes_the_image_where_the_mask_says(kind: str, normal: np.ndarray) -> None:
    before = normal.copy()
    out, mask = make_anomaly(kind, normal, seed=3)
    assert np.array_equal(normal, before), "the normal image must not be written to"
    assert out.shape == normal.shape and out.dtype == np.float32 and mask.shape == normal.shape[:2]
    assert out.min() >= 0 and out.max() <= 1 and mask.any()
    change = np.abs(out - normal).max(-1)
    assert change[mask].mean() > 0.05, "the damage must be visible"
    assert change[~mask].mean() < 0.1 * change[mask].mean(), "the damage must lie in the mask"


@pytest.mark.parametrize("kind", MAKERS)
def test_anomaly_is_a_function_of_its_seed(kind: str, normal: np.ndarray) -> None:
    first, again, other = (make_anomaly(kind, normal, seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
