"""Where an anomaly lasts is read off the shape of its kind, and told of the channels that did something."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from anomalyst.modalities.series.findings import reached_rows
from anomalyst.modalities.series.kinds.extent import apart, whole
from anomalyst.modalities.series.kinds.kind import series_kind
from anomalyst.modalities.series.kinds.stretch import Stretch
from anomalyst.modalities.series.region import SeriesKind

ROWS, START, STOP = 1_200, 500, 560
SEEN = (515, 545)  # the rows that deviate most
NOISE = np.random.default_rng(0).normal(size=ROWS)


def changed(kind: SeriesKind, start: int = START, stop: int = STOP) -> np.ndarray:
    """White noise with an anomaly in rows [start, stop)."""
    values, rows = NOISE.copy(), slice(start, stop)
    if kind == "level shift":
        values[rows] += 5
    elif kind == "drift":
        values[rows] += np.linspace(0, 16, stop - start)
    elif kind == "flat line":
        values[rows] = values[start]
    else:
        values[rows] *= {"noisy stretch": 6, "quiet stretch": 0.1}[kind]
    return np.asarray(values)


def stretch(values: np.ndarray, rows: tuple[int, int] = SEEN, wide: int = 40) -> Stretch:
    normal = np.ones(ROWS, dtype=bool)
    normal[rows[0] - wide : rows[1] + wide] = False
    return Stretch(values, np.zeros(ROWS), *rows, normal)


@pytest.mark.parametrize("kind", ["level shift", "drift", "flat line", "noisy stretch", "quiet stretch"])
def test_the_whole_anomaly_is_found_from_a_part_of_it(kind: SeriesKind) -> None:
    start, stop = whole(stretch(changed(kind)), kind, SEEN)
    assert abs(start - START) <= 6 and abs(stop - STOP) <= 6


def test_ends_of_a_long_shift_are_told_to_the_row() -> None:
    values = np.where((np.arange(ROWS) >= 301) & (np.arange(ROWS) < 902), 50.0, 0.0) + NOISE
    assert whole(stretch(values, (310, 880)), "level shift", (310, 880)) == (301, 902)


def test_a_peak_is_told_without_what_is_lower_than_half() -> None:
    values = NOISE.copy()
    values[530:533] += 30
    assert whole(stretch(values), "spike", SEEN) == (530, 533)


def test_of_a_channel_that_stood_still_every_move_belongs_to_the_peak() -> None:
    values = np.zeros(ROWS)
    values[510:550:2] = 1.0
    values[530] = 7.0
    assert whole(stretch(values, (528, 532)), "spike", (500, 560)) == (520, 539), "no farther than it is looked"
    assert whole(stretch(values), "spike", (500, 560)) == (510, 549)


def test_the_highest_of_many_swings_is_no_spike() -> None:
    values = changed("noisy stretch")
    top = START + int(np.argmax(np.abs(values[START:STOP])))
    part = stretch(values, (top, top + 1), wide=60)
    assert series_kind(part) in ("spike", "dip")
    start, stop = whole(part, series_kind(part), (top - 8, top + 8))
    assert series_kind(replace(part, start=start, stop=stop)) == "noisy stretch"


def test_a_kind_without_a_shape_is_told_as_it_was_seen() -> None:
    assert whole(stretch(NOISE), "missing data", (480, 580)) == SEEN


def test_where_a_channel_is_far_from_what_others_say() -> None:
    other = NOISE.copy()
    other[START:STOP] += 4 * np.sin(np.arange(STOP - START))
    start, stop = apart(stretch(other))
    assert abs(start - START) <= 3 and abs(stop - STOP) <= 3


def test_a_steep_climb_beside_noise_is_not_noisy() -> None:
    climb = np.interp(np.arange(ROWS), (STOP, STOP + 40), (0, 120))  # in steps twice as large as those of the rest
    values = changed("noisy stretch") + climb
    start, stop = whole(stretch(values, wide=80), "noisy stretch", SEEN)
    assert abs(start - START) <= 3 and abs(stop - STOP) <= 3


def test_what_alarms_barely_reaches_as_far_as_it_is_nearly_as_surprising() -> None:
    surprise = np.ones(100)
    surprise[30:70], surprise[60:64] = 5.0, 6.0
    assert reached_rows((60, 64), surprise) == (30, 70)
    assert reached_rows((0, 2), np.array([9.0, 9.0, 8.0, 1.0, 9.0, *np.ones(9)])) == (0, 3)
