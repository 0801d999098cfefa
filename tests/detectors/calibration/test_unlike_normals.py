"""Groups of normals far beyond the others are named, whatever their number; clean sets are rarely accused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from anomalyst.detectors.calibration.unlike import LEVEL, group_p, unlike

Floats = Any
TAILS: dict[str, Callable[[np.random.Generator], Floats]] = {
    "exponential": lambda rng: rng.exponential(size=60),
    "normal": lambda rng: rng.normal(size=60),
    "lognormal": lambda rng: np.exp(0.3 * rng.normal(size=60)),
}


def test_one_or_two_far_beyond_the_others_are_named() -> None:
    scores = dict(enumerate(np.linspace(1, 2, 20)))
    assert unlike(scores) == []
    assert unlike(scores | {4: 40.0}) == [4]
    assert unlike(scores | {4: 40.0, 9: 30.0}) == [4, 9]
    assert unlike({0: 1.0, 1: 1.1, 2: 90.0}) == []


def test_many_do_not_hide_each_other() -> None:
    rng = np.random.default_rng(0)
    scores = dict(enumerate(np.exp(0.3 * rng.normal(size=60))))
    hidden = {number: 5.0 + 0.3 * number for number in range(6)}
    assert sorted(unlike(scores | hidden)) == sorted(hidden)
    assert unlike(scores | hidden)[0] == 5


@pytest.mark.parametrize("tail", TAILS)
def test_clean_sets_are_rarely_accused(tail: str) -> None:
    rng = np.random.default_rng(1)
    accused = sum(bool(unlike(dict(enumerate(TAILS[tail](rng))))) for _ in range(400))
    assert accused <= LEVEL * 400


def test_each_chance_is_what_an_exponential_tail_gives() -> None:
    rng = np.random.default_rng(2)
    chances = np.stack([group_p(np.sort(rng.exponential(size=61))[::-1]) for _ in range(2000)])
    assert chances.shape == (2000, 7)
    np.testing.assert_allclose((chances <= 0.1).mean(0), 0.1, atol=0.025)


def test_the_unit_does_not_matter_and_equal_scores_accuse_nobody() -> None:
    rng = np.random.default_rng(3)
    scores = {number: float(one) for number, one in enumerate(rng.exponential(size=40))} | {7: 30.0}
    assert unlike(scores) == [7] == unlike({number: 5 * one - 3 for number, one in scores.items()})
    assert unlike(dict.fromkeys(range(20), 1.0)) == []
    assert unlike(dict.fromkeys(range(20), 1.0) | {3: 9.0}) == []
