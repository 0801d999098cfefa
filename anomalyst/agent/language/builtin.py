"""The built-in chat model: deterministic, grounded, no download. It takes the same path as any other chat model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.tool import ToolCall
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from anomalyst.agent.answering.answers import answer
from anomalyst.agent.answering.asked import Asked
from anomalyst.agent.language.prompting import read_data
from anomalyst.agent.writer.write import write_claims
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.speech.speech import Speech


class BuiltinChatModel(BaseChatModel):
    """Plans by the data's profile and the detectors' cards, and makes statements only of facts.

    It understands the prompts of this package, by the JSON data block they carry, and nothing else.
    """

    @property
    def _llm_type(self) -> str:
        return "anomalyst-builtin"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Remember the tools' names; `tool_choice` changes nothing, the task in the prompt decides."""
        names = [convert_to_openai_tool(tool)["function"]["name"] for tool in tools]
        return self.bind(tool_names=names, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        tool_names: Sequence[str] = (),
        **kwargs: Any,
    ) -> ChatResult:
        data = read_data(messages[1].text)
        calls = _TASKS[data["task"]](data, list(tool_names))
        made = [ToolCall(name=c["name"], args=c["args"], id=f"call_{i}") for i, c in enumerate(calls)]
        answer = AIMessage(content="" if made else "I have seen enough.", tool_calls=made)
        return ChatResult(generations=[ChatGeneration(message=answer)])


def _write(data: dict[str, Any], tools: list[str]) -> list[dict[str, Any]]:
    evidence, speech = Evidence.model_validate(data["evidence"]), Speech(data["language"])
    asked = Asked.model_validate(data["asked"]) if data["asked"] else None
    said = [one.statement for one in answer(asked, evidence, data["length"])] if asked is not None else []
    said = said or [claim.statement for claim in write_claims(evidence, speech) if claim.statement is not None]
    made = [statement.model_dump(mode="json") for statement in said]
    return [{"name": "Answer", "args": {"statements": made}}]


_TASKS = {"write": _write}
