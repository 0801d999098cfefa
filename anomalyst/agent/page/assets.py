"""What the page's HTML needs in its head: the style and the script, inline, so that nothing is loaded from anywhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
TOKENS = HERE.parent / "templates" / "tokens.css"


@cache
def page_head() -> str:
    """For `launch(head=…)`: Gradio's own `css_paths` rewrites selectors and drops container queries, so the style goes
    in here."""
    paths = (TOKENS, *(HERE / "templates" / name for name in ("page.css", "tabs.css", "about.css")))
    styles = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    script = (HERE / "templates" / "page.js").read_text(encoding="utf-8")
    return f"<style>\n{styles}</style>\n<script>\n{script}</script>"
