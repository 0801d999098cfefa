"""Errors say what to do where they are read: options on the command line, fields on the page, arguments in the API."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import anomalyst
from anomalyst.agent.cli.common import OPTIONS
from anomalyst.agent.cli.main import app
from anomalyst.agent.page.desk.desk import Desk, Order
from anomalyst.agent.page.desk.home import Home
from anomalyst.agent.page.parts.errors import ARGUMENTS, BESIDE, ELSEWHERE, in_api, on_page
from anomalyst.errors import AnomalystError, InputError, Setting, named

OPTION = re.compile(r"--[a-z]|`anomalyst \w")
COMMANDS = {"home.py", "hosts.py", "app.py"}  # of the page: what whoever starts it is told


def raised() -> Iterator[tuple[str, str]]:
    """(file, text) of every string in an error that is raised outside of the command line."""
    for file in sorted(Path(anomalyst.__file__).parent.rglob("*.py")):
        if file.parent.name == "cli" or file.name in COMMANDS:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and node.exc is not None:
                texts = (
                    n.value for n in ast.walk(node.exc) if isinstance(n, ast.Constant) and isinstance(n.value, str)
                )
                yield from ((file.name, text) for text in texts)


def test_no_error_of_the_library_names_an_option() -> None:
    found = list(raised())
    assert len(found) > 200
    assert [(file, text) for file, text in found if OPTION.search(text)] == []


def test_every_setting_has_a_name_wherever_it_can_be_set() -> None:
    settings = set(get_args(Setting))
    assert set(OPTIONS) == settings
    assert set(BESIDE) | set(ELSEWHERE) == settings - {"several", "out", "run"}
    assert set(ARGUMENTS) == settings - {"out"}


def test_the_same_error_is_told_in_three_ways() -> None:
    error = InputError("got nothing to compare with; give normal examples, or a fitted detector.", "normal", "fitted")
    assert str(error).endswith("or a fitted detector.")
    assert named(error, OPTIONS).endswith("(--normal PATH, --detector DIR, which `anomalyst fit --out DIR` wrote).")
    assert on_page(error).endswith("(“Normal examples” or “Detector” in the settings beside the chat).")
    assert in_api(error).endswith("(`normals`, `detector`, with the id that `fit` gave).")
    assert on_page(AnomalystError("got x; give y.")) == in_api(AnomalystError("got x; give y.")) == "got x; give y."


@pytest.fixture(scope="module")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("image") / "part.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)).save(path)
    return path


@pytest.mark.parametrize(("detector", "told"), [(None, "“Normal examples” or “Detector”"), ("image-ddpm", "normal")])
def test_an_image_without_normals_says_what_to_do_on_the_page(
    photograph: Path, tmp_path: Path, detector: str | None, told: str
) -> None:
    desk = Desk(Home.open(tmp_path), workers=1)
    order = Order(photograph, "part.png", detector=detector)
    shown = desk.submit("browser:ann", "talk", order).wait(60).error
    assert told in shown and "in the settings beside the chat" in shown and not OPTION.search(shown)
    called = desk.submit("api:", "call", order).wait(60).error
    assert "`normals`" in called and "chat" not in called and not OPTION.search(called)
    desk.close()


def test_the_command_line_keeps_its_options(photograph: Path) -> None:
    result = CliRunner().invoke(app, ["explain", str(photograph)])
    assert result.exit_code == 2 and "--normal PATH" in result.stderr and "chat" not in result.stderr
