"""Findings: the stated false-discovery rate, tight regions, ranking, and silence where the verdict is normal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.stats import false_discovery_control, norm

from anomalyst.detectors.contract import Calibration, ScoreMap
from anomalyst.errors import InputError
from anomalyst.evidence.findings import FoundRegions, find_regions, simes, step_up
from anomalyst.modalities.image.found.findings import RULES as IMAGE_RULES
from anomalyst.modalities.image.region import ImageRegion
from anomalyst.modalities.series.findings import RULES as SERIES_RULES
from anomalyst.modalities.series.region import SeriesRegion

CALIBRATION = Calibration("split-conformal", 50, 100_000)


def _map(scores: NDArray[np.float64], p_values: NDArray[np.float64] | None = None, sample_p: float = 0.001) -> ScoreMap:
    """A score map whose p-values are those of standard normal scores, unless given."""
    p = norm.sf(scores) if p_values is None else p_values
    channels = 3 if scores.ndim == 2 else 1
    blank = np.zeros((*scores.shape, channels), np.float32)
    return ScoreMap(
        modality="image" if scores.ndim == 2 else "series",
        scores=scores.astype(np.float32),
        p_values=p.astype(np.float32),
        sample_score=float(scores.max()),
        sample_p=sample_p,
        extrapolated=False,
        expected=blank,
        samples=blank[None],
        calibration=CALIBRATION,
    )


def _found(score_map: ScoreMap, most: int = 8) -> FoundRegions:
    """The regions of a map of pixels or of rows."""
    return find_regions(score_map, IMAGE_RULES if score_map.scores.ndim == 2 else SERIES_RULES, most=most)


def _noise(shape: tuple[int, ...], seed: int = 0) -> NDArray[np.float64]:
    return np.random.default_rng(seed).standard_normal(shape)


def _disc(shape: tuple[int, int], centre: tuple[int, int], radius: float) -> NDArray[np.bool_]:
    y, x = np.mgrid[: shape[0], : shape[1]]
    return np.hypot(y - centre[0], x - centre[1]) <= radius


def test_a_normal_verdict_has_no_findings() -> None:
    scores = np.zeros((32, 32))
    scores[4:9, 4:9] = 20
    assert _found(_map(scores, sample_p=0.051)).findings == ()
    with pytest.raises(InputError, match="not numbers"):
        _map(scores, sample_p=float("nan"))
    assert _found(_map(scores, sample_p=0.05)).findings != ()


def test_one_block_is_found_exactly() -> None:
    scores = _noise((64, 80))
    scores[10:20, 30:45] = 12
    found = _found(_map(scores))
    assert found.findings[0].region == ImageRegion(x0=30, y0=10, x1=45, y1=20)
    assert found.findings[0].id == "R1" and found.findings[0].significant
    assert found.masks["R1"].sum() == 150


@pytest.mark.parametrize(("radius", "overlap"), [(5, 0.65), (12, 0.85), (30, 0.9)])
def test_a_blurred_disc_is_cut_back_to_its_edge(radius: float, overlap: float) -> None:
    truth = _disc((128, 128), (60, 70), radius)
    scores = 40 * gaussian_filter(truth.astype(float), 4) + _noise((128, 128)) * 0.5
    mask = _found(_map(scores)).masks["R1"]
    assert (mask & truth).sum() / (mask | truth).sum() > overlap


def test_two_anomalies_under_one_blur_are_two_regions() -> None:
    truth = _disc((128, 128), (40, 40), 10).astype(float) + 0.8 * _disc((128, 128), (80, 84), 9)
    scores = 60 * gaussian_filter(truth, 6)
    found = _found(_map(scores, np.full(scores.shape, 1e-9)))  # all of it flagged
    regions = [f.region for f in found.findings if isinstance(f.region, ImageRegion)]
    assert len(regions) == 2
    assert regions[0].x0 < 40 < regions[0].x1 and regions[1].y0 < 80 < regions[1].y1
    assert found.union(scores.shape).mean() < 0.08


def test_where_the_whole_differs_only_what_stands_out_from_it_is_a_region() -> None:
    scores = 20 + 5 * gaussian_filter(_noise((128, 128)), 4)
    scores[30:50, 60:80] += 10
    flagged = _found(_map(scores, np.full(scores.shape, 1e-9)))
    assert [f.region for f in flagged.findings] == [ImageRegion(x0=60, y0=30, x1=80, y1=50)]


def test_ids_rise_with_p_and_fall_with_score() -> None:
    scores = np.zeros((60, 60))
    p_values = np.full((60, 60), 0.5)
    for corner, (score, p) in {5: (9.0, 1e-6), 25: (7.0, 1e-8), 45: (8.0, 1e-8)}.items():
        scores[corner : corner + 6, corner : corner + 6] = score
        p_values[corner : corner + 6, corner : corner + 6] = p
    found = _found(_map(scores, p_values))
    assert [f.region.x0 for f in found.findings if isinstance(f.region, ImageRegion)] == [45, 25, 5]
    assert [f.id for f in found.findings] == ["R1", "R2", "R3"]
    assert [f.peak_score for f in found.findings] == [8.0, 7.0, 9.0]
    assert len(_found(_map(scores, p_values), most=2).findings) == 2


def test_specks_are_left_out_beside_a_region_but_not_alone() -> None:
    scores = np.zeros((256, 256))
    scores[200, 200] = 30
    assert len(_found(_map(scores)).findings) == 1
    scores[20:40, 20:40] = 12
    found = _found(_map(scores))
    assert [f.region for f in found.findings] == [ImageRegion(x0=20, y0=20, x1=40, y1=40)]


def test_near_regions_are_one() -> None:
    scores = np.zeros((200, 200))
    scores[50:60, 50:60] = scores[50:60, 61:70] = 12
    scores[50:60, 90:100] = 12
    assert len(_found(_map(scores)).findings) == 2


def test_runs_of_a_series_with_a_small_gap_are_one() -> None:
    scores = 0.5 * _noise((1000,))
    scores[100:130] = scores[133:150] = 12
    scores[700] = 12
    found = _found(_map(scores))
    assert [f.region for f in found.findings] == [SeriesRegion(start=100, stop=150), SeriesRegion(start=700, stop=701)]
    assert found.masks["R1"].sum() == 50


def test_the_most_suspicious_place_stands_in_when_nothing_survives() -> None:
    scores = np.zeros((40, 40))
    scores[8:12, 20:25] = 3.0
    scores[9, 22] = 3.2
    found = _found(_map(scores, np.full((40, 40), 0.2)))
    assert [f.significant for f in found.findings] == [False]
    assert found.findings[0].region == ImageRegion(x0=20, y0=8, x1=25, y1=12)


def test_missing_scores_are_no_score_map() -> None:
    scores = _noise((300,))
    scores[200:220] = np.nan
    with pytest.raises(InputError, match="20 of 300 scores of the sample are not numbers"):
        _map(scores)


def test_a_large_image_is_judged_whole() -> None:
    scores = np.zeros((1500, 1500))
    scores[300:340, 700:760] = 12
    p_values = np.full(scores.shape, 0.5)
    p_values[300:340, 700:760] = 1e-9
    found = _found(_map(scores, p_values))
    assert found.findings[0].region == ImageRegion(x0=700, y0=300, x1=760, y1=340)


def test_a_map_larger_than_the_grid_is_thinned_and_its_regions_are_whole_again() -> None:
    scores = np.zeros((90, 120))
    scores[30:60, 40:80] = 12
    thinned = replace(IMAGE_RULES, grid=90 * 120 // 9)
    assert thinned.stride(scores) == 3 and IMAGE_RULES.stride(scores) == 1
    found = find_regions(_map(scores), thinned)
    assert found.masks["R1"].shape == scores.shape
    assert found.findings[0].region == ImageRegion(x0=42, y0=30, x1=81, y1=60)


def test_the_false_discovery_rate_holds_beside_true_anomalies() -> None:
    shares = []
    for seed in range(200):
        scores = _noise((1000,), seed)
        scores[:50] += 4
        p_values = norm.sf(scores)
        flagged = p_values <= step_up(p_values, 0.1)
        shares.append(flagged[50:].sum() / max(1, flagged.sum()))
    assert 0.07 < np.mean(shares) < 0.115  # the rule holds 0.1 × 950 / 1000 exactly for independent elements


def test_uniform_p_values_are_rarely_flagged() -> None:
    rng = np.random.default_rng(1)
    alarms = [step_up(rng.random((20, 20)), 0.05) > 0 for _ in range(400)]
    assert np.mean(alarms) < 0.09  # 0.05 and three binomial standard errors


@given(seed=st.integers(0, 1000), power=st.floats(1, 4), fdr=st.floats(0.01, 0.5))
def test_the_step_up_rule_is_that_of_scipy(seed: int, power: float, fdr: float) -> None:
    p_values = np.random.default_rng(seed).random(100) ** power
    np.testing.assert_array_equal(p_values <= step_up(p_values, fdr), false_discovery_control(p_values) <= fdr)


def test_a_strong_region_brings_no_false_ones_along() -> None:
    extra = 0
    for seed in range(200):
        scores = _noise((40, 50), seed)
        scores[5:25, 5:30] += 12  # 500 elements: at a rate of 5 % the plain rule flags about 15 false ones
        extra += len(_found(_map(scores)).findings) > 1
    assert extra / 200 < 0.1  # 0.05 and three binomial standard errors


def test_simes_holds_its_level_and_sees_a_cluster() -> None:
    rng = np.random.default_rng(2)
    assert 0.02 < np.mean([simes(rng.random(200)) <= 0.05 for _ in range(600)]) < 0.08
    assert simes(np.array([0.01] * 10 + [0.5] * 10)) == pytest.approx(0.02)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    shape=st.one_of(
        st.tuples(st.integers(3, 200)),
        st.tuples(st.integers(3, 50), st.integers(3, 50)),
    ),
    scale=st.floats(0.1, 30),
)
def test_boxes_and_masks_agree(seed: int, shape: tuple[int, ...], scale: float) -> None:
    scores = scale * gaussian_filter(_noise(shape, seed), 1.5)
    found = _found(_map(scores))
    assert 1 <= len(found.findings) <= 8
    assert list(found.masks) == [f.id for f in found.findings]
    assert sum(m.sum() for m in found.masks.values()) == found.union(shape).sum()  # no overlap
    for finding in found.findings:
        mask, region = found.masks[finding.id], finding.region
        assert finding.peak_score == pytest.approx(scores[mask].max(), rel=1e-5)
        if isinstance(region, ImageRegion):
            assert not mask.sum() - mask[region.y0 : region.y1, region.x0 : region.x1].sum()
            assert mask[region.y0].any() and mask[region.y1 - 1].any()
            assert mask[:, region.x0].any() and mask[:, region.x1 - 1].any()
        else:
            assert mask.sum() == mask[region.start : region.stop].sum() == region.stop - region.start
