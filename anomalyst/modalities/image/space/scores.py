"""What a score map of an image holds besides pixels: whether it is the whole picture that differs."""

from __future__ import annotations

from dataclasses import dataclass

from anomalyst.detectors.contract import ScoreMap


@dataclass(frozen=True)
class ImageScores:
    """What a score map of an image holds besides pixels. `as_a_whole`: nothing in the map is as unusual among normals
    as the whole picture is."""

    as_a_whole: bool


def as_a_whole(score_map: ScoreMap) -> bool:
    """Whether the whole picture is more unusual than any place in it; never where a detector does not judge it."""
    return isinstance(score_map.detail, ImageScores) and score_map.detail.as_a_whole
