"""The tab one works in: send a file, follow the analyst, read the answer, ask on, say whether it was right."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import gradio as gr

from anomalyst.agent.page.answer.card import alpha_panel
from anomalyst.agent.page.chat import session
from anomalyst.agent.page.chat.box_drawer import BoxDrawer
from anomalyst.agent.page.chat.examples import EXAMPLES, order_of
from anomalyst.agent.page.chat.settings import AUTOMATIC, Settings, SettingsPanel
from anomalyst.agent.page.desk.desk import Desk, new_id
from anomalyst.agent.page.desk.people import owner_of
from anomalyst.agent.page.desk.store import Feedback, FeedbackKind
from anomalyst.agent.page.detectors.tab import choices
from anomalyst.agent.page.parts.errors import on_page
from anomalyst.agent.records.artifacts import read_run
from anomalyst.errors import AnomalystError, InputError

HELLO = (
    "### What shall I look at?\n\n"
    "Drop an image, a CSV, TSV, Parquet or NPY series below, or an image with its text. Normal examples go into the "
    "field beside: images need some, a series can do without. Then ask on: “how sure are you?”, “which channel?”, "
    "“what should I do?”"
)
NOTED: dict[FeedbackKind, str] = {
    "right": "Noted: the explanation was right.",
    "false alarm": "Noted: a false alarm.",
    "missed": "Noted: something was missed here.",
}
LEARNED = " The input is one of the normal examples beside from now on, until this page is loaded again."
PAIR = " To have it learned, add it to your table of matching pairs."
GONE = " Its file is no longer there, so it could not be added to the normal examples."
OFFER_SECONDS = 1.5  # between two looks at which detectors there are
TO_DRAWER = "() => setTimeout(() => document.querySelector('#missing')?.scrollIntoView({block: 'nearest'}), 100)"

View = tuple[Any, ...]


class ChatTab:
    """The components of the tab and their handlers. `open` shows the open conversation again after a reload, too."""

    def __init__(self, desk: Desk, who: gr.BrowserState) -> None:
        self.desk, self.who = desk, who
        self.current = gr.BrowserState("", storage_key="anomalyst-chat", secret=desk.home.secret())
        self.offered: gr.State = gr.State([])  # the detectors that this page shows as choices
        self.watch = gr.Timer(OFFER_SECONDS)
        with gr.Sidebar(open=False, width=260):
            self.new = gr.Button("New chat", elem_id="new-chat")
            self.history = gr.Radio([], label="Earlier chats", elem_id="history")
            self.forget = gr.Button("Delete this chat", size="sm", variant="stop")
        with gr.Row(elem_classes="chat-row"):
            with gr.Column(scale=3, min_width=320):
                self._lay_out_chat()
            with gr.Column(scale=1, min_width=280):
                self.settings = SettingsPanel(desk)
        self.shown = [
            self.chat, self.box, self.current, self.history, self.examples, self.feedback,
            self.right, self.false_alarm, self.missed,
        ]  # fmt: skip
        self.offering = [who, self.settings.detector, self.offered], [self.settings.detector, self.offered]
        self._wire()

    def _lay_out_chat(self) -> None:
        self.chat = gr.Chatbot(
            show_label=False, label="Conversation", height="66vh", layout="panel", placeholder=HELLO, buttons=[],
            elem_id="conversation", feedback_options=None, autoscroll=False,
        )  # fmt: skip
        with gr.Row() as self.examples:
            self.example_buttons = [gr.Button(f"Try: {label}", size="sm") for label in EXAMPLES.values()]
        with gr.Row(visible=False, elem_id="feedback") as self.feedback:
            self.right = gr.Button("✓ Right", size="sm")
            self.false_alarm = gr.Button("False alarm", size="sm")
            self.missed = gr.Button("Something was missed", size="sm")
            self.retry = gr.Button("↻ Retry", size="sm")
        self.noted = gr.Markdown(elem_id="noted")
        with gr.Column(visible=False, elem_id="missing") as self.missing:
            self.note = gr.Textbox(label="What was missed? (optional)", max_length=500)
            self.drawer = BoxDrawer()
        self.box = gr.MultimodalTextbox(
            show_label=False, label="Message", placeholder="Drop a file here, or ask about the last one",
            file_count="multiple", sources=["upload"],  # of any type: what a file is, its content tells
            elem_id="message", autofocus=True, max_plain_text_length=5000,
        )  # fmt: skip

    def _wire(self) -> None:
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        long: dict[str, Any] = {**quiet, "concurrency_limit": None}  # they only follow; the desk does the work
        me = [self.who, self.current]
        self.box.submit(self.send, [self.box, *me, *self.settings.inputs], self.shown, **long)
        for button, name in zip(self.example_buttons, EXAMPLES, strict=True):
            button.click(self._example(name), [*me, *self.settings.inputs], self.shown, **long)
        self.box.stop(self.stop, me, None, **quiet)
        self.retry.click(self.again, [*me, *self.settings.inputs], self.shown, **long)
        self.new.click(self.begin, self.who, self.shown, **quiet)
        self.history.input(self.open, [self.who, self.history], self.shown, **long)
        self.forget.click(self.delete, me, self.shown, **quiet)
        self.watch.tick(self.offer, *self.offering, queue=False, **quiet)
        for change in (self.settings.alpha.change, self.chat.change):
            change(self.at_alpha, [*me, self.settings.alpha], self.settings.effect, trigger_mode="always_last", **quiet)
        said = [self.noted, self.settings.normals, self.missing]
        self.right.click(self.say_right, me, said, **quiet)
        self.false_alarm.click(self.say_false_alarm, [*me, self.settings.normals], said, **quiet)
        shown = [self.missing, self.drawer, self.noted]
        self.missed.click(self.show_drawer, me, shown, **quiet).then(None, None, None, js=TO_DRAWER, **quiet)
        self.drawer.submit(self.say_missed, [*me, self.drawer, self.note], said, **quiet)

    def offer(self, token: str, chosen: str, offered: list[str], request: gr.Request) -> tuple[Any, Any]:
        """The detectors that can be chosen, where they are others than those `offered`: one was fitted or removed, here
        or in another page."""
        own = [AUTOMATIC, *choices(self.desk, owner_of(token, request))]
        values = [value for _, value in own]
        if values == offered:
            return gr.skip(), gr.skip()
        return gr.Dropdown(choices=own, value=chosen if chosen in values else ""), values

    # Handlers

    async def send(
        self, request: gr.Request, message: dict[str, Any], token: str, current: str, *settings: Any
    ) -> AsyncIterator[View]:
        """Begin what the message asks for and follow it; a message that cannot be used stays in its field."""
        owner = owner_of(token, request)
        current = self._mine(owner, current)
        try:
            session.begin(self.desk, owner, current, message, Settings.of(settings))
        except AnomalystError as error:
            gr.Warning(on_page(error), title="Not sent")
            yield (*(gr.skip() for _ in self.shown),)
            return
        async for view in self._follow(owner, current, cleared=True):
            yield view

    def _example(self, name: str) -> Callable[..., AsyncIterator[View]]:
        async def run(request: gr.Request, token: str, current: str, *settings: Any) -> AsyncIterator[View]:
            owner = owner_of(token, request)
            current = self._mine(owner, current)
            order = await asyncio.to_thread(order_of, name, self.desk.home, Settings.of(settings))
            self.desk.submit(owner, current, order)
            async for view in self._follow(owner, current, cleared=True):
                yield view

        return run

    async def again(self, request: gr.Request, token: str, current: str, *settings: Any) -> AsyncIterator[View]:
        """Do the last turn again, under the settings as they are now."""
        owner = owner_of(token, request)
        current = self._mine(owner, current)
        turn = session.last_turn(self.desk, current)
        try:
            if turn is not None:
                session.again(self.desk, owner, turn, Settings.of(settings))
        except AnomalystError as error:
            gr.Warning(on_page(error), title="Cannot be done again")
        async for view in self._follow(owner, current):
            yield view

    async def open(self, token: str, chosen: str, request: gr.Request) -> AsyncIterator[View]:
        """Show another conversation, and follow it if it still runs."""
        owner = owner_of(token, request)
        async for view in self._follow(owner, self._mine(owner, chosen)):
            yield view

    def stop(self, token: str, current: str, request: gr.Request) -> None:
        """Stop what runs in this conversation."""
        if self.desk.store.owns(owner_of(token, request), current):
            for job in session.jobs_of(self.desk, current):
                job.stop()

    def begin(self, token: str, request: gr.Request) -> View:
        """An empty conversation."""
        return self._view(owner_of(token, request), new_id(), [], False)

    def delete(self, token: str, current: str, request: gr.Request) -> View:
        """Delete the conversation, and begin an empty one."""
        self.stop(token, current, request)
        self.desk.store.forget(owner_of(token, request), current)
        return self.begin(token, request)

    def at_alpha(self, token: str, current: str, alpha: float, request: gr.Request) -> str:
        """What the alarm level makes of the last run; nothing is fitted again."""
        if not self.desk.store.owns(owner_of(token, request), current):
            return ""
        folder = session.last_folder(self.desk, current)
        return alpha_panel(read_run(folder), alpha, folder) if folder else ""

    def say_right(self, token: str, current: str, request: gr.Request) -> View:
        """Note that the last answer was right."""
        return self._note(token, current, request, "right"), gr.skip(), gr.Column(visible=False)

    def say_false_alarm(self, token: str, current: str, normals: list[str] | None, request: gr.Request) -> View:
        """Note a false alarm: the input counts as normal in this chat from now on."""
        noted = self._note(token, current, request, "false alarm")
        owned = self.desk.store.owns(owner_of(token, request), current)
        order = session.last_order(self.desk, current) if owned else None
        if order is None or not order.source.exists():
            return noted + GONE, gr.skip(), gr.Column(visible=False)
        if order.text is not None:
            return noted + PAIR, gr.skip(), gr.Column(visible=False)
        known = session.with_its_input(order, normals or [])
        return noted + LEARNED, gr.File(value=known), gr.Column(visible=False)

    def show_drawer(self, token: str, current: str, request: gr.Request) -> View:
        """Open the last run's picture to draw on."""
        owned = self.desk.store.owns(owner_of(token, request), current)
        record = session.last_record(self.desk, current) if owned else None
        if record is None:
            return gr.Column(visible=False), gr.skip(), ""
        return gr.Column(visible=True), BoxDrawer.update(record), ""

    def say_missed(self, token: str, current: str, box: Any, note: str, request: gr.Request) -> View:
        """Note what was missed and where."""
        owned = self.desk.store.owns(owner_of(token, request), current)
        run = session.last_run(self.desk, current) if owned else None
        try:
            marked = BoxDrawer.box_of(box, self.desk.store.run(run).modality) if run else None
        except InputError as error:
            return on_page(error), gr.skip(), gr.skip()
        noted = self._note(token, current, request, "missed", note, marked)
        return noted, gr.skip(), gr.Column(visible=False)

    # What they share

    def _mine(self, owner: str, conversation: str) -> str:
        """The conversation if it is the owner's, else a new one."""
        return conversation if conversation and self.desk.store.owns(owner, conversation) else new_id()

    async def _follow(self, owner: str, current: str, cleared: bool = False) -> AsyncIterator[View]:
        async for messages, more in session.follow(self.desk, current):
            yield self._view(owner, current, messages, more, cleared)
            cleared = False

    def _view(
        self, owner: str, current: str, messages: list[gr.ChatMessage], running: bool, cleared: bool = False
    ) -> View:
        """New values of what is shown."""
        earlier = [(chat.title, chat.id) for chat in self.desk.store.conversations(owner)]
        known = any(current == id for _, id in earlier)
        return (
            messages,
            gr.MultimodalTextbox(value=None, stop_btn=running) if cleared else gr.MultimodalTextbox(stop_btn=running),
            current,
            gr.Radio(choices=earlier, value=current if known else None),
            gr.Row(visible=not messages),
            gr.Row(visible=bool(messages) and not running),
            *[gr.Button(visible=self._is_answered(current)) for _ in range(3)],
        )

    def _is_answered(self, current: str) -> bool:
        """Whether the last turn came to an answer, of which one can say whether it is right."""
        turn = session.last_turn(self.desk, current)
        return turn is not None and turn.status == "done"

    def _note(
        self, token: str, current: str, request: gr.Request, kind: FeedbackKind, note: str = "", box: Any = None
    ) -> str:
        """Keep the feedback on the last run; returns what to say."""
        owner = owner_of(token, request)
        run = session.last_run(self.desk, current) if self.desk.store.owns(owner, current) else None
        if run is None:
            return "There is no answer yet to say this of."
        self.desk.store.add_feedback((owner,), Feedback(run, kind, note, box))
        return NOTED[kind]
