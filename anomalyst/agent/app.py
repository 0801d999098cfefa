"""The page: a chat over the same events as the command line. Binds to loopback unless told otherwise."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from langgraph.checkpoint.sqlite import SqliteSaver

from anomalyst.agent.analyst import Anomalyst
from anomalyst.agent.artifacts import read_run
from anomalyst.agent.chat_render import answer, download, figures, pending, plain, step
from anomalyst.agent.llm import BUILTIN
from anomalyst.errors import AnomalystError

MAX_UPLOAD = "64mb"
STYLE = Path(__file__).parent / "templates" / "chat.css"
HELLO = (
    "Drop an image or a CSV/Parquet/NPY series here. Normal examples go into the field below: images need some, "
    "a series can do without. Then ask on: “how sure are you?”, “which channel?”, “what should I do?”"
)

Messages = list[gr.ChatMessage]


def build_app(llm: str = BUILTIN, *, backbone: str | None = None, checkpoints: str | Path | None = None) -> gr.Blocks:
    """The chat page as Gradio blocks.

    `llm`, `backbone`: as for `Anomalyst`; `checkpoints`: SQLite file that keeps the conversations (default: a
    file in a temporary folder, gone with the server). Raises ModelError.
    """
    Anomalyst(llm, backbone=backbone)  # refuses a bad model before the page opens
    folder = Path(tempfile.mkdtemp(prefix="anomalyst-chat-"))
    database = str(checkpoints or folder / "conversations.sqlite")

    def reply(
        message: dict[str, Any], history: list[Any], normals: list[str] | None, alpha: float, request: gr.Request
    ) -> Iterator[Messages]:
        thread = request.session_hash or "alone"
        shown: Messages = []
        with SqliteSaver.from_conn_string(database) as saver:
            analyst = Anomalyst(llm, alpha=alpha, backbone=backbone, checkpointer=saver)
            try:
                for fresh in _turn(analyst, message, normals, thread, folder):
                    yield shown + fresh
                    shown += [message for message in fresh if not pending(message)]
            except AnomalystError as error:
                yield [*shown, gr.ChatMessage(role="assistant", content=f"**Error:** {plain(error, 1000)}")]

    return _page(reply)


def _page(reply: Callable[..., Iterator[Messages]]) -> gr.Blocks:
    """The chat's parts around the function that answers."""
    app: gr.Blocks = gr.Blocks(title="Anomalyst", fill_height=True, analytics_enabled=False)
    with app:
        gr.ChatInterface(
            reply,
            multimodal=True,
            title="Anomalyst",
            description="Finds anomalies with diffusion models and explains them in sentences checked by code.",
            chatbot=gr.Chatbot(
                placeholder=HELLO, height="65vh", layout="panel", show_label=False, buttons=["copy"], render=False
            ),
            textbox=gr.MultimodalTextbox(
                file_types=["image", ".csv", ".tsv", ".parquet", ".npy"],
                placeholder="Upload an image or a series, or ask about the last one",
                stop_btn=True,
                render=False,
            ),
            additional_inputs=[
                gr.File(
                    label="Normal examples (optional for a series)",
                    file_count="multiple",
                    type="filepath",
                    render=False,
                ),
                gr.Slider(0.001, 0.2, value=0.05, step=0.001, label="Alarm level α", render=False),
            ],
            additional_inputs_accordion=gr.Accordion("Normal examples and alarm level", open=True, render=False),
            api_name="chat",
        )
    return app


def _turn(
    analyst: Anomalyst, message: dict[str, Any], normals: list[str] | None, thread: str, folder: Path
) -> Iterator[Messages]:
    """New messages of one turn: an analysis if a file came, an answer from the evidence at hand if not."""
    files, question = message.get("files") or [], str(message.get("text") or "")[:1000]
    if files:
        out = Path(tempfile.mkdtemp(dir=folder)) / "run"
        events = analyst.stream(_path(files[0]), normals or None, question=question, out=out, thread=thread)
    elif analyst.knows(thread):
        out, events = None, analyst.ask(question, thread)
    else:
        yield [gr.ChatMessage(role="assistant", content=HELLO)]
        return
    for event in events:
        if event.explanation is None:
            yield [step(event)]
            continue
        summary, sentences = answer(event.explanation)
        yield [summary, figures(read_run(out)), sentences, download(out)] if out else [summary, sentences]
    if len(files) > 1:
        note = f"I looked at the first of {len(files)} files; send the others one at a time."
        yield [gr.ChatMessage(role="assistant", content=note)]


def _path(file: Any) -> str:
    return str(file["path"] if isinstance(file, dict) else file)


def launch(
    llm: str = BUILTIN, *, backbone: str | None = None, host: str = "127.0.0.1", port: int = 7860, **options: Any
) -> None:
    """Open the page and serve until stopped. `options` go to Gradio's `launch`."""
    app = build_app(llm, backbone=backbone)
    try:
        app.queue(default_concurrency_limit=2).launch(
            server_name=host,
            server_port=port,
            max_file_size=MAX_UPLOAD,
            css_paths=STYLE,
            share=False,
            quiet=True,
            prevent_thread_lock=True,
            **options,
        )
    except OSError as error:
        raise AnomalystError(f"cannot open port {port} on {host!r} ({error}); choose another with --port.") from error
    try:
        threading.Event().wait()  # until Ctrl-C
    finally:
        app.close(verbose=False)


if __name__ == "__main__":
    launch()
