"""Rare events: channels that rest in the normals but for an event now and then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.registry import detector_class, load_detector
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.facts import finding_facts
from anomalyst.modalities.series.region import row_region
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import channel_scores
from anomalyst.modalities.series.space.grid import Grid
from anomalyst.modalities.series.space.judged.rare import LONGEST, Rare, rare
from anomalyst.modalities.series.storage import kept, restored
from tests.helpers.detectors import SeriesDensity

COLUMNS = (*"abcd", "errors")


def laid(errors: dict[int, float], rows: int) -> Grid:
    values = np.zeros((rows, 1))
    for row, count in errors.items():
        values[row, 0] = count
    return Grid(values, np.isfinite(values), np.arange(rows))


def known(errors: dict[int, float], rows: int = 2_000) -> Rare:
    found = rare([laid(errors, rows)])
    assert found is not None
    return found


def p_of(found: Rare, errors: dict[int, float], rows: int = 1_000) -> float:
    """The chance that a sample of so many rows shows as much."""
    return float(-np.expm1(-rows * np.exp(-found.surprise(laid(errors, rows)).max())))


def machine(seed: int, errors: dict[int, float], rows: int = 2_000) -> SeriesSample:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(rows, len(COLUMNS)))
    values[:, -1] = laid(errors, rows).values[:, 0]
    return SeriesSample(values, COLUMNS, np.arange(rows, dtype=float))


def test_an_error_as_in_the_normals_is_none_and_more_of_it_is() -> None:
    once = known({700: 1})
    assert p_of(once, {300: 1}) > 0.4
    assert p_of(once, {300: 10}) < 0.01
    assert p_of(once, dict.fromkeys(range(300, 330), 1.0)) < 0.01
    assert p_of(once, dict.fromkeys(range(300, 400, 20), 1.0)) < 0.01  # five of them, none larger than the known one
    assert p_of(known({700: 10}), {300: 10}) > 0.4


def test_how_often_an_event_comes_follows_how_long_the_normals_are() -> None:
    assert p_of(known({700: 1}, rows=200_000), {30: 1}, rows=100) < 0.01
    assert p_of(known(dict.fromkeys(range(50, 2_000, 400), 1.0)), {300: 1}) > p_of(known({700: 1}), {300: 1})


def test_chance_raises_no_more_alarms_than_stated() -> None:
    alarms = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        normals, sample = (dict(enumerate(rng.poisson(0.002, rows).astype(float))) for rows in (2_000, 1_000))
        if any(normals.values()):
            alarms.append(p_of(known(normals), sample) <= 0.05 if any(sample.values()) else False)
    assert np.mean(alarms) <= 0.05


def test_long_events_and_frequent_ones_are_known_by_windows() -> None:
    assert rare([laid(dict.fromkeys(range(700, 701 + LONGEST), 1.0), 2_000)]) is None
    assert rare([laid(dict.fromkeys(range(0, 2_000, 50), 1.0), 2_000)]) is None
    assert rare([laid({}, 2_000)]) is None


def test_a_single_error_in_the_normals_does_not_make_the_next_an_alarm(tmp_path: Path) -> None:
    detector = detector_class("series-density")(lengths=(8, 32), samples=2).fit([machine(1, {700: 1.0})])
    assert detector.notes_ == ()
    calm, high = detector.score(machine(2, {400: 1.0})), detector.score(machine(2, {400: 10.0}))
    assert calm.sample_p > 0.05 >= high.sample_p
    blame = channel_scores(high)
    assert blame is not None and COLUMNS[int(blame[400].argmax())] == "errors"
    detector.save_pretrained(tmp_path)
    assert load_detector(tmp_path).score(machine(2, {400: 10.0})).sample_p == pytest.approx(high.sample_p)


@pytest.mark.parametrize("normals", [{}, {700: 1.0}])
@pytest.mark.parametrize(("counts", "kind"), [((5, 2, 9, 4, 6), "level shift"), ((1, 0, 0, 0, 0), "noisy stretch")])
def test_a_burst_is_no_spike(normals: dict[int, float], counts: tuple[int, ...], kind: str) -> None:
    detector = SeriesDensity(lengths=(8, 32), samples=2).fit([machine(1, normals)])
    sample = machine(2, {400 + row: float(counts[row % 5]) for row in range(60)})
    found = detector.score(sample)
    regions = modality("series").locate(sample, found, 0.05, 0.05)
    region = row_region(regions.findings[0])
    assert abs(region.start - 400) <= 8 and abs(region.stop - 460) <= 8
    facts = finding_facts(sample, found, regions, regions.findings[0])
    assert [f.value for f in facts if f.kind == "anomaly_kind"] == [kind]


@pytest.fixture(scope="module")
def two_in_one() -> tuple[SeriesSample, ScoreMap]:
    """A long event of a rare channel, and inside it a shift of another."""
    detector = SeriesDensity(lengths=(8, 32), samples=2).fit([machine(1, {700: 1.0})])
    sample = machine(2, dict.fromkeys(range(400, 900), 1.0))
    values = sample.values.copy()
    values[600:640, 1] += 8
    sample = replace(sample, values=values)
    return sample, detector.score(sample)


def test_a_long_event_of_one_channel_hides_none_of_another(two_in_one: tuple[SeriesSample, ScoreMap]) -> None:
    sample, found = two_in_one
    regions = modality("series").locate(sample, found, 0.05, 0.05)
    told = {row_region(finding).channels[0]: finding for finding in regions.findings}
    assert set(told) == {"errors", "b"}
    outer, inner = row_region(told["errors"]), row_region(told["b"])
    assert abs(outer.start - 400) <= 8 and abs(outer.stop - 900) <= 8
    assert abs(inner.start - 600) <= 4 and abs(inner.stop - 640) <= 4
    facts = list(finding_facts(sample, found, regions, told["b"]))
    assert [f.value for f in facts if f.kind == "top_channel"] == ["b"]
    assert [f.value for f in facts if f.kind == "anomaly_kind"] == ["level shift"]


def test_what_only_a_rare_event_explains_is_one_finding() -> None:
    detector = SeriesDensity(lengths=(8, 32), samples=2).fit([machine(1, {700: 1.0})])
    sample = machine(2, dict.fromkeys(range(400, 900), 1.0))
    found = modality("series").locate(sample, detector.score(sample), 0.05, 0.05).findings
    assert [row_region(finding).channels for finding in found] == [("errors",)]


def test_rows_of_a_long_event_still_differ_by_what_else_is_odd(two_in_one: tuple[SeriesSample, ScoreMap]) -> None:
    scores = two_in_one[1].scores
    assert scores[610:630].min() > scores[[*range(410, 560), *range(680, 890)]].max()


def test_what_a_rare_event_hides_is_kept(two_in_one: tuple[SeriesSample, ScoreMap]) -> None:
    sample, found = two_in_one
    about, arrays = kept(sample, found)
    _, detail = restored({**about, "name": sample.name, "notes": []}, arrays)
    again = modality("series").locate(sample, replace(found, detail=detail), 0.05, 0.05)
    assert again.findings == modality("series").locate(sample, found, 0.05, 0.05).findings
