"""docs/cli.md says what the program says, and its examples run."""

from __future__ import annotations

import importlib.util
import os
import shlex
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tests.agent.cli.test_cli import _image, _series, invoke
from tests.helpers.places import ROOT

GENERATOR = ROOT / "docs" / "generate_cli.py"


@pytest.fixture(scope="module")
def docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_cli", GENERATOR)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_current(docs: ModuleType) -> None:
    before = dict(os.environ)
    try:
        assert docs.words(docs.PAGE.read_text(encoding="utf-8")) == docs.words(docs.page()), docs.__doc__
    finally:
        os.environ.clear()
        os.environ.update(before)


def test_the_published_schema_is_current(docs: ModuleType) -> None:
    assert docs.SCHEMA.read_text(encoding="utf-8") == docs.schema(), docs.__doc__


@pytest.mark.slow
def test_the_examples_run(docs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _series(0, faulty=False).to_csv("normal.csv", index=False)
    _series(1, faulty=True).to_csv("bad.csv", index=False)
    rng = np.random.default_rng(0)
    (tmp_path / "good").mkdir()
    for n in range(8):
        _image(rng, tmp_path / "good" / f"{n}.png")
    _image(rng, tmp_path / "part.png", hole=True)
    for line in "\n".join(docs.EXAMPLES.values()).splitlines():
        before, _, command = line.rpartition("|")
        said = shlex.split(before)[1] if before else None
        result = invoke(*shlex.split(command)[1:], input=said)
        assert result.exit_code == 0, f"{line}\n{result.stderr}"
