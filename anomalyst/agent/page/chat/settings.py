"""What a person can set beside the chat: normal examples, detector, alarm level, time, language model, field,
and how the answer is told."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import gradio as gr
from gradio.data_classes import FileData

from anomalyst.agent.language.providers import Provider, providers
from anomalyst.agent.page.api.uploads import normal_paths
from anomalyst.agent.page.desk.desk import Desk, Order
from anomalyst.detectors.registry import detector_names
from anomalyst.errors import InputError
from anomalyst.evidence.causes import FIELDS, check_field
from anomalyst.evidence.claims import BUILTIN
from anomalyst.evidence.speech.catalogue import languages
from anomalyst.evidence.speech.manner import PLAIN, Audience, Length, Manner
from anomalyst.modalities.files import display_name

FITTED = "fitted:"
AUTOMATIC = ("Automatic: the analyst chooses", "")


@dataclass(frozen=True)
class Settings:
    """What is set. `is_text`: a message is the text that goes with the image; `detector`: "", a registered name or
    "fitted:<id>"; `off`: detectors not to be chosen; `field`: of work, None for the page's own; `ideas`: whether those
    of a language model are shown; `manner`: how the answer is told."""

    normals: tuple[Path, ...] = ()
    is_text: bool = False
    detector: str = ""
    off: tuple[str, ...] = ()
    alpha: float = 0.05
    budget: float | None = None
    llm: str | None = None
    field: str | None = None
    ideas: bool = True
    manner: Manner = PLAIN

    @classmethod
    def of(cls, values: Sequence[Any]) -> Settings:
        """From the values of `SettingsPanel.inputs`, in their order."""
        normals, is_text, detector, off, alpha, budget, llm, field, ideas, language, length, audience = values
        paths = tuple(Path(file) for file in normals or [])
        seconds = float(budget) if budget else None
        return cls(
            paths, bool(is_text), detector or "", tuple(off or []), float(alpha), seconds, llm or None,
            check_field(field) if field else None, bool(ideas), Manner(language, length, audience),
        )  # fmt: skip

    def order(self, desk: Desk, owner: str, source: Path, name: str | None = None) -> Order:
        """An analysis of `source` under these settings. Raises InputError for a detector that is not the owner's."""
        return Order(
            source, name or display_name(source.name), self._normals(), detector=self._detector(desk, owner),
            alpha=self.alpha, budget=self.budget, llm=self.llm, skip_detectors=self.off,
            field=self.field, ideas=self.ideas, manner=self.manner,
        )  # fmt: skip

    def _normals(self) -> tuple[Path, ...]:
        """The normal examples; images and their texts, which were uploaded one by one, in one folder."""
        if not self.is_text:
            return self.normals
        return normal_paths([FileData(path=str(path), orig_name=path.name) for path in self.normals], pairs=True)

    def _detector(self, desk: Desk, owner: str) -> str | None:
        if not self.detector.startswith(FITTED):
            return self.detector or None
        wanted = self.detector.removeprefix(FITTED)
        row = next((row for row in desk.store.fitted(owner) if row.id == wanted), None)
        if row is None:
            raise InputError("the fitted detector that is chosen is no longer there; choose another one.")
        return str(row.folder)


class SettingsPanel:
    """The controls, laid out where it is made."""

    def __init__(self, desk: Desk) -> None:
        self.normals = gr.File(
            label="Normal examples", file_count="multiple", type="filepath", height=170, elem_id="normals"
        )
        self.is_text = gr.Checkbox(
            label="My message is the image's text", info="Check whether it fits the image, word by word."
        )
        self.alpha = gr.Slider(
            0.001, 0.2, value=0.05, step=0.001, label="Alarm level α", elem_id="alpha",
            info="The share of normal inputs that may raise a false alarm.",
        )  # fmt: skip
        self.effect = gr.HTML(elem_id="effect", padding=False)
        self._lay_out_means(desk)
        self._lay_out_manner(desk.advising.manner)
        self.inputs = [
            self.normals, self.is_text, self.detector, self.off, self.alpha, self.budget, self.llm, self.field,
            self.ideas, self.language, self.length, self.audience,
        ]  # fmt: skip

    def _lay_out_means(self, desk: Desk) -> None:
        """By what it is analysed: detector, time, language model, field of work."""
        with gr.Accordion("Detector, time and language model", open=False):
            self.detector = gr.Dropdown([AUTOMATIC], value="", label="Detector", elem_id="detector")
            self.off = gr.Dropdown(
                detector_names(), multiselect=True, label="Switched off", info="Detectors that may not be chosen."
            )
            self.budget = gr.Number(
                0,
                label="Time budget, s",
                minimum=0,
                info="The most accurate detector that should be done by then; 0: no limit.",
            )
            self.llm = gr.Dropdown(
                _models(desk.llm), value=desk.llm, label="Language model", allow_custom_value=True,
                info="“builtin” needs none; or provider:model. Keys come from the server's environment.",
            )  # fmt: skip
            self.field = gr.Dropdown(
                list(FIELDS), value=desk.advising.field, label="Field of work", elem_id="field",
                info="Whose possible causes and next steps are told.",
            )  # fmt: skip
            self.ideas = gr.Checkbox(
                desk.advising.ideas, label="Ideas of the language model", interactive=desk.advising.ideas,
                elem_id="ideas", info="What it adds of its own, shown apart: nobody checks it.",
            )  # fmt: skip

    def _lay_out_manner(self, manner: Manner) -> None:
        """How the answer is told."""
        with gr.Accordion("How the answer is told", open=False):
            self.language = gr.Dropdown(list(languages()), value=manner.language, label="Language", elem_id="language")
            self.length = gr.Dropdown(
                list(get_args(Length)), value=manner.length, label="Length", elem_id="length",
                info="The headline, up to eight sentences, or all that was measured.",
            )  # fmt: skip
            self.audience = gr.Dropdown(
                list(get_args(Audience)), value=manner.audience, label="Audience", elem_id="audience",
                info="Leave methods and p-values behind “How sure?”, or tell them.",
            )  # fmt: skip


def _models(own: str) -> list[str]:
    """The page's own model, the built-in one, and one of each provider whose key is set."""
    ready = [f"{maker.name}:{maker.example}" for maker in providers().values() if maker.example and _has_key(maker)]
    return list(dict.fromkeys([own, BUILTIN, *ready]))


def _has_key(maker: Provider) -> bool:
    """Whether a provider's key is set, or it needs none."""
    return not maker.keys or any(os.environ.get(key) for key in maker.keys)
