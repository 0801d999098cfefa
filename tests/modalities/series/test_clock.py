"""What is odd only at its time: a day without its cycle, a night job at noon, a job that did not run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from anomalyst.detectors.contract import Detector
from anomalyst.detectors.registry import detector_class, load_detector
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.space.cycle import find_cycle
from anomalyst.modalities.series.space.grid import to_grid
from anomalyst.modalities.series.space.judged.recurring import recurring

HOURS = np.arange(24)
OPEN = np.where((HOURS > 7) & (HOURS < 20), np.exp(-((HOURS - 12) ** 2) / 18), 0)
WEEK = np.concatenate([share * OPEN for share in (1, 1, 1, 1.1, 1.2, 0.5, 0.04)])


def branch(weeks: int, seed: int, closed: int | None = None, times: bool = True) -> SeriesSample:
    """Customers of each hour; the day `closed` is like a Sunday."""
    rate = 40 * np.tile(WEEK, weeks)
    if closed is not None:
        rate[24 * closed : 24 * closed + 24] = 40 * WEEK[-24:]
    counts = np.random.default_rng(seed).poisson(rate).astype(float)[:, None]
    hours = np.datetime64("2024-01-01T00", "ns") + np.arange(len(rate)) * np.timedelta64(1, "h")
    return SeriesSample(counts, ("customers",), hours if times else np.arange(float(len(rate))))


def nightly(days: int, seed: int, first: str, moved: int | None = None) -> SeriesSample:
    """A job from 02:00 to 02:40 of each day, every five minutes; on the day `moved` it runs at 14:00."""
    values = 10 + 0.2 * np.random.default_rng(seed).normal(size=288 * days)
    for day in range(days):
        start = 288 * day + (168 if day == moved else 24)
        values[start : start + 8] += 20
    stamps = np.datetime64(first, "ns") + np.arange(len(values)) * np.timedelta64(5, "m")
    return SeriesSample(values[:, None], ("io",), stamps)


def kinds(detector: Detector, sample: SeriesSample) -> dict[tuple[int, int], set[str]]:
    """The rows of each finding, and what it is called."""
    kind, found = modality("series"), detector.score(sample)
    regions = kind.locate(sample, found, 0.05, 0.05)
    return {
        (finding.region.start, finding.region.stop): {
            str(fact.value)
            for fact in kind.finding_facts(sample, found, regions, finding)
            if fact.kind == "anomaly_kind"
        }
        for finding in regions.findings
    }


@pytest.mark.parametrize("times", [True, False])
def test_a_weekday_like_a_sunday_is_found_in_a_series_that_comes_alone(times: bool) -> None:
    alone = detector_class("series-density")().fit([])
    for seed in range(3):
        assert alone.score(branch(5, seed, times=times)).sample_p > 0.05
        found = kinds(alone, branch(5, seed, closed=16, times=times))
        assert len(found) == 1
        (start, stop), called = next(iter(found.items()))
        assert 24 * 16 <= start < stop <= 24 * 17 and called == {"wrong hour"}


def test_a_burst_at_night_is_found_though_the_day_is_busier() -> None:
    kept = detector_class("series-density")().fit([branch(4, 0)])
    for seed in range(1, 4):
        calm = branch(1, seed)
        assert kept.score(calm).sample_p > 0.05
        values = calm.values.copy()
        values[74:77] += 14  # three hours of the fourth night, in which else nobody comes; 40 do at noon
        found = kept.score(replace(calm, values=values))
        assert found.sample_p <= 0.05 and 72 <= int(found.scores.argmax()) < 80
        assert np.abs(found.expected[74:77, 0]).max() < 1.5  # what the evening before was off by is not carried into it


@pytest.fixture(scope="module")
def fitted() -> Detector:
    return detector_class("series-density")().fit([nightly(10, 0, "2024-03-04")])


def test_a_night_job_at_noon_is_found_where_it_ran_and_where_it_did_not(fitted: Detector) -> None:
    assert fitted.score(nightly(3, 1, "2024-03-18")).sample_p > 0.05
    found = kinds(fitted, nightly(3, 1, "2024-03-18", moved=1))
    assert found == {(288 + 168, 288 + 176): {"wrong hour"}, (288 + 24, 288 + 32): {"wrong hour"}}


def by_the_minute(seed: int, shape: str, moved: int | None = None) -> SeriesSample:
    """Three days of a job at 02:00, a row a minute; on the day `moved` it runs at 14:00."""
    values, minutes = 10 + 0.2 * np.random.default_rng(seed).normal(size=3 * 1440), np.arange(30)
    job = {"square": 20 * (minutes >= 0), "hill": 12 * np.sin(np.pi * minutes / 29), "dip": -8 * (minutes < 25)}[shape]
    for day in range(3):
        start = 1440 * day + (840 if day == moved else 120)
        values[start : start + 30] += job
    stamps = np.datetime64("2024-03-18", "ns") + np.arange(len(values)) * np.timedelta64(1, "m")
    return SeriesSample(values[:, None], ("io",), stamps)


@pytest.mark.parametrize("shape", ["square", "hill", "dip"])
def test_what_recurs_at_its_time_is_no_anomaly_of_a_series_that_comes_alone(shape: str) -> None:
    alone = detector_class("series-density")().fit([])
    assert not kinds(alone, by_the_minute(2, shape))
    ((start, stop),) = kinds(alone, by_the_minute(2, shape, moved=1))
    assert 1440 + 835 <= start < stop <= 1440 + 875


def test_what_stays_or_hardly_differs_does_not_recur() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(1, 5 * 288))
    flat, long = noise.copy(), noise.copy()
    flat[:, 300:340] = 0
    long[:, 300:700] += 6
    for series, inside in ((flat, (300, 340)), (long, (300, 700))):
        expected, blame = np.zeros_like(series), np.ones_like(series)
        assert not recurring(series, expected, blame, 288, [inside]).any()
    job = noise.copy()
    for day in range(5):
        job[:, 288 * day + 24 : 288 * day + 32] += 20
    found = recurring(job, np.zeros_like(job), np.ones_like(job), 288, [(310, 322)])
    assert np.flatnonzero(found).tolist() == list(range(310, 322))


def test_what_is_expected_is_what_is_usual_at_that_time(fitted: Detector) -> None:
    expected = fitted.score(nightly(3, 1, "2024-03-18", moved=1)).expected[:, 0]
    assert np.abs(expected[288 + 24 : 288 + 32] - 30).max() < 1
    assert np.abs(expected[288 + 168 : 288 + 176] - 10).max() < 1


def test_a_file_that_begins_at_another_hour_is_read_by_the_clock(fitted: Detector) -> None:
    late = nightly(4, 1, "2024-03-18").part(100, 1000)
    assert fitted.score(late).sample_p > 0.05


def test_a_series_without_times_is_judged_without_the_clock(fitted: Detector) -> None:
    sample = nightly(3, 1, "2024-03-18", moved=1)
    untimed = SeriesSample(sample.values, sample.columns, np.arange(float(len(sample.values))))
    assert fitted.score(untimed).sample_p > 0.05


def test_a_saved_detector_reads_the_same_clock(fitted: Detector, tmp_path: Path) -> None:
    sample = nightly(3, 1, "2024-03-18", moved=1)
    fitted.save_pretrained(tmp_path / "kept")
    assert np.allclose(load_detector(tmp_path / "kept").score(sample).scores, fitted.score(sample).scores, atol=1e-6)


def test_the_cycle_is_a_day_that_repeats_after_a_week() -> None:
    grid = to_grid(branch(5, 0))
    found = find_cycle(torch.from_numpy(grid.values.T).float(), grid.ticks, [(0, 840)], grid.day, own=False)
    assert found is not None and (found.steps, found.repeat) == (24, 168)


def test_noise_a_drift_and_too_few_days_have_no_cycle() -> None:
    noise = torch.randn(1, 840, generator=torch.Generator().manual_seed(0))
    ticks = np.arange(840)
    for series in (noise, noise.cumsum(1), torch.zeros(1, 840), torch.linspace(-1, 1, 840)[None]):
        assert find_cycle(series, ticks, [(0, 840)], 24, own=True) is None
    short = to_grid(branch(1, 0).part(0, 60))
    assert find_cycle(torch.from_numpy(short.values.T).float(), short.ticks, [(0, 60)], short.day, own=True) is None
