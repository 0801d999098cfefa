"""What the page's HTML needs in its head: the style and the script, inline, so that nothing is loaded from anywhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path

TEMPLATES = Path(__file__).parents[1] / "templates"
TOKENS = TEMPLATES.parents[1] / "report" / "templates" / "tokens.css"
SHEETS = ("theme.css", "page.css", "chat.css", "tabs.css", "about.css")
SCRIPTS = ("page.js", "chat.js")


@cache
def page_head() -> str:
    """For `launch(head=…)`: Gradio's own `css_paths` rewrites selectors and drops container queries, so the style goes
    in here."""
    paths = (TOKENS, *(TEMPLATES / name for name in SHEETS))
    styles = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    scripts = "\n".join((TEMPLATES / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return f"<style>\n{styles}</style>\n<script>\n{scripts}</script>"
