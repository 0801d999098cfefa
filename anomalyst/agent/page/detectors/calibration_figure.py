"""A fitted detector's calibration as a picture: which score gets which p-value, where each alarm level begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from anomalyst.agent.page.detectors.calibration import Judge, Threshold

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

CURVE, NORMALS, ALARM, INK = "#1f8fd6", "#7f8b97", "#d9651f", "#7f8b97"
SHADES = {0.1: "dot", 0.05: "dash", 0.01: "solid"}
MOST_DOTS = 500
POINTS = 400
HEIGHT = 380
LEAST_P = 0.003  # the axis of p-values ends here, or where the normals do


def calibration_figure(judge: Judge, thresholds: list[Threshold]) -> Figure:
    """P-value over score: a dot for each normal, the curve through them, dashed where it was read from a fitted tail,
    and a line at each alarm level from where on it raises an alarm."""
    from plotly.graph_objects import Figure

    conformal = judge.conformal
    least = min(LEAST_P, 0.5 / (conformal.count + 1))
    made = Figure()
    right = _right_end(judge, thresholds)
    _add_alarm(made, thresholds, right)
    _add_curve(made, judge, right)
    _add_normals(made, judge)
    for level in thresholds:
        _add_level(made, level, least)
    made.update_layout(
        height=HEIGHT, margin={"l": 8, "r": 16, "t": 20, "b": 8}, font={"size": 12, "color": INK}, hovermode="closest",
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )  # fmt: skip
    grid = {"gridcolor": "rgba(127,139,151,.25)", "zeroline": False, "automargin": True}
    left = float(conformal.kept[0]) - 0.03 * (right - float(conformal.kept[0]))
    made.update_xaxes(title_text=f"score of a {judge.unit}", range=[left, right], **grid)
    ticks = [p for p in (1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001) if p >= least]
    made.update_yaxes(
        title_text="p-value", type="log", range=[float(np.log10(least)), 0.06], tickvals=ticks,
        ticktext=[f"{p:g}" for p in ticks], **grid,
    )  # fmt: skip
    return made


def _right_end(judge: Judge, thresholds: list[Threshold]) -> float:
    """The score at the right end of the picture: beyond all normals and all thresholds."""
    highest = float(judge.conformal.kept[-1])
    ends = [highest, *(level.score for level in thresholds if level.score is not None)]
    return max(ends) + 0.1 * (max(ends) - float(judge.conformal.kept[0]) or 1.0)


def _add_alarm(made: Figure, thresholds: list[Threshold], right: float) -> None:
    """A shade over the scores that alarm at the middle level."""
    usual = next((level for level in thresholds if level.alpha == 0.05 and level.score is not None), None)
    if usual is not None:
        made.add_vrect(usual.score, right, fillcolor=ALARM, opacity=0.08, line_width=0, layer="below")


def _add_curve(made: Figure, judge: Judge, right: float) -> None:
    conformal = judge.conformal
    beyond = np.linspace(float(conformal.kept[-1]) + 1e-9 * abs(right), right, 60)
    steps = np.append(_thinned(conformal.kept, POINTS), beyond[:1])
    made.add_scatter(
        x=steps, y=conformal.p_values(steps), mode="lines", line={"color": CURVE, "width": 2, "shape": "vh"},
        name="p-value among the normals", hovertemplate="score %{x:.4g}<br>p %{y:.3g}<extra></extra>",
    )  # fmt: skip
    made.add_scatter(
        x=beyond, y=conformal.p_values(beyond), mode="lines", line={"color": CURVE, "width": 2, "dash": "dash"},
        name="fitted tail: beyond what they show", hovertemplate="score %{x:.4g}<br>p %{y:.3g}, fitted<extra></extra>",
    )  # fmt: skip


def _add_normals(made: Figure, judge: Judge) -> None:
    scores = _thinned(judge.conformal.kept, MOST_DOTS)
    count = judge.conformal.count
    shown = f"{count:,} normals" if len(scores) == count else f"{len(scores):,} of {count:,} normals"
    made.add_scatter(
        x=scores, y=judge.conformal.p_values(scores), mode="markers", name=shown,
        marker={"color": NORMALS, "size": 6, "symbol": "circle-open", "line": {"width": 1.5}},
        hovertemplate="a normal " + judge.unit + "<br>score %{x:.4g}<br>p %{y:.3g}<extra></extra>",
    )  # fmt: skip


def _add_level(made: Figure, level: Threshold, least: float) -> None:
    """Where an alarm level begins: along the level to the curve, then down to the score."""
    if level.score is None:
        return
    line: dict[str, Any] = {"color": ALARM, "width": 1.6, "dash": SHADES.get(level.alpha, "solid")}
    made.add_scatter(
        x=[level.score, level.score], y=[level.alpha, least / 10], mode="lines", line=line, showlegend=False,
        hovertemplate=f"α {level.alpha:g}: alarm from {level.score:.4g}<extra></extra>",
    )  # fmt: skip
    made.add_annotation(
        x=level.score, y=float(np.log10(level.alpha)), text=f"α {level.alpha:g}", showarrow=False, xanchor="left",
        yanchor="bottom", xshift=4, font={"size": 12},
    )  # fmt: skip


def _thinned(scores: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """At most `most` of the sorted scores, the highest always among them, denser towards the top."""
    if len(scores) <= most:
        return scores
    places = len(scores) - np.geomspace(1, len(scores), most).astype(np.int64)
    chosen: NDArray[np.float64] = scores[np.unique(places)]
    return chosen
