"""Turns as chat messages: what was sent, every step with its time and picture, then the answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from anomalyst.agent.page.answer.card import answer_card, reply_card
from anomalyst.agent.page.desk.turns import Step, Turn
from anomalyst.agent.records.artifacts import read_run
from anomalyst.errors import AnomalystError
from anomalyst.evidence.claims import Explanation
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.registry import modality

WHOLE_TURNS = 6  # the last ones are shown whole, of earlier ones the words only
STOPPED = "Stopped. What was found up to here stands in the steps above."


def chat_messages(turns: Sequence[Turn], places: dict[str, int], runs: Path) -> list[gr.ChatMessage]:
    """All messages of a conversation. `places`: place in the queue by turn id; `runs`: folder of the recorded runs."""
    whole = {turn.id for turn in turns[-WHOLE_TURNS:]}
    return [
        message
        for turn in turns
        for message in (_sent(turn), *_steps(turn, places), *_outcome(turn, runs, turn.id in whole))
    ]


def _sent(turn: Turn) -> gr.ChatMessage:
    """What the person sent."""
    named = [*(f"**{plain(name)}**" for name in turn.files[:1]), *map(plain, turn.files[1:])]
    lines = [", ".join(named)] if named else []
    lines += [f"Text of the image: “{plain(turn.text, 600)}”"] if turn.text else []
    lines += [plain(turn.question, 1000)] if turn.question else []
    return gr.ChatMessage(role="user", content="  \n".join(lines) or "…")


def _steps(turn: Turn, places: dict[str, int]) -> list[gr.ChatMessage]:
    """One collapsible line for the whole work, and in it one for each step."""
    if turn.status == "waiting":
        title = f"Waiting: number {places.get(turn.id, 0) or 1} in the queue"
        return [_thought("", title, "pending")]
    if not turn.steps and not turn.doing:
        return [_thought("", "Beginning", "pending")] if turn.status == "running" else []
    took = f" in {turn.ended - turn.began:.1f} s" if turn.ended else ""
    count = f"{len(turn.steps)} step{'' if len(turn.steps) == 1 else 's'}"
    whole = _thought("", f"Worked: {count}{took}" if turn.over else "Working", "done" if turn.over else "pending")
    whole.metadata["id"] = turn.id
    parts = [whole]
    for step in turn.steps:
        part = _thought(gr.HTML(_step_body(step), padding=False), plain(step.title), "done")
        part.metadata |= {"parent_id": turn.id, "duration": step.seconds}
        parts.append(part)
    if turn.doing:
        part = _thought("", plain(f"Working: {turn.doing}", 160), "pending")
        part.metadata["parent_id"] = turn.id
        parts.append(part)
    return parts


def _thought(content: Any, title: str, status: Any) -> gr.ChatMessage:
    return gr.ChatMessage(role="assistant", content=content, metadata={"title": title, "status": status})


def _step_body(step: Step) -> str:
    picture = f'<img src="{step.thumbnail}" alt="" class="thumbnail">' if step.thumbnail else ""
    return f'<div class="step">{picture}<pre>{escape(step.body)}</pre></div>'


def _outcome(turn: Turn, runs: Path, whole: bool) -> list[gr.ChatMessage]:
    """What came of the turn."""
    if turn.status == "failed":
        return [gr.ChatMessage(role="assistant", content=f"**Error:** {plain(turn.error, 1500)}")]
    if turn.status == "stopped":
        return [gr.ChatMessage(role="assistant", content=STOPPED)]
    if turn.answer is not None:
        return [gr.ChatMessage(role="assistant", content=gr.HTML(_reply(turn), padding=False))]
    if turn.run is None:
        return []
    try:
        record = _record(runs / turn.run)
    except AnomalystError:
        return [gr.ChatMessage(role="assistant", content="The folder of this run is no longer there.")]
    if not whole:
        told = f"{plain(record.explanation.summary, 2000)}  \nThe whole answer stands under “Audit”."
        return [gr.ChatMessage(role="assistant", content=told)]
    shown = [gr.ChatMessage(role="assistant", content=gr.HTML(_card(runs / turn.run) + links(turn.run), padding=False))]
    if (figure := _figure(runs / turn.run)) is not None:
        shown.append(gr.ChatMessage(role="assistant", content=gr.Plot(figure, show_label=False)))
    return shown


def links(run: str) -> str:
    """Where the report of a run can be had, as `api/downloads.py` serves it."""
    forms = (("report.html?download=true", "Report (HTML)"), ("report.json?download=true", "Report (JSON)"))
    saved = " · ".join(f'<a href="runs/{escape(run)}/{form}" download>{name}</a>' for form, name in forms)
    shown = f'<a href="runs/{escape(run)}/report.html" target="_blank" rel="noopener">Open the report</a>'
    printed = f'<a href="runs/{escape(run)}/print" target="_blank" rel="noopener">Print it, or save it as PDF</a>'
    return f'<p class="an-links">{shown} · {saved} · {printed}</p>'


@lru_cache(maxsize=32)
def _record(folder: Path) -> RunRecord:
    """A recorded run; it never changes."""
    return read_run(folder)


@lru_cache(maxsize=64)
def _card(folder: Path) -> str:
    return answer_card(_record(folder), folder.name)


@lru_cache(maxsize=16)
def _figure(folder: Path) -> Any:
    record = _record(folder)
    return modality(record.sample.modality).figure(record, folder.name)


def _reply(turn: Turn) -> str:
    return reply_card(Explanation.model_validate(turn.answer), turn.about or turn.id)


def plain(text: Any, limit: int = 300) -> str:
    """Text of data as text: no Markdown, no HTML, bounded."""
    kept = str(text)[:limit].replace("`", "'")
    for mark in "\\*_[]#~|":
        kept = kept.replace(mark, f"\\{mark}")
    return escape(kept, quote=False).replace("\n", " ")
