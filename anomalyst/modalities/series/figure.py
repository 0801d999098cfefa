"""The series as an interactive plot: observed, expected with its band, findings shaded; zoom, pan and values under the
pointer. Colours are those of the light page; `page.css` turns them for the dark one.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.series.blame import blamed_by, by_score
from anomalyst.modalities.series.decimate import Floats, band, breaks, extremes, strongest
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.units import channel_names
from anomalyst.samples import expect

if TYPE_CHECKING:
    from plotly.graph_objects import Figure, Scatter

MAX_CHANNELS = 6
MAX_POINTS = 5000  # of one channel, over all of its lines
BUCKETS = MAX_POINTS // 6  # two points a bucket for each of observed, expected and band
PANEL, STRIP, REST = 104, 46, 160  # heights in pixels
OBSERVED, EXPECTED, FLAG, EVIDENCE = "#16202b", "#0b72b5", "#c2410c", "#7a4fb5"
BAND_FILL = "rgba(11, 114, 181, 0.2)"
MAX_BUTTONS = 5


def series_figure(record: RunRecord, run_id: str = "") -> Figure:
    """The plot of a run on a series; TypeError for other samples. `run_id`: whose card lights its findings up here."""
    from plotly.subplots import make_subplots

    sample = expect(SeriesSample, record.sample)
    findings = record.explanation.evidence.findings
    shown = blamed_first(sample, record.score_map, findings)
    heights = [PANEL] * len(shown) + [STRIP]
    titles = [_plain(_title(sample, channel)) for channel in shown] + ["strength of evidence: −log<sub>10</sub> p"]
    figure = make_subplots(
        rows=len(heights), shared_xaxes=True, row_heights=heights, vertical_spacing=0.045, subplot_titles=titles
    )
    for row, channel in enumerate(shown, start=1):
        for trace in _channel_lines(sample, record.score_map, channel, legend=row == 1):
            figure.add_trace(trace, row=row, col=1)
    figure.add_trace(_evidence(sample, record.score_map), row=len(heights), col=1)
    _mark(figure, sample, findings)
    _lay_out(figure, sum(heights) + REST, run_id)
    return figure


def blamed_first(sample: SeriesSample, score_map: ScoreMap, findings: Sequence[Finding]) -> list[int]:
    """Positions of at most MAX_CHANNELS channels: those that findings blame, in their order, then by their score."""
    both = (*blamed_by(sample, findings, each=1), *by_score(sample, score_map))
    return list(dict.fromkeys(both))[:MAX_CHANNELS]


def _channel_lines(sample: SeriesSample, score_map: ScoreMap, channel: int, *, legend: bool) -> list[Scatter]:
    """Band (its upper edge, filled down to its lower one), expected and observed of one channel."""
    from plotly.graph_objects import Scatter

    unit = sample.units[channel].replace("{", "").replace("}", "")
    value = "%{y:,.5~g}" + (f" {_plain(unit)}" if unit else "")
    made = []
    samples = score_map.samples[:, :, channel]
    if len(samples) > 1:
        edges, *sides = band(samples, BUCKETS)
        for side, filled in zip(sides, (None, "tonexty"), strict=True):
            made.append(
                Scatter(
                    x=_moments(sample, edges), y=side, mode="lines", line={"width": 0}, hoverinfo="skip",
                    fill=filled, fillcolor=BAND_FILL, name="expected, 90 % band", legendgroup="band",
                    showlegend=legend and filled is not None,
                )
            )  # fmt: skip
    for name, values, line in (
        ("expected", score_map.expected[:, channel], {"color": EXPECTED, "width": 1.4, "dash": "dash"}),
        ("observed", sample.values[:, channel], {"color": OBSERVED, "width": 1.4}),
    ):
        x, y = _line(sample, values)
        made.append(
            Scatter(
                x=_moments(sample, x), y=y, mode="lines", line=line, name=name, legendgroup=name, showlegend=legend,
                connectgaps=False, hovertemplate=f"{name} {value}<extra></extra>",
            )
        )  # fmt: skip
    return made


def _line(sample: SeriesSample, values: NDArray[np.floating]) -> tuple[Floats, Floats]:
    """A line of few points that keeps every spike and breaks at gaps."""
    return extremes(*breaks(_axis(sample), values), BUCKETS)


def _evidence(sample: SeriesSample, score_map: ScoreMap) -> Scatter:
    from plotly.graph_objects import Scatter

    edges, strength = strongest(score_map.p_values.astype(np.float64), BUCKETS)
    return Scatter(
        x=_moments(sample, edges), y=strength, mode="lines", showlegend=False,
        line={"color": EVIDENCE, "width": 1, "shape": "hvh"}, fill="tozeroy", name="evidence",
        hovertemplate="−log<sub>10</sub> p %{y:.3~g}<extra></extra>",
    )  # fmt: skip


def _axis(sample: SeriesSample) -> Floats:
    """The time axis as numbers: nanoseconds for time stamps, else the numbers themselves."""
    index = sample.index.astype("datetime64[ns]").astype(np.int64) if sample.has_times else sample.index
    return index.astype(np.float64)


def _moments(sample: SeriesSample, at: NDArray[np.number]) -> NDArray[np.generic]:
    """Rows (integers) or numbers of the time axis as plotly takes them."""
    if np.issubdtype(at.dtype, np.integer):
        rows: NDArray[np.generic] = sample.index[at]
        return rows
    return at.astype(np.int64).astype("datetime64[ns]") if sample.has_times else at


def _mark(figure: Figure, sample: SeriesSample, findings: Sequence[Finding]) -> None:
    """Each finding shaded through all panels and labelled above them, with a button that zooms to it."""
    axis, spans = _axis(sample), {}
    half = float(np.median(np.diff(axis))) / 2 if len(axis) > 1 else 0.5
    for finding in findings:
        region = finding.region
        if not isinstance(region, SeriesRegion):
            continue
        first, last = axis[region.start] - half, axis[min(region.stop, len(axis)) - 1] + half
        width = last - first
        left, right, before, after = (
            _moments(sample, np.array([edge]))[0] for edge in (first, last, first - 2 * width, last + 2 * width)
        )
        spans[finding.id] = [_as_json(before), _as_json(after)]
        figure.add_shape(
            type="rect", x0=left, x1=right, y0=0, y1=1, xref="x", yref="paper", layer="below", name=finding.id,
            fillcolor=FLAG, opacity=0.18, line={"width": 0},
        )  # fmt: skip
        figure.add_annotation(
            x=_moments(sample, np.array([(first + last) / 2]))[0], y=1, xref="x", yref="paper", yanchor="bottom",
            yshift=14, text=f"<b>{finding.id}</b>", showarrow=False, font={"color": FLAG, "size": 12},
        )  # fmt: skip
    if spans:
        _add_buttons(figure, spans)


def _add_buttons(figure: Figure, spans: dict[str, list[Any]]) -> None:
    whole = {"label": "All", "method": "relayout", "args": [{"xaxis.autorange": True}]}
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


def _title(sample: SeriesSample, channel: int) -> str:
    unit = f" [{sample.units[channel]}]" if sample.units[channel] else ""
    return channel_names(sample)[channel] + unit


def _plain(text: str) -> str:
    """Text of data as text: plotly reads some HTML in titles and labels."""
    return html.escape(text, quote=False)


def _as_json(moment: Any) -> Any:
    return str(moment) if isinstance(moment, np.datetime64) else float(moment)
