"""A chart of a series as SVG, as small or as large as it is looked at: on a card, in the report, beside a step.

Its colours are variables of the page that it stands in, light or dark; as a file of its own it has colours that hold on
both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from anomalyst.evidence.speech.speech import ENGLISH_SPEECH, Speech
from anomalyst.evidence.times import stamped
from anomalyst.modalities.series.shown.chart import Chart, Line, Panel, Shade
from anomalyst.modalities.series.shown.decimate import Floats
from anomalyst.modalities.series.shown.ticks import NONE, Ticks, number_ticks, time_ticks

XMLNS = "http://www.w3.org/2000/svg"
OBSERVED, EXPECTED, FLAG = "var(--observed, #647a8c)", "var(--expected, #2f8fd0)", "var(--flag, #e0712d)"
GAP, STRIP = "var(--gap, #7c8794)", "var(--strip, #9470c8)"
SOFT, FAINT = "var(--soft, #7c8794)", "var(--faint, #7c8794)"
About = Mapping[str, str | float]
LINES: Mapping[str, About] = {
    "observed": {"stroke": OBSERVED, "stroke-width": 1.4},
    "expected": {"stroke": EXPECTED, "stroke-width": 1.4, "stroke-dasharray": "4 2"},
    "healed": {"stroke": EXPECTED, "stroke-width": 2.4},
}
PEN = {"fill": "none", "stroke-linejoin": "round", "stroke-linecap": "round", "pointer-events": "none"}
LEAST_STRENGTH = 3.0  # that the strip reaches to
NARROWEST = 2.0  # of a shade
TICKS = 4  # on the axis of values
LETTER = 0.6  # how wide a letter is, in its height


@dataclass(frozen=True)
class Look:
    """How large a chart is drawn. `kind`: class of the drawing; `panel`, `strip`: heights of a channel and of the
    evidence, 0 for none; `letters`: their height, 0 for none; `ticks`: on the axis of time, 0 for no axes; `pressed`:
    whether findings can be pressed; `legend`: whether lines are named."""

    kind: str
    width: float
    panel: float
    strip: float = 0.0
    letters: float = 11.0
    ticks: int = 0
    pressed: bool = False
    legend: bool = False

    @property
    def buckets(self) -> int:
        """How finely a line is worth drawing."""
        return round(self.width / 2)

    def head(self, place: int) -> float:
        """Room above a panel for its title, and above the first one for the names of what is shaded too."""
        return self.letters * (1.9 if place else 2.7)

    def height(self, panels: int) -> float:
        """Of a drawing of some channels."""
        strip = self.head(1) + self.strip if self.strip else 0.0
        foot = self.letters * (3.0 if self.ticks else 1.45)
        return sum(self.head(place) + self.panel for place in range(panels)) + strip + foot


@dataclass(frozen=True)
class _Frame:
    """Where a panel lies, and which times and values fill it."""

    left: float
    right: float
    top: float
    bottom: float
    span: tuple[float, float]
    reach: tuple[float, float]
    ticks: Ticks

    def x(self, moment: Floats) -> Floats:
        first, last = self.span
        return np.asarray(self.left + (moment - first) / ((last - first) or 1.0) * (self.right - self.left))

    def y(self, value: Floats) -> Floats:
        low, high = self.reach
        return np.asarray(self.bottom - 2 - (value - low) / (high - low) * (self.bottom - self.top - 4))


def draw(chart: Chart, look: Look, speech: Speech = ENGLISH_SPEECH, alt: str = "", ident: str = "") -> Markup:
    """The chart. `alt`: what it is, in words; `ident`: id of what is drawn, to be shown again."""
    frames = list(_frames(chart, look, speech))
    panels = list(zip(frames, chart.panels, strict=False))
    parts = [
        *(part for frame in frames for part in _grid(frame, look)),
        *(part for frame, panel in panels for part in _ground(frame, panel)),
        *(_strip(frame, chart.strength) for frame in frames[len(panels) :] if chart.strength),
        *(_shade(frames, shade, look) for shade in chart.shades),
        *(_path(frame, line) for frame, panel in panels for line in panel.lines),
        *(_titles(chart, look, frames, speech) if look.letters else ()),
        *(_times(chart, look, frames[-1], speech) if look.letters else ()),
    ]
    font: dict[str, str | float] = {"font-size": look.letters, "font-family": "var(--face, sans-serif)", "fill": SOFT}
    first, last = (stamped(end, speech) for end in chart.ends)
    said = alt or speech.text("chart-of", {"channel": chart.panels[0].title, "first": first, "last": last})
    width, height = f"{look.width:g}", f"{look.height(len(panels)):g}"
    about = {"xmlns": XMLNS, "class": look.kind, "width": width, "height": height, "viewBox": f"0 0 {width} {height}"}
    about |= {"role": "group" if look.pressed else "img", "aria-label": said}
    inner = _tag("g", {**font, "id": ident} if ident else font, *parts)
    return _tag("svg", about, inner)


def _frames(chart: Chart, look: Look, speech: Speech) -> Iterator[_Frame]:
    """Where each panel lies, then the strip."""
    reaches = [(panel.reach, look.panel) for panel in chart.panels]
    if look.strip and chart.strength is not None:
        reaches += [((0.0, max(LEAST_STRENGTH, float(chart.strength.y.max()) * 1.08)), look.strip)]
    axes = [number_ticks(*reach, TICKS, speech) if look.ticks else NONE for reach, _ in reaches]
    longest = max((len(word) for ticks in axes for word in ticks.words), default=-1)
    top, left = 0.0, LETTER * look.letters * (longest + 1)
    for place, ((reach, tall), ticks) in enumerate(zip(reaches, axes, strict=True)):
        top += look.head(place)
        yield _Frame(left, look.width, top, top + tall, chart.span, reach, ticks)
        top += tall


def _tag(name: str, about: About, *inside: Markup | str) -> Markup:
    """An element with its attributes."""
    told = (Markup(' {}="{}"').format(key, f"{v:.4g}" if isinstance(v, float) else v) for key, v in about.items())
    return Markup("<{0}{1}>{2}</{0}>").format(name, Markup("").join(told), Markup("").join(inside))


def _text(words: str, x: float, y: float, **about: str | float) -> Markup:
    return _tag("text", {"x": x, "y": y, **{key.replace("_", "-"): value for key, value in about.items()}}, words)


def _stretch(frame: _Frame, left: float, right: float, about: About) -> Markup:
    """A stretch of time in a panel."""
    near, far = (float(edge) for edge in frame.x(np.array([left, right])).clip(frame.left, frame.right))
    box = {"x": near, "y": frame.top, "width": max(NARROWEST, far - near), "height": frame.bottom - frame.top}
    return _tag("rect", {**box, **about})


def _grid(frame: _Frame, look: Look) -> Iterator[Markup]:
    """Lines at the ticks of the values, their words beside them."""
    for y, word in zip(frame.y(np.array(frame.ticks.at)).tolist(), frame.ticks.words, strict=True):
        yield _tag("path", {"d": f"M{frame.left:.1f} {y:.1f}H{frame.right:.1f}", "stroke": FAINT, "opacity": 0.3})
        x, small = frame.left - 0.5 * look.letters, 0.9 * look.letters
        yield _text(word, x, y + 0.35 * small, text_anchor="end", font_size=small)


def _ground(frame: _Frame, panel: Panel) -> Iterator[Markup]:
    """What lies behind the lines: gaps, and the band of what was expected."""
    for gap in panel.gaps:
        yield _stretch(frame, *gap, {"fill": GAP, "fill-opacity": 0.16})
    if panel.band:
        low, high = ([*zip(frame.x(side.x), frame.y(side.y), strict=True)] for side in panel.band)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in [*low, *high[::-1]] if np.isfinite(b))
        yield _tag("polygon", {"points": points, "fill": EXPECTED, "fill-opacity": 0.2})


def _shade(frames: Sequence[_Frame], shade: Shade, look: Look) -> Markup:
    """A stretch of time in all panels, with its name above them."""
    colour = FLAG if shade.flagged else STRIP
    flag: About = {"class": "an-flag", "fill": colour, "fill-opacity": 0.16, "stroke": colour, "stroke-opacity": 0.6}
    parts = [_stretch(frame, shade.left, shade.right, flag) for frame in frames]
    if look.letters:
        middle = frames[0].x(np.array([shade.left, shade.right])).clip(frames[0].left, look.width).mean()
        above = frames[0].top - 0.45 * look.letters
        parts.append(_text(shade.id, middle, above, text_anchor="middle", font_weight="700", fill=colour))
    if not look.pressed:
        return _tag("g", {}, *parts)
    said = {"data-region": shade.id, "aria-label": f"{shade.id}: {shade.name}", "aria-pressed": "false"}
    return _tag("g", {**said, "role": "button", "tabindex": "0"}, *parts)


def _path(frame: _Frame, line: Line) -> Markup:
    """A line that breaks where values are missing; one value alone is a dot."""
    path, pen = [], "M{:.1f} {:.1f}h0"
    for a, b in zip(frame.x(line.x), frame.y(line.y), strict=True):
        path += [pen.format(a, b)] if np.isfinite(b) else []
        pen = "L{:.1f} {:.1f}" if np.isfinite(b) else "M{:.1f} {:.1f}h0"
    return _tag("path", {"d": "".join(path), **LINES[line.name], **PEN})


def _strip(frame: _Frame, strength: Line) -> Markup:
    """The evidence, each moment as high as it is strong."""
    x, ground = frame.x(strength.x), f"{frame.y(np.zeros(1))[0]:.1f}"
    ends = [*(x[1:] + x[:-1]) / 2, frame.right]
    steps = (f"V{b:.1f}H{a:.1f}" for a, b in zip(ends, frame.y(strength.y), strict=True))
    return _tag("path", {"d": f"M{x[0]:.1f} {ground}{''.join(steps)}V{ground}Z", "fill": STRIP})


def _titles(chart: Chart, look: Look, frames: Sequence[_Frame], speech: Speech) -> Iterator[Markup]:
    """What each panel shows, and what its lines are."""
    high = look.letters
    titles = [*(panel.title for panel in chart.panels), speech.text("chart-evidence")]
    for place, (frame, title) in enumerate(zip(frames, titles, strict=False)):
        yield _text(f"{title} {frame.ticks.besides}".strip(), frame.left, frame.top - high * (0.5 if place else 1.7))
    said = {one.name: f" — {speech.text(f'legend-{one.name}')}" for one in chart.panels[0].lines}
    names = [_tag("tspan", {"fill": LINES[line]["stroke"]}, words) for line, words in said.items()]
    if look.legend:
        yield _tag("text", {"x": look.width, "y": frames[0].top - 1.7 * high, "text-anchor": "end"}, *names)


def _times(chart: Chart, look: Look, frame: _Frame, speech: Speech) -> Iterator[Markup]:
    """Time beneath: where there are no axes, the first and the last moment."""
    small, y = 0.9 * look.letters, frame.bottom + 1.2 * look.letters
    if not look.ticks:
        first, last = (stamped(end, speech) for end in chart.ends)
        yield _text(first, 0.0, y, font_size=small)
        yield _text(last, look.width, y, font_size=small, text_anchor="end")
        return
    ticks = (time_ticks if chart.timed else number_ticks)(*chart.span, look.ticks, speech)
    for x, word in zip(frame.x(np.array(ticks.at)).tolist(), ticks.words, strict=True):
        yield _tag("path", {"d": f"M{x:.1f} {frame.bottom:.1f}v4", "stroke": FAINT})
        inside = min(x, look.width - LETTER * small * len(word) / 2)
        yield _text(word, inside, y + 3, font_size=small, text_anchor="middle")
    besides = ticks.besides if chart.timed else f"{speech.text('chart-axis')} {ticks.besides}"
    yield _text(besides, look.width, y + 3 + 1.3 * small, font_size=small, text_anchor="end")
