"""Causes and next steps from the field of work and from the user's own file, from the option to the audit."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from anomalyst import Anomalyst, Explanation, verify
from anomalyst.agent.cli.main import app
from anomalyst.agent.records.artifacts import read_run
from anomalyst.agent.records.audit import audit_run
from anomalyst.agent.records.reassess import reassess
from anomalyst.agent.verifier.verify import verify_claim
from anomalyst.errors import InputError
from anomalyst.evidence.causes import FIELDS, GENERAL, shipped
from anomalyst.evidence.claims import CheckedClaim, Claim
from anomalyst.evidence.facts import Fact
from tests.agent.test_agent import recording
from tests.helpers.verifier_evidence import random_evidence
from tests.helpers.writing import every_claim

OWN = """
entries:
  - kind: level shift
    causes:
      - en: a setpoint that the night shift changes
  - kind: any finding
    channel: "latency_*"
    causes:
      - en: a leak at the outlet of cpu_percent 3
        de: ein Leck am Auslass
    next_steps:
      - en: "Tighten the flange{channel}{at_start}."
  - kind: any finding
    channel: cpu_percent
    causes:
      - en: a fan that stands still
"""


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """(faulty series, normal series, the user's file of causes)."""
    folder = tmp_path_factory.mktemp("own")
    recording(1, faulty=True).to_csv(folder / "test.csv", index=False)
    recording(0, faulty=False).to_csv(folder / "normal.csv", index=False)
    (folder / "own.yaml").write_text(OWN, encoding="utf-8")
    return folder / "test.csv", folder / "normal.csv", folder / "own.yaml"


@pytest.fixture(scope="module")
def run(frames: tuple[Path, Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Explanation, Path]:
    """What the command line gives with a field of work and a file of causes that is gone afterwards."""
    test, normal, own = frames
    out, gone = tmp_path_factory.mktemp("run") / "out", own.with_name("gone.yaml")
    gone.write_bytes(own.read_bytes())
    options = ["--field", "machines", "--causes", str(gone), "--json", "--out", str(out)]
    result = CliRunner().invoke(app, ["explain", str(test), "--normal", str(normal), *options])
    assert result.exit_code == 0, result.output
    gone.unlink()
    return Explanation.model_validate(json.loads(result.stdout)), out


def texts(claims: tuple[CheckedClaim, ...]) -> str:
    return " ".join(checked.claim.text for checked in claims)


def test_own_causes_come_first_and_only_where_their_channel_is_to_blame(run: tuple[Explanation, Path]) -> None:
    explanation = run[0]
    first, second, *_ = explanation.possible_causes
    assert "a leak at the outlet of cpu_percent 3" in first.claim.text  # names a channel: before what names none
    assert "a setpoint that the night shift changes" in second.claim.text
    assert "fan" not in texts(explanation.possible_causes)
    (step,) = [c for c in explanation.next_actions if "flange" in c.claim.text]
    assert step.claim.text.startswith("Tighten the flange of latency_ms around 06:4")
    assert explanation.next_actions[0] == step


def test_what_was_used_of_the_file_and_the_field_are_facts_of_the_run(run: tuple[Explanation, Path]) -> None:
    evidence = run[0].evidence
    assert [f.value for f in evidence.about("sample", "field")] == ["machines"]
    assert [f.value for f in evidence.about("R1", "own_cause")] == [
        "a leak at the outlet of cpu_percent 3",
        "a setpoint that the night shift changes",
    ]
    assert not [f for f in evidence.facts if f.value == "a fan that stands still"]


def test_audit_and_verify_hold_without_the_file(run: tuple[Explanation, Path]) -> None:
    explanation, out = run
    assert [row for row in audit_run(out).rows if row.outcome != "passed"] == []
    for checked in (*explanation.possible_causes, *explanation.next_actions):
        assert checked.verdict.outcome == "supported"
        assert [s.verdict.outcome for s in verify(checked.claim.text, out)] == ["supported"], checked.claim.text
    assert "possible cause, from the file of causes given" in (out / "report.html").read_text()


def test_nobody_can_say_more_than_the_file_says(run: tuple[Explanation, Path]) -> None:
    explanation, out = run
    for lie in ("R1 may come from a leak at the outlet of cpu_percent 4.", "R1 comes from a leak at the outlet."):
        assert verify(lie, out)[0].verdict.outcome != "supported"
    cause = explanation.possible_causes[0].claim
    uncited = cause.model_copy(update={"cites": cause.cites[:1]})
    assert verify_claim(uncited, explanation.evidence).outcome != "supported"
    told = Claim(text="a leak at the outlet of cpu_percent 3.", cites=cause.cites, kind="observation")
    assert verify_claim(told, explanation.evidence).outcome != "supported"


def test_another_alarm_level_keeps_what_was_given(run: tuple[Explanation, Path]) -> None:
    record = read_run(run[1])
    again = reassess(record, 0.04).explanation
    assert [f.value for f in again.evidence.about("sample", "field")] == ["machines"]
    assert "leak at the outlet" in texts(again.possible_causes)


@pytest.mark.parametrize("field", ["machines", "servers", "medicine"])
def test_a_field_of_work_has_words_of_its_own_which_hold(field: str, frames: tuple[Path, Path, Path]) -> None:
    explanation = Anomalyst(field=field).explain(*frames[:2])
    own = {text.en for entry in shipped(field) for text in entry.causes}  # type: ignore[arg-type]
    causes = texts(explanation.possible_causes)
    assert any(cause in causes for cause in own)
    assert not any(text.en in causes for entry in shipped(GENERAL) for text in entry.causes if text.en not in own)
    assert explanation.next_actions
    assert all(c.verdict.outcome == "supported" for c in (*explanation.possible_causes, *explanation.next_actions))


@pytest.mark.parametrize("field", FIELDS[1:])
def test_whatever_is_said_in_a_field_of_work_is_proved(field: str) -> None:
    for seed in range(12):
        evidence = random_evidence(Random(seed))
        given = Fact(id="F90000", subject="sample", kind="field", value=field)
        evidence = evidence.model_copy(update={"facts": (*evidence.facts, given)})
        for claim in every_claim(evidence):
            assert verify_claim(claim, evidence).outcome == "supported", claim.text
            if claim.kind in ("hypothesis", "recommendation"):
                assert verify(claim.text, evidence)[0].verdict.outcome == "supported", claim.text


def test_without_a_field_nothing_is_told_of_one(frames: tuple[Path, Path, Path]) -> None:
    explanation = Anomalyst().explain(*frames[:2])
    assert not [f for f in explanation.evidence.facts if f.kind in ("field", "own_cause", "own_step")]
    assert "a change of the operating point or of a setting" in texts(explanation.possible_causes)


def test_bad_settings_are_refused_before_anything_runs(tmp_path: Path, frames: tuple[Path, Path, Path]) -> None:
    with pytest.raises(InputError, match="give one of general, machines"):
        Anomalyst(field="gardening")
    with pytest.raises(InputError, match=r"none\.yaml"):
        Anomalyst(causes=tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_text("entries: 3")
    options = ["--causes", str(tmp_path / "bad.yaml"), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, ["explain", str(frames[0]), *options])
    assert result.exit_code == 2 and "'bad.yaml', entries: got 3" in result.output.replace("the file, ", "")
    assert not (tmp_path / "out").exists()
