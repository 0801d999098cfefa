"""A picture on which a person marks what was missed: a box in an image, rows of a series; by pointer or by numbers."""

from __future__ import annotations

import json
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup

from anomalyst.agent.page.answer.pictures import stage
from anomalyst.agent.page.answer.words import finding_name
from anomalyst.errors import InputError
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.series.figure import blamed_first
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.spark import Window, spark

BOX_EDGES, ROW_EDGES = ("x0", "y0", "x1", "y1"), ("start", "stop")
MAX_CHANNELS = 4
MAX_EDGE = 10**9
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
            **_shown("", "image", (1, 1)),
        )

    @staticmethod
    def update(record: RunRecord) -> dict[str, Any]:
        """What a handler returns to show the picture of a run, nothing marked on it."""
        shown: dict[str, Any] = gr.update(value="", **_picture(record))
        return shown

    @staticmethod
    def box_of(value: Any) -> dict[str, int] | None:
        """The box of a drawer's value: x0, y0, x1, y1 in pixels, or start and stop in rows, half open; None for none.

        Raises InputError if it is none: the value comes from the browser.
        """
        if not value:
            return None
        try:
            box = json.loads(value) if isinstance(value, str) and len(value) <= MAX_LENGTH else None
        except ValueError:
            box = None
        if not isinstance(box, dict) or tuple(box) not in (BOX_EDGES, ROW_EDGES) or not _in_order(box):
            raise InputError(
                f"got the box {str(value)[:80]!r}; it holds x0 < x1 and y0 < y1 in pixels, or start < stop in rows: "
                "mark the place again."
            )
        return box


BoxDrawer = _Drawer()


def _in_order(box: dict[str, Any]) -> bool:
    edges = list(box.values())
    if not all(type(edge) is int and 0 <= edge <= MAX_EDGE for edge in edges):
        return False
    half = len(edges) // 2
    return all(low < high for low, high in zip(edges[:half], edges[half:], strict=True))


def _picture(record: RunRecord) -> dict[str, Any]:
    shown = stage(record, compared=False)
    if shown is not None:
        picture = Markup(
            '<svg viewBox="0 0 {0} {1}" role="img" aria-label="{2}"><image href="{3}" width="{0}" height="{1}"/></svg>'
        )
        image = picture.format(shown.width, shown.height, f"The picture {record.sample.name}", shown.observed)
        return _shown(image, "image", (shown.width, shown.height))
    sample, evidence = record.sample, record.explanation.evidence
    if not isinstance(sample, SeriesSample):
        raise TypeError(f"nothing can be drawn on a sample of kind {sample.modality!r}")
    names = {finding.id: finding_name(evidence, finding) for finding in evidence.findings}
    channels = blamed_first(sample, record.score_map, evidence.findings)[:MAX_CHANNELS]
    lines = [
        spark(sample, record.score_map, evidence.findings, Window(channel, 0, sample.shape[0]), names)
        for channel in channels
    ]
    return _shown(Markup("").join(lines), "series", (sample.shape[0], 1))


def _shown(drawing: str, kind: str, extent: tuple[int, int]) -> dict[str, Any]:
    stamp = f"{zlib.crc32(drawing.encode()):x}"  # another picture, another mark
    return {"drawing": str(drawing), "kind": kind, "extent": extent, "stamp": stamp}


@cache
def _asset(name: str) -> str:
    return (Path(__file__).parents[1] / "templates" / name).read_text(encoding="utf-8")
