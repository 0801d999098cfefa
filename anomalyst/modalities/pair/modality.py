"""The answers for an image with its text, each made where it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anomalyst.evidence.facts import Evidence, Finding, Region
from anomalyst.modalities.base import Modality, Nouns
from anomalyst.modalities.pair.offer import OFFER
from anomalyst.modalities.shown import Axis, Card, Healed, HealingShown, Marking, Pictures, ToMark
from anomalyst.samples import Sample, expect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from anomalyst.detectors.contract import ScoreMap
    from anomalyst.evidence.record import RunRecord


class Pair(Modality):
    """An image with its text."""

    name = "pair"
    nouns = Nouns(
        title="Images with text", one="pair", many="pairs", input="image with text", thing="pair", things="pairs",
        normal="pair", normals="pairs", alike="normal pairs", examples="matching pairs", part="finding",
    )  # fmt: skip
    offer = OFFER
    marking = Marking(
        (Axis("x0", "x1", "left", "right"), Axis("y0", "y1", "top", "bottom")),
        "Drag a box around what was missed, or type its edges in pixels.",
        "x0 < x1 and y0 < y1 in pixels",
    )

    @property
    def sample(self) -> type[Sample]:
        """The class of its samples."""
        from anomalyst.modalities.pair.sample import PairSample

        return PairSample

    @property
    def region(self) -> type[Region]:
        """The class of the places of its findings."""
        from anomalyst.modalities.pair.region import PairRegion

        return PairRegion

    # shown

    def size_in_words(self, sample: Sample) -> str:
        """How large a sample is."""
        from anomalyst.modalities.pair.sample import PairSample

        height, width = sample.shape
        words = len(expect(PairSample, sample).text.split())
        return f"{width} × {height} pixels, {words} word{'' if words == 1 else 's'}"

    def finding_name(self, evidence: Evidence, finding: Finding) -> str:
        """What a finding is, in a few words."""
        from anomalyst.modalities.pair.card import finding_name

        return finding_name(evidence, finding)

    def report(self, record: RunRecord, detailed: int) -> Pictures:
        """What the report shows of a run."""
        from anomalyst.modalities.pair.pictures import report

        return report(record)

    def card(self, record: RunRecord, ident: str, *, brief: bool = False) -> Card:
        """What a card of the page shows of a run."""
        from anomalyst.modalities.pair.card import card

        return card(record, brief=brief)

    def figure(self, record: RunRecord, run_id: str = "") -> Any:
        """None: the card shows all."""
        return None

    def thumbnail(self, sample: Sample, score_map: ScoreMap | None, finding: Finding | None) -> Image:
        """The sample small."""
        from anomalyst.modalities.image.thumbnail import thumbnail
        from anomalyst.modalities.pair.sample import PairSample

        return thumbnail(expect(PairSample, sample).image, score_map, finding)

    def to_mark(self, record: RunRecord) -> ToMark:
        """What a place is marked on."""
        from anomalyst.modalities.pair.card import to_mark

        return to_mark(record)

    def healing_shown(self, record: RunRecord, states: Sequence[Healed]) -> HealingShown:
        """The states of the healing test to look at."""
        from anomalyst.modalities.pair.card import healing_shown

        return healing_shown(states)


PAIR = Pair()
