"""What the page shows of a run on a pair: its card, the names of its findings, the states of its healing test."""

from __future__ import annotations

from collections.abc import Sequence

from anomalyst.evidence.facts import Evidence, FactKind, Finding
from anomalyst.evidence.record import RunRecord
from anomalyst.evidence.speech.speech import Speech
from anomalyst.modalities.image.shown.stage import SMALL_SIDE, healed_picture, score_picture, stage
from anomalyst.modalities.image.shown.stage import to_mark as picture_to_mark
from anomalyst.modalities.pair.pictures import spoken_text
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.shown import Card, Healed, HealedPicture, ToMark, finding_in_words, first_value
from anomalyst.samples import expect

MAX_WORDS = 60  # characters of the words in the name of a finding


def finding_name(evidence: Evidence, finding: Finding, speech: Speech) -> str:
    """What a finding is, e.g. "unsupported words: “red”"; of a text that does not fit at all without the words."""
    kind, words = (first_value(evidence, finding.id, name) for name in _NAMING)
    if words and kind != "unrelated text":
        short = words if len(words) <= MAX_WORDS else words[: MAX_WORDS - 1] + "…"
        slots = {"kind": speech.term("anomaly", kind), "words": short}
        return speech.text("pair-name" if kind else "pair-name-words", slots)
    return finding_in_words(evidence, finding.id, speech)


_NAMING: tuple[FactKind, ...] = ("anomaly_kind", "words")


def card(record: RunRecord, *, brief: bool) -> Card:
    """The text, the image and where it speaks against the text; in brief the image alone, small."""
    image, evidence = expect(PairSample, record.sample).image, record.explanation.evidence
    names = {finding.id: finding_name(evidence, finding, record.speech) for finding in evidence.findings}
    if brief:
        return Card(stage(image, record, names, side=SMALL_SIDE))
    return Card(
        stage(image, record, names),
        maps=(score_picture(record),),
        maps_heading=record.speech.text("pair-maps"),
        spoken=spoken_text(record),
    )


def to_mark(record: RunRecord) -> ToMark:
    """The image to mark a place on."""
    return picture_to_mark(expect(PairSample, record.sample).image, record.sample.name)


def healing_shown(states: Sequence[Healed]) -> list[HealedPicture]:
    """The texts of the healing test; the image, which stays the same, beside the first."""
    shown: list[HealedPicture] = []
    for state in states:
        pair = expect(PairSample, state.sample)
        picture = None if shown else healed_picture(pair.image, state)
        shown.append(HealedPicture(state.title, state.said, picture, pair.text))
    return shown
