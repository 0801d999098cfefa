"""How a node asks the run's language model: what is refused is told, and one that does not answer is left alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from langchain_core.messages import BaseMessage

from anomalyst.agent.events import Refused
from anomalyst.agent.language.answer import Answered, answer_schema, read_answer
from anomalyst.agent.language.asking import CannotAskError, OnRefused, ask_for_answer
from anomalyst.agent.running import emit
from anomalyst.agent.state import RunContext
from anomalyst.evidence.facts import Evidence, Model

Change = dict[str, Any]
T = TypeVar("T")


def refusing(where: str) -> OnRefused:
    """What tells that something of a model's was refused, in the step `where`."""
    return lambda reason: emit(Refused(message=reason, where=where))


def ask(context: RunContext, question: Callable[[OnRefused], T], where: str) -> T | None:
    """What the model answers; once it does not answer, it is not asked again in this run."""
    refused = refusing(where)
    if context.silent:
        return None
    try:
        return question(refused)
    except CannotAskError as error:
        context.silent.append(str(error))
        refused(f"{error}; the built-in model takes over")
        return None


def ask_for_statements(
    context: RunContext, messages: list[BaseMessage], evidence: Evidence, where: str, tries: int
) -> Answered:
    """The statements that the model makes, and its ideas; none where it gives none."""
    schema = answer_schema(evidence)
    answer = ask(
        context,
        lambda refused: ask_for_answer(context.model, messages, schema, refused, context.patience, tries),
        where,
    )
    if answer is None:
        return Answered()
    found = read_answer(answer)
    for reason in found.unread:
        refusing(where)(f"a statement cannot be read: {reason}")
    return found


def dump(evidence: Evidence) -> dict[str, Any]:
    """Evidence as JSON values without missing bounds, for prompts."""
    return evidence.model_dump(mode="json", exclude_none=True)


def dump_model(model: Model) -> dict[str, Any]:
    """A model as JSON values, for the state."""
    return model.model_dump(mode="json")
