"""One server and one browser for all of these tests; they are skipped where no browser can be found."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from page_data import series_files
from playwright.sync_api import Browser, sync_playwright

from anomalyst.datasets import bundled_examples
from benchmarks.browsing import PageServer, Visitor, chromium_path, launched

NORMAL_IMAGES = 8
SHOTS = Path(os.environ.get("ANOMALYST_ARTIFACTS", ".artifacts")) / "browser"

MakeVisitor = Callable[..., Visitor]


@pytest.fixture(scope="package")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """`normal` and `faulty` recordings, and `fake`, an image that is none."""
    return series_files(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="package")
def gravel(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    """A photograph of gravel with something on it, and normal ones."""
    example = next(e for e in bundled_examples(tmp_path_factory.mktemp("gravel")) if e.name == "gravel")
    return example.input, sorted(example.normal.glob("*.png"))


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    """The page, served by the command. At the end its log must tell of no defect."""
    if chromium_path() is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    served = PageServer(tmp_path_factory.mktemp("page") / "home")
    served.start()
    yield served
    served.stop()
    assert "Traceback" not in served.log.read_text(encoding="utf-8")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all; Playwright allows no second one in a thread."""
    if chromium_path() is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        started = launched(playwright, chromium_path() or "")
        yield started
        started.close()


@pytest.fixture(scope="package")
def come(server: PageServer, browser: Browser) -> MakeVisitor:
    """Lets somebody come to the page with a profile of their own."""

    def arrive(**options: Any) -> Visitor:
        visitor = Visitor(browser, server, SHOTS, **options)
        visitor.open()
        return visitor

    return arrive


@pytest.fixture
def visitor(come: MakeVisitor) -> Iterator[Visitor]:
    """Somebody who is here for the first time; nothing they did may go wrong in the browser or leave the machine."""
    one = come()
    yield one
    one.close()
    assert one.outside == [] and one.errors == []


@pytest.fixture(scope="package")
def ann(come: MakeVisitor, files: dict[str, Path]) -> Iterator[Visitor]:
    """Ann, who had a faulty recording explained."""
    one = come()
    one.give_normals([files["normal"]])
    one.attach(files["faulty"])
    one.send()
    one.wait_for_answers(1)
    yield one
    one.close()
    assert one.outside == [] and one.errors == []
