"""What holds: all that the writer tells, with no other operator; what is left open means what there is to say."""

from __future__ import annotations

from collections import defaultdict
from random import Random

import pytest
from pydantic import ValidationError

from anomalyst.agent.statements.book import COMPUTED, Book
from anomalyst.evidence.statements import Statement
from tests.helpers.verifier_evidence import random_evidence
from tests.helpers.verifier_samples import normal, series

SEEDS = range(0, 40, 4)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_statement_of_the_book_is_judged_supported(seed: int) -> None:
    book = Book(random_evidence(Random(seed)))
    assert book.told
    for said in book.told:
        judgement = book.judge(said.statement)
        assert judgement.outcome == "supported" and judgement.said is not None, said.statement
        assert judgement.said.statement == said.statement
        assert judgement.said is said


@pytest.mark.parametrize("seed", SEEDS)
def test_no_statement_holds_with_another_operator(seed: int) -> None:
    book = Book(random_evidence(Random(seed)))
    operators: dict[str, set[str]] = defaultdict(set)
    for said in book.told:
        operators[said.statement.predicate].add(said.statement.operator)
    for said in book.told:
        for other in operators[said.statement.predicate] - {said.statement.operator, ""} | {"no-such-way"}:
            changed = said.statement.model_copy(update={"operator": other})
            judgement = book.judge(changed)
            assert judgement.said is None and judgement.reason, changed


@pytest.mark.parametrize("seed", SEEDS)
def test_an_operator_that_is_left_open_is_the_one_that_holds(seed: int) -> None:
    book = Book(random_evidence(Random(seed)))
    for said in book.told:
        open_ = said.statement.model_copy(update={"operator": ""})
        judgement = book.judge(open_)
        assert judgement.said is not None
        assert (
            said.statement.operator == judgement.said.statement.operator
            or len([s for s in book.told if s.statement.predicate == said.statement.predicate]) > 1
        )


def test_reasons_say_what_there_is() -> None:
    book = Book(series())
    for statement, reason in (
        (Statement(predicate="caused_by"), "nothing here is told by 'caused_by'; there is headline, verdict"),
        (Statement(predicate="verdict", facts=("F999",)), "there is no F999 in the evidence"),
        (Statement(predicate="verdict", findings=("R7",)), "there is no R7 in the evidence"),
        (Statement(predicate="ratio", facts=("F21", "F998")), "there is no F998 in the evidence"),
        (Statement(predicate="verdict", facts=("F21",)), "'verdict' is not told of these facts and findings"),
        (Statement(predicate="verdict", operator="normal"), "the evidence says 'anomalous' here"),
    ):
        judgement = book.judge(statement)
        assert judgement.said is None and judgement.reason.startswith(reason), judgement.reason


def test_the_predicates_are_those_told_and_those_computed() -> None:
    book = Book(normal())
    assert set(COMPUTED) < set(book.predicates) and "verdict" in book.predicates and "cause" not in book.predicates


@pytest.mark.parametrize(
    "arguments",
    [
        {"predicate": "Verdict"}, {"predicate": ""}, {"predicate": "verdict", "facts": ["R1"]},
        {"predicate": "verdict", "facts": ["F1"] * 13}, {"predicate": "verdict", "findings": ["F1"]},
        {"predicate": "verdict", "operator": "not 5"}, {"predicate": "at_level", "level": float("nan")},
        {"predicate": "verdict", "text": "free"},
    ],
)  # fmt: skip
def test_what_is_no_statement_is_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Statement.model_validate(arguments)
