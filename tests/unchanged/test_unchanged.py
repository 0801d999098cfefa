"""What must not change while the house is rebuilt: what detectors say, what the examples say, what was saved."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from anomalyst.agent.records.artifacts import read_run
from anomalyst.agent.records.audit import audit_run
from anomalyst.agent.records.checking import verify
from anomalyst.detectors.registry import load_detector
from tests.helpers.long import is_trained, marks
from tests.unchanged.examples import GOLDEN as EXAMPLES
from tests.unchanged.examples import explained
from tests.unchanged.save import NAMES, SAVED
from tests.unchanged.snapshot import cases, differences, golden_file, made, processor, sample_of, snapshot

SAME = 1e-6  # relative, on the processor that the values were taken on
ELSEWHERE = 1e-3  # another processor rounds otherwise; what was trained there is another network


EACH = [pytest.param(*case, id=golden_file(*case).stem, marks=marks(case[0])) for case in cases()]


@pytest.mark.parametrize(("name", "with_normals"), EACH)
def test_a_detector_says_what_it_said(name: str, with_normals: bool) -> None:
    before: dict[str, Any] = json.loads(golden_file(name, with_normals).read_text(encoding="utf-8"))
    here = before.pop("processor") == processor()
    if not here and is_trained(name):
        pytest.skip("the values of this trained detector were taken on another processor")
    now = json.loads(json.dumps(snapshot(name, with_normals)))
    assert differences(before, now, SAME if here else ELSEWHERE) == []


@pytest.mark.slow
def test_the_shipped_examples_say_what_they_said(tmp_path: Path) -> None:
    for name, report in explained(tmp_path).items():
        before = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
        assert differences(before, report, ELSEWHERE) == [], name


@pytest.mark.parametrize("name", NAMES)
def test_a_run_recorded_by_an_earlier_version_holds(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(SAVED / name, folder)
    assert [row for row in audit_run(folder).rows if row.outcome != "passed"] == []
    record = read_run(folder)
    for checked in record.explanation.claims:
        assert all(one.verdict.outcome == "supported" for one in verify(checked.claim.text, folder)), checked.claim.text


@pytest.mark.parametrize("name", NAMES)
def test_a_detector_saved_by_an_earlier_version_scores_as_it_did(name: str) -> None:
    record = read_run(SAVED / name)
    again = load_detector(SAVED / name / "detector").score(record.sample)
    assert again.sample_p == pytest.approx(record.score_map.sample_p, rel=ELSEWHERE)


def test_a_series_detector_saved_without_normals_judges_as_it_did() -> None:
    detector = made("series-density")
    detector.load_state({})  # all that the first version saved of one
    said = detector.score(sample_of("series", 1))
    assert said.sample_score == pytest.approx(7.443896293640137, rel=ELSEWHERE)
    assert said.sample_p == pytest.approx(0.42391556819484244, rel=ELSEWHERE)
