"""The pictures of the card: what was observed over what was expected, the findings outlined, the maps, close-ups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from numpy import bool_
from numpy.typing import NDArray

from anomalyst.agent.page.answer.words import finding_name
from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.image.pictures import Picture, difference_picture, map_picture, outline, photo, spread_picture
from anomalyst.modalities.image.region import ImageRegion
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.pair.region import PairRegion
from anomalyst.modalities.pair.sample import PairSample

STAGE_SIDE = 768  # longest side of a photograph on the page, pixels: a chat keeps many of them
MAP_SIDE = 512
SHARP_BELOW = 300  # smaller pictures show their pixels


@dataclass(frozen=True)
class Place:
    """A finding on a picture. `drawing`: its outline and its label as SVG; `view`: viewBox of its close-up."""

    id: str
    name: str
    drawing: Markup
    view: str


@dataclass(frozen=True)
class Stage:
    """The observed picture, the expected one over it (None where there is none to compare), the findings on top."""

    width: int
    height: int
    observed: str
    expected: str | None
    sharp: bool
    places: tuple[Place, ...]

    def place(self, region: str) -> Place | None:
        """The finding of this id, if it is drawn."""
        return next((place for place in self.places if place.id == region), None)


def stage(record: RunRecord, side: int = STAGE_SIDE, *, compared: bool = True) -> Stage | None:
    """The main picture of an image or a pair; None for a series."""
    sample = record.sample
    if not isinstance(sample, ImageSample | PairSample):
        return None
    image = sample.image if isinstance(sample, PairSample) else sample
    height, width = image.shape
    return Stage(
        width=width,
        height=height,
        observed=photo(image.pixels, side),
        expected=photo(record.score_map.expected, side) if compared and isinstance(sample, ImageSample) else None,
        sharp=max(height, width) < SHARP_BELOW,
        places=_places(record.explanation.evidence, record.masks, (height, width)),
    )


def maps(record: RunRecord) -> list[Picture]:
    """Score map, difference and spread, the findings outlined on the first two; of a pair the score map alone."""
    sample, score_map = record.sample, record.score_map
    if not isinstance(sample, ImageSample | PairSample):
        return []
    outlines = "".join(outline(mask, name, mask.shape) for name, mask in record.masks.items())
    made = [map_picture(score_map, sample.shape, outlines, MAP_SIDE)]
    if isinstance(sample, ImageSample):
        made.append(difference_picture(sample, score_map, outlines, MAP_SIDE))
        if len(score_map.samples) > 1:
            made.append(spread_picture(score_map, sample.shape, MAP_SIDE))
    return made


def _places(evidence: Evidence, masks: Mapping[str, NDArray[bool_]], shape: tuple[int, int]) -> tuple[Place, ...]:
    return tuple(
        Place(
            finding.id,
            finding_name(evidence, finding),
            Markup(outline(masks[finding.id], finding.id, shape)),  # numbers and an escaped id only
            _view(finding, shape),
        )
        for finding in evidence.findings
        if finding.id in masks
    )


def _view(finding: Finding, shape: tuple[int, int]) -> str:
    """The viewBox around a finding: its box and as much again around it, within the picture."""
    region = finding.region
    if not isinstance(region, ImageRegion | PairRegion):
        return f"0 0 {shape[1]} {shape[0]}"
    side = min(max(region.x1 - region.x0, region.y1 - region.y0, min(shape) / 12) * 2, *shape)
    left = min(max((region.x0 + region.x1 - side) / 2, 0), shape[1] - side)
    top = min(max((region.y0 + region.y1 - side) / 2, 0), shape[0] - side)
    return f"{left:.1f} {top:.1f} {side:.1f} {side:.1f}"
