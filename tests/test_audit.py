"""The audit against forgers who rewrite the manifest too: every part of a run that is shown is checked, or replayed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_agent import run as run_analyst

from anomalyst import Anomalyst
from anomalyst.agent.audit import audit_run
from anomalyst.agent.bundle import write_manifest
from anomalyst.errors import InputError

Run = tuple[Any, Any, Path]
EXTRA = {"id": "F99", "subject": "R1", "kind": "area", "value": 5}
Change = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Run:
    out = tmp_path_factory.mktemp("run") / "out"
    return *run_analyst(Anomalyst(), out=out), out


def forged(run: Path, place: Path) -> Path:
    shutil.copytree(run, place)
    return place


def failed(out: Path) -> set[str]:
    """Names of the failed checks, after the manifest was made to fit."""
    write_manifest(out)
    return {row.check for row in audit_run(out).rows if row.outcome == "failed"}


@pytest.mark.parametrize(
    ("change", "caught_by"),
    [
        (lambda e: e.update(verdict="normal", p_value=0.9), "explanation"),
        (lambda e: e.update(summary="All is well."), "explanation"),
        (lambda e: e.update(confidence="low"), "explanation"),
        (lambda e: e["next_actions"].append(e["claims"][0]), "explanation"),
        (lambda e: e["evidence"].update(sample_p=0.9), "replay: verdict"),
        (lambda e: e["evidence"]["findings"][0]["region"].update(start=10, stop=20), "replay: findings"),
        (lambda e: e["evidence"]["facts"].append(EXTRA), "replay: facts"),
        (lambda e: e["claims"][0]["verdict"].update(outcome="contradicted"), "claim 1"),
        (lambda e: e["claims"][0]["claim"].update(text="The series is normal."), "claim 1"),
    ],
)  # fmt: skip
def test_a_forged_explanation_is_caught(change: Change, caught_by: str, made: Run, tmp_path: Path) -> None:
    out = forged(made[2], tmp_path / "run")
    explanation = json.loads((out / "report.json").read_text())
    change(explanation)
    (out / "report.json").write_text(json.dumps(explanation))
    assert caught_by in failed(out)


@pytest.mark.parametrize(
    ("name", "change", "caught_by"),
    [
        ("scores", lambda a: a * 2, "replay: scores"),
        ("scores", lambda a: a * np.nan, "replay: scores"),
        ("expected", lambda a: a + 50, "replay: expected values"),
        ("values", lambda a: a[::-1], "replay: scores"),
        ("mask.R1", lambda a: ~a, "replay: findings"),
    ],
)
def test_forged_arrays_are_caught(
    name: str,
    change: Callable[[Any], Any],
    caught_by: str,
    made: Run,
    tmp_path: Path,
) -> None:
    out = forged(made[2], tmp_path / "run")
    arrays = dict(np.load(out / "evidence.npz"))
    np.savez_compressed(out / "evidence.npz", **{**arrays, name: change(arrays[name])})
    assert caught_by in failed(out)


def test_a_forged_report_page_is_caught(made: Run, tmp_path: Path) -> None:
    out = forged(made[2], tmp_path / "run")
    assert failed(out) == set()
    page = (out / "report.html").read_text(encoding="utf-8")
    (out / "report.html").write_text(page.replace("</main>", "<p>Checked by the boss.</p></main>"), encoding="utf-8")
    assert failed(out) == {"report.html"}


def test_a_detector_that_cannot_have_scored_the_sample_is_caught(made: Run, tmp_path: Path) -> None:
    out = forged(made[2], tmp_path / "run")
    head = json.loads((out / "detector" / "detector.json").read_text())
    (out / "detector" / "detector.json").write_text(json.dumps({**head, "config": {"seed": "x"}}))
    assert "replay" in failed(out)


@pytest.mark.parametrize("change", [{"alpha": "x"}, {"fdr": None}, {"seed": 1.5}, {"alpha": 7}])
def test_settings_that_make_no_sense_are_refused(change: dict[str, Any], made: Run, tmp_path: Path) -> None:
    out = forged(made[2], tmp_path / "run")
    replay = json.loads((out / "replay.json").read_text())
    (out / "replay.json").write_text(json.dumps({**replay, **change}))
    with pytest.raises(InputError, match=r"replay\.json"):
        failed(out)


def test_another_alarm_level_is_caught(made: Run, tmp_path: Path) -> None:
    out = forged(made[2], tmp_path / "run")
    replay = json.loads((out / "replay.json").read_text())
    (out / "replay.json").write_text(json.dumps({**replay, "alpha": 1e-9}))
    assert "explanation" in failed(out)
