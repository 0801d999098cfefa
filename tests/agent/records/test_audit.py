"""The audit against forgers who rewrite the manifest too: every part of a run that is shown is checked, or replayed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anomalyst import Anomalyst, Explanation
from anomalyst.agent.publishing import summarise
from anomalyst.agent.records.artifacts import read_run
from anomalyst.agent.records.audit import LATER, audit_run
from anomalyst.agent.records.bundle import write_manifest
from anomalyst.agent.report.render import render_report
from anomalyst.agent.verifier.verify import verify_claim
from anomalyst.agent.writer.write import write_claims
from anomalyst.errors import InputError
from anomalyst.evidence.claims import BUILTIN, FIRST_VERSION, CheckedClaim, Claim
from anomalyst.evidence.facts import Fact
from anomalyst.tools.measure import confidence
from tests.agent.test_agent import run as run_analyst

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


def test_scores_that_are_no_numbers_are_refused(made: Run, tmp_path: Path) -> None:
    out = forged(made[2], tmp_path / "run")
    arrays = dict(np.load(out / "evidence.npz"))
    np.savez_compressed(out / "evidence.npz", **{**arrays, "scores": arrays["scores"] * np.nan})
    with pytest.raises(InputError, match="not numbers"):
        failed(out)


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


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """A run whose healing leaves the sample as it was, so that the alarm stays."""
    monkeypatch.setattr("anomalyst.modalities.series.healing.heal_region", lambda detector, sample, mask: sample)
    return *run_analyst(Anomalyst(), out=tmp_path / "run"), tmp_path / "run"


def of_the_test(explanation: Explanation) -> list[str]:
    """What is said of a failed healing test: that the alarm stays, and that the test failed."""
    said = [c.claim for c in explanation.claims if c.claim.statement is not None]
    return [claim.text for claim in said if claim.statement.message in ("healed-stays", "test-failed")]


def test_a_failed_healing_test_lowers_the_confidence_and_stands_in_the_summary(made: Run, failing: Run) -> None:
    levels = ["low", "moderate", "high", "very high"]
    assert levels.index(failing[0].confidence) == levels.index(made[0].confidence) - 1
    assert all(text in failing[0].summary for text in of_the_test(failing[0]))
    assert "the alarm stays" in failing[0].summary
    assert "healing test" not in made[0].summary
    assert failed(failing[2]) == {"healing test: flagged region healed"}


def test_a_failed_healing_test_cannot_be_hushed_up(failing: Run) -> None:
    explanation = json.loads((failing[2] / "report.json").read_text())
    explanation["summary"] = explanation["summary"].replace(f" {of_the_test(failing[0])[-1]}", "")
    (failing[2] / "report.json").write_text(json.dumps(explanation))
    assert "explanation" in failed(failing[2])


def of_first_version(explanation: Explanation, sure: str) -> Explanation:
    """The explanation as the first version gave it: no statements, no facts of later versions, and a failed healing
    test changed neither the confidence nor the summary."""
    facts = [
        fact.model_copy(update={"value": sure}) if fact.kind == "confidence" else fact
        for fact in explanation.evidence.facts
        if fact.kind not in LATER
    ]
    extreme = Fact(id="F999", subject="R1", kind="normals_as_extreme", value="0 of 24")
    evidence = explanation.evidence.model_copy(update={"facts": (*facts, extreme)})
    claims = [claim.model_copy(update={"statement": None}) for claim in write_claims(evidence)]
    text = "0 of 24 normal stretches are as extreme at the place of R1."
    claims.append(Claim(text=text, cites=("F999",), kind="observation"))
    told = [CheckedClaim(claim=c, verdict=verify_claim(c, evidence), author=BUILTIN) for c in claims]
    parts = {
        "claims": tuple(c for c in told if c.claim.kind in ("observation", "comparison")),
        "possible_causes": tuple(c for c in told if c.claim.kind == "hypothesis"),
        "next_actions": tuple(c for c in told if c.claim.kind == "recommendation"),
    }
    summary = summarise(told, evidence, headline=explanation.headline, version=FIRST_VERSION)
    older = {"schema_version": FIRST_VERSION, "evidence": evidence, "confidence": sure, "summary": summary}
    return explanation.model_copy(update=older | parts)


def test_a_run_of_the_first_version_is_held_to_what_it_knew(failing: Run) -> None:
    explanation, calibration = failing[0], read_run(failing[2]).score_map.calibration
    older = of_first_version(explanation, confidence(explanation.p_value, explanation.evidence.alpha, calibration))
    assert "healing test" not in older.summary and older.confidence != failing[0].confidence
    (failing[2] / "report.json").write_text(older.model_dump_json())
    (failing[2] / "report.html").write_text(render_report(read_run(failing[2])), encoding="utf-8")
    assert failed(failing[2]) == {"healing test: flagged region healed"}
