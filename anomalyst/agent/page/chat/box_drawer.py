"""A picture on which a person marks what was missed, as its kind of data is marked; by pointer or by numbers."""

from __future__ import annotations

import json
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup

from anomalyst.errors import InputError
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.registry import modality
from anomalyst.modalities.shown import Marking, ToMark
from anomalyst.samples import Modality

MAX_LENGTH = 200  # characters of a box as JSON


class _Drawer:
    """Makes the component and reads it. No subclass of gr.HTML: Gradio writes a file beside the source of each."""

    def __call__(self, **options: Any) -> gr.HTML:
        """The picture and its number fields, empty until `update`. Its value is the box as JSON, "" for none; `submit`
        tells that a place was marked. What is drawn is put in by `${…}`, which fills in text as it is; {{…}} would
        read it as a program."""
        return gr.HTML(
            "",
            html_template=_asset("box_drawer.html"),
            js_on_load=_asset("box_drawer.js"),
            apply_default_css=False,
            **options,
            **_shown(Marking((), "", ""), ToMark(Markup(""), ())),
        )

    @staticmethod
    def update(record: RunRecord) -> dict[str, Any]:
        """What a handler returns to show the picture of a run, nothing marked on it."""
        kind = modality(record.sample.modality)
        shown: dict[str, Any] = gr.update(value="", **_shown(kind.marking, kind.to_mark(record)))
        return shown

    @staticmethod
    def box_of(value: Any, kind: Modality) -> dict[str, int] | None:
        """The place that a drawer's value marks on data of this kind, its edges by name, half open; None for none.

        Raises InputError if it is none: the value comes from the browser.
        """
        if not value:
            return None
        try:
            box = json.loads(value) if isinstance(value, str) and len(value) <= MAX_LENGTH else None
        except ValueError:
            box = None
        marking = modality(kind).marking
        if not marking.holds(box):
            raise InputError(f"got the box {str(value)[:80]!r}; it holds {marking.rule}: mark the place again.")
        return {edge: box[edge] for edge in marking.edges}


BoxDrawer = _Drawer()


def _shown(marking: Marking, to_mark: ToMark) -> dict[str, Any]:
    """The properties of the component. `edges`: name, label and highest value of each, the lower ones first."""
    limits = to_mark.extent * 2
    stamp = f"{zlib.crc32(to_mark.drawing.encode()):x}"  # another picture, another mark
    return {
        "drawing": str(to_mark.drawing),
        "hint": marking.hint,
        "edges": [list(edge) for edge in zip(marking.edges, marking.labels, limits, strict=True)],
        "stamp": stamp,
    }


@cache
def _asset(name: str) -> str:
    return (Path(__file__).parents[1] / "templates" / name).read_text(encoding="utf-8")
