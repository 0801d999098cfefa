"""Prompts are files; this renders them. A missing variable is an error, and data goes in as JSON between tags."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

_DATA = re.compile(r"<data>\n(.*)\n</data>", re.DOTALL)


@cache
def _environment() -> Environment:
    # The text goes to a language model, not to a browser: HTML escaping would only garble it.
    return Environment(
        loader=PackageLoader("anomalyst", "prompts"),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def prompt(name: str, data: dict[str, Any], **words: Any) -> list[BaseMessage]:
    """The system and human message of prompt file `name`.md.j2; `data` is what the model may use."""
    system = _environment().get_template("system.md.j2").render()
    human = _environment().get_template(f"{name}.md.j2").render(data=quoted({"task": name, **data}), **words)
    return [SystemMessage(system), HumanMessage(human)]


def quoted(data: Mapping[str, Any]) -> str:
    """Data for a model, as JSON between tags. In it "<" is written as \\u003c: text inside cannot close the block."""
    body = json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c")
    return f"<data>\n{body}\n</data>"


def read_data(text: str) -> dict[str, Any]:
    """The JSON data block of a rendered prompt."""
    found = _DATA.search(text)
    if found is None:
        raise ValueError("the prompt holds no data block")
    content: dict[str, Any] = json.loads(found.group(1))
    return content
