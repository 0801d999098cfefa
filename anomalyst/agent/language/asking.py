"""Asking a language model: for tool calls or for statements. What it gets wrong comes back as text, not as an error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool
from pydantic import BaseModel, ValidationError

from anomalyst.agent.language.builtin import BuiltinChatModel
from anomalyst.agent.language.patience import OutOfTimeError, Patience

OnRefused = Callable[[str], None]
MALFORMED = (ValidationError, OutputParserException)  # how clients say that the model's answer cannot be read


class CannotAskError(Exception):
    """The model does not answer at all: no connection, no key, no such model, a time-out."""


def ask_for_step(
    model: BaseChatModel,
    messages: list[BaseMessage],
    tools: Sequence[BaseTool],
    refused: OnRefused,
    patience: Patience,
) -> AIMessage | None:
    """The model's answer, in which it may call tools; None if it cannot be read (then `refused` hears why).

    Raises CannotAskError.
    """
    try:
        asking = model.bind_tools(list(tools))
        answer = _asked(model, lambda: asking.invoke(messages, counting(patience)), patience)
    except MALFORMED as error:
        refused(f"the model's tool calls cannot be read: {_reason(error)}")
        return None
    return answer if isinstance(answer, AIMessage) else None


def counting(patience: Patience) -> RunnableConfig:
    """What has the tokens of a call counted."""
    return {"callbacks": [patience.usage]}


def ask_for_answer(
    model: BaseChatModel,
    messages: list[BaseMessage],
    schema: type[BaseModel],
    refused: OnRefused,
    patience: Patience,
    tries: int = 2,
) -> BaseModel | None:
    """The model's answer in this schema, as structured output; None if it gives none in `tries` tries.

    Raises CannotAskError.
    """
    for _ in range(tries):
        try:
            # Not `include_raw`: that asks in a thread of a pool, and the process would wait for it at its end.
            asking = model.with_structured_output(schema)
            answer: Any = _asked(model, lambda: asking.invoke(messages, counting(patience)), patience)  # noqa: B023 - called at once
            if isinstance(answer, schema):
                return answer
            reason = "the answer holds no statements"
        except MALFORMED as error:
            reason = _reason(error)
        refused(f"the model's answer does not fit the schema: {reason}")
        messages = [*messages, HumanMessage(f"Your answer does not fit the schema: {reason}. Answer again.")]
    return None


def _asked(model: BaseChatModel, ask: Callable[[], Any], patience: Patience) -> Any:
    """What the model answers; CannotAskError if its client fails or the time is up. Our own model is not waited for,
    and its error is raised: a defect."""
    if isinstance(model, BuiltinChatModel):
        return ask()
    try:
        return patience.call(ask)
    except MALFORMED:
        raise
    except OutOfTimeError as error:
        raise CannotAskError(str(error)) from error
    except Exception as error:  # every provider raises classes of its own; the run goes on without the model
        raise CannotAskError(f"the model could not be asked ({type(error).__name__}: {_reason(error)})") from error


def _reason(error: object) -> str:
    """Why in one line; of a validation error the first thing that is wrong and where."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        return f"{place}: {first['msg']}"[:300] if place else str(first["msg"])[:300]
    return (str(error).strip().splitlines() or [""])[0][:300]
