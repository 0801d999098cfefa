"""The MCP server, made ready: it answers in JSON, and is let in where the page asks for logins."""

from __future__ import annotations

import json
from typing import Any

import gradio as gr
from gradio_client import Client
from mcp.types import ImageContent, TextContent

from anomalyst.agent.page.api.login import INNER


def make_ready(app: gr.Blocks, inner: str | None = None) -> str:
    """Finish the MCP server of a launched app. `inner`: the secret by which `Logins` knows it.

    Returns the visit in which it calls the HTTP API for everybody; "" without `inner`.
    """
    server = app.mcp_server_obj
    if server is None:
        return ""
    server.postprocess_output_data = _as_json  # type: ignore[method-assign]
    if inner is None:
        return ""
    # The client by which it calls the HTTP API; Gradio would make one that cannot log in, at the first call.
    client = server._client_instance = Client(
        str(app.local_url),
        headers={"x-gradio-user": "mcp", INNER: inner},
        download_files=False,
        verbose=False,
        analytics_enabled=False,
        _skip_components=False,
    )
    return str(client.session_hash)


def _as_json(data: Any, root_url: str) -> list[TextContent | ImageContent]:
    """The values of an endpoint as text, where Gradio would give a dictionary as Python writes it. `root_url` is for
    files, of which no endpoint gives any."""
    return [TextContent(type="text", text=json.dumps(value, ensure_ascii=False)) for value in data]
