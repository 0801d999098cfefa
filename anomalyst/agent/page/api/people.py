"""Who calls the API: what a program makes is kept apart from its owner's chats, and known by ids nobody can guess."""

from __future__ import annotations

import gradio as gr

from anomalyst.agent.page.desk.desk import Desk
from anomalyst.agent.page.desk.people import names_of, program_of
from anomalyst.agent.page.desk.store import FittedRow
from anomalyst.errors import InputError
from anomalyst.modalities.files import display_name

FITTED = "fitted:"  # what the page writes before the id of a fitted detector


def caller(request: gr.Request) -> str:
    """The name that what this call makes is kept under."""
    return program_of(request.username)


def callers_names(request: gr.Request) -> tuple[str, ...]:
    """All names the caller's things are kept under: of a login the page's too."""
    return names_of(request.username) or (caller(request),)


def fitted(desk: Desk, given: str, request: gr.Request) -> FittedRow:
    """The caller's fitted detector of this id; InputError if there is none."""
    wanted = given.removeprefix(FITTED)
    rows = [row for owner in callers_names(request) for row in desk.store.fitted(owner) if row.id == wanted]
    if not rows:
        raise InputError(
            f"got detector {display_name(given)!r}, which is neither a name that `detectors` lists nor the id of a "
            "detector that you fitted; call `detectors`, or `fit` one."
        )
    return rows[0]
