"""A whole run on payments with known fraud: what is found and said, what lies in its folder, the same score again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from anomalyst import Anomalyst
from anomalyst.agent.records.artifacts import read_run
from anomalyst.detectors.registry import load_detector
from anomalyst.evidence.claims import Explanation
from anomalyst.evidence.speech.manner import Manner
from anomalyst.modalities.table.region import row_region
from tests.helpers.payments import payments, with_fraud


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Explanation, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("payments")
    judged, truth = with_fraud(200, 7)
    told = Anomalyst().explain(judged, payments(600, 3), detector="table-density", out=folder / "run")
    return folder / "run", told, truth


def test_the_fraud_is_found_and_told(run: tuple[Path, Explanation, pd.DataFrame]) -> None:
    _, told, truth = run
    found = {row + 1 for finding in told.evidence.findings for row in row_region(finding).rows}
    assert told.verdict == "anomalous"
    assert len(found - set(truth["row"])) <= 1
    assert len(found & set(truth["row"])) >= 0.7 * len(truth)
    assert told.summary.startswith("Row ")
    assert "where normal rows have" in told.summary
    tests = {fact.value for fact in told.evidence.about("sample", "do_test")}
    assert tests == {"passed"}
    assert all(claim.verdict.outcome == "supported" for claim in told.claims)


def test_rows_lie_beside_the_report_the_worst_first(run: tuple[Path, Explanation, pd.DataFrame]) -> None:
    out, told, _ = run
    rows = pd.read_csv(out / "rows.csv")
    assert len(rows) == 200 and rows["score"].is_monotonic_decreasing
    assert rows["reason"].iloc[0]
    report = (out / "report.html").read_text(encoding="utf-8")
    worst = row_region(told.evidence.findings[0]).rows[0]
    assert f">{worst + 1}" in report and "<svg" in report


def test_it_is_read_again_and_scored_the_same(run: tuple[Path, Explanation, pd.DataFrame]) -> None:
    out, told, _ = run
    record = read_run(out)
    again = load_detector(out / "detector").without_witnesses().score(record.sample)
    assert again.sample_p == pytest.approx(told.p_value)
    assert record.score_map.detail is not None


def test_it_is_told_in_german() -> None:
    judged, _ = with_fraud(60, 7)
    told = Anomalyst().explain(judged, payments(300, 3), detector="table-density", manner=Manner(language="de"))
    assert told.summary.startswith("Zeile ")
    assert "normal" in told.summary
