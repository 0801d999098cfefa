"""A chat model that answers from a script and remembers what it was asked: no network in tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from pydantic import PrivateAttr


class ScriptedModel(BaseChatModel):
    """Answers in order; an exception in the script is raised; the last answer repeats."""

    script: list[Any]
    _asked: list[list[BaseMessage]] = PrivateAttr(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    @property
    def asked(self) -> list[list[BaseMessage]]:
        return self._asked

    def bind_tools(self, tools: Any, **kwargs: Any) -> Runnable[Any, AIMessage]:
        return self.bind()

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        answer = self.script[min(len(self._asked), len(self.script) - 1)]
        self._asked.append(messages)
        if isinstance(answer, Exception):
            raise answer
        return ChatResult(generations=[ChatGeneration(message=answer)])


def call(name: str, **args: Any) -> AIMessage:
    """An answer that calls one tool."""
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": name}])


def answer(*statements: Any, ideas: Sequence[str] = ()) -> AIMessage:
    """An answer in statements: the predicate alone, or its arguments and wording as well."""
    made = [{"predicate": one} if isinstance(one, str) else one for one in statements]
    return call("Answer", statements=made, ideas=list(ideas))


def saying(predicate: str, wording: str = "", *facts: str, **arguments: Any) -> dict[str, Any]:
    """A statement of an answer, about these facts."""
    return {"predicate": predicate, "wording": wording, "facts": list(facts), **arguments}
