"""HTML of the page's tabs from templates: everything that came from data is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

from anomalyst.agent.page.parts.errors import on_page
from anomalyst.agent.page.parts.paths import without_paths
from anomalyst.agent.report.facts import show_number
from anomalyst.agent.report.templating import environment
from anomalyst.agent.verifier.spans import parts
from anomalyst.errors import AnomalystError


def render(template: str, **values: Any) -> str:
    """A template with `values`; a missing one is an error."""
    return _environment().get_template(template).render(values)


def part(template: str, macro: str, *values: Any) -> str:
    """One macro of a template, called with `values`."""
    return str(getattr(_environment().get_template(template).module, macro)(*values))


def refusal(error: AnomalystError, home: Path) -> str:
    """What went wrong, for the page: of files of the server, only the names."""
    return render("refusal.html.j2", text=without_paths(on_page(error), home))


def show_time(created: str) -> str:
    """A time in ISO 8601, UTC, as people write it."""
    return f"{created[:10]} {created[11:16]} UTC"


def show_seconds(seconds: float) -> str:
    """A duration, no finer than anybody cares."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


@cache
def _environment() -> Environment:
    """The templates of the page, with words for times and durations, and the parts of a sentence."""
    made = environment("anomalyst.agent.page", "anomalyst.agent.report").overlay()
    made.filters = made.filters | {"time": show_time, "seconds": show_seconds, "number": show_number, "parts": parts}
    return made
