"""The tab of detectors: those that were fitted and where they alarm, a new one from files, the cards of all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.context import get_render_context

from anomalyst.agent.page.desk.desk import Desk
from anomalyst.agent.page.desk.fit_jobs import FitJob, FitOrder, Fits
from anomalyst.agent.page.desk.people import owner_of
from anomalyst.agent.page.detectors.session import (
    card_html,
    cards_html,
    choices,
    detectors_of,
    fitted_list,
    fitted_row,
    opened,
    progress_html,
    remove,
)
from anomalyst.agent.page.parts.errors import on_page
from anomalyst.agent.page.parts.kinds import kinds
from anomalyst.agent.page.parts.picker import pick_list, show_below
from anomalyst.agent.page.parts.views import refusal
from anomalyst.errors import AnomalystError

__all__ = ["build", "choices"]

BY_FILES = ("Automatic", "")
FAMILIES = ["density", "reconstruction", "imputation", "hybrid", "information"]
HOW = (
    "Drop normal examples: images, or CSV, TSV, Parquet or NPY series; for images with text, a table with the image "
    "names and the texts together with the images. ZIP archives are not opened."
)
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
QUICK: dict[str, Any] = {**PRIVATE, "queue": False}
NO_PLOT: dict[str, Any] = {"value": None, "visible": False}
TICK = 0.7  # seconds


def build(desk: Desk, who: gr.BrowserState) -> Callable[..., Any] | None:
    """Lay out the tab and wire it; it fills itself when it is selected."""
    tab = get_render_context()
    made = _DetectorsTab(desk, who)
    if isinstance(tab, gr.Tab):
        tab.select(made.refresh, [made.open_row, who], made.fitting_parts, **QUICK)
    return None


class _DetectorsTab:
    """The components and their handlers."""

    def __init__(self, desk: Desk, who: gr.BrowserState) -> None:
        self.desk, self.who, self.fits = desk, who, Fits(desk)
        self.open_row = gr.State("")
        self.seen = gr.State("")  # id of the last fitted detector that the list was drawn with
        self.timer = gr.Timer(TICK, active=False)
        with gr.Row(elem_classes="detectors"):
            with gr.Column(scale=2, min_width=300):
                gr.Markdown("### Fitted detectors")
                self.list = pick_list(elem_id="fitted-list")
                self._fit_part()
            with gr.Column(scale=5, min_width=320, elem_id="fitted-one"):
                self._one_part()
                self._cards_part()
        self.fitting_parts = [self.list, self.progress, self.timer, self.fit, self.cancel, self.seen]
        self._wire()

    def _one_part(self) -> None:
        self.hint = gr.Markdown("Pick a fitted detector to see from which score on it alarms.", elem_classes="hint")
        with gr.Column(visible=False) as self.one:
            self.numbers = gr.HTML(padding=False, apply_default_css=False)
            self.judge = gr.Dropdown([], label="Judged by", visible=False, elem_id="judged-by")
            self.plot = gr.Plot(show_label=False, label="Calibration", elem_classes="plot", elem_id="calibration")
            with gr.Row():
                self.remove = gr.Button("Remove this detector", variant="secondary", size="sm", scale=0, min_width=170)
                self.sure = gr.Button(
                    "Yes, remove it", variant="stop", size="sm", scale=0, min_width=130, visible=False
                )
                self.keep = gr.Button("Keep it", size="sm", scale=0, min_width=100, visible=False)

    def _fit_part(self) -> None:
        gr.Markdown(f"### Fit a new one\n\n{HOW}")
        self.files = gr.File(
            label="Normal examples", file_count="multiple", type="filepath", height=150, elem_id="fit-files"
        )
        self.name = gr.Textbox(label="Name", placeholder="what it looks at, e.g. camera 3, housing", max_length=80)
        with gr.Row():
            self.modality = gr.Dropdown([BY_FILES, *kinds()], value="", label="Kind of input", min_width=130)
            self.detector = gr.Dropdown(
                detectors_of(""), value="", label="Detector", min_width=130, elem_id="fit-detector"
            )
        self.fit = gr.Button("Fit", variant="primary", elem_id="fit-start")
        self.cancel = gr.Button("Cancel", variant="stop", visible=False, elem_id="fit-cancel")
        self.progress = gr.HTML(padding=False, apply_default_css=False, elem_id="fit-progress")
        self.card = gr.HTML(padding=False, apply_default_css=False, elem_id="fit-card")

    def _cards_part(self) -> None:
        with gr.Accordion("All detectors and what each is good for", open=False) as self.cards_fold:
            with gr.Row():
                self.card_modality = gr.Dropdown([("All", ""), *kinds()], value="", label="Kind of input")
                self.card_family = gr.Dropdown([("All", ""), *((f, f) for f in FAMILIES)], value="", label="Family")
            self.cards = gr.HTML(padding=False, apply_default_css=False, elem_id="cards")

    def _wire(self) -> None:
        self._wire_fit()
        shown = [self.open_row, self.hint, self.one, self.numbers, self.judge, self.plot]
        buttons = [self.remove, self.sure, self.keep]
        picked = self.list.pick(self.show, self.who, [*shown, *buttons], **{**PRIVATE, "show_progress": "minimal"})
        picked.then(None, None, None, js=show_below("fitted-one"), **QUICK)
        self.judge.input(self.judged, [self.judge, self.open_row, self.who], [self.numbers, self.plot], **PRIVATE)
        self.remove.click(lambda: self._asked(True), None, buttons, **QUICK)
        self.keep.click(lambda: self._asked(False), None, buttons, **QUICK)
        self.sure.click(self.removed, [self.open_row, self.who], [self.list, self.hint, self.one, *buttons], **QUICK)
        which = [self.card_modality, self.card_family]
        gr.on(
            [self.cards_fold.expand, self.card_modality.input, self.card_family.input],
            cards_html, which, self.cards, **PRIVATE,
        )  # fmt: skip

    def _wire_fit(self) -> None:
        order = [self.files, self.name, self.modality, self.detector]
        self.modality.input(self.kind, self.modality, self.detector, **QUICK)
        gr.on([self.files.change, self.modality.input, self.detector.change], self.told, order, self.card,
              **PRIVATE, trigger_mode="always_last")  # fmt: skip
        self.fit.click(
            self.begin, [*order, self.who], [self.progress, self.timer, self.fit, self.cancel, self.card], **PRIVATE
        )
        self.cancel.click(self.cancelled, self.who, self.cancel, **QUICK)
        self.timer.tick(self.tick, [self.open_row, self.seen, self.who], self.fitting_parts, **QUICK)
        self.who.change(self.refresh, [self.open_row, self.who], self.fitting_parts, **QUICK)

    # Fitted ones

    def refresh(self, current: str, who: str, request: gr.Request) -> tuple[Any, ...]:
        """The list, and the fit that goes on, if one does: also after a reload of the page."""
        owner = owner_of(who, request)
        job = self.fits.of(owner)
        return fitted_list(self.desk.store.fitted(owner), current), *self._state(job), _newest(job)

    def show(self, who: str, request: gr.Request, picked: gr.EventData) -> tuple[Any, ...]:
        """Open the detector that was picked."""
        try:
            row = fitted_row(self.desk, owner_of(who, request), str(picked.picked))
            one = opened(row)
        except AnomalystError as error:
            closed = ("", gr.Markdown(visible=False), gr.Column(visible=True), refusal(error, self.desk.home.root))
            return *closed, gr.Dropdown(visible=False), gr.Plot(**NO_PLOT), *self._asked(False)
        judge = gr.Dropdown(one.names, value=one.names[0] if one.names else None, visible=len(one.names) > 1)
        plot = gr.Plot(value=one.figure, visible=one.figure is not None)
        head = (row.id, gr.Markdown(visible=False), gr.Column(visible=True), one.html)
        return *head, judge, plot, *self._asked(False)

    def judged(self, judge: str, id: str, who: str, request: gr.Request) -> tuple[str, Any]:
        """The thresholds by another rule or member."""
        try:
            one = opened(fitted_row(self.desk, owner_of(who, request), id), judge)
        except AnomalystError as error:
            return refusal(error, self.desk.home.root), gr.Plot(**NO_PLOT)
        return one.html, gr.Plot(value=one.figure, visible=True)

    def _asked(self, asked: bool) -> tuple[Any, Any, Any]:
        """The buttons before, or after, one was asked whether to remove."""
        return gr.Button(visible=not asked), gr.Button(visible=asked), gr.Button(visible=asked)

    def removed(self, id: str, who: str, request: gr.Request) -> tuple[Any, ...]:
        """Delete the open detector."""
        owner = owner_of(who, request)
        try:
            row = remove(self.desk, owner, id)
            gr.Info(f"“{row.name}” was removed.", title="Removed")
        except AnomalystError as error:
            gr.Warning(on_page(error))
        rows = self.desk.store.fitted(owner)
        return fitted_list(rows), gr.Markdown(visible=True), gr.Column(visible=False), *self._asked(False)

    # Fitting

    def kind(self, modality: str) -> Any:
        """The detectors for this kind of input."""
        return gr.Dropdown(detectors_of(modality), value="")

    def told(self, files: list[str] | None, name: str, modality: str, detector: str) -> str:
        """The card of the detector that would be fitted."""
        try:
            return card_html(_order(files, name, modality, detector), self.desk.backbone)
        except AnomalystError as error:
            return refusal(error, self.desk.home.root)

    def begin(
        self, files: list[str] | None, name: str, modality: str, detector: str, who: str, request: gr.Request
    ) -> tuple[Any, ...]:
        """Begin to fit; what is wrong is said, and the form stays as it is. The card gives way to what is told then."""
        owner = owner_of(who, request)
        try:
            self.fits.start(owner, _order(files, name, modality, detector))
        except AnomalystError as error:
            _, *rest = self._state(self.fits.of(owner))
            return refusal(error, self.desk.home.root), *rest, ""
        return *self._state(self.fits.of(owner)), ""

    def cancelled(self, who: str, request: gr.Request) -> Any:
        """End the fit at its next step."""
        job = self.fits.of(owner_of(who, request))
        if job is not None:
            job.cancel()
        return gr.Button("Cancelling …", interactive=False)

    def tick(self, current: str, seen: str, who: str, request: gr.Request) -> tuple[Any, ...]:
        """How far the fit is; once it is over the new list."""
        owner = owner_of(who, request)
        job = self.fits.of(owner)
        newest = _newest(job)
        rows = fitted_list(self.desk.store.fitted(owner), current) if newest != seen else gr.skip()
        return rows, *self._state(job), newest

    def _state(self, job: FitJob | None) -> tuple[Any, Any, Any, Any]:
        """Progress, timer, and the two buttons, by how the job stands."""
        going = job is not None and not job.progress.over
        told = progress_html(job.progress) if job is not None else ""
        cancel = gr.Button("Cancel", visible=going, interactive=True)
        return told, gr.Timer(active=going), gr.Button(interactive=not going), cancel


def _newest(job: FitJob | None) -> str:
    """Id of what the job gave."""
    return job.progress.row.id if job is not None and job.progress.row is not None else ""


def _order(files: list[str] | None, name: str, modality: str, detector: str) -> FitOrder:
    """The form's values as an order."""
    kind: Any = modality or None
    return FitOrder(tuple(Path(file) for file in files or []), name or "", kind, detector or None)
