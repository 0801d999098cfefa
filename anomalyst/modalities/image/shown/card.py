"""What the page shows of a run on an image: its card, the names of its findings, the states of its healing test."""

from __future__ import annotations

from collections.abc import Sequence

from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.evidence.record import RunRecord
from anomalyst.evidence.speech.speech import Speech
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.shown.stage import SMALL_SIDE, healed_picture, maps, stage
from anomalyst.modalities.image.shown.stage import to_mark as picture_to_mark
from anomalyst.modalities.shown import Card, Healed, HealedPicture, ToMark, finding_in_words
from anomalyst.samples import expect


def finding_name(evidence: Evidence, finding: Finding, speech: Speech) -> str:
    """What a finding is, e.g. "extra part, upper left"."""
    return finding_in_words(evidence, finding.id, speech)


def card(record: RunRecord, *, brief: bool) -> Card:
    """The picture over what was expected, and its maps; in brief the picture alone, small."""
    image = expect(ImageSample, record.sample)
    evidence = record.explanation.evidence
    names = {finding.id: finding_name(evidence, finding, record.speech) for finding in evidence.findings}
    if brief:
        return Card(stage(image, record, names, side=SMALL_SIDE))
    shown = stage(image, record, names, record.score_map.expected)
    return Card(shown, maps=maps(image, record), maps_heading=record.speech.text("picture-maps"))


def to_mark(record: RunRecord) -> ToMark:
    """The picture to mark a place on."""
    return picture_to_mark(expect(ImageSample, record.sample), record.sample.name)


def healing_shown(states: Sequence[Healed]) -> list[HealedPicture]:
    """The states of the healing test side by side, the places that were healed outlined."""
    drawn = [healed_picture(expect(ImageSample, state.sample), state) for state in states]
    return [HealedPicture(s.title, s.said, picture) for s, picture in zip(states, drawn, strict=True)]
