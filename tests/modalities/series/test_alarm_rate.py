"""Alarm levels in the units that people have: false alarms per day, per 1,000 rows without a clock."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from anomalyst import Anomalyst
from anomalyst.agent.records.artifacts import read_run
from anomalyst.agent.records.audit import audit_run
from anomalyst.agent.records.reassess import reassess
from anomalyst.agent.verifier.verify import verify_claim, verify_text
from anomalyst.errors import InputError
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.rate import HIGHEST, alarm_facts, alarm_level
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import SeriesScores
from anomalyst.tools.alarms import Allowed
from tests.agent.test_agent import recording
from tests.helpers.run_records import image_record, pair_record, series_record
from tests.helpers.verifier_samples import series


def sample(rows: int, *, seconds: float | None) -> SeriesSample:
    """Noise with a row every `seconds`, or without a clock."""
    index: np.ndarray[tuple[int], np.dtype[np.generic]] = np.arange(rows, dtype=float)
    if seconds is not None:
        index = np.datetime64("2026-01-01", "ns") + (index * seconds * 1e9).astype("timedelta64[ns]")
    return SeriesSample(np.zeros((rows, 1)), ("v",), index)


@pytest.mark.parametrize(("rows", "seconds", "days"), [(1440, 60, 1), (720, 60, 0.5), (48, 3600, 2), (2, 1, 2 / 86400)])
@pytest.mark.parametrize("alarms", [0.01, 0.5, 2])
def test_by_a_clock_they_are_per_day(rows: int, seconds: float, days: float, alarms: float) -> None:
    level = alarm_level(sample(rows, seconds=seconds), alarms)
    assert level.alpha == pytest.approx(1 - math.exp(-alarms * days), rel=1e-3)
    assert level.notes == ()


@pytest.mark.parametrize(("rows", "seconds"), [(500, None), (1, 60)])
def test_without_one_they_are_per_1000_rows_and_that_is_said(rows: int, seconds: float | None) -> None:
    level = alarm_level(sample(rows, seconds=seconds), 2)
    assert level.alpha == pytest.approx(1 - math.exp(-2 * rows / 1000), rel=1e-3)
    assert "2 false alarms are allowed per 1,000 rows" in level.notes[0]


def test_more_than_any_level_allows_are_cut_and_that_is_said() -> None:
    level = alarm_level(sample(1440, seconds=60), 1000)
    assert level.alpha == HIGHEST
    assert level.notes == ("1000 false alarms per day are more than any level allows; 0.99 is used, for 4.6 per day",)


def test_few_are_a_level_above_nothing() -> None:
    assert 0 < alarm_level(sample(2, seconds=1e-6), 1e-300).alpha < 1e-100


@pytest.mark.parametrize("record", [image_record(96), pair_record()], ids=["image", "pair"])
def test_what_has_no_time_has_none_per_day(record: RunRecord) -> None:
    with pytest.raises(InputError, match=r"got 2 false alarms per day .* without time; give .*\(alpha\), e.g. 0.05"):
        Allowed(per_day=2).level(record.sample)
    assert not list(modality(record.sample.modality).alarm_facts(record.sample, record.score_map, 0.05))


def test_both_ways_at_once_are_refused() -> None:
    with pytest.raises(InputError, match=r"alpha=0.05 and alarms_per_day=1.*give one of them"):
        Anomalyst(alpha=0.05, alarms_per_day=1)
    for wrong in (0, -1, math.inf, math.nan):
        with pytest.raises(InputError, match="alarms_per_day=.*must be a positive number"):
            Anomalyst(alarms_per_day=wrong)
    assert (Anomalyst().workbench().alpha, Anomalyst(alpha=0.2).workbench().alpha) == (0.05, 0.2)


def test_the_fact_is_what_the_level_allows_and_only_where_rows_were_judged_as_events() -> None:
    record = series_record(1440)
    assert isinstance(record.sample, SeriesSample) and isinstance(record.score_map.detail, SeriesScores)
    assert not list(alarm_facts(record.sample, record.score_map, 0.05))  # as in runs of the first version
    judged = replace(record.score_map, detail=replace(record.score_map.detail, independent=100.0))
    (fact,) = alarm_facts(record.sample, judged, 0.05)
    assert (fact.kind, fact.value, fact.unit) == ("false_alarms", 0.051, "false alarms per day")
    (fact,) = alarm_facts(sample(500, seconds=None), judged, 0.05)
    assert (fact.value, fact.unit) == (0.1, "false alarms per 1,000 rows")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "out"
    analyst = Anomalyst(alarms_per_day=1)
    bench = analyst.workbench()
    list(analyst.stream(recording(1, faulty=True), recording(0, faulty=False), out=out, bench=bench))
    assert bench.alpha == pytest.approx(1 - math.exp(-600 / 1440), abs=1e-4)
    return out


def told(evidence: Evidence) -> tuple[object, str]:
    (fact,) = evidence.about("sample", "false_alarms")
    return fact.value, fact.unit


def test_a_run_tells_it_in_a_sentence_that_holds(made: Path) -> None:
    explanation = read_run(made).explanation
    assert told(explanation.evidence) == (1, "false alarms per day")
    (said,) = [c for c in explanation.claims if "false alarm" in c.claim.text]
    assert "normal data raise at most 1 false alarm per day on average at the alarm level of 0.341" in said.claim.text
    assert verify_claim(said.claim, explanation.evidence).outcome == "supported"
    assert said.claim.text not in explanation.summary
    assert "1 false alarm per day" in (made / "report.html").read_text(encoding="utf-8")


def test_the_audit_replays_it(made: Path) -> None:
    result = audit_run(made)
    assert result.passed, [row for row in result.rows if row.outcome == "failed"]


def test_at_another_level_it_is_another(made: Path) -> None:
    again = reassess(read_run(made), 0.01)
    assert told(again.explanation.evidence) == (0.024, "false alarms per day")


LIMIT = {"id": "F90", "subject": "sample", "kind": "false_alarms", "value": 0.3, "unit": "false alarms per day"}


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("The alarm level allows at most 0.3 false alarms per day on normal data.", True),
        ("Normal data raise up to 0.3 false alarms per day.", True),
        ("The alarm level allows at most 0.4 false alarms per day on normal data.", False),
        ("The alarm level allows at most 0.3 false alarms per 1,000 rows on normal data.", False),
        ("The alarm level allows at least 0.3 false alarms per day.", False),
        ("The alarm level allows more than 0.2 false alarms per day.", False),
        ("R1 is at most 0.3 false alarms per day.", False),
        ("The series raised 0.3 false alarms per day.", False),
        ("This is a false alarm.", False),
    ],
)
def test_it_is_read_as_a_limit_on_normal_data(text: str, passes: bool) -> None:
    evidence = series()
    evidence = evidence.model_copy(update={"facts": (*evidence.facts, Fact.model_validate(LIMIT))})
    (sentence,) = verify_text(text, evidence)
    assert (sentence.verdict.outcome == "supported") == passes, sentence.verdict
