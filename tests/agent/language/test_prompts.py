"""Golden copies of every rendered prompt and of every tool schema: a change of words is seen in review.

Run `ANOMALYST_UPDATE_GOLDEN=1 pytest tests/agent/language/test_prompts.py` after an intended change.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import jinja2
import pytest
from langchain_core.utils.function_calling import convert_to_openai_tool

from anomalyst.agent.language.answer import answer_schema
from anomalyst.agent.language.prompting import _environment, prompt, read_data
from anomalyst.tools.toolbox import get_tools
from tests.helpers.verifier_samples import series

GOLDEN = Path(__file__).parent / "golden"
WORDS = {
    "investigate": {"detector": "", "budget": 60, "question": "Why?", "follow_up": False, "scored": False},
    "write": {"question": "Why?"},
    "repair": {},
}


def same_as_golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("ANOMALYST_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", WORDS)
def test_rendered_prompts(name: str) -> None:
    system, human = prompt(name, {"profile": {"name": "a <b>"}}, **WORDS[name])
    same_as_golden(f"{name}.txt", f"{system.text}\n=====\n{human.text}")
    assert read_data(human.text) == {"task": name, "profile": {"name": "a <b>"}}


def test_tool_schemas() -> None:
    schemas = [convert_to_openai_tool(tool) for tool in [*get_tools(), answer_schema(series())]]
    same_as_golden("tools.json", json.dumps(schemas, indent=2) + "\n")


def test_a_missing_word_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        _environment().get_template("write.md.j2").render(data="")
