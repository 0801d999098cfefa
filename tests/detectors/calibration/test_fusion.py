"""Combined p-values hold their level, whatever the dependence, and hear one strong voice."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm

from anomalyst.detectors.calibration.combine import cauchy, harmonic, validity
from anomalyst.errors import InputError

COMBINE = {"cauchy": cauchy, "harmonic": harmonic}
DRAWS = 200_000


def null(correlation: float, count: int, seed: int = 0) -> NDArray[np.float64]:
    """p-values (count, DRAWS) of normals, equally correlated."""
    rng = np.random.default_rng(seed)
    shared, own = rng.normal(size=DRAWS), rng.normal(size=(count, DRAWS))
    return norm.sf(math.sqrt(correlation) * shared + math.sqrt(1 - correlation) * own)


@pytest.mark.parametrize("count", [2, 5])
@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("level", [0.05, 0.01])
def test_false_alarms_stay_at_the_level(correlation: float, count: int, level: float) -> None:
    """Within three binomial errors; `cauchy`, approximate between no and full dependence, within 12 % or 25 % more."""
    excess = {2: 1.12, 5: 1.25}[count] if 0 < correlation < 1 else 1.04
    p = null(correlation, count)
    error = 3 * math.sqrt(level * (1 - level) / DRAWS)
    assert (harmonic(p) <= level).mean() <= level + error
    assert (cauchy(p) <= level).mean() <= level * excess + error
    weights = np.arange(1.0, count + 1).tolist()
    assert (harmonic(p, weights) <= level).mean() <= level + error


def test_false_alarms_of_opposed_ones() -> None:
    """p and 1 − p: the dependence furthest from a shared cause."""
    p = null(0.0, 1)[0]
    for combine in COMBINE.values():
        assert (combine([p, 1 - p]) <= 0.05).mean() <= 0.05


def test_cauchy_is_exact_alone_equal_and_independent() -> None:
    p = np.array([1e-20, 1e-6, 0.01, 0.4])
    np.testing.assert_allclose(cauchy([p]), p, rtol=1e-9)
    np.testing.assert_allclose(cauchy([p, p, p]), p, rtol=1e-9)
    combined = cauchy(null(0.0, 3))
    for level in (0.01, 0.05, 0.2):
        assert (combined <= level).mean() == pytest.approx(level, rel=0.06)


def test_harmonic_is_the_scaled_harmonic_mean() -> None:
    assert validity(1.0) == pytest.approx(1.0)
    for least in (0.5, 0.1):
        constant = validity(least)
        assert constant == pytest.approx(1 - math.log(least) + math.log(constant))
    assert harmonic([0.01, 0.04]) == pytest.approx(validity(0.5) * 2 / (100 + 25))


@pytest.mark.parametrize("combine", COMBINE.values(), ids=COMBINE)
def test_one_very_small_p_dominates_even_against_ones(combine) -> None:  # type: ignore[no-untyped-def]
    assert combine([1e-12, 1.0, 1.0]) < 1e-10
    assert combine([1e-300, 0.5]) < 1e-290
    assert combine([0.0, 1.0]) > 0
    assert combine([1e-6, 1.0], [9.0, 1.0]) < combine([1e-6, 1.0], [1.0, 9.0])


@pytest.mark.parametrize("combine", COMBINE.values(), ids=COMBINE)
def test_elementwise_monotone_and_symmetric(combine) -> None:  # type: ignore[no-untyped-def]
    p = np.random.default_rng(0).uniform(size=(3, 4, 5))
    got = combine(p)
    assert got.shape == (4, 5) and ((got > 0) & (got <= 1)).all()
    assert got[2, 3] == pytest.approx(float(combine(p[:, 2, 3])))
    np.testing.assert_allclose(combine(p[::-1]), got)
    assert (combine(p * [[[0.5]], [[1.0]], [[1.0]]]) <= got).all()


@pytest.mark.parametrize("combine", COMBINE.values(), ids=COMBINE)
def test_bad_input_is_refused(combine) -> None:  # type: ignore[no-untyped-def]
    for bad in (0.5, [], [1.5, 0.1], [math.nan, 0.1]):
        with pytest.raises(InputError, match="p-values"):
            combine(bad)
    for weights in ([1.0], [1.0, 0.0], [1.0, math.nan]):
        with pytest.raises(InputError, match="weights"):
            combine([0.1, 0.2], weights)
