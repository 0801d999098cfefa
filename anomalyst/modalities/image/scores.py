"""What a score map of an image holds besides pixels: whether the whole differs, how closely it was seen, how outlines
are drawn."""

from __future__ import annotations

from dataclasses import dataclass

from anomalyst.detectors.contract import ScoreMap


@dataclass(frozen=True)
class ImageScores:
    """What a score map of an image holds besides pixels. `as_a_whole`: nothing in the map is as unusual among normals
    as the whole picture is, or nearly all of it is abnormal; `drawn`: findings are outlined where pixels differ from
    what was expected, not where the map is high, as by detectors of before; `close`: it was looked at in tiles, at full
    resolution; `retaken`: what the picture is beside its normals, where it was held against normals taken as it was, ""
    where against these; `aligned`: the object of all normals stands in the same place, so that faint differences from
    what was expected count."""

    as_a_whole: bool = False
    drawn: bool = False
    close: bool = False
    retaken: str = ""
    aligned: bool = False


def is_close(score_map: ScoreMap) -> bool:
    """Whether the picture was looked at in tiles, so that a few pixels are no speck."""
    return isinstance(score_map.detail, ImageScores) and score_map.detail.close


def as_a_whole(score_map: ScoreMap) -> bool:
    """Whether the picture as a whole is what is unusual, more than any place in it."""
    return isinstance(score_map.detail, ImageScores) and score_map.detail.as_a_whole


def is_drawn(score_map: ScoreMap) -> bool:
    """Whether findings are outlined where pixels differ."""
    return isinstance(score_map.detail, ImageScores) and score_map.detail.drawn


def is_aligned(score_map: ScoreMap) -> bool:
    """Whether faint differences from what was expected belong to a finding that they hang together with."""
    return isinstance(score_map.detail, ImageScores) and score_map.detail.aligned


def retaken(score_map: ScoreMap) -> str:
    """What a picture that was held against normals taken as it was is beside its normals; "" for others."""
    return score_map.detail.retaken if isinstance(score_map.detail, ImageScores) else ""
