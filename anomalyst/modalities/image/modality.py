"""The answers for an image, each made where it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anomalyst.evidence.facts import Evidence, Finding, Region
from anomalyst.modalities.base import Modality, Nouns
from anomalyst.modalities.image.offer import OFFER
from anomalyst.modalities.shown import Axis, Card, Healed, HealingShown, Marking, Pictures, ToMark
from anomalyst.samples import Sample, expect

if TYPE_CHECKING:
    from collections.abc import Sequence

    import PIL.Image

    from anomalyst.detectors.contract import ScoreMap
    from anomalyst.evidence.record import RunRecord


class Image(Modality):
    """An image."""

    name = "image"
    nouns = Nouns(
        title="Images", one="image", many="images", input="image", thing="image", things="images", normal="image",
        normals="images", alike="normal images",
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
        from anomalyst.modalities.image.sample import ImageSample

        return ImageSample

    @property
    def region(self) -> type[Region]:
        """The class of the places of its findings."""
        from anomalyst.modalities.image.region import ImageRegion

        return ImageRegion

    # shown

    def size_in_words(self, sample: Sample) -> str:
        """How large a sample is."""
        height, width = sample.shape
        return f"{width} × {height} pixels"

    def finding_name(self, evidence: Evidence, finding: Finding) -> str:
        """What a finding is, in a few words."""
        from anomalyst.modalities.image.card import finding_name

        return finding_name(evidence, finding)

    def report(self, record: RunRecord, detailed: int) -> Pictures:
        """What the report shows of a run."""
        from anomalyst.modalities.image.pictures import report

        return report(record, detailed)

    def card(self, record: RunRecord, ident: str, *, brief: bool = False) -> Card:
        """What a card of the page shows of a run."""
        from anomalyst.modalities.image.card import card

        return card(record, brief=brief)

    def figure(self, record: RunRecord, run_id: str = "") -> Any:
        """None: the card shows all."""
        return None

    def thumbnail(self, sample: Sample, score_map: ScoreMap | None, finding: Finding | None) -> PIL.Image.Image:
        """The sample small."""
        from anomalyst.modalities.image.sample import ImageSample
        from anomalyst.modalities.image.thumbnail import thumbnail

        return thumbnail(expect(ImageSample, sample), score_map, finding)

    def to_mark(self, record: RunRecord) -> ToMark:
        """What a place is marked on."""
        from anomalyst.modalities.image.card import to_mark

        return to_mark(record)

    def healing_shown(self, record: RunRecord, states: Sequence[Healed]) -> HealingShown:
        """The states of the healing test to look at."""
        from anomalyst.modalities.image.card import healing_shown

        return healing_shown(states)


IMAGE = Image()
