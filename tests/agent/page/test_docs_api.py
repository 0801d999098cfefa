"""docs/api.md says what the server offers, and its examples run as they stand."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.helpers.page_server import serving, write_files
from tests.helpers.places import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("api")]

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
CALLS = re.findall(r"^### (\w+)$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_files(tmp_path)
    return tmp_path


def examples(language: str, address: str) -> str:
    """All examples of a language, one after the other, against the server at `address`."""
    blocks: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 8
    return "\n".join(blocks).replace("http://127.0.0.1:7860", address)


def test_the_calls_are_the_servers(address: str) -> None:
    offered = httpx.get(f"{address}/gradio_api/info").json()
    assert {f"/{name}" for name in CALLS} == set(offered["named_endpoints"])
    assert not offered["unnamed_endpoints"]


def test_each_call_tells_its_arguments(address: str) -> None:
    offered = httpx.get(f"{address}/gradio_api/info").json()["named_endpoints"]
    told = dict(zip(CALLS, re.split(r"^### \w+$", PAGE, flags=re.MULTILINE)[1:], strict=True))
    for name, info in offered.items():
        assert info["description"], name
        for parameter in info["parameters"]:
            assert f"`{parameter['parameter_name']}`" in told[name[1:]], (name, parameter["parameter_name"])


def test_the_python_examples_run(
    address: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    exec(compile(examples("python", address), "docs/api.md", "exec"), names)
    said = capsys.readouterr().out
    assert "anomalous" in said and "latency_ms" in said and "contradicted" in said
    assert "/tmp" not in said
    assert names["answer"]["explanation"]["detector"] == "series-density"


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="needs curl and bash")
def test_the_curl_examples_run(address: str, folder: Path) -> None:
    code = "set -eu\n" + examples("bash", address)
    done = subprocess.run(["bash", "-c", code], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert '"verdict": "anomalous"' in done.stdout and '"unverifiable"' in done.stdout
    assert '"passed": true' in done.stdout and '"given": 1' in done.stdout
    assert done.stdout.count('"error"') == 2  # the file that was not uploaded; runs, where there are no logins
    assert "/tmp" not in done.stdout
    assert (folder / "report.html").stat().st_size > 10_000
