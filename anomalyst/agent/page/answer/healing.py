"""The healing test in pictures: what was observed, the findings healed, a random place healed instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from anomalyst.agent.records.artifacts import DETECTOR_DIR, check_manifest
from anomalyst.detectors.contract import Detector
from anomalyst.errors import InputError
from anomalyst.evidence.dotest import Mask
from anomalyst.evidence.facts import FactKind
from anomalyst.evidence.findings import FoundRegions
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.decimate import extremes
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.runs import runs
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.units import channel_names
from anomalyst.samples import Sample

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MOST_POINTS = 1500  # of a line
MARGIN = 30  # rows shown beside what was healed, at least
INK, HEALED, FLAGGED, RANDOM = "#7f8b97", "#1f8fd6", "rgba(222, 110, 32, .20)", "rgba(140, 100, 210, .22)"
PANEL = 130  # pixels
MOST_CHANNELS = 3
OBSERVED = "As it was observed"


@dataclass(frozen=True)
class Healed:
    """One state of the sample. `said`: what its p-value is and means; `mask`: the place that was healed, None of a
    pair; `flagged`: whether that is the findings' place."""

    title: str
    said: str
    sample: Sample
    mask: Mask | None
    flagged: bool = True


@dataclass(frozen=True)
class Shown:
    """One picture of an image or a pair."""

    title: str
    said: str
    svg: Markup | None
    text: str


def healed_states(record: RunRecord, folder: Path) -> list[Healed]:
    """What the healing test scored, made again by the recorded detector; the p-values are those of the record.

    Raises InputError if nothing was found, or the folder is not as it was recorded.
    """
    from anomalyst.detectors.registry import load_detector

    if not record.explanation.evidence.findings:
        raise InputError("nothing was found in this run, so there was nothing to heal.")
    if check_manifest(folder):  # its weights should not be loaded then
        raise InputError("the folder of this run was changed since it was recorded; replay it to see where.")
    detector = load_detector(folder / DETECTOR_DIR)
    before = Healed(OBSERVED, f"{_p(record.explanation.p_value)}.", record.sample, _flagged(record))
    return [before, *_healed(record, detector)]


def pictures(states: Sequence[Healed]) -> list[Shown]:
    """The states of an image or a pair, side by side."""
    return [
        Shown(s.title, s.said, _drawn(s), s.sample.text if isinstance(s.sample, PairSample) else "") for s in states
    ]


def figure(record: RunRecord, states: Sequence[Healed]) -> Figure:
    """The healed states of a series: a panel for each of the channels to blame, as observed and with what took its
    place."""
    from plotly.subplots import make_subplots

    if not isinstance(record.sample, SeriesSample):
        raise TypeError(f"only a series is drawn as a figure, got {record.sample.modality!r}")
    sample, healed, channels = record.sample, states[1:], _channels(record, record.sample)
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


def _healed(record: RunRecord, detector: Detector) -> Iterator[Healed]:
    """The findings healed, and as much elsewhere."""
    kind, seed = modality(record.sample.modality), int(record.replay["seed"])
    found = FoundRegions(record.explanation.evidence.findings, dict(record.masks))
    healed, elsewhere = kind.healed(detector, record.sample, record.score_map, found, seed)
    if healed.sample is not None:
        said = _told(record, "healed_p", goes=True)
        yield Healed(kind.healing.findings_title, said, healed.sample, healed.mask)
    if elsewhere is not None and elsewhere.sample is not None:
        said = _told(record, "random_healed_p", goes=False)
        yield Healed(kind.healing.elsewhere_title, said, elsewhere.sample, elsewhere.mask, False)


def _flagged(record: RunRecord) -> Mask:
    masks = list(record.masks.values())
    return np.logical_or.reduce(masks) if masks else np.zeros(record.score_map.scores.shape, dtype=bool)


def _told(record: RunRecord, kind: FactKind, *, goes: bool) -> str:
    """The recorded p-value after healing, and whether the alarm did what it should."""
    fact = next(iter(record.explanation.evidence.about("sample", kind)), None)
    if fact is None:
        return "its p-value was not recorded."
    gone = float(fact.value) > record.explanation.evidence.alpha
    words = "the alarm is gone" if gone else "the alarm is still on"
    return (
        f"{_p(float(fact.value))}: {words}, as it should be." if gone == goes else f"{_p(float(fact.value))}: {words}."
    )


def _p(value: float) -> str:
    return f"p = {value:.2g}"


def _drawn(state: Healed) -> Markup | None:
    """The image of a state, the place that was healed outlined."""
    from anomalyst.modalities.image.pictures import photo

    sample = state.sample.image if isinstance(state.sample, PairSample) else state.sample
    if not isinstance(sample, ImageSample) or (isinstance(state.sample, PairSample) and state.title != OBSERVED):
        return None
    height, width = sample.shape
    outline = "" if state.mask is None else _outline(state.mask)
    alt = Markup.escape(f"{sample.name}: {state.title.lower()}")
    return Markup(  # built from numbers, base64 and escaped text only
        f'<svg role="img" aria-label="{alt}" viewBox="0 0 {width} {height}">'
        f'<image href="{photo(sample.pixels)}" width="{width}" height="{height}"/>{outline}</svg>'
    )


def _outline(mask: NDArray[np.bool_]) -> str:
    """The mask's contours: a dark and a bright stroke, seen on any picture."""
    from skimage.measure import approximate_polygon, find_contours

    found = find_contours(np.pad(mask, 1).astype(np.float32), 0.5)
    lines = [approximate_polygon(line, max(mask.shape) / 400) - 0.5 for line in found]
    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for y, x in line) + "Z" for line in lines)
    return f'<path class="halo" d="{path}"/><path class="outline" d="{path}"/>' if path else ""


def _channels(record: RunRecord, sample: SeriesSample) -> list[int]:
    """The channels most to blame, each finding's first one; the first of all where none is."""
    regions = [finding.region for finding in record.explanation.evidence.findings]
    named = [region.channels[0] for region in regions if isinstance(region, SeriesRegion) and region.channels]
    columns = channel_names(sample)
    return [columns.index(name) for name in dict.fromkeys(named) if name in columns][:MOST_CHANNELS] or [0]


def _panel(made: Figure, row: int, observed: Sample, state: Healed, channel: int) -> None:
    """One panel: the channel as observed, and what took its place."""
    assert isinstance(observed, SeriesSample) and isinstance(state.sample, SeriesSample) and state.mask is not None
    beside = binary_dilation(state.mask)  # so that the healed line joins the observed one
    lines = {
        "observed": (observed.values[:, channel], {"color": INK, "width": 1.1}),
        "healed": (np.where(beside, state.sample.values[:, channel], np.nan), {"color": HEALED, "width": 2.4}),
    }
    for name, (values, line) in lines.items():
        places, heights = extremes(np.arange(len(values), dtype=float), values, MOST_POINTS // 2)
        made.add_scatter(
            x=observed.index[places.astype(int)], y=heights, mode="lines", line=line, name=name, legendgroup=name,
            showlegend=row == 1, row=row, col=1, connectgaps=False,
        )  # fmt: skip
    colour = FLAGGED if state.flagged else RANDOM
    for start, stop in runs(state.mask):
        left, right = observed.index[start], observed.index[stop - 1]
        made.add_vrect(left, right, fillcolor=colour, line_width=0, layer="below", row=row, col=1)
    unit = f", {observed.units[channel]}" if observed.units[channel] else ""
    made.update_yaxes(title={"text": channel_names(observed)[channel] + unit, "font": {"size": 11}}, row=row, col=1)


def _span(sample: SeriesSample, states: Sequence[Healed]) -> list[Any]:
    """First and last time stamp to show: all that was healed, and some rows around it."""
    rows = np.flatnonzero(np.logical_or.reduce([state.mask for state in states if state.mask is not None]))
    pad = max(MARGIN, (int(rows[-1]) - int(rows[0])) // 6)
    return [sample.index[max(0, int(rows[0]) - pad)], sample.index[min(len(sample.index) - 1, int(rows[-1]) + pad)]]
