"""What the chat does, apart from how it looks: begin what a message asks for, and follow it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from anomalyst.agent.page.chat.messages import chat_messages
from anomalyst.agent.page.chat.settings import Settings
from anomalyst.agent.page.desk.desk import Desk, Job, Order
from anomalyst.agent.page.desk.turns import Turn
from anomalyst.agent.records.artifacts import read_run
from anomalyst.errors import InputError
from anomalyst.evidence.record import RunRecord

POLL_SECONDS = 0.2
MAX_FILES = 20


def jobs_of(desk: Desk, conversation: str) -> list[Job]:
    """The conversation's jobs that are not over."""
    known = [desk.job(turn.id) for turn in desk.store.turns(conversation)]
    return [job for job in known if job is not None and not job.done()]


def messages_of(desk: Desk, conversation: str) -> list[gr.ChatMessage]:
    """The conversation as chat messages."""
    places = {job.turn_id: job.position() for job in jobs_of(desk, conversation)}
    return chat_messages(desk.turns(conversation), places, desk.home.runs)


def last_turn(desk: Desk, conversation: str) -> Turn | None:
    """The last turn of the conversation."""
    return next(reversed(desk.turns(conversation)), None)


def last_run(desk: Desk, conversation: str) -> str | None:
    """Id of the conversation's last finished run."""
    return next((turn.run for turn in reversed(desk.turns(conversation)) if turn.run), None)


def last_folder(desk: Desk, conversation: str) -> Path | None:
    """Where the conversation's last finished run was recorded."""
    run = last_run(desk, conversation)
    return desk.home.runs / run if run else None


def last_record(desk: Desk, conversation: str) -> RunRecord | None:
    """The conversation's last finished run."""
    folder = last_folder(desk, conversation)
    return read_run(folder) if folder else None


def last_order(desk: Desk, conversation: str) -> Order | None:
    """What the conversation's last finished run was asked to do."""
    turn = next((turn for turn in reversed(desk.turns(conversation)) if turn.run), None)
    job = desk.store.job_of(turn.id) if turn else {}
    return Order.from_json(job["order"]) if "order" in job else None


def with_its_input(order: Order, normals: Sequence[str]) -> list[str]:
    """The files of `normals`, or if there are none those the order compared with, and its input as one more."""
    known = [Path(file) for file in normals] or [file for place in order.normals for file in _files_of(place)]
    return list(dict.fromkeys(str(file) for file in (*known, order.source)))


def _files_of(place: Path) -> list[Path]:
    return sorted(file for file in place.iterdir() if file.is_file()) if place.is_dir() else [place]


def begin(desk: Desk, owner: str, conversation: str, message: dict[str, Any], settings: Settings) -> list[Job]:
    """What a message asks for: one analysis for each of its files, or an answer about the last run.

    Raises InputError where there is nothing to do, or too much.
    """
    files = [Path(file) for file in message.get("files") or []]
    said = str(message.get("text") or "").strip()
    if len(files) > MAX_FILES:
        raise InputError(f"got {len(files)} files; at most {MAX_FILES} at a time, each is one analysis.")
    if not files:
        return [_question(desk, owner, conversation, said, settings)]
    text, question = (said, "") if settings.is_text and said else (None, said)
    orders = [replace(settings.order(desk, owner, path), text=text, question=question) for path in files]
    return [desk.submit(owner, conversation, order) for order in orders]


def _question(desk: Desk, owner: str, conversation: str, said: str, settings: Settings) -> Job:
    run = last_run(desk, conversation)
    if run is None:
        raise InputError("send a file first: an image, a series, or an image with its text.")
    return desk.ask(owner, conversation, run, said, settings.llm, settings.ideas, settings.manner)


def again(desk: Desk, owner: str, turn: Turn, settings: Settings) -> Job:
    """Do a turn again as a new one: the same message, under the settings as they are now.

    Raises InputError if its files are no longer there, or the settings do not hold.
    """
    work = desk.store.job_of(turn.id)
    if "order" not in work:
        run, question = work["ask"], work["question"]
        return desk.ask(owner, turn.conversation, run, question, settings.llm, settings.ideas, settings.manner)
    order = _ordered_again(desk, owner, Order.from_json(work["order"]), settings)
    if not all(path.exists() for path in (order.source, *order.normals)):
        raise InputError("the uploaded files of this turn are no longer there; send them again.")
    return desk.submit(owner, turn.conversation, order)


def _ordered_again(desk: Desk, owner: str, before: Order, settings: Settings) -> Order:
    """The order under other settings. Where these name no normal examples, after a reload of the page or for an example
    of its own, it keeps those it had."""
    said = before.question if settings.is_text and before.text is None else ""
    text = said or before.text
    order = replace(settings, is_text=text is not None).order(desk, owner, before.source, before.name)
    normals = order.normals or before.normals
    return replace(order, normals=normals, text=text, question="" if said else before.question)


async def follow(desk: Desk, conversation: str) -> AsyncIterator[tuple[list[gr.ChatMessage], bool]]:
    """(messages, whether more will come), again whenever they change, until all of the conversation's jobs are over."""
    seen: Any = None
    while True:
        jobs = jobs_of(desk, conversation)
        state = [(job.turn_id, job.version, job.position()) for job in jobs]
        if state != seen:
            seen = state
            yield await asyncio.to_thread(messages_of, desk, conversation), bool(jobs)
        if not jobs:
            return
        await asyncio.sleep(POLL_SECONDS)
