"""Who is asking: what belongs to one person is shown to nobody else."""

from __future__ import annotations

import re
import secrets

import gradio as gr

_TOKEN = re.compile(r"[0-9a-f]{32}")


def new_token() -> str:
    """A secret for a browser to keep: whoever has it sees what belongs to it."""
    return secrets.token_hex(16)


def owner_of(token: object, request: gr.Request) -> str:
    """What this person's things are kept under: the login's name, else the browser's token, else the visit."""
    if request.username:
        return f"user:{request.username}"
    if isinstance(token, str) and _TOKEN.fullmatch(token):
        return f"browser:{token}"
    return f"visit:{request.session_hash}"
