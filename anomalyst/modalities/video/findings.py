"""The findings of a clip: cells abnormal at a stated false-discovery rate, those that hang together in space and time
one event, with a box that moves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects, label, maximum_filter

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.evidence.findings import FoundRegions, step_up
from anomalyst.modalities.video.region import MOST_BOXES, TimedBox, VideoRegion
from anomalyst.modalities.video.sample import VideoSample
from anomalyst.modalities.video.scores import video_scores
from anomalyst.samples import Mask

NEAR = (7, 3, 3)  # steps, rows, columns: what lies within half of it on either side hangs together
FAINT = 0.003  # p-value up to which a place belongs to an event that it hangs together with
HALF, LOW = 0.4, 0.25
LEAST_STEPS = 3  # of an event: what is seen for less flickers
AROUND = (3, 3, 3)  # of the worst cell, where no cell is significant


def video_regions(sample: VideoSample, score_map: ScoreMap, alpha: float, fdr: float, most: int = 8) -> FoundRegions:
    """The `most` most abnormal events of a clip whose own p-value is at most `alpha`; none otherwise. Where no cell
    passes at rate `fdr`, the worst place is only the most suspicious."""
    if not score_map.sample_p <= alpha:
        return FoundRegions()
    p = score_map.p_values.astype(np.float64)
    events = [_core(event, score_map) for event in _events(p <= step_up(p, fdr), p <= FAINT)]
    significant = bool(events)
    events = events or [_worst(score_map)]
    ranked = sorted(events, key=lambda mask: (p[mask].min(), -float(score_map.scores[mask].sum())))[:most]
    masks = {f"R{number}": mask for number, mask in enumerate(ranked, 1)}
    findings = (_finding(name, mask, sample, score_map, significant) for name, mask in masks.items())
    return FoundRegions(tuple(findings), masks)


def _events(flagged: Mask, faint: Mask) -> list[Mask]:
    """Places that hang together, faint ones with flagged ones; those of too few steps only if all are."""
    joined = label(maximum_filter(flagged | faint, size=NEAR), structure=np.ones((3, 3, 3)))[0]
    numbered = np.where((flagged | faint) & np.isin(joined, joined[flagged]), joined, 0)
    found = [numbered == number for number, place in enumerate(find_objects(numbered), 1) if place is not None]
    return [mask for mask in found if mask.any(axis=(1, 2)).sum() >= LEAST_STEPS] or found


def _core(event: Mask, score_map: ScoreMap) -> Mask:
    """The cells of an event at least HALF as odd as the oddest of their step, as a place reaches a cell further; of
    steps that are not far less odd than the oddest."""
    detail, high = video_scores(score_map), float(score_map.scores[event].max())
    event = event & (score_map.scores >= LOW * high)
    cells = np.where(event, score_map.scores if detail is None else detail.cells, -np.inf)
    return np.asarray(event & (cells >= HALF * cells.max(axis=(1, 2), keepdims=True)))


def _worst(score_map: ScoreMap) -> Mask:
    only = np.zeros(score_map.scores.shape, dtype=bool)
    only[np.unravel_index(int(np.argmax(score_map.scores)), only.shape)] = True
    return np.asarray(maximum_filter(only, size=AROUND), dtype=bool)


def _finding(name: str, mask: Mask, sample: VideoSample, score_map: ScoreMap, told: bool) -> Finding:
    steps = np.flatnonzero(mask.any(axis=(1, 2)))
    worst = int(np.unravel_index(int(np.argmax(np.where(mask, score_map.scores, -np.inf))), mask.shape)[0])
    every = max(1, -(-len(steps) // (MOST_BOXES - 1)))
    tracked = sorted({*steps[::every].tolist(), worst})
    region = VideoRegion(
        start=int(steps[0]),
        stop=int(steps[-1]) + 1,
        peak=worst,
        track=tuple(_box(sample, step, mask[step]) for step in tracked),
    )
    peak_p, peak = float(score_map.p_values[mask].min()), float(score_map.scores[mask].max())
    return Finding(id=name, region=region, peak_p=peak_p, peak_score=peak, significant=told)


def _box(sample: VideoSample, step: int, cells: NDArray[np.bool_]) -> TimedBox:
    """The box around cells (rows, columns), in pixels of a frame."""
    down, across = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    width, height = sample.size
    return TimedBox(
        step=step,
        x0=min(width - 1, round(sample.side * int(across[0]))),
        y0=min(height - 1, round(sample.side * int(down[0]))),
        x1=min(width, round(sample.side * (int(across[-1]) + 1))),
        y1=min(height, round(sample.side * (int(down[-1]) + 1))),
    )
