"""What a model may do with its statements: repeat, leave out, word, mend; who is said to have worded what is shown."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest

from anomalyst import Anomalyst
from anomalyst.agent.cli.render import explanation_view
from anomalyst.agent.language.answer import answer_schema, read_answer
from anomalyst.agent.page.answer.words import plain_text
from anomalyst.agent.publishing import complete
from anomalyst.agent.verifier.verify import verify_claims
from anomalyst.agent.worded import distinct, worded_by
from anomalyst.agent.writer.write import write_claims
from anomalyst.evidence.claims import CheckedClaim, Claim, ClaimSet
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.speech.manner import PLAIN
from tests.agent.test_agent import run
from tests.helpers.scripted import ScriptedModel, answer, call, saying
from tests.helpers.verifier_samples import image, series

VERDICT = Claim(text="The series is anomalous.", cites=("F1",), kind="observation")


def delivered(evidence: Evidence, said: Sequence[Claim], author: str = "llm") -> list[Any]:
    """The checked claims of a run in which a model said this."""
    pairs = zip(said, verify_claims(said, evidence), strict=True)
    checked = [CheckedClaim(claim=claim, verdict=verdict, author=author) for claim, verdict in pairs]
    state: Any = {"checked": [one.model_dump(mode="json") for one in checked]}
    return complete(state, evidence, PLAIN)


def changed(evidence: Evidence, **values: Any) -> Evidence:
    """The evidence with other values of facts about the sample."""
    facts = (f.model_copy(update={"value": values[f.kind]}) if f.kind in values else f for f in evidence.facts)
    return evidence.model_copy(update={"facts": tuple(facts)})


def test_a_model_that_says_only_the_verdict_does_not_hide_how_far_to_trust_it() -> None:
    evidence = changed(image(), p_extrapolated=True, calibration_method="self-calibrated")
    texts = [
        c.claim.text
        for c in delivered(evidence, [Claim(text="The image is anomalous.", cites=("F1",), kind="observation")])
    ]
    told = " ".join(texts)
    assert (
        "moderate" in told and "extrapolated" in told and "self-calibrated" in told and "only 12 normal images" in told
    )


def test_a_fact_that_is_only_cited_has_not_been_told() -> None:
    said = VERDICT.model_copy(update={"cites": ("F1", "F4", "F5", "F6", "F7", "F19", "F21")})
    texts = [c.claim.text for c in delivered(series(), [said])]
    assert any("confidence" in text and "high" in text for text in texts)
    assert any("24 normal stretches" in text for text in texts)
    assert any("level shift" in text for text in texts)


def test_what_a_model_has_told_is_not_told_again() -> None:
    said = [claim for claim in write_claims(series())]
    assert [c.claim for c in delivered(series(), said)] == said
    assert [c.author for c in delivered(series(), said)] == ["llm"] * len(said)


def test_equal_sentences_are_one() -> None:
    same = ("R1 is a dip in cpu.", "r1 is  a dip in cpu", "R1 is a dip, in cpu!", "**R1** is a dip in cpu.")
    said = [
        Claim(text=text, cites=cites, kind="observation") for text in same for cites in (("F1", "F2"), ("F2", "F1"))
    ]
    assert distinct(said) == said[:1]
    mixed = [VERDICT, *said, VERDICT]
    assert distinct(mixed) == [VERDICT, said[0]]
    other = ["p is 1.2.", "p is 12.", "p is -12.", "p < 12.", "p > 12.", "p is not 12.", "R1 is 12.", "R2 is 12."]
    assert len(distinct(Claim(text=text, kind="observation") for text in other)) == len(other)


def test_repeats_take_no_room_among_what_a_model_may_say() -> None:
    rows = [{"text": "The series is anomalous.", "cites": ["F1"], "kind": "observation"}] * 60
    more = [{"text": f"R{n} lies late.", "kind": "observation"} for n in range(39)]
    assert len(ClaimSet.model_validate({"claims": [*rows, *more]}).claims) == 40
    with pytest.raises(ValueError, match="text"):
        ClaimSet.model_validate({"claims": [*rows, {"kind": "observation"}, 7]})


def test_repeated_statements_take_no_room_among_those_of_an_answer() -> None:
    schema = answer_schema(series())
    rows = [{"predicate": "verdict"}] * 60 + [{"predicate": "value", "findings": [f"R{n}"]} for n in range(39)]
    read = read_answer(schema.model_validate({"statements": rows}))
    assert len(read.made) == 40 and not read.unread
    with pytest.raises(ValueError, match="at most 40"):
        schema.model_validate({"statements": [*rows, {"predicate": "test"}]})


def test_a_model_that_repeats_itself_sixty_times_is_heard_once() -> None:
    model = ScriptedModel(script=[call("none"), call("none"), answer(*[saying("value", "It is 9999.")] * 60)])
    explanation, events = run(Anomalyst(model))
    assert [e.message for e in events if e.kind == "wrote"] == ["ScriptedModel made 1 statement"]
    texts = [c.claim.text for c in explanation.claims]
    assert len(set(texts)) == len(texts)


def test_no_prompt_advises_to_leave_something_out() -> None:
    false = [
        Claim(text=text, cites=("F1",), kind="observation")
        for text in ("The pump broke.", "The p-value is 0.5.", "R1 is red.")
    ]
    reasons = " ".join(reason for verdict in verify_claims(false, series()) for reason in verdict.reasons)
    assert reasons and "leave it out" not in reasons


def shown(explanation: Any) -> tuple[CheckedClaim, ...]:
    """All sentences of an answer."""
    return (*explanation.claims, *explanation.possible_causes, *explanation.next_actions)


def test_the_header_says_who_chose_and_who_worded_what_is_shown() -> None:
    (sure,) = run(Anomalyst())[0].evidence.about("sample", "confidence")
    own = saying("confidence", f"The confidence is {{{sure.id}}}.")
    for said, words in (
        (answer("verdict"), "1 of {n} sentences chosen by ScriptedModel, all of them worded built-in"),
        (answer("verdict", "nonsense"), "1 of {n} sentences chosen by ScriptedModel, all of them worded built-in"),
        (answer("verdict", own), "2 of {n} sentences chosen by ScriptedModel, 1 of them in its own words, the others "
         "built-in"),
        (answer("nonsense"), "built-in (ScriptedModel gave no usable sentence)"),
    ):  # fmt: skip
        explanation, _ = run(Anomalyst(ScriptedModel(script=[call("none"), call("none"), said])))
        assert explanation.worded_by == worded_by(explanation) == words.format(n=len(shown(explanation)))
    assert "worded by built-in (ScriptedModel gave" in plain_text(explanation)
    assert "built-in (ScriptedModel gave" in shown_on_a_terminal(explanation)


def test_the_header_of_older_answers_stays() -> None:
    explanation, _ = run(Anomalyst())
    assert worded_by(explanation) == "built-in"
    theirs = tuple(c.model_copy(update={"author": "openai:x", "chosen_by": ""}) for c in explanation.claims)
    own = explanation.model_copy(
        update={"llm": "openai:x", "claims": theirs, "possible_causes": (), "next_actions": ()}
    )
    assert worded_by(own) == "openai:x"
    mixed = own.model_copy(update={"claims": (*theirs[1:], theirs[0].model_copy(update={"author": "builtin"}))})
    assert worded_by(mixed) == f"openai:x ({len(theirs) - 1} of {len(theirs)} sentences; the others built-in)"


def shown_on_a_terminal(explanation: Any) -> str:
    from rich.console import Console

    console = Console(width=200, record=True, file=io.StringIO())
    console.print(explanation_view(explanation))
    return console.export_text()
