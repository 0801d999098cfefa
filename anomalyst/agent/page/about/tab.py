"""The tab about this machine: what there is, what is missing and how to get it, what the limits are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.context import get_render_context

from anomalyst.agent.page.about.machine import sections
from anomalyst.agent.page.desk.desk import Desk
from anomalyst.agent.page.desk.people import owner_of
from anomalyst.agent.page.parts.views import render

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def build(desk: Desk, who: gr.BrowserState) -> Callable[..., Any] | None:
    """Lay out the tab; it fills itself when it is selected."""
    tab = get_render_context()
    shown = gr.HTML(about_html(desk, None), padding=False, elem_id="about")

    def refresh(token: str, request: gr.Request) -> str:
        return about_html(desk, owner_of(token, request))

    if isinstance(tab, gr.Tab):
        tab.select(refresh, who, shown, **PRIVATE)
    return None


def about_html(desk: Desk, owner: str | None) -> str:
    """The tab's content for one person; before anybody has looked, that it is being gathered."""
    return render("about.html.j2", sections=[] if owner is None else sections(desk, owner))
