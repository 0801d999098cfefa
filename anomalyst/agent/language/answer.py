"""How a language model answers: statements, chosen from what there is to say, and ideas of its own.

The ids that it may name are listed in the schema, so that constrained decoding can give no other. What is wrong all
the same is refused statement by statement; an answer is never lost as a whole for one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from anomalyst.agent.statements.book import COMPUTED, Book
from anomalyst.agent.statements.chosen import Chosen
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.statements import Statement

MAX_STATEMENTS = 40


def answer_schema(evidence: Evidence) -> type[BaseModel]:
    """The class of an answer about this evidence: `statements` and `ideas`."""
    book = Book(evidence)
    operators = [said.statement.operator for said in book.told]
    operators += [operator for computed in COMPUTED.values() for operator in computed.operators]
    entry = create_model(
        "StatementChosen",
        __config__=ConfigDict(extra="ignore"),
        __doc__="A statement: a predicate with its arguments. Code decides whether it is true, and words it.",
        predicate=(_one_of(book.predicates), Field(description="What is said.")),
        facts=(list[_one_of([f.id for f in evidence.facts])], Field([], description="Ids of the facts it is about.")),  # type: ignore[misc]
        findings=(
            list[_one_of([f.id for f in evidence.findings])],  # type: ignore[misc]
            Field([], description="Ids of the findings it is about."),
        ),
        operator=(_one_of(sorted(set(operators))), Field("", description="Which way it holds; may be left out.")),
        entry=(int | None, Field(None, description="Which of several, where the list gives one.")),
        level=(float | None, Field(None, description="An alarm level, for the predicate at_level only.")),
        wording=(
            str,
            Field("", max_length=600, description="Your own English wording, with slots; or empty."),
        ),
    )
    return create_model(
        "Answer",
        __config__=ConfigDict(extra="ignore"),
        __doc__="The answer: what is said, in reading order.",
        statements=(list[entry], Field(min_length=1, max_length=MAX_STATEMENTS)),  # type: ignore[valid-type]
        ideas=(list[str], Field([], description="Your own ideas of causes or next steps, told apart as not checked.")),
    )


def _one_of(names: Sequence[str]) -> Any:
    """A text that the schema lists the choices of."""
    return Annotated[str, Field(json_schema_extra={"enum": list(names)})] if names else str


@dataclass(frozen=True)
class Answered:
    """An answer, read. `made`: its statements in their order, each once; `unread`: of each that is none, why not;
    `ideas`: as they are."""

    made: Sequence[Chosen] = ()
    unread: Sequence[str] = ()
    ideas: Sequence[str] = ()


def read_answer(answer: BaseModel) -> Answered:
    """What an answer of `answer_schema` says."""
    values = answer.model_dump()
    found: dict[str, Chosen] = {}
    unread: list[str] = []
    for entry in values["statements"]:
        try:
            made = _chosen(entry)
        except ValueError as error:
            unread.append(f"{entry.get('predicate')!r}: {str(error).splitlines()[0]}")
            continue
        found.setdefault(made.statement.model_dump_json(), made)
    return Answered(tuple(found.values()), tuple(unread), tuple(values["ideas"]))


def _chosen(entry: Mapping[str, Any]) -> Chosen:
    arguments = {name: value for name, value in entry.items() if name != "wording"}
    return Chosen(statement=Statement(**arguments), wording=entry.get("wording") or "")


def menu(book: Book) -> dict[str, Any]:
    """What there is to say, for a prompt: the statements with their built-in wordings, and those that are computed."""
    told = [
        said.statement.model_dump(mode="json", exclude_defaults=True) | {"says": said.text(book.evidence, book.speech)}
        for said in book.told
    ]
    computed = [
        {"predicate": name, "operators": [o for o in made.operators if o], "says": made.says}
        for name, made in COMPUTED.items()
    ]
    return {"statements": told, "computed": computed}
