"""Learned series detectors: what is held out, windows and back, odd channels, alarms, healing, and the state."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch

from anomalyst.detectors.trained import TrainedDetector
from anomalyst.errors import InputError
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import channel_scores
from anomalyst.modalities.series.space.pictured.expected import heal
from anomalyst.modalities.series.space.trained import positive
from anomalyst.modalities.series.space.windows import cut_windows, overlap_mean, split_time, window_starts
from tests.helpers.detectors import SeriesFlow, SeriesImDiffusion, SeriesOneStep, SeriesScore


def plant(rows: int = 2000, seed: int = 0) -> SeriesSample:
    """Two noisy periodic channels, one that never moves, one switch."""
    rng = np.random.default_rng(seed)
    t = np.arange(rows) + rng.integers(0, 50)
    values = np.stack([10 + 3 * np.sin(2 * np.pi * t / 50), np.cos(2 * np.pi * t / 50), 0 * t + 5.0, t // 200 % 2], 1)
    values[:, :2] += 0.1 * rng.normal(size=(rows, 2))
    return SeriesSample(values, ("flow", "level", "valve", "switch"), np.arange(rows, dtype=float))


def shifted(rows: slice, channel: int, by: float, seed: int = 1) -> SeriesSample:
    sample = plant(600, seed)
    sample.values[rows, channel] += by
    return sample


@cache
def trained() -> TrainedDetector:
    return SeriesOneStep(window=32, train_steps=100, time_limit=None, witnesses=("density",)).fit([plant()])


@pytest.mark.parametrize("pieces", [[(0, 1000)], [(0, 500), (500, 1000)], [(0, 30), (30, 7000)], [(0, 100)]])
def test_what_is_held_out_lies_a_window_away(pieces: list[tuple[int, int]]) -> None:
    length = 12
    split = split_time(pieces, length)
    learned, checked, held = (
        {t for a, b in part for t in range(a, b)} for part in (split.learned, split.checked, split.held)
    )
    assert learned and checked and held and not checked & held
    assert min(min(abs(a - b) for b in (*checked, *held)) for a in learned) > length - 1
    for start, stop in (*split.learned, *split.checked, *split.held):
        assert stop - start >= length and any(a <= start and stop <= b for a, b in pieces)


@pytest.mark.parametrize("steps", [10, 16, 45])
def test_windows_and_back(steps: int) -> None:
    series = torch.randn(3, steps, generator=torch.Generator().manual_seed(0))
    starts = window_starts([(0, steps)], 16, 4)
    assert torch.allclose(overlap_mean(cut_windows(series, starts, 16), starts, steps), series, atol=1e-6)


def test_an_alarm_on_the_right_channel_that_healing_ends() -> None:
    place = slice(300, 330)
    sample = shifted(place, 0, 9.0)
    found = trained().score(sample)
    assert 295 <= int(found.scores.argmax()) < 335 and set(found.rules) == {"reconstruction", "density"}
    assert channel_scores(found) is not None and channel_scores(found)[place].sum(0).argmax() == 0
    healed = trained().score(heal(trained().healer, sample, 298, 332))
    assert healed.scores[place].max() < found.scores[place].max() / 2 and healed.sample_p > found.sample_p


def test_a_channel_that_never_moved_is_seen_when_it_does() -> None:
    found = trained().score(shifted(slice(300, 330), 2, 1.0))
    assert channel_scores(found) is not None and channel_scores(found)[305:325].sum(0).argmax() == 2


def test_a_series_shorter_than_a_window() -> None:
    found = trained().score(plant(20, 3))
    assert found.scores.shape == (20,) and np.isfinite(found.scores).all()


def test_signed_scores_stay_in_order() -> None:
    detector = SeriesFlow(window=32, train_steps=1, steps="one", time_limit=None).fit([plant(400)])
    both = detector.yardsticks_["density"].spread
    mean, spread = both.split(1, -1)
    bent = positive(mean + spread * torch.linspace(-6, 6, 9), both, signed=True)
    assert (bent > 0).all() and (bent.diff(dim=-1) > 0).all()


def test_training_is_deterministic_and_changes_with_the_seed() -> None:
    one, same, other = (
        SeriesScore(window=16, train_steps=5, seed=seed, time_limit=None).fit([plant(400)]).score(plant(200, 5)).scores
        for seed in (0, 0, 1)
    )
    assert np.array_equal(one, same) and not np.array_equal(one, other)


@pytest.mark.parametrize("options", [{"window": 2}, {"steps": "many"}, {"depth": 0.0}, {"trim": 0.7}, {"samples": 0}])
def test_bad_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(InputError, match="give"):
        SeriesImDiffusion(**options)  # type: ignore[arg-type]


def test_normals_are_needed() -> None:
    with pytest.raises(InputError, match="rows of normal series"):
        SeriesScore().fit([])
    with pytest.raises(InputError, match="has not learned"):
        SeriesScore().score(plant())
    assert not TrainedDetector.self_calibrating
