"""Copies among the normals are counted once; what is alike by nature is no copy."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.twins import copies
from anomalyst.tools.workbench import learned

RNG = np.random.default_rng(3)
GROUND = np.kron(RNG.random((16, 16, 1)), np.ones((8, 8, 3)))


def shots(count: int, ground: NDArray[np.float64] = GROUND, noise: float = 0.03) -> NDArray[np.uint8]:
    """Pictures of one thing in one place, each with its own noise."""
    drawn = ground[None] + RNG.normal(0, noise, (count, *ground.shape[:2], 1))
    return np.rint(drawn.clip(0, 1) * 255).astype(np.uint8)


def test_every_picture_twice() -> None:
    once = shots(8)
    assert copies(once, 0) == list(range(8))
    assert copies(np.repeat(once, 2, axis=0), 0) == [k - k % 2 for k in range(16)]


def test_a_copy_that_was_stored_anew() -> None:
    once = shots(8)
    file = io.BytesIO()
    Image.fromarray(once[3]).save(file, "JPEG", quality=95, subsampling=0)
    assert copies(np.concatenate([once, np.asarray(Image.open(file))[None]]), 0)[-1] == 3


def test_two_fixtures_or_a_process_without_spread_are_no_copies() -> None:
    other = np.kron(RNG.random((16, 16, 1)), np.ones((8, 8, 3)))
    assert copies(np.concatenate([shots(6), shots(6, other)]), 0) == list(range(12))
    assert copies(np.repeat(shots(1), 12, axis=0), 0) == list(range(12))
    assert copies(shots(2), 0) == [0, 1]


def test_p_values_are_those_of_the_single_ones_and_the_copies_are_named() -> None:
    pictures = [
        ImageSample((p / np.float32(255)).astype(np.float32), f"{k}.png", True) for k, p in enumerate(shots(12))
    ]
    once = learned(detector_class("image-density")(size=96), pictures[:11])
    twice = learned(detector_class("image-density")(size=96), [*pictures[:11], *pictures[:11]])
    assert twice.score(pictures[11]).sample_p == pytest.approx(once.score(pictures[11]).sample_p)
    assert any("11 of the normals are copies" in note for note in twice.notes_) and not once.notes_
