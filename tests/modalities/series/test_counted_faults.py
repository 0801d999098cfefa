"""Planted faults of counters: a size that a counter can show."""

from __future__ import annotations

import numpy as np
import pytest

from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.tried.planted import STEPS, anywhere, fault_facts


def _counter(rows: int = 400, seed: int = 0) -> SeriesSample:
    errors = np.zeros(rows)
    errors[np.random.default_rng(seed).integers(0, rows, 3)] = 1
    return SeriesSample(errors[:, None], ("errors",), np.arange(rows, dtype=np.float64), ("",))


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("seed", range(4))
def test_a_counter_moves_by_whole_numbers_and_never_below_zero(kind: str, seed: int) -> None:
    sample = _counter()
    planted = anywhere(sample, kind, 4.0, seed)
    assert planted is not None
    values = planted.into(sample, seed).values
    assert (values % 1 == 0).all() and values.min() == 0
    assert (values - sample.values).max() >= 1


@pytest.mark.parametrize("number", [0, 1])
def test_what_passed_unnoticed_is_told_in_whole_numbers(number: int) -> None:
    sizes = [
        fact.value for fact in fault_facts(_counter(), number, 0, 1.0, 0.5) if fact.kind.endswith(("seen", "unseen"))
    ]
    assert sizes and all(isinstance(size, int | float) and size >= 1 and size % 1 == 0 for size in sizes)


def test_what_is_measured_moves_by_any_size() -> None:
    values = np.random.default_rng(0).normal(size=(400, 1))
    sample = SeriesSample(values, ("temperature",), np.arange(400, dtype=np.float64), ("",))
    planted = anywhere(sample, "level shift", 4.0, 0)
    assert planted is not None and abs(planted.size) == 4.0
