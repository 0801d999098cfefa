"""Small drawings of a series: one channel, observed over expected, findings shaded. Plain SVG in the page's colours, a
hundredth of what a plotting library writes, as a chat holds many of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.modalities.series.decimate import Floats, band, extremes
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.units import channel_names, moment
from anomalyst.samples import FloatArray

WIDTH, HEIGHT = 360, 116
TOP, BOTTOM = 30, 100  # of the plot; title, then labels of findings stand above it, the times beneath
BUCKETS = 180
NEAR = 1.0  # how much is shown before and after a finding, in lengths of it
LEAST_ROWS = 20
TO_SECONDS = 19  # characters of a time stamp


@dataclass(frozen=True)
class Frame:
    """Rows [start, stop) and values [low, high] that fill the plot."""

    start: int
    stop: int
    low: float
    high: float

    def x(self, row: Floats) -> Floats:
        """Rows as units from the left."""
        return np.asarray((row - self.start) / max(1, self.stop - 1 - self.start) * WIDTH, dtype=np.float64)

    def y(self, value: Floats) -> Floats:
        """Values as units from the top."""
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return np.asarray(BOTTOM - 2 - share * (BOTTOM - TOP - 4), dtype=np.float64)


def close_up(sample: SeriesSample, score_map: ScoreMap, finding: Finding, names: dict[str, str], ident: str) -> Markup:
    """A finding and its surroundings in the channel most to blame. `names`, `ident`: as for `spark`."""
    region = finding.region
    if not isinstance(region, SeriesRegion):
        raise TypeError(f"a series' finding needs a SeriesRegion, got {region!r}")
    pad = max(LEAST_ROWS, round(NEAR * (region.stop - region.start)))
    rows = max(0, region.start - pad), min(sample.shape[0], region.stop + pad)
    columns = channel_names(sample)
    channel = next((columns.index(name) for name in region.channels if name in columns), 0)
    return spark(sample, score_map, [finding], Window(channel, *rows), names, ident)


@dataclass(frozen=True)
class Window:
    """What is drawn: rows [start, stop) of a channel (by position)."""

    channel: int
    start: int
    stop: int


def spark(
    sample: SeriesSample,
    score_map: ScoreMap,
    findings: Sequence[Finding],
    window: Window,
    names: dict[str, str],
    ident: str = "",
) -> Markup:
    """One channel over some rows. `names`: the findings in words; `ident`: id of the drawing, to be shown again."""
    here, channel = slice(window.start, window.stop), window.channel
    observed, expected = sample.values[here, channel], score_map.expected[here, channel].astype(np.float64)
    finite = np.concatenate([observed[np.isfinite(observed)], expected[np.isfinite(expected)]])
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    frame = Frame(window.start, window.stop, low, high)
    unit = f" [{sample.units[channel]}]" if sample.units[channel] else ""
    title = f"{channel_names(sample)[channel]}{unit}"
    first, last = (str(moment(sample, row)[0])[:TO_SECONDS] for row in (window.start, window.stop - 1))
    parts = [
        _band(frame, score_map.samples[:, here, channel]),
        *(_shade(frame, finding, names) for finding in findings),
        _line(frame, expected, "an-expected"),
        _line(frame, observed, "an-observed"),
        Markup('<text class="an-title" x="0" y="11">{}</text>').format(title),
        Markup('<text class="an-time" x="0" y="{}">{}</text>').format(HEIGHT - 4, first),
        Markup('<text class="an-time an-late" x="{}" y="{}">{}</text>').format(WIDTH, HEIGHT - 4, last),
    ]
    mark = Markup(' id="{}"').format(ident) if ident else ""
    name = f"{title}, observed and expected, from {first} to {last}"
    return Markup(
        '<svg class="an-spark an-marks" viewBox="0 0 {} {}" role="group" aria-label="{}"><g{}>{}</g></svg>'
    ).format(WIDTH, HEIGHT, name, mark, Markup("").join(parts))


def _shade(frame: Frame, finding: Finding, names: dict[str, str]) -> Markup:
    region = finding.region
    if not isinstance(region, SeriesRegion) or region.stop <= frame.start or region.start >= frame.stop:
        return Markup("")
    edges = frame.x(np.array([region.start - 0.5, region.stop - 0.5])).clip(0, WIDTH)
    left, width = float(edges[0]), max(2.0, float(edges[1] - edges[0]))
    name = f"{finding.id}: {names.get(finding.id, '')}"
    return Markup(
        f'<g data-region="{escape(finding.id)}" role="button" tabindex="0" aria-pressed="false" '
        f'aria-label="{escape(name)}"><rect class="an-flag" x="{left:.1f}" y="{TOP}" width="{width:.1f}" '
        f'height="{BOTTOM - TOP}"/><text class="an-label" x="{left + width / 2:.1f}" y="{TOP - 5}">'
        f"{escape(finding.id)}</text></g>"
    )


def _band(frame: Frame, samples: FloatArray) -> Markup:
    """What 90 % of the drawn normals lie in."""
    if len(samples) < 2:
        return Markup("")
    edges, low, high = band(samples, BUCKETS)
    kept = np.isfinite(low) & np.isfinite(high)
    x = frame.x(edges[kept].astype(np.float64) + frame.start)
    y = np.concatenate([frame.y(high[kept]), frame.y(low[kept])[::-1]]).clip(TOP, BOTTOM)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(np.concatenate([x, x[::-1]]), y, strict=True))
    return Markup(f'<polygon class="an-band" points="{points}"/>')


def _line(frame: Frame, values: Floats, kind: str) -> Markup:
    """A line that breaks where values are missing."""
    x, y = extremes(np.arange(frame.start, frame.stop, dtype=np.float64), values, BUCKETS)
    path, pen = [], "M"
    for a, b in zip(frame.x(x), frame.y(y), strict=True):
        path += [f"{pen}{a:.1f} {b:.1f}"] if np.isfinite(b) else []
        pen = "L" if np.isfinite(b) else "M"
    return Markup(f'<path class="{kind}" d="{"".join(path)}"/>')
