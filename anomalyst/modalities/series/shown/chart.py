"""What a drawing of a series shows, whatever its size: `svg.py` draws it still, `plot.py` to zoom into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from anomalyst.detectors.contract import ScoreMap
from anomalyst.detectors.magnitudes import drawn_in
from anomalyst.evidence.facts import Finding
from anomalyst.modalities.series.region import row_region
from anomalyst.modalities.series.runs import runs
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.shown.decimate import Floats, band, gap_spans, outline, strongest
from anomalyst.modalities.series.units import channel_names, moment
from anomalyst.modalities.shown import Healed
from anomalyst.samples import expect

TO_SECONDS = 19  # characters of a time stamp
Lines = Mapping[str, Floats]


@dataclass(frozen=True)
class Window:
    """What is shown: rows [start, stop) of some channels, by position; over time, or `by_row`, each as wide."""

    start: int
    stop: int
    channels: Sequence[int]
    by_row: bool = False


@dataclass(frozen=True)
class Line:
    """Values over time, missing where it breaks. `name`: what they are, "observed", "expected" or "healed"."""

    name: str
    x: Floats
    y: Floats


@dataclass(frozen=True)
class Panel:
    """One channel, its lines from back to front. `band`: what 90 % of the normals that were drawn lie between; `gaps`:
    from where to where there is no data."""

    name: str
    unit: str
    lines: tuple[Line, ...]
    band: tuple[Line, ...]
    gaps: Sequence[tuple[float, float]]

    @property
    def title(self) -> str:
        """The channel with its unit."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    @property
    def reach(self) -> tuple[float, float]:
        """The lowest and the highest value; some room around them where they are one."""
        values = np.concatenate([line.y for line in (*self.lines, *self.band)])
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        return (low, high) if high > low else (low - (abs(low) or 1.0) / 2, low + (abs(low) or 1.0) / 2)


@dataclass(frozen=True)
class Shade:
    """A stretch of time in all panels: a finding, by id and in words, or what was healed, `flagged` or elsewhere."""

    left: float
    right: float
    id: str = ""
    name: str = ""
    flagged: bool = True


@dataclass(frozen=True)
class Chart:
    """One drawing. Time is in nanoseconds since 1970 where it is `timed`, else it is numbers. `span`: the first and the
    last moment, `ends` the same as text; `strength`: −log₁₀ p over time."""

    panels: tuple[Panel, ...]
    shades: tuple[Shade, ...]
    strength: Line | None
    span: tuple[float, float]
    ends: tuple[str, str]
    timed: bool


@dataclass(frozen=True)
class _Cut:
    """A window of a series: where its rows lie in time, and in how many buckets a line is drawn."""

    sample: SeriesSample
    window: Window
    buckets: int

    @cached_property
    def axis(self) -> Floats:
        """The whole axis of time."""
        index = self.sample.index
        if self.window.by_row:
            return np.arange(len(index), dtype=np.float64)
        return (index.astype("datetime64[ns]").astype(np.int64) if self.sample.has_times else index).astype(np.float64)

    @property
    def rows(self) -> slice:
        """The rows shown."""
        return slice(self.window.start, self.window.stop)

    def shade(self, start: int, stop: int) -> Shade:
        """Rows [start, stop), from half a step before them to half a step after."""
        half = float(np.median(np.diff(self.axis))) / 2 if len(self.axis) > 1 else 0.5
        return Shade(float(self.axis[start]) - half, float(self.axis[min(stop, len(self.axis)) - 1]) + half)

    def panel(self, channel: int, lines: Lines, drawn: NDArray[np.floating] | None) -> Panel:
        """One channel. `lines`: values of the whole series by name; `drawn`: normals (K, T, C)."""
        x, observed = self.axis[self.rows], self.sample.values[self.rows, channel]
        sides: tuple[Line, ...] = ()
        factor = drawn_in(observed)
        if drawn is not None and len(drawn) > 1:
            edges, low, high = band(drawn[:, self.rows, channel] / factor, self.buckets)
            sides = Line("low", x[edges], low), Line("high", x[edges], high)
        made = (Line(name, *outline(x, y[self.rows, channel] / factor, self.buckets)) for name, y in lines.items())
        name = channel_names(self.sample)[channel] + (f" × {factor:.0e}" if factor != 1 else "")
        return Panel(name, self.sample.units[channel], tuple(made), sides, gap_spans(x, observed))

    def chart(self, panels: Iterable[Panel], shades: Iterable[Shade], strength: Line | None = None) -> Chart:
        """All of it, what lies in it shaded."""
        x, last, timed = self.axis[self.rows], self.window.stop - 1, self.sample.has_times and not self.window.by_row
        inside = tuple(shade for shade in shades if shade.right > x[0] and shade.left < x[-1])
        first_at, last_at = (str(moment(self.sample, row)[0])[:TO_SECONDS] for row in (self.window.start, last))
        return Chart(tuple(panels), inside, strength, (float(x[0]), float(x[-1])), (first_at, last_at), timed)


def run_chart(
    sample: SeriesSample,
    score_map: ScoreMap | None,
    window: Window,
    buckets: int,
    findings: Sequence[Finding] = (),
    names: Mapping[str, str] | None = None,
) -> Chart:
    """What a run saw: observed, what was expected where a score map tells, findings, `names` of them in words. A line
    takes two points in each of its `buckets`."""
    cut, lines, drawn, strength = _Cut(sample, window, buckets), {"observed": sample.values}, None, None
    if score_map is not None:
        lines, drawn = {"expected": score_map.expected.astype(np.float64), **lines}, score_map.samples
        edges, strong = strongest(score_map.p_values[cut.rows], buckets)
        strength = Line("evidence", cut.axis[cut.rows][edges], strong)
    panels = (cut.panel(channel, lines, drawn) for channel in window.channels)
    places = ((finding.id, row_region(finding)) for finding in findings)
    shades = (replace(cut.shade(at.start, at.stop), id=one, name=(names or {}).get(one, "")) for one, at in places)
    return cut.chart(panels, shades, strength)


def healed_chart(sample: SeriesSample, state: Healed, window: Window, buckets: int) -> Chart:
    """A state of the healing test: what was observed, and what took its place where something did."""
    cut, healed = _Cut(sample, window, buckets), expect(SeriesSample, state.sample)
    mask = np.zeros(sample.shape[0], dtype=bool) if state.mask is None else state.mask
    beside = binary_dilation(mask)[:, None]  # so that the healed line joins the observed one
    same = np.array_equal(healed.values, sample.values, equal_nan=True)
    took = {} if same else {"healed": np.where(beside, healed.values, np.nan)}
    panels = (cut.panel(channel, {"observed": sample.values, **took}, None) for channel in window.channels)
    return cut.chart(panels, (replace(cut.shade(*place), flagged=state.flagged) for place in runs(mask)))
