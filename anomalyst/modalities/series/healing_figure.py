"""The healing test of a series as one figure: what was observed, and what took its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.series.blame import blamed_by
from anomalyst.modalities.series.decimate import extremes
from anomalyst.modalities.series.runs import runs
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.units import channel_names
from anomalyst.modalities.shown import Healed
from anomalyst.samples import expect

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MOST_POINTS = 1500  # of a line
MARGIN = 30  # rows shown beside what was healed, at least
INK, HEALED, FLAGGED, RANDOM = "#7f8b97", "#1f8fd6", "rgba(222, 110, 32, .20)", "rgba(140, 100, 210, .22)"
PANEL = 130  # pixels
MOST_CHANNELS = 3


def healing_figure(record: RunRecord, states: Sequence[Healed]) -> Figure:
    """The healed states of a series: a panel for each of the channels to blame, as observed and with what took its
    place."""
    from plotly.subplots import make_subplots

    sample, healed = expect(SeriesSample, record.sample), states[1:]
    channels = blamed_by(sample, record.explanation.evidence.findings, each=1)[:MOST_CHANNELS] or [0]
    titles = [state.title if n == 0 else "" for state in healed for n in range(len(channels))]
    rows = len(titles)
    made = make_subplots(rows, 1, shared_xaxes=True, subplot_titles=titles, vertical_spacing=min(0.2, 0.36 / rows))
    for number, state in enumerate(healed):
        for place, channel in enumerate(channels):
            _panel(made, number * len(channels) + place + 1, sample, state, channel)
    made.update_layout(
        height=PANEL * rows + 90, margin={"l": 8, "r": 8, "t": 34, "b": 8}, font={"size": 12, "color": INK},
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", hovermode="x unified",
        legend={"orientation": "h", "y": -0.5 / rows, "x": 0},
    )  # fmt: skip
    made.update_annotations(font={"size": 12}, x=0, xanchor="left")
    made.update_xaxes(showgrid=False, zeroline=False, automargin=True, range=_span(sample, healed))
    made.update_yaxes(gridcolor="rgba(127,139,151,.25)", zeroline=False, automargin=True, nticks=4)
    return made


def _panel(made: Figure, row: int, observed: SeriesSample, state: Healed, channel: int) -> None:
    """One panel: the channel as observed, and what took its place."""
    mask, values_healed = _mask(state), expect(SeriesSample, state.sample).values
    beside = binary_dilation(mask)  # so that the healed line joins the observed one
    lines = {
        "observed": (observed.values[:, channel], {"color": INK, "width": 1.1}),
        "healed": (np.where(beside, values_healed[:, channel], np.nan), {"color": HEALED, "width": 2.4}),
    }
    for name, (values, line) in lines.items():
        places, heights = extremes(np.arange(len(values), dtype=float), values, MOST_POINTS // 2)
        made.add_scatter(
            x=observed.index[places.astype(int)], y=heights, mode="lines", line=line, name=name, legendgroup=name,
            showlegend=row == 1, row=row, col=1, connectgaps=False,
        )  # fmt: skip
    colour = FLAGGED if state.flagged else RANDOM
    for start, stop in runs(mask):
        left, right = observed.index[start], observed.index[stop - 1]
        made.add_vrect(left, right, fillcolor=colour, line_width=0, layer="below", row=row, col=1)
    unit = f", {observed.units[channel]}" if observed.units[channel] else ""
    made.update_yaxes(title={"text": channel_names(observed)[channel] + unit, "font": {"size": 11}}, row=row, col=1)


def _span(sample: SeriesSample, states: Sequence[Healed]) -> list[Any]:
    """First and last time stamp to show: all that was healed, and some rows around it."""
    rows = np.flatnonzero(np.logical_or.reduce([_mask(state) for state in states]))
    pad = max(MARGIN, (int(rows[-1]) - int(rows[0])) // 6)
    return [sample.index[max(0, int(rows[0]) - pad)], sample.index[min(len(sample.index) - 1, int(rows[-1]) + pad)]]


def _mask(state: Healed) -> NDArray[np.bool_]:
    """Which rows were healed."""
    if state.mask is None:
        raise ValueError(f"the state {state.title!r} of a series needs the rows that were healed")
    return state.mask
