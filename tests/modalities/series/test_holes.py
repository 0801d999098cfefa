"""What a series lacks is told as that, and is evidence of nothing else: missing values, absent rows, dead channels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from anomalyst.agent.verifier.verify import verify_claim
from anomalyst.detectors.contract import Detector, ScoreMap
from anomalyst.detectors.registry import load_detector
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.modalities.reading import load_sample
from anomalyst.modalities.registry import modality
from anomalyst.modalities.rows.tables import Table
from anomalyst.modalities.series.reading.reader import series_of_table
from anomalyst.modalities.series.region import row_region
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import SeriesScores
from anomalyst.modalities.series.shown.words import finding_sentences
from anomalyst.modalities.series.space.grid import to_grid
from anomalyst.modalities.series.space.holes import Presence, cut, stretches
from anomalyst.tools.healing import healing_test
from anomalyst.tools.measure import build_evidence
from tests.helpers.detectors import SeriesDensity
from tests.helpers.places import SHARED

ALPHA = 0.05
PERIOD = 48


def frame(rows: int, seed: int) -> pd.DataFrame:
    """Two channels with a cycle, every half hour."""
    noise, phase = np.random.default_rng(seed).normal(0, 0.1, (rows, 2)), 2 * np.pi * np.arange(rows) / PERIOD
    times = pd.date_range("2024-03-04", periods=rows, freq="30min")
    return pd.DataFrame({"time": times, "flow": 20 + 2 * np.sin(phase), "pressure": 5 + np.cos(2 * phase)}).assign(
        flow=lambda f: f.flow + noise[:, 0], pressure=lambda f: f.pressure + noise[:, 1]
    )


def without(of: pd.DataFrame, start: int, stop: int) -> pd.DataFrame:
    return of.drop(index=range(start, stop)).reset_index(drop=True)


def emptied(of: pd.DataFrame, start: int, stop: int, columns: list[str]) -> pd.DataFrame:
    changed = of.copy()
    changed.loc[start : stop - 1, columns] = np.nan
    return changed


def shifted(of: pd.DataFrame, start: int, stop: int, column: str) -> pd.DataFrame:
    changed = of.copy()
    changed.loc[start : stop - 1, column] += 3
    return changed


def series(of: pd.DataFrame) -> SeriesSample:
    sample = load_sample(of)
    assert isinstance(sample, SeriesSample)
    return sample


NORMAL, TEST = frame(1500, 1), frame(700, 2)


@pytest.fixture(scope="module")
def fitted() -> Detector:
    return SeriesDensity().fit([series(NORMAL)])


def found(detector: Detector, of: pd.DataFrame) -> tuple[ScoreMap, list[Finding], Evidence]:
    sample = series(of)
    score_map = detector.score(sample)
    regions = modality("series").locate(sample, score_map, ALPHA, ALPHA)
    return score_map, list(regions.findings), build_evidence(sample, score_map, regions, alpha=ALPHA, fdr=ALPHA)


def told(findings: list[Finding], evidence: Evidence) -> list[tuple[str, int, int, tuple[str, ...]]]:
    """Kind, rows and channels of each finding, in time."""
    places = [(finding, row_region(finding)) for finding in findings]
    return sorted(
        [(str(evidence.about(f.id, "anomaly_kind")[0].value), r.start, r.stop, r.channels) for f, r in places],
        key=lambda one: one[1],
    )


@pytest.mark.parametrize("rows", [(300, 320), (300, 400), (0, 60), (650, 700)])
def test_missing_values_are_one_finding_of_just_their_rows(fitted: Detector, rows: tuple[int, int]) -> None:
    score_map, findings, evidence = found(fitted, emptied(TEST, *rows, ["flow", "pressure"]))
    assert told(findings, evidence) == [("missing data", *rows, ("flow", "pressure"))]
    assert score_map.sample_p < 0.05 and np.isfinite(score_map.expected).all()


@pytest.mark.parametrize("missing", [0.05, 0.0])
def test_a_few_missing_values_are_no_alarm(fitted: Detector, missing: float) -> None:
    some = np.random.default_rng(3).random(len(TEST)) < missing
    assert found(fitted, emptied(TEST.assign(flow=TEST.flow.where(~some)), 200, 205, ["pressure"]))[1] == []


def test_rows_that_are_absent_are_a_gap_and_what_follows_keeps_its_phase(fitted: Detector) -> None:
    whole, gap = series(TEST), series(without(TEST, 300, 381))
    assert gap.gaps == ((300, 381),) and gap.shape == whole.shape
    np.testing.assert_array_equal(gap.index, whole.index)
    assert "no rows between 2024-03-10 05:30:00 and 2024-03-11 22:30:00: the 81 rows that are" in "; ".join(gap.notes)
    score_map, findings, evidence = found(fitted, without(TEST, 300, 381))
    assert told(findings, evidence) == [("gap", 300, 381, ("flow", "pressure"))]
    outside = np.r_[0:300, 381:700]
    assert np.abs(score_map.expected - whole.values)[outside].max() < 1  # the cycle is 4 and 2 high
    assert np.abs(score_map.expected - whole.values).mean() < 0.3  # in the gap too


def test_a_gap_beside_a_fault_hides_neither(fitted: Detector) -> None:
    _, findings, evidence = found(fitted, without(shifted(TEST, 500, 520, "pressure"), 300, 400))
    assert told(findings, evidence)[0] == ("gap", 300, 400, ("flow", "pressure"))
    assert ("level shift", 500, 520, ("pressure",)) in told(findings, evidence)


def test_a_gap_is_not_strange_where_normals_have_such(fitted: Detector) -> None:
    with_gap = SeriesDensity().fit([series(without(NORMAL, 700, 760))])
    assert found(with_gap, without(TEST, 300, 350))[0].sample_p > 0.1
    assert found(with_gap, TEST)[0].sample_p > 0.1
    assert told(*found(with_gap, shifted(TEST, 500, 520, "flow"))[1:]) == [("level shift", 500, 520, ("flow",))]
    assert told(*found(with_gap, without(TEST, 200, 400))[1:])[0][0] == "gap"


def test_nightly_pauses_of_normals_stay_theirs() -> None:
    open_hours = [frame.time.dt.hour.between(4, 22) for frame in (NORMAL, TEST)]
    detector = SeriesDensity().fit([series(NORMAL[open_hours[0]])])
    assert found(detector, TEST[open_hours[1]])[0].sample_p > ALPHA


def test_a_dead_channel_is_told_and_the_others_are_judged(fitted: Detector) -> None:
    assert told(*found(fitted, TEST.assign(flow=np.nan))[1:]) == [("missing data", 0, 700, ("flow",))]
    _, findings, evidence = found(fitted, shifted(TEST, 500, 520, "pressure").assign(flow=np.nan))
    assert told(findings, evidence)[0] == ("missing data", 0, 700, ("flow",))
    assert ("level shift", 500, 520, ("pressure",)) in told(findings, evidence)


def test_a_channel_that_normals_never_had_is_not_judged() -> None:
    detector = SeriesDensity().fit([series(NORMAL.assign(flow=np.nan))])
    assert found(detector, TEST)[0].sample_p > 0.1
    assert found(detector, TEST.assign(flow=np.nan))[0].sample_p > 0.1


def test_alone_a_gap_is_told_and_nothing_near_it() -> None:
    alone = SeriesDensity().fit([])
    assert told(*found(alone, without(TEST, 300, 381))[1:]) == [("gap", 300, 381, ("flow", "pressure"))]
    assert found(alone, TEST)[1] == []


def test_filling_what_lacks_ends_the_alarm(fitted: Detector) -> None:
    sample = series(without(TEST, 300, 381))
    score_map = fitted.score(sample)
    regions = modality("series").locate(sample, score_map, ALPHA, ALPHA)
    assert healing_test(fitted, sample, score_map, regions, alpha=ALPHA).passed


def test_a_saved_detector_tells_the_same(fitted: Detector, tmp_path: Path) -> None:
    fitted.save_pretrained(tmp_path)
    sample = series(without(TEST, 300, 381))
    before, after = fitted.score(sample), load_detector(tmp_path).score(sample)
    assert before.sample_p == after.sample_p
    np.testing.assert_array_equal(before.p_values, after.p_values)


def test_what_lacks_is_kept_with_a_run(fitted: Detector) -> None:
    sample = series(without(TEST, 300, 381))
    score_map = fitted.score(sample)
    about, arrays = modality("series").arrays(sample, score_map)
    again, detail = modality("series").restored(about | {"name": sample.name, "notes": []}, arrays)
    assert isinstance(again, SeriesSample) and again.gaps == sample.gaps
    assert isinstance(detail, SeriesScores) and detail.lacking is not None and detail.judged is not None
    regions = modality("series").locate(again, replace(score_map, detail=detail), ALPHA, ALPHA)
    assert [row_region(f).start for f in regions.findings] == [300]


def test_every_sentence_on_what_lacks_is_proved_and_false_ones_are_not(fitted: Detector) -> None:
    _, _, evidence = found(fitted, TEST.assign(flow=np.nan))
    said = [one.claim(evidence) for one in finding_sentences(evidence, "R1")]
    assert "R1 is missing data in flow." in [claim.text for claim in said]
    assert [verify_claim(claim, evidence).outcome for claim in said] == ["supported"] * len(said)
    kinds = [fact.id for fact in evidence.about("R1", "anomaly_kind")]
    for false in ("R1 is a gap.", "R1 is a drift.", "R1 is missing data in pressure."):
        claim = Claim(text=false, cites=tuple(kinds), kind="observation")
        assert verify_claim(claim, evidence).outcome != "supported", false
    _, _, evidence = found(fitted, without(TEST, 300, 381))
    for one in finding_sentences(evidence, "R1"):
        assert verify_claim(one.claim(evidence), evidence).outcome == "supported"


def test_labels_go_with_their_rows() -> None:
    labelled = without(TEST.assign(label=(TEST.index >= 400).astype(int)), 300, 381)
    read = series_of_table(Table(labelled, "a.csv"))
    np.testing.assert_array_equal(read.labels["label"], np.arange(700) >= 400)


def test_an_irregular_clock_lacks_nothing() -> None:
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.cumsum(np.random.default_rng(0).exponential(60, 300)), "s")
    sample = series(pd.DataFrame({"time": times, "v": np.arange(300.0) % 7}))
    assert sample.gaps == () and sample.shape[0] == 300


def test_a_gap_of_a_year_stays_bounded() -> None:
    times = pd.date_range("2024-01-01", periods=600, freq="s")
    both = times[:300].append(times[300:] + pd.Timedelta("365D"))
    sample = series(pd.DataFrame({"time": both, "v": np.random.default_rng(0).normal(size=600)}))
    assert sample.shape[0] == 600 + 10_000 and (np.diff(sample.index.astype(np.int64)) > 0).all()


def test_stretches_and_presence() -> None:
    missing = np.array([1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1], dtype=bool)
    assert [part.tolist() for part in stretches(missing, 1)] == [[0, 3, 6, 10], [1, 5, 7, 11], [1, 2, 1, 1]]
    assert [part.tolist() for part in stretches(missing, 3)] == [[0, 10], [7, 11], [4, 1]]
    assert [part.tolist() for part in stretches(np.zeros(3, dtype=bool), 3)] == [[], [], []]
    known = Presence(np.array([1, -1]), np.array([0, 0]))
    hidden = known.hidden(~np.stack([missing, missing], 1))
    assert hidden is not None and np.flatnonzero(hidden[:, 0]).tolist() == [3, 4] and hidden[:, 1].all()


def test_rare_holes_are_cut_out_of_normals_and_usual_ones_stay() -> None:
    rare, usual = np.random.default_rng(0).normal(size=(2, 600, 1))
    rare[300:340] = np.nan
    usual[(np.arange(600) % 12) < 5] = np.nan
    index = np.arange(600.0)
    once = cut([to_grid(SeriesSample(rare, ("a",), index))])
    assert [len(grid.values) for grid in once.grids] == [300, 260]
    assert (once.presence.bridged.tolist(), once.presence.longest.tolist()) == ([2], [40])
    often = cut([to_grid(SeriesSample(usual, ("a",), index))])
    assert len(often.grids) == 1 and often.presence.bridged.tolist() == [5]


@pytest.mark.parametrize("case", ["test_block", "test_gap", "test_dead"])
def test_the_shared_cases(case: str) -> None:
    folder = SHARED / "cases/series/07-missing"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent; set ANOMALYST_SHARED to the folder that holds cases/series")
    detector = SeriesDensity().fit([load_sample(folder / "normal.csv")])
    rows = {"test_block": (500, 580), "test_gap": (500, 580), "test_dead": (0, 1000)}[case]
    sample = load_sample(folder / f"{case}.csv")
    regions = modality("series").locate(sample, detector.score(sample), ALPHA, ALPHA)
    assert [(row_region(f).start, row_region(f).stop) for f in regions.findings] == [rows]
