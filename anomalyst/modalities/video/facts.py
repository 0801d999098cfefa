"""Facts about a clip and its findings: when, where, which way, how fast, and what normal clips hold there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.evidence.findings import FoundRegions, strength
from anomalyst.evidence.units import Measure, compared, cut, rounded
from anomalyst.modalities.image.places import image_place
from anomalyst.modalities.video.region import VideoKind, VideoRegion, clip_region
from anomalyst.modalities.video.sample import CHANGE, DOWN, RIGHT, VideoSample
from anomalyst.modalities.video.scores import VideoScores, video_scores
from anomalyst.modalities.video.space.places import moving_in, sizes_in, speed_in, way_of
from anomalyst.samples import Mask

SPEED, UNIT = "speed", "px/s"
PLACES = 1  # decimals of seconds
MOVES = 0.25  # of the cells of a finding, from which on it is something that moves
HELD = 0.5  # of motion, that must go one way for it to be told
SELDOM, RARE_WAY = 0.003, 0.03  # of steps, of motion: what normal clips hold less of at a place is unusual there
FASTER, LARGER, UNLIKE = 1.15, 1.5, 3.0  # times as fast, times as large, deviations
WAYS = (
    "left to right", "rightwards and down", "top to bottom", "leftwards and down", "right to left", "leftwards and up",
    "bottom to top", "rightwards and up",
)  # fmt: skip


def size(sample: VideoSample) -> str:
    """Seconds and pixels in words."""
    width, height = sample.size
    return f"{_seconds(sample, sample.shape[0] - 1) + sample.step:.1f} s of {width} × {height} pixels"


def sample_facts(sample: VideoSample) -> Iterator[Measure]:
    """How long and how large the clip is."""
    yield Measure("sample", "sample_size", size(sample))


def finding_facts(sample: VideoSample, score_map: ScoreMap, found: FoundRegions, finding: Finding) -> Iterator[Measure]:
    """Facts about one finding."""
    region, subject, mask = clip_region(finding), finding.id, found.masks[finding.id]
    box = region.box(region.peak)
    yield Measure(subject, "place", image_place(np.any(mask, axis=0)))  # the middle of its way, where it moves
    yield Measure(subject, "box", f"x {box.x0}–{box.x1}, y {box.y0}–{box.y1}")
    yield from _when(sample, region, subject)
    yield from strength(score_map, finding)
    detail = video_scores(score_map)
    if detail is not None:
        yield from _what(sample, detail, _oddest(mask, detail), subject)


def _oddest(mask: Mask, detail: VideoScores) -> Mask:
    """The odder half of a finding's cells: what is told of it is told of these, as beside it walk ordinary things."""
    return np.asarray(mask & (detail.cells >= np.median(detail.cells[mask])))


def _when(sample: VideoSample, region: VideoRegion, subject: str) -> Iterator[Measure]:
    start, end = _seconds(sample, region.start), _seconds(sample, region.stop - 1)
    yield Measure(subject, "start", start, "s")
    yield Measure(subject, "end", end, "s")
    yield Measure(subject, "duration", cut(end - start + sample.step, PLACES), "s")
    yield Measure(subject, "peak_at", _seconds(sample, region.peak), "s")


def _seconds(sample: VideoSample, step: int) -> float:
    return cut(float(sample.times[step]), PLACES)


@dataclass(frozen=True)
class Moving:
    """What moves in a finding. `share`: of its cells; `way`: an eighth of the circle, None where it is no one way;
    `speed`, `fastest`: of it and of normal clips there, in sides of a cell in STEP seconds; `size`, `largest`: in
    cells; `moved`: share of steps at which something moves there in normal clips; `along`: of motion there, the
    share that goes this way."""

    share: float
    way: int | None
    speed: float
    fastest: float
    size: float
    largest: float
    moved: float
    along: float

    @property
    def kind(self) -> VideoKind | None:
        """What is unusual about it; None where nothing of this is."""
        if self.share < MOVES:
            return None
        if self.moved < SELDOM:
            return "motion out of place"
        if self.speed >= FASTER * self.fastest:
            return "fast motion"
        if self.way is not None and self.along < RARE_WAY:
            return "unusual direction"
        return "unusual size" if self.size >= LARGER * self.largest else None


def _what(sample: VideoSample, detail: VideoScores, mask: Mask, subject: str) -> Iterator[Measure]:
    """What is unusual, which way it moves, and how fast against the fastest of normal clips there."""
    found = moving(sample, detail, mask)
    unlike = float(np.median(detail.looks[mask])) >= UNLIKE
    kind = found.kind or ("unusual appearance" if unlike or found.share < MOVES else "unusual motion")
    yield Measure(subject, "anomaly_kind", kind)
    if found.share < MOVES:
        return
    if found.way is not None:
        yield Measure(subject, "heading", WAYS[found.way])
    scale = sample.per_second
    if kind == "motion out of place":
        yield Measure(subject, "observed", rounded(scale * found.speed, 2), UNIT, SPEED)
        return
    seen, normal, gap, _ = compared(rounded(scale * found.speed, 2), rounded(scale * found.fastest, 2))
    yield Measure(subject, "observed", seen, UNIT, SPEED)
    yield Measure(subject, "expected", normal, UNIT, SPEED, low=0.0, high=normal)
    yield Measure(subject, "difference", gap, UNIT, SPEED)
    if kind == "fast motion" and normal > 0:
        yield Measure(subject, "speed_ratio", rounded(seen / normal, 2))


def moving(sample: VideoSample, detail: VideoScores, mask: Mask) -> Moving:
    """What moves in the cells of a finding."""
    inside = moving_in(sample.cells) & mask
    share = float(inside.sum() / max(1, mask.sum()))
    if not inside.any():
        return Moving(share, None, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    _, rows, columns = np.nonzero(inside)
    cells = sample.cells[inside]
    way = _way(cells)
    steps = np.flatnonzero(inside.any(axis=(1, 2)))
    sizes = [float(sizes_in(moving_in(sample.cells[step]))[inside[step]].max()) for step in steps]
    along = np.array([1.0]) if way is None else _beside(detail.ways, way)[rows, columns]
    return Moving(
        share,
        way,
        float(np.median(speed_in(cells))),
        float(detail.fastest[rows, columns].max()),
        float(np.median(sizes)),
        float(detail.largest[rows, columns].max()),
        float(np.median(detail.moved[rows, columns])),
        float(np.median(along)),
    )


def _way(cells: NDArray[np.float32]) -> int | None:
    """The way that most of the motion of cells (n, FEATURES) goes."""
    weight = cells[:, CHANGE]
    right, down = float((weight * cells[:, RIGHT]).sum()), float((weight * cells[:, DOWN]).sum())
    if np.hypot(right, down) < HELD * float((weight * speed_in(cells)).sum()):
        return None
    return int(way_of(np.float32(right), np.float32(down)))  # type: ignore[arg-type]


def _beside(ways: NDArray[np.float32], way: int) -> NDArray[np.float32]:
    """The share of motion that went this way or nearly so."""
    return np.asarray(ways[way] + ways[way - 1] + ways[(way + 1) % len(ways)])
