"""A list to pick from: each row is a button, so that mouse, finger and keyboard all open it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import gradio as gr

from anomalyst.agent.page.parts.views import render

Tone = Literal["anomalous", "normal", "cannot-tell", ""]

PICK = """
element.addEventListener('click', (event) => {
  const row = event.target.closest('[data-pick]');
  if (!row) return;
  element.querySelectorAll('[aria-current]').forEach((other) => other.removeAttribute('aria-current'));
  row.setAttribute('aria-current', 'true');
  trigger('pick', {picked: row.dataset.pick});
});
"""


@dataclass(frozen=True)
class Entry:
    """One row: `id` is what picking it tells, `title` its first line, `details` what stands beneath, `aside` at its
    end; `tone`: of a run, its verdict."""

    id: str
    title: str
    details: tuple[str, ...] = ()
    aside: str = ""
    tone: Tone = ""


def pick_list(**options: Any) -> Any:
    """The list as a component; its event `pick` carries the id in `EventData.picked`. No subclass of `gr.HTML`: Gradio
    would write a stub file beside the source of one."""
    return gr.HTML(js_on_load=PICK, padding=False, apply_default_css=False, **options)


def entries_html(label: str, entries: list[Entry], empty: str, current: str = "") -> str:
    """The rows as HTML for a `pick_list`, `empty` in words if there are none; `current`: id of the one that is open."""
    return render("picker.html.j2", label=label, entries=entries, empty=empty, current=current)


def show_below(elem_id: str) -> str:
    """JavaScript that brings what was picked into sight where it opens beneath the list, as on a phone."""
    return (
        f"() => {{ const opened = document.getElementById('{elem_id}'); "
        "if (opened && matchMedia('(max-width: 900px)').matches) opened.scrollIntoView({block: 'start'}); }"
    )
