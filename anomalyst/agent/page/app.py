"""The page: its tabs, its style, and the server. Binds to loopback unless told otherwise."""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from anomalyst.agent.language.patience import LLM_SECONDS
from anomalyst.agent.page.about import tab as about_tab
from anomalyst.agent.page.api.api import Access, add_api
from anomalyst.agent.page.api.downloads import add_downloads
from anomalyst.agent.page.audit import tab as audit_tab
from anomalyst.agent.page.chat.tab import ChatTab
from anomalyst.agent.page.desk.advising import Advising
from anomalyst.agent.page.desk.desk import Desk
from anomalyst.agent.page.desk.home import Home, narrow
from anomalyst.agent.page.desk.loading import load_beside
from anomalyst.agent.page.desk.people import new_token
from anomalyst.agent.page.detectors import tab as detectors_tab
from anomalyst.agent.page.parts.assets import page_head
from anomalyst.agent.page.parts.paths import upload_folder
from anomalyst.errors import AnomalystError
from anomalyst.evidence.claims import BUILTIN

MAX_UPLOAD = "64mb"
TRIES = 3  # with any free port: Gradio gives a server five seconds, which a busy machine may exceed
FONTS = ["system-ui", "sans-serif"]
MONO = ["ui-monospace", "monospace"]


@dataclass(frozen=True)
class Serving:
    """How the page is served. `home`: where it keeps its data; `auth`: names and passwords, None for no login; `mcp`:
    an MCP server beside it; `workers`: analyses done at the same time; `llm_seconds`: as for `Anomalyst`."""

    host: str = "127.0.0.1"
    port: int = 7860
    home: Path | None = None
    auth: list[tuple[str, str]] | None = None
    mcp: bool = False
    workers: int = 2
    max_upload: str = MAX_UPLOAD
    llm_seconds: float = LLM_SECONDS


def build_app(desk: Desk) -> gr.Blocks:
    """The page as Gradio blocks around a desk."""
    app: gr.Blocks = gr.Blocks(title="Anomalyst", fill_width=True, analytics_enabled=False)
    with app:
        who = gr.BrowserState("", storage_key="anomalyst-who", secret=desk.home.secret())
        gr.HTML('<h1 class="brand">Anomalyst</h1>', padding=False)
        with gr.Tab("Chat", id="chat"):
            chat = ChatTab(desk, who)
        refreshes = []
        for title, module in (("Audit", audit_tab), ("Detectors", detectors_tab), ("About this machine", about_tab)):
            with gr.Tab(title):
                refreshes.append(module.build(desk, who))
        add_api(desk)
        hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        known = app.load(lambda token: token or new_token(), who, who, **hidden)
        known.then(chat.offer, *chat.offering, **hidden)
        known.then(chat.open, [who, chat.current], chat.shown, concurrency_limit=None, **hidden)
    return app


def start(desk: Desk, serving: Serving) -> tuple[gr.Blocks, str]:
    """Serve the page in the background: the blocks, to close it, and its address. AnomalystError if it cannot be."""
    tries = 1 if serving.port else TRIES
    while True:
        try:
            return _start(desk, serving, serving.port or free_port(serving.host))
        except AnomalystError:
            tries -= 1
            if not tries:
                raise


def free_port(host: str) -> int:
    """A port that nobody listens on. AnomalystError if this machine has no such host."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, 0), family=family) as free:
            return int(free.getsockname()[1])
    except OSError as error:
        raise AnomalystError(f"cannot listen on {host!r} ({error}); choose another with --host.") from error


def _start(desk: Desk, serving: Serving, port: int) -> tuple[gr.Blocks, str]:
    app, access = build_app(desk), Access(serving.auth, desk.store)
    try:
        server, address, _ = app.queue(default_concurrency_limit=8, max_size=500).launch(
            server_name=serving.host,
            server_port=port,
            mcp_server=serving.mcp,
            max_file_size=serving.max_upload,
            theme=gr.themes.Soft(font=FONTS, font_mono=MONO),
            head=page_head(),
            footer_links=["api"],
            run_history=False,
            share=False,
            quiet=True,
            prevent_thread_lock=True,
            ssr_mode=False,
            **access.options(),
        )
    except OSError as error:
        raise AnomalystError(
            f"cannot open port {port} on {serving.host!r} ({error}); choose another with --port."
        ) from error
    add_downloads(server, desk)
    load_beside()
    access.finish(app)
    return app, address


def launch(
    llm: str = BUILTIN,
    *,
    backbone: str | None = None,
    advising: Advising | None = None,
    serving: Serving | None = None,
) -> None:
    """Open the page and serve until Ctrl-C. Raises ModelError, OutputError or AnomalystError."""
    serving = serving or Serving()
    os.umask(0o077)  # what is kept, and what is uploaded, is for this user only
    narrow(upload_folder(), 0o700)
    desk = Desk(Home.open(serving.home), llm, backbone, serving.workers, serving.llm_seconds, advising)
    try:
        app, _ = start(desk, serving)
        try:
            threading.Event().wait()
        finally:
            app.close(verbose=False)
    finally:
        desk.close()


if __name__ == "__main__":
    launch()
