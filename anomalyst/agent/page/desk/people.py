"""Who is asking: what belongs to one person is shown to nobody else."""

from __future__ import annotations

import re
import secrets

import gradio as gr

from anomalyst.agent.page.parts.errors import API

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


def program_of(login: str | None) -> str:
    """What a program's things are kept under, apart from its person's chats; "api:" where there are no logins."""
    return f"{API}{login or ''}"


def names_of(login: str | None) -> tuple[str, ...] | None:
    """All owners whose things a login may open; None where there are no logins: then an id, a secret, opens them."""
    return (program_of(login), f"user:{login}") if login else None
