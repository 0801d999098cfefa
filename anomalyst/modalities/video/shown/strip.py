"""Frames side by side, the box of a finding in each, and the score over time above them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup, escape
from PIL import Image

from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.shown import data_uri
from anomalyst.modalities.video.region import TimedBox, VideoRegion, clip_region
from anomalyst.modalities.video.sample import VideoSample
from anomalyst.modalities.video.scores import video_scores

WIDTH, HIGH, LEFT, BELOW = 900, 150, 34, 20  # pixels of the curve
ACROSS, GAP, WORDS = 220, 8, 18  # pixels of a frame in a strip, between two, of the line beneath
MARK = "#d9480f"
MOST_POINTS = 900
TICKS = 6


def clock(seconds: float, tenths: bool = False) -> str:
    """Seconds as a player shows them: "0:12"."""
    minutes, left = divmod(round(seconds, 1) if tenths else int(seconds), 60)
    hours, minutes = divmod(int(minutes), 60)
    told = f"{left:04.1f}" if tenths else f"{int(left):02d}"
    return f"{hours}:{minutes:02d}:{told}" if hours else f"{minutes}:{told}"


def curve(record: RunRecord, sample: VideoSample, alt: str, width: int = WIDTH, high: int = HIGH) -> Markup:
    """The score of each step, the findings shaded."""
    detail = video_scores(record.score_map)
    values = record.score_map.scores.max((1, 2)) if detail is None else detail.steps
    every = -(-len(values) // MOST_POINTS)
    padded = np.pad(values, (0, -len(values) % every), mode="edge").reshape(-1, every)
    points, top = padded.max(1), max(float(values.max()), 1e-9)
    across = np.linspace(LEFT, width - 4, len(points))
    down = high - BELOW - (high - BELOW - 8) * points / top
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True))
    parts = [_shade(record, sample, width, high)]
    line = Markup('<polyline points="{}" fill="none" stroke="currentColor" stroke-width="1.5"/>')
    parts += [line.format(path), _ticks(sample, width, high)]
    return _svg(width, high, alt, Markup("").join(parts))


def _x(step: float, sample: VideoSample, width: int) -> float:
    return LEFT + (width - 4 - LEFT) * step / max(1, sample.shape[0] - 1)


def _shade(record: RunRecord, sample: VideoSample, width: int, high: int) -> Markup:
    found = []
    for finding in record.explanation.evidence.findings:
        region = clip_region(finding)
        left, right = _x(region.start, sample, width), _x(region.stop - 1, sample, width)
        box = Markup('<rect x="{:.1f}" y="8" width="{:.1f}" height="{}" fill="{}" fill-opacity=".18"/>')
        found.append(box.format(left, max(2.0, right - left), high - BELOW - 8, MARK))
        found.append(_text(finding.id, left + 2, 18, bold=True))
    return Markup("").join(found)


def _ticks(sample: VideoSample, width: int, high: int) -> Markup:
    steps = np.linspace(0, sample.shape[0] - 1, TICKS).round().astype(int)
    base = Markup('<path d="M{} {}H{}" stroke="currentColor" stroke-opacity=".4"/>').format(LEFT, high - BELOW, width)
    told = [
        _text(clock(float(sample.times[step])), min(_x(step, sample, width) - 12, width - 30), high - 5)
        for step in steps
    ]
    return Markup("").join([base, *told])


def filmstrip(sample: VideoSample, region: VideoRegion | None, count: int, alt: str, across: int = ACROSS) -> Markup:
    """Frames from a finding's beginning to its end, its box in each; of the whole clip where none is given."""
    steps = frames_of(sample, region, count)
    high = round(across * sample.size[1] / sample.size[0])
    tenths = region is not None and sample.times[region.stop - 1] - sample.times[region.start] <= 3
    parts = []
    for place, step in enumerate(steps):
        left = place * (across + GAP)
        parts.append(_frame(sample, step, left, across, high))
        shown = int(sample.strip.steps[sample.strip.nearest(step)])
        if region is not None and region.start <= shown < region.stop:
            parts.append(_box(region.box(shown), left, across / sample.size[0]))
        parts.append(_text(clock(float(sample.times[shown]), bool(tenths)), left, high + WORDS - 4))
    return _svg(max(count, len(steps)) * (across + GAP) - GAP, high + WORDS, alt, Markup("").join(parts))


def frames_of(sample: VideoSample, region: VideoRegion | None, count: int) -> list[int]:
    """Steps to show, each by a frame of its own: spread over the finding, its peak among them."""
    first, last = (0, sample.shape[0] - 1) if region is None else (region.start, region.stop - 1)
    wanted = np.linspace(first, last, count).round().astype(int).tolist()
    if region is not None:
        nearest = min(range(len(wanted)), key=lambda place: abs(wanted[place] - region.peak))
        wanted[nearest] = region.peak
    by_frame = {sample.strip.nearest(step): step for step in wanted}
    return [by_frame[number] for number in sorted(by_frame)]


def _frame(sample: VideoSample, step: int, left: float, across: int, high: int) -> Markup:
    uri = _uri(sample.strip.picture(sample.strip.nearest(step)), across)
    return Markup('<image href="{}" x="{}" y="0" width="{}" height="{}" preserveAspectRatio="none"/>').format(
        uri, left, across, high
    )


def _uri(picture: Image.Image, across: int) -> str:
    if picture.width > 2 * across:
        picture.thumbnail((2 * across, 2 * across))
    return data_uri(picture, "jpeg")


def _box(box: TimedBox, left: float, scale: float) -> Markup:
    edges = (left + box.x0 * scale, box.y0 * scale, (box.x1 - box.x0) * scale, (box.y1 - box.y0) * scale)
    drawn = Markup(
        '<rect x="{0:.1f}" y="{1:.1f}" width="{2:.1f}" height="{3:.1f}" fill="none" stroke="#000" stroke-width="4"/>'
        '<rect x="{0:.1f}" y="{1:.1f}" width="{2:.1f}" height="{3:.1f}" fill="none" stroke="#ffd92f" stroke-width="2"/>'
    ).format(*edges)
    return drawn


def still(sample: VideoSample, step: int, boxes: Sequence[TimedBox], long: int) -> Image.Image:
    """One frame, at most `long` pixels long, with boxes in it."""
    from PIL import ImageDraw

    picture = sample.strip.picture(sample.strip.nearest(step))
    scale = min(1.0, long / max(picture.size))
    small = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    pen, share = ImageDraw.Draw(small), small.width / sample.size[0]
    for box in boxes:
        left, top, right, bottom = (round(share * edge) for edge in (box.x0, box.y0, box.x1, box.y1))
        edges = (left, top, max(left + 2, right - 1), max(top + 2, bottom - 1))
        pen.rectangle((edges[0] - 1, edges[1] - 1, edges[2] + 1, edges[3] + 1), outline="#000000", width=3)
        pen.rectangle(edges, outline="#ffd92f", width=1)
    return small


def _text(text: str, left: float, top: float, *, bold: bool = False) -> Markup:
    more = Markup(' font-weight="600"' if bold else "")
    return Markup('<text x="{:.0f}" y="{:.0f}" fill="currentColor"{}>{}</text>').format(left, top, more, escape(text))


def _svg(width: float, high: float, alt: str, inner: Markup) -> Markup:
    size = Markup(' width="{0:.0f}" height="{1:.0f}" viewBox="0 0 {0:.0f} {1:.0f}"').format(width, high)
    told = Markup(' role="img" aria-label="{}" font-size="12" font-family="sans-serif"').format(alt)
    return Markup('<svg xmlns="http://www.w3.org/2000/svg"{}{}>{}</svg>').format(size, told, inner)
