"""A language model as a reader: what it takes apart is judged by code, and it can make nothing true."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage

from anomalyst.agent.records.checking import verify
from anomalyst.agent.statements.book import Book
from anomalyst.agent.statements.parsed import Part, judged
from anomalyst.errors import InputError, ModelError
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.statements import Statement
from tests.helpers.scripted import ScriptedModel, call
from tests.helpers.verifier_samples import series

ODD = "Over in R1, cpu was by all accounts too {way}, to our regret."


def parsing(words: str, sentence: int = 0, **statement: Any) -> AIMessage:
    """An answer that finds one statement."""
    return call("Reading", parts=[{"sentence": sentence, "words": words, **statement}])


def part(words: str, predicate: str, **arguments: Any) -> Part:
    return Part(words=words, statement=Statement(predicate=predicate, **arguments))


def kind_of(evidence: Evidence) -> str:
    return str(next(f.value for f in evidence.facts if f.subject == "R1" and f.kind == "anomaly_kind"))


def test_what_the_rules_read_is_not_asked_about() -> None:
    model = ScriptedModel(script=[AIMessage("")])
    assert [one.verdict.outcome for one in verify("The series is anomalous.", series(), model)] == ["supported"]
    assert model.asked == []


def test_a_sentence_is_supported_where_all_its_words_make_statements_that_hold() -> None:
    evidence = series()
    sentence = f"As for what R1 exhibits: it would be a {kind_of(evidence)}."
    model = ScriptedModel(script=[parsing(sentence.rstrip("."), predicate="kind", findings=["R1"])])
    before, after = verify(sentence, evidence)[0], verify(sentence, evidence, model)[0]
    assert before.verdict.outcome == "unverifiable" and after.verdict.outcome == "supported"
    assert after.verdict.facts and after.spans


@pytest.mark.parametrize(
    "words",
    [
        "In R1 there is a spike",  # another kind
        "In R1 there is not a {kind}",  # turned round
        "In R1 there is a {kind} of 4711 ms",  # a number of its own
        "In R1 there is a {kind} in pressure_bar",  # a name of its own
        "In R1 there is a {kind} that sabotage caused",  # a word that nothing measured tells
        "In R2 there is a {kind}",  # another finding
    ],
)
def test_a_model_makes_nothing_true(words: str) -> None:
    evidence = series()
    text = words.format(kind=kind_of(evidence))
    read = judged(f"{text}.", [part(text, "kind", findings=("R1",))], Book(evidence))
    assert read.verdict.outcome != "supported", text


def test_words_that_belong_to_no_statement_are_not_understood() -> None:
    evidence = series()
    known = f"R1 is a {kind_of(evidence)}"
    read = judged(f"{known} and the pump exploded.", [part(known, "kind", findings=("R1",))], Book(evidence))
    assert read.verdict.outcome == "unverifiable" and any("exploded" in reason for reason in read.verdict.reasons)


def test_a_statement_with_its_operator_can_be_refuted() -> None:
    read = judged(
        "The healing test failed.", [part("The healing test failed", "test", operator="failed")], Book(series())
    )
    assert read.verdict.outcome == "contradicted"


def test_a_model_that_parses_badly_leaves_the_sentence_as_the_rules_left_it() -> None:
    evidence, odd = series(), ODD.format(way="high")
    for answer in (
        AIMessage("no"),
        parsing("words that are not there", predicate="kind"),
        parsing(odd, sentence=7, predicate="x"),
    ):
        read = verify(odd, evidence, ScriptedModel(script=[answer]))
        assert read == verify(odd, evidence)


def test_bad_readers_are_refused() -> None:
    with pytest.raises(InputError, match="builtin"):
        verify("It is blue.", series(), "builtin")
    with pytest.raises(ModelError, match="no route"):
        verify("It is blue.", series(), ScriptedModel(script=[ConnectionError("no route")]))


def test_what_was_seen_and_what_was_expected_cannot_change_places() -> None:
    evidence = series()
    book = Book(evidence)
    seen, normal = (evidence.about("R1", kind)[0] for kind in ("observed", "expected"))
    statement = Statement(predicate="value", facts=(seen.id, normal.id), findings=("R1",), operator="")
    (one, other) = (f"{float(fact.value):g} {fact.unit}".strip() for fact in (seen, normal))
    for first, second, outcome in ((one, other, "supported"), (other, one, "unverifiable")):
        text = f"{seen.qualifier} in R1 was {first}, where {second} was expected"
        assert judged(text, [Part(words=text, statement=statement)], book).verdict.outcome == outcome, text
