"""The MCP server, spoken to by a real client: its tools are the API's calls, and they do what they say."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.agent.page.test_docs_api import CALLS
from tests.helpers.page_server import serving, write_files

mcp = pytest.importorskip("mcp", reason="needs the extra `mcp`")
from mcp.client.streamable_http import streamable_http_client  # noqa: E402 - after the check that it is there

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("mcp")]
ACCOUNT = ("joe", "secret")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    write_files(folder)
    return folder


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("home"), mcp=True) as running:
        yield running


def talk(address: str, talking: Callable[[Any], Awaitable[Any]], **headers: str) -> Any:
    """What `talking` gives, with a client session that has been greeted."""

    async def session() -> Any:
        async with (
            httpx.AsyncClient(headers=headers, timeout=120) as web,
            streamable_http_client(f"{address}/gradio_api/mcp/", http_client=web) as (reading, writing, _),
            mcp.ClientSession(reading, writing) as client,
        ):
            greeted = await client.initialize()
            assert greeted.serverInfo.name == "Anomalyst"
            return await talking(client)

    return asyncio.run(session())


def sent(file: Path) -> str:
    """A file as a client sends it along."""
    return f"data:text/csv;name={file.name};base64,{base64.b64encode(file.read_bytes()).decode()}"


def value(result: Any) -> Any:
    """The JSON that a tool answered."""
    assert not result.isError, result.content
    return json.loads(result.content[0].text)


def test_only_our_tools_are_listed_and_each_is_described(address: str) -> None:
    tools = talk(address, lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == set(CALLS)
    offered = httpx.get(f"{address}/gradio_api/info").json()["named_endpoints"]
    assert {f"/{tool.name}" for tool in tools} == set(offered)
    for tool in tools:
        assert "Returns: " in tool.description
        for name, schema in tool.inputSchema["properties"].items():
            assert len(schema["description"]) > 8, (tool.name, name)


def test_explain_then_ask_then_verify(address: str, files: Path) -> None:
    heard: list[str] = []

    async def hear(done: float, total: float | None, message: str | None) -> None:
        heard.append(str(message))

    async def talking(client: Any) -> None:
        given = {"file": sent(files / "bad.csv"), "normals": [sent(files / "normal.csv")]}
        run = value(await client.call_tool("explain", given, progress_callback=hear))
        assert run["explanation"]["verdict"] == "anomalous"
        assert run["explanation"]["evidence"]["sample_name"] == "bad.csv"
        known = {"run_id": run["run_id"]}
        asked = value(await client.call_tool("ask", {**known, "question": "Which channel is it?"}))
        assert "latency_ms" in asked["explanation"]["summary"]
        text = "The series is anomalous. The series is normal."
        checked = value(await client.call_tool("verify", {**known, "text": text}))
        assert [one["outcome"] for one in checked["sentences"]] == ["supported", "contradicted"]

    talk(address, talking)
    assert len(heard) > 3


def test_an_upload_may_be_named_by_its_address(address: str, files: Path) -> None:
    with (files / "bad.csv").open("rb") as stream:
        path = httpx.post(f"{address}/gradio_api/upload", files={"files": stream}).json()[0]
    given = {"file": f"{address}/gradio_api/file={path}", "detector": "series-density"}
    assert value(talk(address, lambda client: client.call_tool("explain", given)))["run_id"]


@pytest.mark.parametrize("given", ["/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:1/x.png", "data:,x"])
def test_nothing_else_is_opened_and_the_error_is_one_line(address: str, given: str) -> None:
    result = talk(address, lambda client: client.call_tool("explain", {"file": given}))
    assert result.isError
    assert "give an upload" in result.content[0].text and "\n" not in result.content[0].text


def test_it_asks_for_the_same_logins(tmp_path: Path) -> None:
    with serving(tmp_path, accounts=[ACCOUNT], mcp=True) as address:
        assert httpx.post(f"{address}/gradio_api/mcp/", json={}).status_code == 401
        assert httpx.post(f"{address}/gradio_api/mcp/", json={}, auth=("joe", "no")).status_code == 401
        code = base64.b64encode(":".join(ACCOUNT).encode()).decode()
        runs = talk(address, lambda client: client.call_tool("runs", {}), Authorization=f"Basic {code}")
        assert value(runs) == []
