"""Of channels that come apart the one that left is told."""

from __future__ import annotations

import numpy as np
import pytest

from anomalyst.modalities.series.kinds.together import who_left

ROWS, MOVED = 1_200, slice(900, 1_000)


def machine(left: int | None, channels: int, seed: int) -> np.ndarray:
    """Channels that all follow one load, one of which no longer does for some rows."""
    rng = np.random.default_rng(seed)
    load = np.sin(np.arange(ROWS) / 40)[:, None]
    values = load * np.linspace(1, -2, channels) + 0.1 * rng.normal(size=(ROWS, channels)) + np.arange(channels)
    if left is not None:
        values[MOVED, left] += 1.0
    return np.asarray(values)


def normal_rows() -> np.ndarray:
    normal = np.ones(ROWS, dtype=bool)
    normal[MOVED] = False
    return normal


@pytest.mark.parametrize("left", range(5))
def test_the_channel_that_left_is_told_from_those_that_stayed(left: int) -> None:
    assert who_left(machine(left, 5, left), MOVED, normal_rows()) == left


def test_of_two_channels_nobody_can_say_which_one_left() -> None:
    assert who_left(machine(0, 2, 0), MOVED, normal_rows()) is None


def test_where_none_left_or_two_did_none_is_told() -> None:
    assert who_left(machine(None, 5, 0), MOVED, normal_rows()) is None
    both = machine(1, 5, 0)
    both[MOVED, 3] -= 1.0
    assert who_left(both, MOVED, normal_rows()) is None


def test_missing_values_and_channels_that_stand_still_do_no_harm() -> None:
    values = machine(2, 5, 0)
    values[::7, 0] = np.nan
    values[:, 4] = 3.0
    assert who_left(values, MOVED, normal_rows()) == 2
