"""Pictures of a series for the report: observed, expected with its band, flagged intervals, and p-values beneath.

Drawn by matplotlib as SVG whose text stays text. Colours are tokens that become CSS variables, so that one
picture serves the light and the dark page.
"""

from __future__ import annotations

import io
import re
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.magnitudes import drawn_in
from anomalyst.evidence.facts import Finding
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.series.blame import blamed_by, by_score
from anomalyst.modalities.series.decimate import BUCKETS, Floats, band, breaks, extremes, gap_spans, strongest
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.units import channel_names
from anomalyst.modalities.shown import Drawn, Pictures
from anomalyst.samples import expect

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAX_CHANNELS = 3
PANEL, STRIP = 1.45, 0.75
COLOURS = {
    "#0a0101": "var(--ink)",
    "#0a0102": "var(--faint)",
    "#0a0103": "var(--observed)",
    "#0a0104": "var(--expected)",
    "#0a0105": "var(--flag)",
    "#0a0106": "var(--gap)",
    "#0a0107": "var(--strip)",
}
INK, FAINT, OBSERVED, EXPECTED, FLAG, GAP, STRIP_COLOUR = COLOURS


@dataclass(frozen=True)
class Layout:
    """How wide a picture is drawn (inches at 72 dots), how many points a line may take, how many ticks time gets."""

    name: str
    width: float
    buckets: int
    ticks: int


WIDE = Layout("wide", 9.6, BUCKETS, 9)
NARROW = Layout("narrow", 4.2, BUCKETS // 2, 7)  # for phones: the same picture with the same letters


@dataclass(frozen=True)
class Window:
    """What one picture shows: rows [start, stop) of some channels (by position)."""

    start: int
    stop: int
    channels: tuple[int, ...]


@dataclass(frozen=True)
class Plot:
    """One picture to draw."""

    sample: SeriesSample
    score_map: ScoreMap
    window: Window
    layout: Layout

    @property
    def rows(self) -> slice:
        """The rows shown."""
        return slice(self.window.start, self.window.stop)

    @property
    def x(self) -> Floats:
        """The time axis of the rows shown."""
        return axis_of(self.sample.index[self.rows])


def report(record: RunRecord, detailed: int) -> Pictures:
    """What the report shows of a run on a series: the whole, and a close-up of each of the first findings."""
    sample, score_map = expect(SeriesSample, record.sample), record.score_map
    findings = record.explanation.evidence.findings
    close_ups = {finding.id: Drawn(lines=zoom(sample, score_map, finding)) for finding in findings[:detailed]}
    return Pictures("The whole series", Drawn(lines=overview(sample, score_map, findings)), close_ups)


def overview(sample: SeriesSample, score_map: ScoreMap, findings: Sequence[Finding]) -> Markup:
    """The whole span of the channels most to blame, every finding shaded and labelled."""
    window = Window(0, sample.shape[0], _shown(sample, score_map, findings))
    return _both(sample, score_map, findings, window, f"The whole of {sample.name}: {_names(sample, window)}")


def zoom(sample: SeriesSample, score_map: ScoreMap, finding: Finding) -> Markup:
    """One finding and its surroundings in its own blamed channels."""
    region = finding.region
    if not isinstance(region, SeriesRegion):
        raise TypeError(f"a series' finding needs a SeriesRegion, got {region!r}")
    pad = max(30, region.stop - region.start, sample.shape[0] // 200)
    start, stop = max(0, region.start - pad), min(sample.shape[0], region.stop + pad)
    window = Window(start, stop, _shown(sample, score_map, [finding]))
    return _both(sample, score_map, [finding], window, f"Finding {finding.id} in {_names(sample, window)}")


def axis_of(index: NDArray[np.generic]) -> Floats:
    """The time axis as numbers: matplotlib dates for time stamps, else the numbers themselves."""
    if np.issubdtype(index.dtype, np.datetime64):
        from matplotlib.dates import date2num

        return np.asarray(date2num(index), dtype=np.float64)
    return index.astype(np.float64)


def _shown(sample: SeriesSample, score_map: ScoreMap, findings: Sequence[Finding]) -> tuple[int, ...]:
    """Positions of the channels to show: those that findings blame; else the highest-scoring ones."""
    return tuple((blamed_by(sample, findings) or by_score(sample, score_map))[:MAX_CHANNELS])


def _names(sample: SeriesSample, window: Window) -> str:
    return ", ".join(channel_names(sample)[c] for c in window.channels)


def _both(sample: SeriesSample, score_map: ScoreMap, findings: Sequence[Finding], window: Window, alt: str) -> Markup:
    """The picture for wide and for narrow pages; the page's style shows one of them."""
    return Markup("").join(_draw(Plot(sample, score_map, window, layout), findings, alt) for layout in (WIDE, NARROW))


def _draw(plot: Plot, findings: Sequence[Finding], alt: str) -> Markup:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    channels = plot.window.channels
    heights = [PANEL] * len(channels) + [STRIP]
    with rc_context(_style(alt + plot.layout.name)), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # the browser has the glyph, not matplotlib
        figure = Figure(figsize=(plot.layout.width, sum(heights) + 0.45), layout="constrained")
        axes = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
        for panel, channel in zip(axes, channels, strict=False):
            _channel_panel(panel, plot, channel)
        _p_strip(axes[-1], plot)
        for panel in axes:
            _shade(panel, axis_of(plot.sample.index), findings, labelled=panel is axes[0])
        _time_axis(axes[-1], plot)
        return _as_svg(figure, alt, plot.layout.name)


def _channel_panel(panel: Axes, plot: Plot, channel: int) -> None:
    sample, rows, here, most = plot.sample, plot.rows, plot.x, plot.layout.buckets
    factor = drawn_in(sample.values[rows, channel])
    observed = sample.values[rows, channel] / factor
    for left, right in gap_spans(here, observed):
        panel.axvspan(left, right, facecolor=GAP, alpha=0.16, linewidth=0)
    samples = plot.score_map.samples[:, rows, channel] / factor
    if len(samples) > 1:
        edges, low, high = band(samples, most)
        panel.fill_between(here[edges], low, high, color=EXPECTED, alpha=0.22, linewidth=0)
    panel.plot(
        *extremes(*breaks(here, plot.score_map.expected[rows, channel] / factor), most), color=EXPECTED, linewidth=1.1
    )
    panel.plot(*extremes(*breaks(here, observed), most), color=OBSERVED, linewidth=1.0)
    unit = f" [{sample.units[channel]}]" if sample.units[channel] else ""
    times = f" × {factor:.0e}" if factor != 1 else ""
    panel.set_title(channel_names(sample)[channel] + unit + times, loc="left", parse_math=False)


def _p_strip(panel: Axes, plot: Plot) -> None:
    edges, strength = strongest(plot.score_map.p_values[plot.rows], plot.layout.buckets)
    panel.fill_between(plot.x[edges], strength, step="mid", color=STRIP_COLOUR, linewidth=0)
    panel.set_ylim(0, max(3.0, float(strength.max()) * 1.08))
    panel.set_title("strength of evidence: −log₁₀ p of each moment", loc="left", parse_math=False)


def _shade(panel: Axes, x: Floats, findings: Sequence[Finding], *, labelled: bool) -> None:
    half = float(np.median(np.diff(x))) / 2 if len(x) > 1 else 0.5
    for finding in findings:
        region = finding.region
        if not isinstance(region, SeriesRegion):
            continue
        left, right = x[region.start] - half, x[min(region.stop, len(x)) - 1] + half
        panel.axvspan(left, right, facecolor=FLAG, alpha=0.16, linewidth=0)
        panel.axvline(left, color=FLAG, linewidth=0.8)
        panel.axvline(right, color=FLAG, linewidth=0.8)
        if labelled:
            centre, above = ((left + right) / 2, 1.0), panel.get_xaxis_transform()
            panel.annotate(finding.id, centre, xycoords=above, ha="center", va="top", color=FLAG, weight="bold")


def _time_axis(panel: Axes, plot: Plot) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    if len(plot.x) > 1:
        panel.set_xlim(plot.x[0], plot.x[-1])
    if plot.sample.has_times:
        locator = AutoDateLocator(minticks=3, maxticks=plot.layout.ticks)
        panel.xaxis.set_major_locator(locator)
        panel.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    else:
        panel.set_xlabel("row or time")


def _style(salt: str) -> Any:
    """Matplotlib settings of all pictures; `salt` makes ids in the SVG differ from picture to picture."""
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "font.size": 8,
        "axes.titlesize": 8,
        "axes.titlecolor": INK,
        "axes.edgecolor": FAINT,
        "axes.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.facecolor": "none",
        "figure.facecolor": "none",
        "grid.color": FAINT,
        "grid.alpha": 0.35,
        "grid.linewidth": 0.5,
        "xtick.color": FAINT,
        "ytick.color": FAINT,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
    }


def _as_svg(figure: Figure, alt: str, kind: str) -> Markup:
    """The figure as inline SVG: page fonts, page colours, ids of its own, a description for screen readers."""
    buffer = io.StringIO()
    empty = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(buffer, format="svg", metadata=empty)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font: ((?:bold )?[\d.]+px) [^;\"]*", r"font: \1 system-ui, sans-serif", svg)
    prefix = f"s{zlib.crc32((alt + kind).encode('utf-8', 'replace')):x}-"
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}", svg)
    for token, variable in COLOURS.items():
        svg = svg.replace(token, variable)
    head, _, body = svg.partition(">")
    view = re.search(r'viewBox="[^"]*"', head)
    return Markup(f'<svg class="{kind}" role="img" aria-label="{escape(alt)}" {view.group() if view else ""}>{body}')
