"""Conformal p-values: valid on normals, small on outliers, honest about what was extrapolated."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.errors import InputError


def test_p_value_is_the_rank() -> None:
    calibrated = Conformal.fit([1.0, 2.0, 3.0, 4.0])
    np.testing.assert_allclose(calibrated.p_values([0.0, 2.0, 2.5, 4.0]), [1.0, 0.8, 0.6, 0.4])
    assert calibrated.p_values([9.0])[0] < 0.2


@pytest.mark.parametrize("count", [19, 99, 30_000])
@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.1])
def test_false_alarms_stay_at_alpha(count: int, alpha: float) -> None:
    rng = np.random.default_rng(count)
    trials = 400 if count < 1000 else 20
    alarms = total = 0
    for _ in range(trials):
        calibrated = Conformal.fit(rng.gamma(2.0, size=count))
        alarms += int((calibrated.p_values(rng.gamma(2.0, size=50)) <= alpha).sum())
        total += 50
    # Draws that share a calibration set are dependent: the bound is wide, but one-sided errors would show.
    assert alarms / total <= alpha + 4 * np.sqrt(alpha * (1 - alpha) / total) + alpha * 0.15


def test_tail_is_extrapolated_and_marked() -> None:
    rng = np.random.default_rng(0)
    calibrated = Conformal.fit(rng.exponential(size=500))
    p = calibrated.p_values([3.0, 10.0, 14.0])
    assert not calibrated.is_extrapolated(float(p[0]))
    assert calibrated.is_extrapolated(float(p[1]))
    assert np.exp(-10) / 30 < p[1] < np.exp(-10) * 30
    assert p[2] < p[1] < p[0]


@pytest.mark.parametrize("count", [8, 20, 60])
def test_the_tail_of_few_scores_is_calibrated_too(count: int) -> None:
    rng = np.random.default_rng(count)
    p = np.concatenate([Conformal.fit(rng.gumbel(size=count)).p_values(rng.gumbel(size=100)) for _ in range(400)])
    # 0.01 lies below 1 / (n + 1) here: it is reached by extrapolation only.
    assert 0.005 <= np.mean(p <= 0.01) <= 0.016


def test_few_scores_never_pretend() -> None:
    calibrated = Conformal.fit([1.0, 2.0])
    assert calibrated.p_values([1e9])[0] == pytest.approx(1 / 3)
    assert not calibrated.is_extrapolated(1 / 3)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200), st.lists(st.floats(-1e6, 1e6), min_size=2))
def test_higher_scores_never_get_higher_p(calibration: list[float], scores: list[float]) -> None:
    p = Conformal.fit(calibration).p_values(np.sort(scores))
    assert np.all(np.diff(p) <= 1e-12)
    assert np.all((p > 0) & (p <= 1))


def test_thinned_scores_are_conservative_and_close() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=200_000)
    calibrated = Conformal.fit(scores)
    queries = rng.normal(size=300)
    exact = (1 + (scores[None] >= queries[:, None]).sum(1)) / (len(scores) + 1)
    got = calibrated.p_values(queries)
    inside = queries < scores.max()
    assert np.all(got[inside] >= exact[inside] - 1e-12)
    np.testing.assert_allclose(got[inside], exact[inside], atol=2e-4)


def test_what_is_not_a_number_is_refused_not_normal() -> None:
    calibrated = Conformal.fit([1.0, 2.0])
    for refused in (lambda: Conformal.fit([1.0, np.nan]), lambda: calibrated.p_values([1.0, np.nan])):
        with pytest.raises(InputError, match="1 of 2 scores of .* are not numbers"):
            refused()
    with pytest.raises(InputError, match="not numbers"):
        calibrated.sample_p(float("nan"))
    with pytest.raises(ValueError, match="no calibration score"):
        Conformal.fit([])
    assert calibrated.p_values([np.inf])[0] == 1 / 3


def test_rounding_makes_no_score_the_higher_one() -> None:
    calibrated = Conformal.fit(np.full(20, 0.3))
    assert calibrated.p_values([0.3 * (1 + 1e-7)])[0] == 1
    assert calibrated.p_values([0.3001])[0] == 1 / 21


def test_state_round_trip() -> None:
    calibrated = Conformal.fit(np.random.default_rng(0).normal(size=300))
    again = Conformal.from_state(calibrated.state("x"), "x")
    queries = np.linspace(-3, 9, 50)
    np.testing.assert_array_equal(calibrated.p_values(queries), again.p_values(queries))


def test_uniformity_of_p() -> None:
    rng = np.random.default_rng(3)
    p = Conformal.fit(rng.normal(size=5000)).p_values(rng.normal(size=5000))
    assert binomtest(int((p <= 0.5).sum()), 5000, 0.5).pvalue > 1e-4


def test_a_whole_sample_claims_no_more_than_a_hundredfold_of_what_was_seen() -> None:
    judge = Conformal.fit(np.linspace(1, 2, 19))
    assert judge.sample_p(1e6) == pytest.approx(1 / (100 * 20)) and judge.p_values([1e6])[0] < 1e-4
    assert judge.sample_p(1.5) == pytest.approx(float(judge.p_values([1.5])[0]))
