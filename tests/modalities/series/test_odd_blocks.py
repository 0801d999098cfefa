"""Odd blocks among the normals of a series are found, left out of what sets the alarm, named, and saved as a note."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from anomalyst.detectors.registry import detector_class, load_detector
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.space.grid import to_grid
from anomalyst.modalities.series.space.holes import cut
from anomalyst.modalities.series.space.judged.odd import MOST_BLOCKS, odd_blocks, odd_notes
from tests.helpers.detectors import SeriesDensity

Floats = NDArray[np.float64]
ODD = slice(500, 550)
HOURS = np.datetime64("2024-03-01", "ns") + np.arange(2000) * np.timedelta64(1, "h")


def machine(seed: int, rows: int = 2000) -> SeriesSample:
    """Three noisy sines."""
    rng = np.random.default_rng(seed)
    t = np.arange(rows)[:, None] + rng.integers(0, 100, 3)
    values = np.sin(2 * np.pi * t / np.array([25, 60, 110])) + 0.2 * rng.normal(size=(rows, 3))
    return SeriesSample(values, ("a", "b", "c"), HOURS[:rows], name="normals.csv")


def shifted(sample: SeriesSample, rows: slice, by: float) -> SeriesSample:
    values = sample.values.copy()
    values[rows, 0] += by
    return replace(sample, values=values)


def detector() -> SeriesDensity:
    return SeriesDensity(lengths=(8, 32, 128))


def heights(*blocks: tuple[int, int, float], seed: int = 0) -> Floats:
    """One reading (1, 4000) of independent steps with exponential excesses, with blocks set to a height."""
    sizes = 0.2 * np.random.default_rng(seed).exponential(size=(1, 4000))
    for start, stop, height in blocks:
        sizes[0, start:stop] = height
    return sizes


def found(sizes: Floats) -> list[tuple[int, int]]:
    return odd_blocks(lambda kept: sizes, [(0, sizes.shape[1])], 8)


def test_a_block_beyond_the_tail_of_the_others_is_odd_and_one_within_it_is_not() -> None:
    assert found(heights((1000, 1040, 6.0))) == [(1000, 1040)]
    assert found(heights((1000, 1040, 1.0))) == []


def test_two_alike_do_not_hide_each_other_and_more_than_are_peeled_are_usual() -> None:
    assert found(heights((1000, 1030, 6.0), (3000, 3030, 6.0))) == [(1000, 1030), (3000, 3030)]
    many = [(300 * k, 300 * k + 10, 6.0) for k in range(1, MOST_BLOCKS + 6)]
    assert found(heights(*many)) == []


def test_no_more_than_a_tenth_of_the_rows_is_odd() -> None:
    assert found(heights((1000, 1500, 6.0))) == []


def test_clean_normals_have_none_but_by_chance() -> None:
    assert sum(bool(found(heights(seed=seed))) for seed in range(60)) <= 4


@pytest.mark.parametrize("by", [6.0, 300.0])
def test_a_fault_in_the_normals_no_longer_hides_one_of_its_size(by: float, tmp_path: Path) -> None:
    normals, sample = machine(0), shifted(machine(1), slice(900, 950), 3.0)
    clean = detector().fit([normals])
    learned = detector().fit([shifted(normals, ODD, by)])
    assert clean.notes_ == ()
    (note,) = learned.notes_
    assert note.startswith("normal normals.csv: rows ") and note.endswith("were left out of what sets the alarm")
    first, last = (int(word) for word in note.split("rows ")[1].split(" (")[0].split(" to "))
    assert 470 < first <= 500 and 549 <= last < 580
    assert str(HOURS[first].astype("datetime64[s]")).replace("T", " ") in note
    p = learned.score(sample).sample_p
    assert clean.score(sample).sample_p / 10 < p < 10 * clean.score(sample).sample_p
    learned.save_pretrained(tmp_path)
    loaded = load_detector(tmp_path)
    assert loaded.notes_ == learned.notes_ and loaded.score(sample).sample_p == p


def test_the_odd_block_is_not_stored() -> None:
    learned = detector().fit([shifted(machine(0), ODD, 6.0)])
    assert learned.space.model_ is not None
    assert learned.space.model_.series.shape[1] < 2000 and len(learned.space.model_.pieces) == 2
    again = learned.score(shifted(machine(0), ODD, 6.0))
    assert again.sample_p < 0.01 and 490 <= int(again.scores.argmax()) < 560


def test_given_a_share_to_trim_nothing_else_is_left_out() -> None:
    assert SeriesDensity(lengths=(8, 32), trim=0.05).fit([shifted(machine(0), ODD, 6.0)]).notes_ == ()


def test_what_is_named_are_rows_of_the_file_that_holds_them() -> None:
    samples = [replace(machine(seed, 200), name=f"{seed}.csv", index=np.arange(200.0)) for seed in range(2)]
    holes = cut([to_grid(sample) for sample in samples])
    notes = odd_notes(samples, holes, [(20, 25), (210, 211), (260, 270)])
    assert notes == (
        "normal 0.csv: rows 20 to 24 look unlike the rest and were left out of what sets the alarm",
        "normal 1.csv: row 10 and rows 60 to 69 look unlike the rest and were left out of what sets the alarm",
    )
    (one,) = odd_notes(samples, holes, [(210, 211)])
    assert one.endswith(": row 10 looks unlike the rest and was left out of what sets the alarm")


@pytest.mark.long  # the closed form does it each time
def test_a_trained_detector_leaves_them_out_of_its_calibration_too(tmp_path: Path) -> None:
    options = {"window": 16, "train_steps": 60, "time_limit": None}
    kind = detector_class("series-one-step")
    held = slice(1880, 1900)
    learned = kind(**options).fit([shifted(machine(0), held, 20.0)])
    (note,) = learned.notes_
    assert "rows 18" in note
    learned.save_pretrained(tmp_path)
    assert load_detector(tmp_path).notes_ == learned.notes_
    assert kind(**options).fit([machine(0)]).notes_ == ()


def test_rows_behind_a_hole_are_named_by_their_number_in_the_file() -> None:
    sample = replace(machine(0, 600), name="0.csv", index=np.arange(600.0))
    values = sample.values.copy()
    values[200:300] = np.nan
    holes = cut([to_grid(replace(sample, values=values))])
    assert holes.origins == [(0, 0), (0, 300)]
    (one,) = odd_notes([sample], holes, [(210, 215)])
    assert "rows 310 to 314" in one
