"""A clip in arrays and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from anomalyst.detectors.contract import ScoreMap
from anomalyst.modalities.sources import Arrays
from anomalyst.modalities.video.sample import Strip, VideoSample
from anomalyst.modalities.video.scores import PARTS, VideoScores, video_scores
from anomalyst.samples import Sample


def kept(sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
    """What is kept of a clip and of its score map."""
    clip, detail = cast(VideoSample, sample), video_scores(score_map)
    strip = clip.strip
    arrays: Arrays = {"cells": clip.cells, "times": clip.times}
    arrays |= {"strip.data": strip.data, "strip.ends": strip.ends, "strip.steps": strip.steps}
    arrays |= {} if detail is None else {f"detail.{name}": getattr(detail, name) for name in PARTS}
    return {"size": list(clip.size), "side": clip.side}, arrays


def restored(about: Mapping[str, Any], arrays: Arrays) -> tuple[VideoSample, VideoScores | None]:
    """The clip, and what its map holds of steps and places."""
    width, height = (int(edge) for edge in about["size"])
    strip = Strip(arrays["strip.data"], arrays["strip.ends"], arrays["strip.steps"])
    clip = VideoSample(
        arrays["cells"], arrays["times"], (width, height), float(about["side"]), strip,
        name=str(about["name"]), notes=tuple(about["notes"]),
    )  # fmt: skip
    held = f"detail.{PARTS[0]}" in arrays
    return clip, VideoScores(*(arrays[f"detail.{name}"] for name in PARTS)) if held else None
