"""What the MCP server says: results as JSON. Gradio would give a dictionary as Python writes it, which no client reads."""

from __future__ import annotations

import json
from typing import Any

import gradio as gr
from mcp.types import TextContent


def speak_json(app: gr.Blocks) -> None:
    """Let the launched app's MCP server, if it has one, answer in JSON."""
    if app.mcp_server_obj is not None:
        app.mcp_server_obj.postprocess_output_data = _as_json  # type: ignore[method-assign]


def _as_json(data: Any, root_url: str) -> list[TextContent]:
    """The values of an endpoint as text; `root_url` is for files, of which ours gives none."""
    return [TextContent(type="text", text=json.dumps(value, ensure_ascii=False)) for value in data]
