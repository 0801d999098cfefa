"""What a model may do to its sentences: repeat, leave out, mend; and who is said to have worded what is shown."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest

from anomalyst import Anomalyst
from anomalyst.agent.cli.render import explanation_view
from anomalyst.agent.nodes import judge
from anomalyst.agent.page.answer.words import plain_text
from anomalyst.agent.publishing import complete
from anomalyst.agent.verifier.verify import verify_claims
from anomalyst.agent.worded import distinct, only_dropped, worded_by
from anomalyst.agent.writer.write import fallback_claim, write_claims
from anomalyst.evidence.claims import Claim, ClaimSet
from anomalyst.evidence.facts import Evidence
from tests.agent.test_agent import run
from tests.helpers.scripted import ScriptedModel, call, claims
from tests.helpers.verifier_samples import image, series

VERDICT = Claim(text="The series is anomalous.", cites=("F1",), kind="observation")


def delivered(evidence: Evidence, said: Sequence[Claim], author: str = "llm") -> list[Any]:
    """The checked claims of a run in which a model said this."""
    state: Any = {
        "claims": [claim.model_dump(mode="json") for claim in said],
        "verdicts": [verdict.model_dump(mode="json") for verdict in verify_claims(said, evidence)],
        "refused": [[] for _ in said],
        "authors": [author] * len(said),
    }
    return complete(state, evidence, fallback_claim)


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


def test_a_model_that_repeats_itself_forty_times_is_heard_once() -> None:
    lie = ("R1 reached 9999 ms.", ("F2",), "observation")
    model = ScriptedModel(script=[call("none"), call("none"), claims(*[lie] * 40)])
    explanation, events = run(Anomalyst(model))
    assert [e.message for e in events if e.kind == "wrote"] == ["ScriptedModel wrote 1 claim"]
    texts = [c.claim.text for c in explanation.claims]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    ("refused", "mended", "reason"),
    [
        ("The image is not anomalous.", "The image is anomalous.", "only drops words"),
        ("The alarm does not go when R1 is healed.", "The alarm goes when R1 is healed.", "drops a negation"),
        ("No region stands out in the series.", "One region stands out in the series.", "drops a negation"),
        ("R1 isn't a level shift.", "R1 is a level shift.", "drops"),
        ("R1 cannot be a dip.", "R1 is a dip.", "drops a negation"),
        ("R1 is a level shift without a cause.", "R1 is a level shift.", "only drops words"),
        ("R1 is a huge level shift of latency_ms.", "R1 is a level shift, of latency_ms", "only drops words"),
        ("R1 reached 9.1 ms.", "R1 reached 8.2 ms.", ""),
        ("R1 is a spike.", "R1 is a level shift.", ""),
        ("R1 was caused by a leak.", "R1 may have been caused by a leak.", ""),
        ("R1 is a level shift.", "R1 is a level shift.", ""),  # with other citations
    ],
)  # fmt: skip
def test_mending_is_more_than_dropping_words(refused: str, mended: str, reason: str) -> None:
    why = only_dropped(mended, [refused])
    assert reason in why and bool(why) == bool(reason)


def test_a_true_sentence_left_of_a_refused_one_is_refused_with_the_reason() -> None:
    mended = Claim(text="R1 is a level shift of latency_ms.", cites=("F19",), kind="observation")
    assert judge(mended, series(), []).outcome == "supported"
    verdict = judge(mended, series(), ["R1 is a level shift of latency_ms due to a leak.", "R1 is blue."])
    assert verdict.outcome == "unverifiable" and "only drops words" in verdict.reasons[0]


def test_a_model_that_mends_by_deleting_is_replaced_by_the_built_in_writer() -> None:
    refused = claims(("The series is not anomalous.", ("F1",), "observation"))
    mended = claims(("The series is anomalous.", ("F1",), "observation"))
    explanation, events = run(Anomalyst(ScriptedModel(script=[call("none"), call("none"), refused, mended])))
    told = [e.message for e in events if e.kind == "refused"]
    assert any("“The series is anomalous.”" in text and "only drops words" in text for text in told)
    assert all(c.author == "builtin" for c in explanation.claims)
    assert explanation.claims[explanation.headline].attempts[:2] == (
        "The series is not anomalous.",
        "The series is anomalous.",
    )


def test_no_prompt_advises_to_leave_something_out() -> None:
    false = [
        Claim(text=text, cites=("F1",), kind="observation")
        for text in ("The pump broke.", "The p-value is 0.5.", "R1 is red.")
    ]
    reasons = " ".join(reason for verdict in verify_claims(false, series()) for reason in verdict.reasons)
    assert reasons and "leave it out" not in reasons


def test_the_header_says_who_worded_what_is_shown() -> None:
    good = claims(("The series is anomalous.", ("F1",), "observation"))
    bad = claims(("It is blue.", ("F1",), "observation"))
    both = claims(("The series is anomalous.", ("F1",), "observation"), ("It is blue.", ("F2",), "observation"))
    for said, words in (
        (good, "ScriptedModel (1 of {n} sentences; the others built-in)"),
        (both, "ScriptedModel (1 of {n} sentences; the others built-in)"),
        (bad, "built-in (ScriptedModel gave no usable sentence)"),
    ):
        explanation, _ = run(Anomalyst(ScriptedModel(script=[call("none"), call("none"), said])))
        shown = (*explanation.claims, *explanation.possible_causes, *explanation.next_actions)
        assert explanation.worded_by == worded_by(explanation) == words.format(n=len(shown))
    assert "worded by built-in (ScriptedModel gave" in plain_text(explanation)
    assert "Worded by built-in (ScriptedModel gave" in shown_on_a_terminal(explanation)
    own = explanation.model_copy(update={"llm": "builtin"})
    assert worded_by(own) == "built-in"
    all_ = [c.model_copy(update={"author": "openai:x"}) for c in shown]
    own = explanation.model_copy(
        update={"llm": "openai:x", "claims": tuple(all_), "possible_causes": (), "next_actions": ()}
    )
    assert worded_by(own) == "openai:x"


def shown_on_a_terminal(explanation: Any) -> str:
    from rich.console import Console

    console = Console(width=200, record=True, file=io.StringIO())
    console.print(explanation_view(explanation))
    return console.export_text()
