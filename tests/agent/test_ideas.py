"""What a model adds of its own: in a box apart, never among claims, in the summary, or where it may not be."""

from __future__ import annotations

from pathlib import Path

import pytest
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from rich.console import Console

from anomalyst import Anomalyst, Explanation
from anomalyst.agent.cli.render import explanation_view
from anomalyst.agent.events import Event, Published
from anomalyst.agent.ideas import MAX_IDEAS, ideas
from anomalyst.agent.page.answer.card import answer_card, reply_card
from anomalyst.agent.page.answer.words import plain_text
from anomalyst.agent.records.artifacts import read_run
from anomalyst.agent.records.audit import audit_run
from anomalyst.agent.records.reassess import reassess
from anomalyst.agent.records.replay import explanation_rows
from tests.agent.test_agent import recording, run
from tests.helpers.scripted import ScriptedModel, answer, saying
from tests.helpers.verifier_samples import series

OWN = "A blocked intercooler may starve the compressor."
STEP = "Inspect the intercooler for ice."
NAMED = "John Miller may have opened the valve."
ANSWER = answer("verdict", ideas=(OWN, NAMED, STEP, "Call 112 at once."))
TITLE = "Ideas of ScriptedModel, not checked"


def model() -> ScriptedModel:
    return ScriptedModel(script=[AIMessage(""), AIMessage(""), ANSWER])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Explanation, list[Event], Path]:
    out = tmp_path_factory.mktemp("ideas") / "out"
    return *run(Anomalyst(model()), out=out), out


def test_ideas_stand_apart_from_all_that_was_checked(told: tuple[Explanation, list[Event], Path]) -> None:
    explanation = told[0]
    assert explanation.ideas == (OWN, STEP)
    said = (*explanation.claims, *explanation.possible_causes, *explanation.next_actions)
    assert not {OWN, STEP, NAMED} & {c.claim.text for c in said}
    assert "intercooler" not in explanation.summary
    assert all(c.verdict.outcome == "supported" for c in said)
    assert explanation.possible_causes and explanation.next_actions  # the catalogue's


def test_a_dropped_idea_is_told_without_what_it_said(told: tuple[Explanation, list[Event], Path]) -> None:
    messages = [e.message for e in told[1] if e.kind == "refused" and e.where == "ideas"]
    assert messages == [
        "an idea of ScriptedModel is not shown: it may name a person or a firm",
        "an idea of ScriptedModel is not shown: it holds a number that nobody measured",
    ]
    assert "Miller" not in (told[2] / "events.jsonl").read_text()


def test_a_cause_of_the_catalogue_that_a_model_gives_is_a_claim() -> None:
    said = answer(saying("cause", findings=["R1"]))
    explanation, _ = run(Anomalyst(ScriptedModel(script=[AIMessage(""), AIMessage(""), said])))
    (cause,) = [c for c in explanation.possible_causes if c.chosen_by == "ScriptedModel"]
    assert cause.author == "builtin" and " a change of " in cause.claim.text
    assert explanation.ideas == ()


def test_every_view_has_the_box_and_says_that_nobody_checked_it(told: tuple[Explanation, list[Event], Path]) -> None:
    explanation, _, out = told
    record = read_run(out)
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115 - closed with the process
    console.print(explanation_view(explanation))
    views = [
        console.export_text(),
        (out / "report.html").read_text(),
        answer_card(record, "r"),
        reply_card(explanation, "r"),
        plain_text(explanation),
    ]
    for view in views:
        assert TITLE in view and OWN in view and STEP in view and "Miller" not in view
        assert view.index(TITLE) < view.index(OWN)
    assert OWN in (out / "report.json").read_text()


def test_no_box_where_there_are_no_ideas(told: tuple[Explanation, list[Event], Path]) -> None:
    bare = told[0].model_copy(update={"ideas": ()})
    assert "not checked" not in plain_text(bare) + reply_card(bare, "r")


def test_the_audit_passes_and_catches_an_idea_that_was_slipped_in(
    told: tuple[Explanation, list[Event], Path],
) -> None:
    assert [row for row in audit_run(told[2]).rows if row.outcome != "passed"] == []
    record = read_run(told[2])
    forged = record.explanation.model_copy(update={"ideas": (OWN, NAMED)})
    (row,) = explanation_rows(type(record)(forged, record.sample, record.score_map, record.masks, record.replay))
    assert row.outcome == "failed" and "ideas" in row.detail
    assert reassess(record, 0.04).explanation.ideas == ()  # whose sentences are the built-in writer's


def test_ideas_can_be_turned_off() -> None:
    explanation, events = run(Anomalyst(model(), ideas=False))
    assert explanation.ideas == ()
    assert not [e for e in events if e.kind == "refused" and e.where == "ideas"]
    assert "intercooler" not in str([e.message for e in events]) + explanation.model_dump_json()


def test_an_answer_to_a_question_has_ideas_of_its_own() -> None:
    script = [AIMessage(""), AIMessage(""), ANSWER, answer("verdict", ideas=[STEP])]
    analyst = Anomalyst(ScriptedModel(script=script), checkpointer=InMemorySaver())
    list(analyst.stream(recording(1, faulty=True), recording(0, faulty=False), thread="t"))
    published = list(analyst.stream_answer("What should I do?", "t"))[-1]
    assert isinstance(published, Published)
    assert published.explanation.ideas == (STEP,)
    assert published.explanation.next_actions and STEP not in published.explanation.summary


def test_a_cause_of_its_own_mends_no_claim() -> None:
    lie = answer(saying("verdict", operator="normal"))
    mend = answer("verdict", ideas=[OWN])
    explanation, _ = run(Anomalyst(ScriptedModel(script=[AIMessage(""), AIMessage(""), lie, mend])))
    assert OWN not in explanation.model_dump_json()


def test_at_most_five_are_kept_and_each_once() -> None:
    texts = [f"Check the {part}." for part in ("pump", "valve", "seal", "pipe", "filter", "cable")]
    sorted_out = ideas([texts[0], *texts, texts[0].upper()], series())
    assert sorted_out.kept == tuple(texts[:MAX_IDEAS])
    assert sorted_out.dropped == (
        "it was said before",
        f"at most {MAX_IDEAS} are shown",
        "it may name a person or a firm",
    )
