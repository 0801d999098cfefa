"""The pictures of the card: what was observed over what was expected, the findings outlined; and the maps."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from anomalyst.evidence.facts import Finding
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.image.region import Box
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.shown.pictures import (
    SHARP_BELOW,
    difference_picture,
    drawing,
    map_picture,
    outline,
    outlines,
    photo,
    spread_picture,
)
from anomalyst.modalities.shown import Healed, Picture, Place, Stage, ToMark
from anomalyst.samples import FloatArray, Mask

STAGE_SIDE = 768  # longest side of a photograph on the page, pixels: a chat keeps many of them
SMALL_SIDE = 360  # of the picture beside the alarm level
MAP_SIDE = 512


def stage(
    image: ImageSample,
    record: RunRecord,
    names: Mapping[str, str],
    expected: FloatArray | None = None,
    side: int = STAGE_SIDE,
) -> Stage:
    """The main picture. `names`: the findings in words, by id; `expected`: to compare with, RGB."""
    height, width = image.shape
    return Stage(
        width=width,
        height=height,
        observed=photo(image.pixels, side),
        expected=None if expected is None else photo(expected, side),
        sharp=max(height, width) < SHARP_BELOW,
        places=tuple(
            _place(finding, names[finding.id], record.masks[finding.id], (height, width))
            for finding in record.explanation.evidence.findings
            if finding.id in record.masks
        ),
    )


def to_mark(image: ImageSample, name: str) -> ToMark:
    """The picture to mark a place on."""
    height, width = image.shape
    return ToMark(drawing(photo(image.pixels, STAGE_SIDE), image.shape, "", f"The picture {name}"), (width, height))


def healed_picture(image: ImageSample, state: Healed) -> Markup:
    """The picture of a state of the healing test, the place that was healed outlined."""
    around = "" if state.mask is None else outline(state.mask, "", state.mask.shape)
    return drawing(photo(image.pixels), image.shape, around, f"{image.name}: {state.title.lower()}")


def score_picture(record: RunRecord) -> Picture:
    """The score map, the findings outlined."""
    return map_picture(record.score_map, record.score_map.scores.shape, _outlines(record), record.speech, MAP_SIDE)


def maps(image: ImageSample, record: RunRecord) -> tuple[Picture, ...]:
    """Score map, difference and spread, the findings outlined on the first two."""
    difference = difference_picture(image, record.score_map, _outlines(record), record.speech, MAP_SIDE)
    made = [score_picture(record), difference]
    if len(record.score_map.samples) > 1:
        made.append(spread_picture(record.score_map, image.shape, record.speech, MAP_SIDE))
    return tuple(made)


def _outlines(record: RunRecord) -> str:
    return outlines(record.explanation.evidence.findings, record.masks)


def _place(finding: Finding, name: str, mask: Mask, shape: tuple[int, int]) -> Place:
    drawn = Markup(outline(mask, finding.id, shape))  # numbers and an escaped id only
    return Place(finding.id, name, drawn, _view(finding, shape))


def _view(finding: Finding, shape: tuple[int, int]) -> str:
    """The viewBox around a finding: its box and as much again around it, within the picture."""
    region = finding.region
    if not isinstance(region, Box):
        return f"0 0 {shape[1]} {shape[0]}"
    side = min(max(region.x1 - region.x0, region.y1 - region.y0, min(shape) / 12) * 2, *shape)
    left = min(max((region.x0 + region.x1 - side) / 2, 0), shape[1] - side)
    top = min(max((region.y0 + region.y1 - side) / 2, 0), shape[0] - side)
    return f"{left:.1f} {top:.1f} {side:.1f} {side:.1f}"
