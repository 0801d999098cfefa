"""The alarm of a series: size counts, normals keep to the stated share, the verdict follows from the findings."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.stats import binom

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.detectors.contract import Detector, ScoreMap
from anomalyst.detectors.registry import load_detector
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.findings import series_regions
from anomalyst.modalities.series.region import row_region
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import SeriesScores, expected_events
from anomalyst.modalities.series.space.answer import judge_in
from anomalyst.modalities.series.space.judged.alarm import EventCalibration, Tails, is_in
from anomalyst.modalities.series.space.judged.stretches import StretchCalibration
from anomalyst.modalities.series.space.period import period
from anomalyst.modalities.series.space.pictured.expected import heal
from anomalyst.modalities.series.space.plain import plain
from anomalyst.modalities.series.space.profile import Profile
from anomalyst.modalities.series.storage import kept, restored
from tests.helpers.detectors import SeriesDensity

Floats = NDArray[np.float64]
LEVELS = (0.01, 0.05, 0.2)


def series(*channels: Floats) -> SeriesSample:
    names = tuple(f"c{number}" for number in range(len(channels)))
    return SeriesSample(np.stack(channels, 1).astype(float), names, np.arange(len(channels[0]), dtype=float))


def sine(rows: int, start: int = 0) -> Floats:
    return np.sin(2 * np.pi * (np.arange(rows) + start) / 50)


def noise(rows: int, seed: int, memory: float = 0.0) -> Floats:
    """Gaussian noise of deviation 1, each value `memory` times the last one and something new."""
    values = np.random.default_rng(seed).normal(size=rows)
    for row in range(1, rows):
        values[row] = memory * values[row - 1] + math.sqrt(1 - memory**2) * values[row]
    return values


def set_to(values: Floats, rows: slice, wanted: float) -> Floats:
    changed = values.copy()
    changed[rows] = wanted
    return changed


def detector(normal: SeriesSample | None, **options: Any) -> Detector:
    return SeriesDensity(samples=1, **options).fit([] if normal is None else [normal])


def places(sample: SeriesSample, found: ScoreMap, alpha: float = 0.05) -> list[tuple[int, int]]:
    regions = [row_region(finding) for finding in series_regions(sample, found, alpha, alpha).findings]
    return [(region.start, region.stop) for region in regions]


def covers(place: tuple[int, int], start: int, stop: int) -> float:
    """How much of [start, stop) and a place is common to both."""
    both = min(place[1], stop) - max(place[0], start)
    return max(0, both) / (max(place[1], stop) - min(place[0], start))


# Size counts


@pytest.mark.parametrize("rows", [200, 400])
@pytest.mark.parametrize("blur", [0.0, 0.05])
def test_a_spike_far_beyond_all_is_an_alarm_however_few_the_normals(rows: int, blur: float) -> None:
    clean = sine(300, 7) + blur * noise(300, 1)
    fitted = detector(series(sine(rows) + blur * noise(rows, 0)))
    sample = series(set_to(clean, slice(200, 201), 100.0))
    found = fitted.score(sample)
    assert found.sample_p < 0.001 and found.extrapolated
    ((start, stop),) = places(sample, found)
    assert start == 200 and stop <= 203
    assert fitted.score(series(clean)).sample_p > 0.05


@pytest.mark.parametrize("normal", [True, False])
def test_what_deviates_more_never_has_a_larger_p_value(normal: bool) -> None:
    fitted = detector(series(sine(500) + 0.1 * noise(500, 0)) if normal else None)
    clean = sine(400, 7) + 0.1 * noise(400, 1)
    shifts = [0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 20.0, 100.0]
    p = [fitted.score(series(clean + shift * (np.arange(400) // 20 == 10))).sample_p for shift in shifts]
    assert all(later <= earlier * (1 + 1e-6) for earlier, later in zip(p[1:], p[2:], strict=False))
    assert p[0] > 0.05 and p[-1] < 0.001


@pytest.fixture(scope="module")
def two_channels() -> Detector:
    """Noise, and a channel that never moved."""
    return detector(series(noise(3000, 0), np.full(3000, 5.0)))


def faulty_pair(at: slice, *, first: float | None = None, second: float | None = None) -> SeriesSample:
    loud, still = noise(600, 1), np.full(600, 5.0)
    return series(
        loud if first is None else set_to(loud, at, first), still if second is None else set_to(still, at, second)
    )


@pytest.mark.parametrize(
    ("fault", "channel"),
    [
        ({"at": slice(200, 201), "first": 35.0}, "c0"),  # ten times the largest value
        ({"at": slice(200, 240), "first": 6.0}, "c0"),  # its level shifts
        ({"at": slice(200, 300), "first": 0.1}, "c0"),  # a noisy channel dies
        ({"at": slice(200, 240), "second": 6.0}, "c1"),  # a channel that never moved begins to
    ],
)
def test_a_plain_fault_is_one_finding_where_it_is(two_channels: Detector, fault: Any, channel: str) -> None:
    sample, rows = faulty_pair(**fault), fault["at"]
    found = two_channels.score(sample)
    assert found.sample_p < 0.001
    regions = [row_region(finding) for finding in series_regions(sample, found, 0.05, 0.05).findings]
    assert len(regions) == 1 and channel in regions[0].channels
    assert covers((regions[0].start, regions[0].stop), rows.start, rows.stop) > 0.5


def test_a_sample_without_a_fault_has_no_finding(two_channels: Detector) -> None:
    sample = faulty_pair(slice(0, 0))
    found = two_channels.score(sample)
    assert found.sample_p > 0.05 and not places(sample, found)


def test_alone_a_large_shift_is_found_and_a_calm_sine_is_not() -> None:
    calm = sine(500) + 0.05 * noise(500, 3)
    alone, shifted = detector(None), series(calm + 20.0 * (np.arange(500) // 50 == 4))
    found = alone.score(shifted)
    assert found.sample_p < 0.01
    assert all(start >= 150 and stop <= 300 for start, stop in places(shifted, found)) and places(shifted, found)
    assert alone.score(series(calm)).sample_p > 0.05 and not places(series(calm), alone.score(series(calm)))


@pytest.mark.parametrize("rows", [20, 50, 300])
def test_a_repetition_of_normals_that_never_vary_is_no_alarm(rows: int) -> None:
    still = detector(series(np.full(2000, 5.0)))
    assert still.score(series(np.full(rows, 5.0))).sample_p > 0.99
    assert detector(None).score(series(np.full(rows, 5.0))).sample_p > 0.2


def test_an_exact_repetition_of_normals_is_no_alarm() -> None:
    assert detector(series(sine(4000))).score(series(sine(400))).sample_p > 0.05


def test_alone_rare_counts_are_not_each_an_event() -> None:
    counts = np.random.default_rng(0).poisson(0.05, 500).astype(float)
    assert detector(None).score(series(counts)).sample_p > 0.05


# Normals keep to the stated share

KINDS: dict[str, Callable[[int, int], Floats]] = {
    "white noise": lambda rows, seed: noise(rows, seed),
    "slow noise": lambda rows, seed: noise(rows, seed, 0.7),
    "sine": lambda rows, seed: np.sin(2 * np.pi * np.arange(rows) / (20 + seed % 30)) + 0.2 * noise(rows, seed),
}


@pytest.mark.parametrize("kind", KINDS)
def test_of_normals_no_more_than_the_stated_share_are_alarms(kind: str) -> None:
    count, alpha = 24, 0.2
    alarms = 0
    for seed in range(count):
        rows = 300 + 50 * (seed % 4)
        both = KINDS[kind](2 * rows, seed)
        alarms += detector(series(both[:rows]), lengths=(16, 32)).score(series(both[rows:])).sample_p <= alpha
    assert alarms <= binom.ppf(0.999, count, alpha)


# The verdict follows from the findings


@pytest.fixture(scope="module")
def judged() -> list[tuple[SeriesSample, ScoreMap]]:
    """Samples with shifts of all sizes, with normals and without."""
    with_normals, alone = detector(series(noise(800, 0, 0.5), sine(800))), detector(None)
    dice, found = np.random.default_rng(0), []
    for seed in range(12):
        first, second = noise(400, 50 + seed, 0.5), sine(400, seed)
        start = int(dice.integers(0, 380))
        first[start : start + 20] += (seed % 3) * dice.uniform(0, 4)
        second[-1 - start] += (seed % 3) * dice.uniform(0, 1)
        sample = series(first, second)
        found += [(sample, with_normals.score(sample)), (sample, alone.score(sample))]
    return found


@pytest.mark.parametrize("alpha", LEVELS)
def test_there_is_an_alarm_just_where_there_is_a_finding(
    judged: list[tuple[SeriesSample, ScoreMap]], alpha: float
) -> None:
    verdicts = []
    for sample, found in judged:
        findings = modality("series").locate(sample, found, alpha=alpha, fdr=0.05).findings
        verdicts.append(bool(findings))
        assert bool(findings) == (found.sample_p <= alpha)
        assert alpha > 0.05 or all(finding.significant for finding in findings)
        assert np.isfinite(found.scores).all() and np.isfinite(found.p_values).all()
    assert 0 < sum(verdicts) < len(verdicts)


def test_as_many_events_are_expected_as_the_p_value_says(judged: list[tuple[SeriesSample, ScoreMap]]) -> None:
    for _, found in judged:
        expected = expected_events(found)
        assert expected is not None
        assert found.sample_p == pytest.approx(-math.expm1(-expected.min()), rel=1e-4)


# What is learned


def readings(seed: int = 0, rows: int = 2000) -> Floats:
    return np.stack([noise(rows, seed, 0.8), 0.3 * noise(rows, seed + 1)])


@pytest.mark.parametrize("fitted", ["of normals", "of bulk"])
def test_surprise_rises_with_each_reading(fitted: str) -> None:
    sizes = readings()
    known = EventCalibration.fit(sizes, [(0, 2000)], 20) if fitted == "of normals" else None
    judge = known or EventCalibration.of_bulk(sizes, 20)
    rising = np.linspace(-5, 20, 300)
    for reading in range(2):
        asked = np.zeros((2, 300))
        asked[reading] = rising
        steps = np.diff(judge.tails.surprise(asked))
        assert (steps >= 0).all() and steps[-50:].min() > 0
    assert 0 < judge.theta <= 1 and (judge.tails.surprise(sizes) >= 0).all()


@pytest.mark.parametrize("apart", [1, 20, 5000])
def test_the_extremal_index_is_a_share(apart: int) -> None:
    for sizes in (readings(), np.zeros((3, 500)), np.round(readings(3))):
        rows = sizes.shape[1]
        for judge in (EventCalibration.fit(sizes, [(0, rows)], apart), EventCalibration.of_bulk(sizes, apart)):
            assert 0 < judge.theta <= 1 and 0 < judge.whole_p(3.0, rows) <= 1
            assert judge.independent(1) == 1


def test_equal_readings_are_as_usual_as_their_share() -> None:
    sizes = np.zeros((1, 1000))
    sizes[0, :100] = 1.0
    tails = EventCalibration.fit(sizes, [(0, 1000)], 1).tails
    assert tails.surprise(np.array([[0.0, 1.0, 1.0 + 1e-7]])) == pytest.approx([0, math.log(10), math.log(10)], abs=0.1)
    assert tails.surprise(np.array([[1.1]]))[0] > math.log(100)


def test_one_extreme_reading_among_many_is_heard() -> None:
    tails = Tails(np.tile(np.linspace(-3, 0, 33), (4, 1)), np.tile([0.05, 0.2, 50.0], (4, 1)))
    calm, loud = np.full((4, 1), -1.0), np.full((4, 1), -1.0)
    loud[2] = 4.0
    alone = Tails(tails.knots[:1], tails.tail[:1]).surprise(loud[2:3])[0]
    assert tails.surprise(calm)[0] < 2 and tails.surprise(loud)[0] == pytest.approx(alone - math.log(4), abs=0.01)


def bursts(starts: list[int], rows: int = 1000) -> Floats:
    """A reading that is high for three rows from each start."""
    sizes = np.zeros((1, rows))
    for start in starts:
        sizes[0, start : start + 3] = 2.0
    return sizes


def test_exceedances_near_one_another_are_one_event_unless_in_other_pieces() -> None:
    far = EventCalibration.fit(bursts(list(range(50, 800, 50))), [(0, 1000)], 20)
    near = EventCalibration.fit(bursts(list(range(50, 800, 50))), [(0, 1000)], 60)
    assert near.theta < far.theta
    together, parted = bursts([480, 490, 500, 510]), [(0, 490), (490, 500), (500, 510), (510, 1000)]
    one = EventCalibration.fit(together, [(0, 1000)], 20)
    four = EventCalibration.fit(together, parted, 20)
    assert four.theta > one.theta and four.tails.tail[0, 2] == one.tails.tail[0, 2] + 3


# Kept and restored


def test_a_judge_comes_back_as_it_was() -> None:
    judge = EventCalibration.fit(readings(), [(0, 900), (900, 2000)], 30)
    state = judge.state("density")
    again = judge_in(state, "density")
    assert is_in(state, "density") and isinstance(again, EventCalibration)
    profile = Profile(3 * readings(7), lambda: (torch.zeros(1, 2000), np.zeros(2000)))
    first, second = judge.opinion(profile), again.opinion(profile)
    assert np.array_equal(first.scores, second.scores) and first.sample_p == second.sample_p
    assert (again.length, again.behind, again.theta) == (judge.length, judge.behind, judge.theta)
    assert [again.is_extrapolated(high) for high in (1.0, 90.0)] == [False, True]


def test_a_judge_of_the_first_version_still_loads() -> None:
    scores = np.random.default_rng(0).normal(size=1000)
    first = StretchCalibration(Conformal.fit(scores), Conformal.fit(scores.reshape(20, 50).max(1)), 50)
    again = judge_in(first.state("density"), "density")
    assert isinstance(again, StretchCalibration) and again.independent(500) is None
    rows = np.random.default_rng(1).normal(size=500)
    profile = Profile(rows[None], lambda: (torch.zeros(1, 500), rows))
    assert again.opinion(profile).sample_p == first.opinion(profile).sample_p


@pytest.mark.parametrize("normal", [True, False])
def test_a_saved_detector_judges_as_before(normal: bool, tmp_path: Path) -> None:
    fitted = detector(series(sine(600) + 0.1 * noise(600, 0)) if normal else None)
    fitted.save_pretrained(tmp_path)
    sample = series(sine(300, 7) + 0.1 * noise(300, 1) + 3.0 * (np.arange(300) // 15 == 9))
    before, after = fitted.score(sample), load_detector(tmp_path).score(sample)
    assert np.array_equal(before.scores, after.scores) and np.array_equal(before.p_values, after.p_values)
    assert before.sample_p == after.sample_p < 0.05 and before.extrapolated == after.extrapolated
    assert places(sample, before) == places(sample, after)


def test_a_run_keeps_how_many_rows_it_counts_for() -> None:
    sample = series(sine(300) + 0.1 * noise(300, 0))
    found = detector(None).score(sample)
    about, arrays = kept(sample, found)
    about |= {"name": sample.name, "notes": []}
    _, detail = restored(about, arrays)
    assert isinstance(detail, SeriesScores) and isinstance(found.detail, SeriesScores)
    assert detail.independent == found.detail.independent and detail.independent >= 1
    _, old = restored({key: value for key, value in about.items() if key != "independent"}, arrays)
    assert old is not None and old.independent is None
    assert expected_events(replace(found, detail=old)) is None
    assert bool(places(sample, replace(found, detail=old), 0.9)) == (found.sample_p <= 0.9)


# Stillness, and the period


def test_a_quiet_stretch_raises_the_reading_and_switches_are_left_out() -> None:
    normal = torch.from_numpy(np.stack([noise(2000, 0), np.zeros(2000)])).float()
    switches = torch.tensor([[False], [True]])
    still = plain(normal, switches)
    assert still is not None
    sample = torch.from_numpy(np.stack([noise(600, 1), np.zeros(600)])).float()
    sample[0, 200:300] = 0.4
    quiet, switch = still.sizes(sample, switches)[1].numpy()
    assert (switch == -np.inf).all() and np.isfinite(quiet).all()
    assert quiet[230:270].min() > 2 and np.median(quiet[:180]) < 0
    halved = sample.clone()
    halved[0, 200:300] = normal[0, 200:300] / 2
    assert np.median(quiet[:180]) < still.sizes(halved, switches)[1, 0, 250] < quiet[250]


def test_a_channel_that_falls_silent_is_the_one_to_blame() -> None:
    fitted = detector(series(noise(2000, 0), 3 * noise(2000, 1), sine(2000) + 0.1 * noise(2000, 2)))
    first, second, third = noise(500, 3), 3 * noise(500, 4), sine(500, 9) + 0.1 * noise(500, 5)
    sample = series(first, set_to(second, slice(200, 280), 0.2), third)
    found = fitted.score(sample)
    regions = [row_region(finding) for finding in series_regions(sample, found, 0.05, 0.05).findings]
    assert [region.channels for region in regions] == [("c1",)]
    assert covers((regions[0].start, regions[0].stop), 200, 280) > 0.5


def test_a_value_far_out_raises_the_reading_of_its_channel_alone() -> None:
    normal = torch.from_numpy(np.stack([noise(2000, 0), noise(2000, 1)])).float()
    switches = torch.tensor([[False], [False]])
    usual = plain(normal, switches)
    assert usual is not None
    sample = normal[:, :300].clone()
    sample[1, 150] = 12
    out = usual.sizes(sample, switches)[0]
    assert out[1, 150] == out.max() > 1.5 and out[0, 150] < 1


def test_of_switches_alone_there_is_no_plain_reading() -> None:
    assert plain(torch.tensor([[0.0, 1.0, 1.0, 0.0] * 20, [3.0] * 80]), torch.tensor([[True], [True]])) is None


@pytest.mark.parametrize("rows", [20, 33, 400])
def test_the_ends_of_a_series_are_no_stiller_than_the_steps_beside_them(rows: int) -> None:
    still = plain(torch.from_numpy(sine(2000)[None]).float(), torch.tensor([[False]]))
    assert still is not None
    quiet = still.sizes(torch.from_numpy(sine(rows, 3)[None]).float(), torch.tensor([[False]]))[1, 0]
    half = min(32, rows) // 2
    assert quiet.shape == (rows,) and (quiet[:half] == quiet[half]).all() and (quiet[-half:] == quiet[-half]).all()
    assert rows < 400 or quiet.max() < 0.1


def test_a_healed_stretch_is_as_lively_as_normals() -> None:
    fitted = detector(series(sine(2000) + 0.2 * noise(2000, 0), noise(2000, 1)), lengths=(16, 32))
    sample = series(sine(500, 7) + 0.2 * noise(500, 2), noise(500, 3))
    healed = heal(fitted.healer, sample, 200, 260)
    assert 0.7 < healed.values[200:260, 1].std() < 1.4
    assert fitted.score(healed).sample_p > 0.05


def test_no_end_of_a_normal_series_stands_out() -> None:
    fitted = detector(series(sine(3000) + 0.1 * noise(3000, 0)), lengths=(16, 32))
    highest = [
        int(fitted.score(series(sine(300, seed) + 0.1 * noise(300, seed))).scores.argmax()) for seed in range(1, 13)
    ]
    assert sum(place < 12 or place >= 288 for place in highest) <= binom.ppf(0.999, 12, 0.08)


def test_a_day_is_found_as_the_period_and_noise_has_none() -> None:
    day = np.sin(2 * np.pi * np.arange(288 * 6) / 288) + 0.3 * noise(288 * 6, 0)
    found = period(torch.from_numpy(day[None]), [(0, len(day))], 128)
    assert found is not None and abs(found - 288) <= 3
    assert period(torch.from_numpy(noise(2000, 0)[None]), [(0, 2000)], 128) is None
    assert period(torch.full((1, 2000), 3.0), [(0, 2000)], 128) is None


def test_a_period_no_longer_than_the_windows_is_not_returned() -> None:
    fast = torch.from_numpy(np.sin(2 * np.pi * np.arange(1200) / 100)[None])
    found = period(fast, [(0, 1200)], 128)
    assert found is None or found > 128
    assert period(torch.from_numpy(sine(300)[None]), [(0, 300)], 128) is None  # seen too few times


def test_a_switch_is_further_out_only_beyond_both_of_its_values() -> None:
    rng = np.random.default_rng(0)
    command = np.repeat(rng.random(60) < 0.3, 20).astype(float)
    normals = torch.from_numpy(np.stack([rng.normal(size=1200), command, np.zeros(1200)])).float()
    known = plain(normals, torch.tensor([[False], [True], [True]]))
    assert known is not None
    asked = torch.zeros(3, 4)
    asked[1], asked[2] = torch.tensor([0.0, 1.0, 0.3, 8.5]), torch.tensor([0.0, 1.0, 2.0, 3.0])
    out, still = known.sizes(asked, torch.tensor([[False], [True], [True]]))
    assert np.allclose(out[1, :2], 0, atol=1e-5) and out[1, 2] < 0 and np.isclose(out[1, 3], np.log(16), atol=0.01)
    assert torch.isneginf(out[2]).all() and torch.isneginf(still[1:]).all()
