"""A run with a time budget: what is said of the choice is measured, changed numbers are caught, the audit holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from anomalyst import Anomalyst, Explanation, plugins
from anomalyst.agent.language.planner import choose_detector
from anomalyst.agent.language.prompting import read_data
from anomalyst.agent.records.audit import audit_run
from anomalyst.agent.verifier.verify import verify_claim, verify_text
from anomalyst.agent.writer.write import write_claims
from anomalyst.datasets import bundled_examples
from anomalyst.detectors import registry
from anomalyst.detectors.contract import Card
from anomalyst.detectors.registry import detector_names, list_detectors
from anomalyst.errors import InputError
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.tools.budget import already_fitted, offers, planned_words, training_time
from tests.agent.cli.test_cli import fails, invoke
from tests.agent.test_agent import run
from tests.helpers.detectors import SeriesDensity
from tests.helpers.scripted import ScriptedModel, call

Run = tuple[Explanation, Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The bundled telemetry, explained within ten minutes."""
    folder = tmp_path_factory.mktemp("budget")
    example = next(e for e in bundled_examples(folder / "inputs") if e.name == "telemetry")
    return Anomalyst().explain(example.input, example.normal, budget=600, out=folder / "run"), folder / "run"


def value(evidence: Evidence, kind: Any) -> Any:
    return evidence.about("choice", kind)[0].value


def test_the_choice_under_a_budget_is_told_by_facts(made: Run) -> None:
    explanation, _ = made
    evidence = explanation.evidence
    assert value(evidence, "detector") == "series-density" and value(evidence, "budget") == 600
    everything = len(detector_names("series"))
    assert 0 < value(evidence, "estimated_time") < 600
    assert value(evidence, "within_budget") == f"{everything} of {everything}"
    assert 0 < value(evidence, "run_time") < 600 and not evidence.about("choice", "over_budget")
    told = " ".join(c.claim.text for c in explanation.claims)
    assert "the time budget of 600 s; series-density was chosen" in told and "within the time budget of 600 s" in told


def test_the_audit_of_a_run_with_a_budget_holds(made: Run) -> None:
    assert [r for r in audit_run(made[1]).rows if r.outcome == "failed"] == []


def test_a_budget_that_cannot_be_kept_is_told_and_a_fitted_detector_costs_only_scoring(made: Run) -> None:
    explanation, events = run(Anomalyst(), budget=0.01)
    evidence = explanation.evidence
    assert value(evidence, "within_budget").startswith("0 of ")
    assert value(evidence, "over_budget") == pytest.approx(value(evidence, "run_time") - 0.01, rel=1e-2)
    told = " ".join(c.claim.text for c in explanation.claims)
    assert "None of " in told and "over the time budget of 0.01 s" in told
    assert any("0 of" in e.message for e in events if e.kind == "planned")
    source = made[1].parent / "inputs" / "telemetry" / "test.csv"
    again = Anomalyst().explain(source, detector=str(made[1] / "detector"), budget=600)
    assert value(again.evidence, "estimated_time") < value(made[0].evidence, "estimated_time")
    assert "fitted before" in value(again.evidence, "choice_reason")
    assert not again.evidence.about("choice", "within_budget")
    assert any(c.claim.text.startswith("For the time budget of 600 s, series-density") for c in again.claims)


def test_without_a_budget_nothing_is_timed() -> None:
    kinds = {fact.kind for fact in run(Anomalyst())[0].evidence.facts}
    assert "choice_reason" in kinds and not kinds & {"budget", "estimated_time", "within_budget", "run_time"}


def test_a_language_model_gets_the_estimates_and_its_own_choice_is_named_as_such() -> None:
    model = ScriptedModel(script=[call("run_detector", detector="series-imputation", reason="I like it"), call("none")])
    explanation, _ = run(Anomalyst(model), budget=600)
    data = read_data(model.asked[0][1].text)
    assert data["profile"]["budget_seconds"] == 600 and data["profile"]["gpu"] in (False, True)
    assert all(card["estimated_seconds"] > 0 for card in data["cards"]) and "600" in model.asked[0][1].text
    assert value(explanation.evidence, "detector") == "series-imputation"
    assert value(explanation.evidence, "choice_reason") == "the language model chose it"


FACTS = (
    ("sample", "verdict", "anomalous", ""), ("choice", "detector", "image-density", ""),
    ("choice", "choice_reason", "it was measured to be the most accurate of those that fit", ""),
    ("choice", "budget", 20, "s"), ("choice", "estimated_time", 13, "s"), ("choice", "within_budget", "3 of 12", ""),
    ("choice", "run_time", 25, "s"), ("choice", "over_budget", 5, "s"),
)  # fmt: skip


def evidence(*facts: tuple[Any, ...]) -> Evidence:
    made = (Fact(id=f"F{i}", subject=s, kind=k, value=v, unit=u) for i, (s, k, v, u) in enumerate(facts, 1))
    return Evidence(
        modality="image", sample_name="x", verdict="anomalous", sample_p=0.01, alpha=0.05, facts=tuple(made)
    )


OVER, KEPT = evidence(*FACTS), evidence(*FACTS[:6], ("choice", "run_time", 14.2, "s"))
TRUE = (
    "3 of 12 suitable detectors fit the time budget of 20 s; image-density was chosen, with an estimated time of 13 s.",
    "Three of the 12 detectors would keep the budget.",
    "The run was estimated to take 13 seconds.",
    "image-density fits the time budget of 20 s.",
    "The time budget was 20 seconds.",
)  # fmt: skip


@pytest.mark.parametrize("text", [*TRUE, "The run took 25 s, 5 s over the time budget of 20 s."])
def test_true_sentences_about_the_budget_pass(text: str) -> None:
    assert verify_text(text, OVER)[0].verdict.outcome == "supported", verify_text(text, OVER)[0].verdict.reasons


@pytest.mark.parametrize(
    "text",
    [
        *(t.replace("20 s", "30 s") for t in TRUE if "20 s" in t),
        *(t.replace("13 s", "31 s") for t in TRUE if "13 s" in t),
        TRUE[0].replace("3 of", "4 of"), TRUE[0].replace("12", "13"),
        TRUE[0].replace("image-density", "image-flow"), "4 of 12 detectors would keep the budget.",
        "None of the 12 detectors fit the time budget.", "3 of 12 detectors flag the image.",
        "The run took 13 s, 5 s over the time budget of 20 s.", "The run took 25 s, 4 s over the time budget of 20 s.",
        "The run took 25 s, 5 s over the time budget of 30 s.", "The run took 25 s, within the time budget of 20 s.",
        "The run took 20 s.", "The time budget was 20 minutes.", "The run was estimated to take 25 s.",
        "The estimate of the run is over the time budget.", "The budget was 13 s.", "The run took 5 s.",
    ],
)  # fmt: skip
def test_changed_sentences_about_the_budget_fail(text: str) -> None:
    assert verify_text(text, OVER)[0].verdict.outcome != "supported"


def test_a_run_within_its_budget_is_not_called_over_it() -> None:
    for text, good in (
        ("The run took 14.2 s, within the time budget of 20 s.", True),
        ("The run took 14.2 s, over the time budget of 20 s.", False),
    ):
        assert (verify_text(text, KEPT)[0].verdict.outcome == "supported") is good


def test_every_number_of_the_built_in_sentences_is_checked() -> None:
    for facts in (OVER, KEPT):
        told = [c for c in write_claims(facts) if "budget" in c.text]
        assert len(told) == 2
        for claim in told:
            for number in re.finditer(r"\d[\d.]*(?<!\.)", claim.text):
                start, end = number.span()
                changed = claim.text[:start] + f"{float(number.group()) * 3 + 1:g}" + claim.text[end:]
                lie = Claim(text=changed, cites=claim.cites, kind=claim.kind)
                assert verify_claim(lie, facts).outcome != "supported", changed


@pytest.mark.parametrize("budget", ["0", "-5", "nan", "soon"])
def test_the_command_refuses_what_is_no_budget(budget: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n2\n")
    fails(invoke("explain", tmp_path / "x.csv", "--budget", budget), 2, "budget") if budget != "soon" else None
    fit = invoke("fit", tmp_path / "x.csv", "--modality", "series", "--out", tmp_path / "o", "--budget", budget)
    assert fit.exit_code == 2 and not (tmp_path / "o").exists()


def test_python_refuses_what_is_no_budget() -> None:
    with pytest.raises(InputError, match="positive number of seconds"):
        run(Anomalyst(), budget=0)


def test_the_list_of_detectors_fits_a_narrow_terminal() -> None:
    shown = invoke("detectors", env={"COLUMNS": "80"})
    assert shown.exit_code == 0 and max(map(len, shown.stdout.splitlines())) <= 80
    for name in ("image-density", "series-flow"):
        assert re.search(rf"{name} +\d[\d.]* s +\d[\d.]* s  \w", shown.stdout)


class Unmeasured(SeriesDensity):  # type: ignore[misc]
    """A detector of somebody else's, which no command has measured."""

    card = Card("acme-flow", "series", "density", *["-"] * 5)


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Its package is installed."""
    point = EntryPoint("acme-flow", f"{__name__}:Unmeasured", plugins.DETECTORS)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [point] if group == plugins.DETECTORS else [])
    registry.forget()
    yield
    monkeypatch.undo()
    registry.forget()


def test_a_detector_without_numbers_says_that_it_was_not_measured(acme: None, made: Run) -> None:
    inputs = made[1].parent / "inputs" / "telemetry"
    explanation = Anomalyst().explain(inputs / "test.csv", inputs / "normal.csv", detector="acme-flow", budget=600)
    evidence = explanation.evidence
    known = len(detector_names("series"))
    assert value(evidence, "within_budget") == f"{known - 1} of {known}"  # what is not known to fit is not said to fit
    assert not evidence.about("choice", "estimated_time")
    told = " ".join(c.claim.text for c in explanation.claims)
    assert 'acme-flow was chosen: "it is the detector that the user asked for' in told and "was not measured" in told
    assert all(c.verdict.outcome == "supported" for c in explanation.claims)
    false = told_choice(explanation).replace("acme-flow was chosen", "acme-flow was not chosen")
    assert verify_text(false, evidence)[0].verdict.outcome != "supported"
    assert verify_text("The estimated time of the run is 3 s.", evidence)[0].verdict.outcome != "supported"


def told_choice(explanation: Explanation) -> str:
    return next(c.claim.text for c in explanation.claims if "was chosen" in c.claim.text)


def test_the_built_in_choice_prefers_what_was_measured_and_the_list_says_what_was_not(acme: None) -> None:
    profile = {"normals": 1, "rows": 2000, "normal_rows": 5000, "channels": ["a"], "gpu": False}
    cards = offers(list_detectors("series"), profile)
    assert next(c for c in cards if c["name"] == "acme-flow")["estimated_seconds"] is None
    for budget in ({}, {"budget_seconds": 600.0}, {"budget_seconds": 0.001}):
        assert choose_detector(profile | budget, cards, None).name != "acme-flow"
    only = [c for c in cards if c["name"] == "acme-flow"]
    decision = choose_detector(profile | {"budget_seconds": 60.0}, only, None)
    assert decision.seconds is None and "not measured" in planned_words(decision, decision.reason, 60.0)
    assert already_fitted("acme-flow", profile).seconds is None and training_time("acme-flow", profile) is None
    assert "not measured" in invoke("detectors").stdout
    listed = {card["name"]: card for card in json.loads(invoke("detectors", "--json").stdout)}
    assert listed["acme-flow"]["fit_seconds"] is None and listed["series-density"]["fit_seconds"] == 2.0
