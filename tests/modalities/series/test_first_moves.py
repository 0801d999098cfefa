"""First moves: a channel that stood still in all normals moves."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from anomalyst.detectors.registry import detector_class, load_detector
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import channel_scores
from anomalyst.modalities.series.space.grid import Grid
from anomalyst.modalities.series.space.judged.moves import first_moves

COLUMNS = tuple("abcdefg") + ("errors",)


def noisy(rows: int, seed: int) -> SeriesSample:
    """Channels with heavy-tailed noise, and a counter that stays at 0."""
    values = np.random.default_rng(seed).standard_t(2, (rows, len(COLUMNS)))
    values[:, -1] = 0
    return SeriesSample(values, COLUMNS, np.arange(rows, dtype=float))


def laid(values: np.ndarray) -> Grid:
    return Grid(values, np.isfinite(values), np.arange(len(values)))


def test_how_strange_a_first_move_is_follows_how_long_the_channel_stood_still() -> None:
    values = np.zeros((100, 3))
    values[40:50, 1] = 3
    found = first_moves(laid(values), np.zeros(3), np.array([1.0, 0, 0]), 2_000, 100)
    assert found is not None
    moved = np.flatnonzero(found.any(0)), np.flatnonzero(found.any(1))
    assert moved[0].tolist() == [1] and moved[1].tolist() == list(range(40, 50))
    assert found.max() == pytest.approx(2 * math.log(22) + math.log(100) - math.log(2))
    assert first_moves(laid(values), np.zeros(3), np.ones(3), 2_000, 100) is None


def test_a_missing_value_and_the_jitter_of_one_are_no_move() -> None:
    values = np.full((100, 1), 5.0)
    values[3:6] += 1e-6
    assert first_moves(laid(values), np.array([5.0]), np.zeros(1), 2_000, 100) is None
    values[3:6] = 9
    grid = Grid(values, values < 6, np.arange(100))
    assert first_moves(grid, np.array([5.0]), np.zeros(1), 2_000, 100) is None


def test_errors_that_never_were_are_an_alarm_and_to_blame_also_once_saved(tmp_path: Path) -> None:
    detector = detector_class("series-density")(lengths=(8, 32), samples=2).fit([noisy(3_000, 1)])
    sample = noisy(1_500, 2)
    sample.values[700:705, -1] = [4, 7, 2, 5, 3]
    found = detector.score(sample)
    expected = (1_500 / 32) / (3_000 / 32 + 2) ** 2  # events in so many stretches
    assert found.sample_p <= -math.expm1(-expected) * 1.001
    assert COLUMNS[int(channel_scores(found)[700:705].sum(0).argmax())] == "errors"
    detector.save_pretrained(tmp_path)
    assert load_detector(tmp_path).score(sample).sample_p == pytest.approx(found.sample_p)
