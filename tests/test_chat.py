"""The page for real: a server on loopback, a client that uploads files and asks on."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client, handle_file
from test_agent import recording

from anomalyst.agent.app import MAX_UPLOAD, build_app
from anomalyst.agent.chat_render import plain
from anomalyst.errors import ModelError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = build_app(checkpoints=tmp_path_factory.mktemp("chat") / "talk.sqlite")
    _, url, _ = app.queue().launch(prevent_thread_lock=True, quiet=True, max_file_size=MAX_UPLOAD, share=False)
    yield url
    app.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("files")
    for name, faulty in (("normal", False), ("faulty", True)):
        recording(int(faulty), faulty=faulty).to_csv(folder / f"{name}.csv", index=False)
    (folder / "fake.png").write_text("not an image")
    return {path.stem: path for path in folder.iterdir()}


def send(client: Client, text: str = "", file: Path | None = None, normal: Path | None = None) -> list[list[Any]]:
    """Every state of the answer as it streams in."""
    message = {"text": text, "files": [handle_file(str(file))] if file else []}
    normals = [handle_file(str(normal))] if normal else None
    return list(client.submit(message, normals, 0.05, api_name="/chat"))


def text_of(messages: Any) -> str:
    return " ".join(str(m["content"]) + str(m["metadata"].get("title", "")) for m in messages)


def test_it_binds_to_loopback(address: str) -> None:
    assert address.startswith("http://127.0.0.1:")


def test_upload_then_ask_on(address: str, files: dict[str, Path]) -> None:
    client = Client(address, verbose=False)
    states = send(client, file=files["faulty"], normal=files["normal"])
    assert len(states) >= 6  # the steps came one by one
    told = text_of(states[-1])
    for title in ("Looked at the input", "Chose a detector", "Scored the input", "Checked every sentence"):
        assert title in told
    assert "latency" in told and "report.html" in told
    assert "latency" in text_of(send(client, "Which channel is it?")[-1])


def test_sessions_are_apart(address: str, files: dict[str, Path]) -> None:
    first, second = Client(address, verbose=False), Client(address, verbose=False)
    send(first, file=files["faulty"], normal=files["normal"])
    assert "Drop an image" in text_of(send(second, "Which channel is it?")[-1])


def test_a_hostile_file_is_one_clear_line(address: str, files: dict[str, Path]) -> None:
    told = text_of(send(Client(address, verbose=False), file=files["fake"])[-1])
    assert "Error" in told and "Traceback" not in told


def test_text_of_data_is_text() -> None:
    assert plain("<script>*x*</script>[a](b)") == "&lt;script&gt;\\*x\\*&lt;/script&gt;\\[a](b)"


def test_a_bad_model_is_refused_before_the_page_opens() -> None:
    with pytest.raises(ModelError):
        build_app("nosuch:model")


def test_ctrl_c_ends_the_server_with_code_130() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "anomalyst.agent.cli", "chat", "--port", str(port)]
    environment = os.environ | {"GRADIO_ANALYTICS_ENABLED": "False"}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        for _ in range(240):
            with socket.socket() as knock:
                knock.settimeout(0.5)
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    finally:
        process.kill()
    assert process.returncode == 130 and said.rstrip().endswith("stopped; nothing half-written is left."), said
