"""The tab about this machine tells what there is, and nothing that is not for all: no key, no path, no address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from anomalyst import __version__
from anomalyst.agent.page.about import machine as about
from anomalyst.agent.page.about.tab import about_html
from anomalyst.agent.page.desk.desk import Desk
from anomalyst.agent.page.desk.home import Home


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(Home.open(tmp_path_factory.mktemp("home")), workers=1)
    yield made
    made.close()


def line(desk: Desk, title: str, what: str) -> str:
    """What a section says of one thing."""
    return next(dict(one.lines)[what] for one in about.sections(desk, "visit:1") if one.title == title)


def test_it_tells_versions_and_limits(desk: Desk) -> None:
    assert line(desk, "This program", "anomalyst") == __version__
    assert line(desk, "Limits", "Largest image") == "40 million pixels"
    assert line(desk, "Your data", "Runs of yours") == "0"


def test_a_key_is_named_and_never_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(about, "find_spec", lambda name: name if name == "langchain_openai" else None)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-hunter2")
    assert line(desk, "Language models", "openai") == "installed; OPENAI_API_KEY is set"
    assert "pip install" in line(desk, "Language models", "anthropic")
    assert "hunter2" not in about_html(desk, "visit:1")


def test_no_path_and_no_link_is_shown(desk: Desk) -> None:
    shown = about_html(desk, "visit:1")
    assert str(desk.home.root) not in shown and str(Path.home()) not in shown
    assert "href" not in shown and "http" not in shown and "src=" not in shown
    assert "<dt>" not in about_html(desk, None)  # nothing is gathered before somebody looks


@pytest.mark.parametrize(
    ("count", "said"),
    [(12, "12 bytes"), (1500, "1.5 kB"), (64_000_000, "64.0 MB"), (2.5e11, "250 GB"), (7e12, "7.0 TB")],
)
def test_bytes_are_told_as_people_write_them(count: float, said: str) -> None:
    assert about.show_bytes(count) == said
