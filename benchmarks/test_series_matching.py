"""How findings are compared with labelled events."""

from __future__ import annotations

import numpy as np

from benchmarks.series_matching import Outcome, compared, joined


def labelled(rows: int, *events: tuple[int, int]) -> np.ndarray:
    label = np.zeros(rows, dtype=np.int64)
    for first, stop in events:
        label[first:stop] = 1
    return label


def test_near_rows_are_one_event() -> None:
    flags = labelled(100, (10, 12), (15, 20), (40, 41)).astype(bool)
    assert joined(flags) == [(10, 12), (15, 20), (40, 41)]
    assert joined(flags, gap=4) == [(10, 20), (40, 41)]


def test_each_event_and_each_finding_is_counted_once() -> None:
    label = labelled(1000, (100, 150), (500, 510))
    said = [(110, 120), (130, 140), (700, 720)]
    assert compared(said, label, 0) == Outcome(2, 1, 3, 2, 1000 - 70 - 30, (10,))


def test_a_label_reaches_a_hundredth_of_the_rows_further() -> None:
    label = labelled(1000, (100, 150))
    assert compared([(155, 158)], label, 0).found == 1
    assert compared([(161, 164)], label, 0).false == 1


def test_a_finding_of_everything_finds_nothing() -> None:
    outcome = compared([(0, 1000)], labelled(1000, (100, 120)), 0)
    assert (outcome.found, outcome.false) == (0, 1)


def test_what_ends_before_the_start_is_not_judged() -> None:
    outcome = compared([(10, 20), (300, 310)], labelled(1000, (600, 650)), 200)
    assert (outcome.said, outcome.calm) == (1, 1000 - 200 - 70)
