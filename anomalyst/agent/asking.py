"""Asking a language model: for tool calls or for claims. What it gets wrong comes back as text, never as an error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.messages.tool import ToolCall
from langchain_core.tools import BaseTool

from anomalyst.agent.builtin_model import BuiltinChatModel
from anomalyst.agent.claims import ClaimSet

Refused = Callable[[str], None]


def ask_for_calls(
    model: BaseChatModel, messages: list[BaseMessage], tools: Sequence[BaseTool], refused: Refused
) -> list[ToolCall]:
    """The tool calls the model makes; [] if it makes none, or if it cannot be asked (then `refused` hears why)."""
    try:
        answer = model.bind_tools(list(tools)).invoke(messages)
    except Exception as error:  # every provider raises classes of its own; the run goes on without the model
        refused(_failure(model, error))
        return []
    names = {tool.name for tool in tools}
    calls = answer.tool_calls if isinstance(answer, AIMessage) else []
    for call in calls:
        if call["name"] not in names:
            refused(f"the model called {call['name']!r}; allowed are {', '.join(sorted(names))}")
    return [call for call in calls if call["name"] in names]


def ask_for_claims(
    model: BaseChatModel, messages: list[BaseMessage], refused: Refused, tries: int = 2
) -> ClaimSet | None:
    """The claims the model writes, as structured output; None if it gives none in `tries` tries."""
    for _ in range(tries):
        try:
            answer: Any = model.with_structured_output(ClaimSet, include_raw=True).invoke(messages)
        except Exception as error:  # as above
            refused(_failure(model, error))
            return None
        if isinstance(parsed := answer.get("parsed"), ClaimSet):
            return parsed
        reason = _first_line(answer.get("parsing_error") or "the answer holds no claims")
        refused(f"the model's answer does not fit the schema: {reason}")
        messages = [*messages, HumanMessage(f"Your answer does not fit the schema: {reason}. Answer again.")]
    return None


def _failure(model: BaseChatModel, error: Exception) -> str:
    """Why the model could not be asked; an error of our own model is a defect and is raised."""
    if isinstance(model, BuiltinChatModel):
        raise error
    return f"the model could not be asked ({type(error).__name__}: {_first_line(error)})"


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or [""])[0][:300]
