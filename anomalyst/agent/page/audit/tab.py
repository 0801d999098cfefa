"""The tab of past runs: find one, read it again, replay it, check a text against it, take it along."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
from gradio.context import get_render_context

from anomalyst.agent.page.audit.session import (
    claim_table,
    feedback_list,
    healing_pictures,
    links,
    opened,
    packed,
    replayed,
    run_list,
    verified,
)
from anomalyst.agent.page.desk.desk import Desk
from anomalyst.agent.page.desk.people import names_of, owner_of
from anomalyst.agent.page.desk.store import RunRow
from anomalyst.agent.page.parts.kinds import kinds
from anomalyst.agent.page.parts.picker import pick_list, show_below
from anomalyst.agent.page.parts.views import refusal
from anomalyst.errors import AnomalystError
from anomalyst.modalities.registry import modality

ALL = ""
VERDICTS = [("All", ALL), ("Anomalous", "anomalous"), ("Normal", "normal"), ("Cannot tell", "cannot tell")]
HINT = "Pick a run: its answer, its claims, the healing test and its replay open here."
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
QUICK: dict[str, Any] = {**PRIVATE, "queue": False}
SLOW: dict[str, Any] = {**PRIVATE, "concurrency_limit": 2, "concurrency_id": "audit"}
SAVE = "() => setTimeout(() => document.querySelector('#audit-zip-file')?.click(), 300)"


def build(desk: Desk, who: gr.BrowserState) -> Callable[..., Any] | None:
    """Lay out the tab and wire it; it fills itself when it is selected."""
    tab = get_render_context()
    made = _AuditTab(desk, who)
    if isinstance(tab, gr.Tab):
        tab.select(made.listed, made.filters, made.runs, **QUICK)
    return None


class _AuditTab:
    """The components and their handlers."""

    def __init__(self, desk: Desk, who: gr.BrowserState) -> None:
        self.desk, self.who = desk, who
        self.open_run = gr.State("")
        self._left: dict[str, threading.Event] = {}  # of each visit that waits for a replay
        with gr.Row(elem_classes="audit"):
            with gr.Column(scale=2, min_width=300, elem_classes="audit-list"):
                self._list_column()
            with gr.Column(scale=5, min_width=320, elem_id="audit-run"):
                self._run_column()
        self._wire()

    def _list_column(self) -> None:
        self.text = gr.Textbox(label="Find a run by its name", placeholder="part of a file name", max_length=200)
        with gr.Row():
            self.modality = gr.Dropdown([("All", ALL), *kinds()], value=ALL, label="Kind of input", min_width=130)
            self.verdict = gr.Dropdown(VERDICTS, value=ALL, label="Verdict", min_width=130)
        self.runs = pick_list(elem_id="audit-runs")
        self.filters = [self.text, self.modality, self.verdict, self.open_run, self.who]

    def _run_column(self) -> None:
        self.hint = gr.Markdown(HINT, elem_classes="hint")
        with gr.Column(visible=False) as self.run:
            with gr.Row(elem_classes="audit-actions"):
                self.links = gr.HTML(padding=False, apply_default_css=False)
                self.zip = gr.Button("Whole folder as .zip", size="sm", min_width=150, scale=0)
                self.zip_file = gr.DownloadButton(elem_id="audit-zip-file", elem_classes="off")  # pressed by script
            self.trouble = gr.HTML(padding=False, apply_default_css=False, visible=False)
            with gr.Tabs():
                with gr.Tab("Answer"):
                    self.card = gr.HTML(padding=False, apply_default_css=False)
                    self.plot = gr.Plot(show_label=False, label="The whole run", visible=False, elem_classes="plot")
                with gr.Tab("Claims"):
                    self.claims = gr.HTML(padding=False, apply_default_css=False)
                with gr.Tab("Healing test") as self.healing_tab:
                    self.healing = gr.HTML(padding=False, apply_default_css=False)
                with gr.Tab("Replay"):
                    self._replay_part()
                with gr.Tab("Verify a text"):
                    self._verify_part()
                with gr.Tab("Feedback"):
                    self.feedback = gr.HTML(padding=False, apply_default_css=False)

    def _replay_part(self) -> None:
        gr.Markdown(
            "Checks that no file was changed, verifies every sentence again, scores the input again with the recorded "
            "detector, and repeats the healing test."
        )
        with gr.Row():
            self.replay = gr.Button("Replay", variant="primary", min_width=120, scale=0)
            self.stop = gr.Button("Stop waiting", variant="stop", min_width=170, scale=0, visible=False)
        self.audit = gr.HTML(padding=False, apply_default_css=False, elem_id="audit-table")

    def _verify_part(self) -> None:
        self.claimed = gr.Textbox(
            label="What was said about this run", lines=5, max_lines=20, max_length=20_000,
            placeholder="Paste a text: a mail, a report, another model's answer. Each sentence is checked by code.",
        )  # fmt: skip
        self.verify = gr.Button("Verify", variant="primary", min_width=120, scale=0)
        self.sentences = gr.HTML(padding=False, apply_default_css=False, elem_id="audit-sentences")

    def _wire(self) -> None:
        gr.on([self.text.change, self.modality.input, self.verdict.input, self.who.change], self.listed, self.filters,
              self.runs, **QUICK, trigger_mode="always_last")  # fmt: skip
        fresh = [self.healing, self.audit, self.sentences]
        shown = [self.open_run, self.hint, self.run, self.links, self.trouble, self.card, self.plot, self.claims,
                 self.feedback]  # fmt: skip
        picked = self.runs.pick(self.show, None, [*shown, *fresh], **{**PRIVATE, "show_progress": "minimal"})
        picked.then(None, None, None, js=show_below("audit-run"), **QUICK)
        self.healing_tab.select(self.heal, self.open_run, self.healing, **{**SLOW, "show_progress": "minimal"})
        self.zip.click(self.pack, self.open_run, [self.zip_file, self.trouble], **SLOW).success(
            None, None, None, js=SAVE, **QUICK
        )
        self.replay.click(self.audited, self.open_run, [self.audit, self.replay, self.stop], **SLOW)
        self.stop.click(self.leave, None, None, **QUICK)
        gr.on([self.verify.click], self.checked, [self.claimed, self.open_run], self.sentences, **SLOW)

    # Handlers

    def listed(self, text: str, modality: str, verdict: str, current: str, who: str, request: gr.Request) -> str:
        """The list of runs under the filters."""
        runs = self.desk.store.runs(owner_of(who, request), text or "", modality or ALL, verdict or ALL)
        return run_list(runs, bool(text or modality or verdict), current)

    def show(self, picked: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """Open the run that was picked."""
        from anomalyst.agent.page.answer.card import answer_card

        unseen, emptied = ("", gr.Plot(value=None, visible=False), "", ""), ("", "", "")
        try:
            run = self._run(str(picked.picked), request)
            record = opened(run)
        except AnomalystError as error:
            why = gr.HTML(self._why(error), visible=True)
            return "", gr.Markdown(visible=False), gr.Column(visible=True), "", why, *unseen, *emptied
        figure = modality(record.sample.modality).figure(record, run.id)
        plot = gr.Plot(value=figure, visible=figure is not None)
        head = (run.id, gr.Markdown(visible=False), gr.Column(visible=True), links(run), gr.HTML(visible=False))
        said = feedback_list(self.desk.store.feedback(run.id))
        return *head, answer_card(record, run.id), plot, claim_table(record), said, *emptied

    def heal(self, run_id: str, request: gr.Request) -> str:
        """The pictures of the healing test, drawn when somebody looks."""
        try:
            run = self._run(run_id, request)
            return healing_pictures(opened(run), run.folder)
        except AnomalystError as error:
            return self._why(error)

    def pack(self, run_id: str, request: gr.Request) -> tuple[Any, Any]:
        """The run's folder as a file to save."""
        try:
            return gr.DownloadButton(value=str(packed(self._run(run_id, request)))), gr.HTML(visible=False)
        except AnomalystError as error:
            return gr.skip(), gr.HTML(self._why(error), visible=True)

    def audited(self, run_id: str, request: gr.Request) -> Iterator[tuple[str, Any, Any]]:
        """Replay the run, with signs of life."""
        left = self._left[str(request.session_hash)] = threading.Event()
        going = (gr.Button(interactive=False), gr.Button(visible=True))
        over = (gr.Button(interactive=True), gr.Button(visible=False))
        html = ""
        try:
            for html in replayed(self._run(run_id, request).folder, left):
                yield html, *going
        except AnomalystError as error:
            html = self._why(error)
        finally:
            self._left.pop(str(request.session_hash), None)
        yield html, *over

    def leave(self, request: gr.Request) -> None:
        """Nobody waits for the replay any more."""
        left = self._left.get(str(request.session_hash))
        if left is not None:
            left.set()

    def checked(self, text: str, run_id: str, request: gr.Request) -> str:
        """The verifier's verdicts on a text."""
        try:
            return verified(text or "", opened(self._run(run_id, request)))
        except AnomalystError as error:
            return self._why(error)

    def _run(self, run_id: str, request: gr.Request) -> RunRow:
        """The run, if it is for whoever asks. Raises InputError."""
        return self.desk.store.run(run_id, names_of(request.username))

    def _why(self, error: AnomalystError) -> str:
        return refusal(error, self.desk.home.root)
