"""A chart of a series to zoom into, with values under the pointer. Its colours are those of the light page; `page.css`
turns them for the dark one.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from anomalyst.evidence.record import RunRecord
from anomalyst.evidence.speech.speech import Speech
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.shown.blame import blamed_first
from anomalyst.modalities.series.shown.chart import Chart, Line, Panel, Window, run_chart
from anomalyst.modalities.series.shown.decimate import MAX_GAPS, Floats
from anomalyst.samples import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plotly.graph_objects import Figure, Scatter

MAX_POINTS = 5000  # of one channel, over all of its lines
BUCKETS = MAX_POINTS // 6 - MAX_GAPS // 3  # two points a bucket for each of observed, expected and band
PANEL, STRIP, REST = 104, 46, 160  # heights in pixels
OBSERVED, EXPECTED, FLAG, EVIDENCE = "#16202b", "#0b72b5", "#c2410c", "#7a4fb5"
LINES = {"observed": {"color": OBSERVED, "width": 1.4}, "expected": {"color": EXPECTED, "width": 1.4, "dash": "dash"}}
STRENGTH = "−log<sub>10</sub> p"
BAND_FILL = "rgba(11, 114, 181, 0.2)"
MAX_BUTTONS = 5


def series_figure(record: RunRecord, run_id: str = "") -> Figure:
    """The plot of a run on a series; TypeError for other samples. `run_id`: whose card lights its findings up here."""
    from plotly.subplots import make_subplots

    sample, findings = expect(SeriesSample, record.sample), record.explanation.evidence.findings
    speech = record.speech
    window = Window(0, sample.shape[0], blamed_first(sample, record.score_map, findings))
    chart = run_chart(sample, record.score_map, window, BUCKETS, findings)
    heights = [PANEL] * len(chart.panels) + [STRIP]
    titles = [_plain(panel.title) for panel in chart.panels]
    titles += [speech.text("chart-evidence-short", {"measure": STRENGTH})]
    figure = make_subplots(
        rows=len(heights), shared_xaxes=True, row_heights=heights, vertical_spacing=0.045, subplot_titles=titles
    )
    for row, panel in enumerate(chart.panels, start=1):
        for trace in _traces(chart, panel, speech, legend=row == 1):
            figure.add_trace(trace, row=row, col=1)
    if chart.strength is not None:
        figure.add_trace(_evidence(chart, chart.strength), row=len(heights), col=1)
    _mark(figure, chart, speech)
    _lay_out(figure, sum(heights) + REST, run_id)
    figure.update_layout(separators=speech.local(".,"))
    return figure


def _traces(chart: Chart, panel: Panel, speech: Speech, *, legend: bool) -> Iterator[Scatter]:
    """Band (its upper edge, filled down to its lower one), then the lines."""
    from plotly.graph_objects import Scatter

    for side, filled in zip(panel.band, (None, "tonexty"), strict=False):
        yield Scatter(
            x=_moments(chart, side.x), y=side.y, mode="lines", line={"width": 0}, hoverinfo="skip", fill=filled,
            fillcolor=BAND_FILL, name=speech.text("legend-band"), legendgroup="band",
            showlegend=legend and filled is not None,
        )  # fmt: skip
    unit = _plain(panel.unit.replace("{", "").replace("}", ""))
    for line in panel.lines:
        name = speech.text(f"legend-{line.name}")
        yield Scatter(
            x=_moments(chart, line.x), y=line.y, mode="lines", line=LINES[line.name], name=name,
            legendgroup=line.name, showlegend=legend, connectgaps=False,
            hovertemplate=f"{name} %{{y:,.5~g}} {unit}".rstrip() + "<extra></extra>",
        )  # fmt: skip


def _evidence(chart: Chart, strength: Line) -> Scatter:
    from plotly.graph_objects import Scatter

    return Scatter(
        x=_moments(chart, strength.x), y=strength.y, mode="lines", showlegend=False,
        line={"color": EVIDENCE, "width": 1, "shape": "hvh"}, fill="tozeroy", name=strength.name,
        hovertemplate=f"{STRENGTH} %{{y:.3~g}}<extra></extra>",
    )  # fmt: skip


def _moments(chart: Chart, at: Floats) -> NDArray[np.generic]:
    """Moments as plotly takes them."""
    return at.astype(np.int64).astype("datetime64[ns]") if chart.timed else at


def _mark(figure: Figure, chart: Chart, speech: Speech) -> None:
    """Each finding shaded through all panels and labelled above them, with a button that zooms to it."""
    spans: dict[str, list[Any]] = {}
    for shade in chart.shades:
        width = shade.right - shade.left
        edges = shade.left + width * np.array([0, 1, 0.5, -2, 3])
        left, right, middle, before, after = (str(at) if chart.timed else float(at) for at in _moments(chart, edges))
        spans[shade.id] = [before, after]
        figure.add_shape(
            type="rect", x0=left, x1=right, y0=0, y1=1, xref="x", yref="paper", layer="below", name=shade.id,
            fillcolor=FLAG, opacity=0.18, line={"width": 0},
        )  # fmt: skip
        figure.add_annotation(
            x=middle, y=1, xref="x", yref="paper", yanchor="bottom", yshift=14, text=f"<b>{shade.id}</b>",
            showarrow=False, font={"color": FLAG, "size": 12},
        )  # fmt: skip
    if spans:
        _add_buttons(figure, spans, speech)


def _add_buttons(figure: Figure, spans: dict[str, list[Any]], speech: Speech) -> None:
    whole = {"label": speech.text("chart-all"), "method": "relayout", "args": [{"xaxis.autorange": True}]}
    zooms = [
        {"label": name, "method": "relayout", "args": [{"xaxis.range": span}]}
        for name, span in list(spans.items())[:MAX_BUTTONS]
    ]
    place = {"direction": "right", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "pad": {"b": 34, "t": 0}}
    menu = {"type": "buttons", "buttons": [whole, *zooms], "showactive": False, "font": {"size": 11}}
    figure.update_layout(updatemenus=[place | menu])


def _lay_out(figure: Figure, height: int, run_id: str) -> None:
    figure.update_layout(
        height=height,
        margin={"l": 52, "r": 14, "t": 78, "b": 70},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "system-ui, sans-serif", "size": 11, "color": OBSERVED},
        hovermode="x unified",
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "bottom", "yref": "container"},
        modebar={"remove": ["lasso2d", "select2d", "autoScale2d"]},
        meta={"run": run_id},
    )
    figure.update_annotations(selector={"xref": "paper"}, x=0, xanchor="left", font={"size": 11})
    figure.update_yaxes(gridcolor="rgba(128,140,150,.25)", zeroline=False, nticks=4)
    figure.update_xaxes(showgrid=False, zeroline=False)


def _plain(text: str) -> str:
    """Text of data as text: plotly reads some HTML in titles and labels."""
    return html.escape(text, quote=False)
