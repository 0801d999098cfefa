"""Synthetic faults change what they say they change, the same way for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from anomalyst.detectors.choice import Choice
from anomalyst.errors import InputError
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.space.choose import choose
from anomalyst.modalities.series.tried.synthetic import FAULTS, make_anomaly, make_faulty


def wave(rows: int = 400) -> SeriesSample:
    t = np.arange(rows, dtype=float)
    noise = np.random.default_rng(5).normal(size=(rows, 2))
    return SeriesSample(np.stack([np.sin(t / 6), np.cos(t / 9)], 1) + 0.1 * noise, ("a", "b"), t)


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_changes_only_its_rows_and_channels(kind: str) -> None:
    sample = wave()
    before = sample.values.copy()
    faulty, labels = make_anomaly(kind, sample, (100, 140), [1], seed=3)
    assert np.array_equal(sample.values, before)
    assert np.array_equal(faulty.values[:, 0], before[:, 0])
    assert np.array_equal(faulty.values[~labels], before[~labels])
    assert labels[100:140].any() and not labels[:100].any() and not labels[140:].any()
    again, _ = make_anomaly(kind, sample, (100, 140), [1], seed=3)
    assert np.array_equal(faulty.values, again.values, equal_nan=True)


def test_faults_are_what_they_are_called() -> None:
    sample = wave()
    part = sample.values[100:140, 0]
    faulty = {k: make_anomaly(k, sample, (100, 140), [0], seed=1)[0].values[100:140, 0] for k in FAULTS}
    spread = sample.values[:, 0].std()
    assert np.ptp(faulty["flat line"]) == 0
    assert np.isnan(faulty["missing data"]).all()
    shift = faulty["level shift"] - part
    assert np.ptp(shift) < 1e-12 and spread <= abs(shift[0]) <= 3 * spread
    slope = np.diff(faulty["drift"] - part)
    assert np.allclose(slope, slope[0]) and abs(slope.sum()) >= 2 * spread
    assert (faulty["spike"] != part).sum() == 4
    assert faulty["quiet stretch"].std() < 0.3 * part.std()
    assert (faulty["noisy stretch"] - part).std() > 0.3 * spread
    assert np.abs(np.diff(faulty["change of period"])).sum() > 1.3 * np.abs(np.diff(part)).sum()


def test_every_kind_has_its_own_place() -> None:
    faulty, labels = make_faulty(wave(1400), list(FAULTS), 30, seed=2)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], labels.astype(int), [0]])) == 1)
    assert len(edges) >= len(FAULTS)
    assert np.isnan(faulty.values).any(0).sum() == 1


def test_bad_requests_are_named() -> None:
    with pytest.raises(InputError, match="'wobble'"):
        make_anomaly("wobble", wave(), (0, 10), [0], seed=0)
    with pytest.raises(InputError, match="390 to 500"):
        make_anomaly("spike", wave(), (390, 500), [0], seed=0)


def test_the_better_candidate_is_chosen_and_the_default_wins_ties() -> None:
    def deviation(learned: SeriesSample, tried: list[SeriesSample]) -> list[np.ndarray]:
        return [np.abs(s.values - learned.values.mean(0)).max(1) for s in tried]

    def blind(learned: SeriesSample, tried: list[SeriesSample]) -> list[np.ndarray]:
        return [np.zeros(len(s.values)) for s in tried]

    def inverted(learned: SeriesSample, tried: list[SeriesSample]) -> list[np.ndarray]:
        return [-scores for scores in deviation(learned, tried)]

    choice = choose([wave(1200)], {"inverted": inverted, "deviation": deviation, "blind": blind}, seed=0)
    assert choice.option == "deviation"
    assert choice.auroc["inverted"] < choice.auroc["blind"] == 0.5 < choice.auroc["deviation"]
    assert choose([wave(1200)], {"blind": blind, "also blind": blind}, seed=0).option == "blind"
    assert choose([wave(200)], {"blind": blind, "deviation": deviation}, seed=0).auroc == {}
    assert Choice.from_state(choice.state()) == choice
