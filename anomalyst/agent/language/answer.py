"""How a language model answers: statements, chosen from what there is to say, and ideas of its own.

The ids that it may name are listed in the schema, so that constrained decoding can give no other. What is wrong all
the same is refused statement by statement; an answer is never lost as a whole for one of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    create_model,
)

from anomalyst.agent.statements.book import COMPUTED, Book
from anomalyst.agent.statements.chosen import Chosen
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.statements import Statement

MAX_STATEMENTS = 40


def answer_schema(evidence: Evidence) -> type[BaseModel]:
    """The class of an answer about this evidence: `statements` and `ideas`."""
    entry = create_model(
        "StatementChosen",
        __base__=statement_schema(Book(evidence)),
        wording=(
            str,
            Field("", max_length=600, description="Your own English wording, with slots; or empty."),
        ),
    )
    return create_model(
        "Answer",
        __config__=ConfigDict(extra="ignore"),
        __doc__="The answer: what is said, in reading order.",
        statements=(
            Annotated[
                list[Annotated[entry, WrapValidator(_or_unread)]],  # type: ignore[valid-type]
                BeforeValidator(_once),
                Field(min_length=1, max_length=MAX_STATEMENTS),
            ],
            ...,
        ),
        ideas=(list[str], Field([], description="Your own ideas of causes or next steps, told apart as not checked.")),
    )


def statement_schema(book: Book) -> type[BaseModel]:
    """The class of a statement about some evidence: the ids, predicates and operators that there are."""
    evidence = book.evidence
    operators = [said.statement.operator for said in book.told]
    operators += [operator for computed in COMPUTED.values() for operator in computed.operators]
    return create_model(
        "StatementMade",
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
        level=(
            float | None,
            Field(None, description="An alarm level; of nothing_at a time: seconds since 1970, or row."),
        ),
        until=(float | None, Field(None, description="Where that time ends, for the predicate nothing_at only.")),
        word=(str | None, Field(None, description="A kind of anomaly or a place, for the predicate none_of only.")),
    )


@dataclass(frozen=True)
class _Unread:
    """A statement that does not have the form of one, and why."""

    reason: str


def _or_unread(entry: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """A statement, or why it is none: the others of the answer count all the same."""
    try:
        return read(entry)
    except ValidationError as error:
        first = error.errors()[0]
        return _Unread(f"{'.'.join(map(str, first['loc'])) or repr(entry)[:80]}: {first['msg']}")


def _once(entries: Any) -> Any:
    """Each entry once, before they are counted: what a model repeats takes no room from what it says besides."""
    if not isinstance(entries, list | tuple):
        return entries
    first: dict[str, Any] = {}
    for entry in entries:
        first.setdefault(json.dumps(entry, sort_keys=True, default=repr), entry)
    return list(first.values())


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
    found: dict[str, Chosen] = {}
    unread: list[str] = []
    for entry in answer.statements:  # type: ignore[attr-defined]
        if isinstance(entry, _Unread):
            unread.append(entry.reason)
            continue
        try:
            made = _chosen(entry.model_dump())
        except ValidationError as error:
            first = error.errors()[0]
            unread.append(f"{entry.predicate!r}: {'.'.join(map(str, first['loc']))}: {first['msg']}")
            continue
        found.setdefault(made.statement.model_dump_json(), made)
    return Answered(tuple(found.values()), tuple(unread), tuple(answer.ideas))  # type: ignore[attr-defined]


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
