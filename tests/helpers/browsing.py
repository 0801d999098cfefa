"""The page served by a process of its own, and people at browsers before it: for its tests and its timings."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import psutil
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Playwright, Request, expect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)
WAIT = 180.0  # seconds; a machine that does other things too is slow
LOCAL = ("127.0.0.1", "")  # the second: data: and blob: addresses
READY = "() => ['anomalyst-who', 'anomalyst-chat'].every((key) => localStorage.getItem(key))"  # it knows who is here
DESK, PHONE = (1280, 900), (375, 812)


def chromium_path() -> str | None:
    """Where Chromium is, None if there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def launched(playwright: Playwright, path: str) -> Browser:
    """A headless Chromium."""
    return playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))


class PageServer:
    """`anomalyst chat` as a process with its own `home`; it keeps its port when it is started again."""

    def __init__(self, home: Path, *options: str) -> None:
        self.home, self.options = home, options
        self.log = home.with_suffix(".log")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}/"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it; seconds until the page answered. Raises RuntimeError with its log if it ends or stays silent."""
        command = [sys.executable, "-m", "anomalyst.agent.cli.main", "chat", "--port", str(self.port)]
        command += ["--home", str(self.home), *self.options]
        kept = {"GRADIO_TEMP_DIR": str(self.home.with_suffix(".uploads"))}
        began = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | kept)
        while time.monotonic() - began < WAIT and self._process.poll() is None:
            if self._answers():
                return time.monotonic() - began
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"the page did not start; its log:\n{self.log.read_text(encoding='utf-8')}")

    def stop(self) -> None:
        """End it, as a machine does that is shut down."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)

    def processor_seconds(self) -> float:
        """What the process has used of the processor up to now."""
        assert self._process is not None
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    def _answers(self) -> bool:
        try:
            with urlopen(self.address, timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


class Visitor:
    """A person at a browser of their own. `outside`: requests that left this machine; `errors`: of the console."""

    def __init__(
        self,
        browser: Browser,
        server: PageServer,
        shots: Path | None = None,
        size: tuple[int, int] = DESK,
        **options: Any,
    ) -> None:
        self.server, self.shots = server, shots
        self.context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        self.context.set_default_timeout(WAIT * 1000)
        expect.set_options(timeout=WAIT * 1000)
        self.page = self.context.new_page()
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", self._on_request)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", self._on_page_error)

    def open(self) -> None:
        """Open the page, or load it again, and wait until it can be used."""
        self.page.goto(self.server.address)
        expect(self.find("#message textarea")).to_be_editable()
        self.page.wait_for_function(READY)

    def find(self, selector: str) -> Locator:
        """What a CSS selector finds on the page."""
        return self.page.locator(selector)

    def give_normals(self, files: Sequence[Path]) -> None:
        """Put the normal examples into their field."""
        self.find("#normals input[type=file]").set_input_files(list(files))
        expect(self.find(f'#normals td.filename[aria-label="{files[-1].name}"]')).to_be_attached()

    def attach(self, *files: Path) -> None:
        """Put files into the message."""
        self.find("#message input[type=file]").set_input_files(list(files))
        expect(self.find("#message .thumbnail-item")).to_have_count(len(files))

    def send(self, text: str = "") -> None:
        """Write the message, if there is something to write, and press Enter."""
        field = self.find("#message textarea")
        if text:
            field.fill(text)
        field.press("Enter")

    def cards(self) -> Locator:
        """The answers in the chat."""
        return self.find("#conversation .an-card")

    def wait_for_answers(self, count: int) -> None:
        """Wait until the chat has so many answers and nothing goes on."""
        expect(self.cards()).to_have_count(count)
        expect(self.find("#feedback")).to_be_visible()

    def to_tab(self, name: str) -> None:
        """Open a tab."""
        self.page.get_by_role("tab", name=name, exact=True).click()

    def shot(self, name: str) -> None:
        """Keep a picture of what is seen, where pictures are kept."""
        if self.shots is not None:
            self.shots.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.shots / f"{name}.png", animations="disabled")

    def close(self) -> None:
        """Leave."""
        self.context.close()

    def _on_request(self, request: Request) -> None:
        if (urlsplit(request.url).hostname or "") not in LOCAL:
            self.outside.append(request.url)

    def _on_page_error(self, error: Error) -> None:
        if error.name != "AbortError":  # a request that a reload, or the server's end, cut off
            self.errors.append(str(error))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url')})")
