"""The answers for an image, each made where it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anomalyst.evidence.facts import Evidence, Finding, Region
from anomalyst.modalities.base import Modality, Nouns
from anomalyst.modalities.image.offer import OFFER
from anomalyst.samples import Sample, expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anomalyst.detectors.contract import Detector, ScoreMap
    from anomalyst.evidence.dotest import Healings
    from anomalyst.evidence.findings import FoundRegions
    from anomalyst.evidence.sentences import Advice, Said
    from anomalyst.evidence.units import Measure


class Image(Modality):
    """An image."""

    name = "image"
    nouns = Nouns(
        title="Images", one="image", many="images", input="image", thing="image", things="images", normal="image",
        normals="images", alike="normal images",
    )  # fmt: skip
    offer = OFFER

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

    # found and measured

    def locate(self, sample: Sample, score_map: ScoreMap, alpha: float, fdr: float, most: int = 8) -> FoundRegions:
        """The most abnormal places."""
        from anomalyst.modalities.image.findings import image_regions

        return image_regions(score_map, alpha, fdr, most)

    def sample_facts(self, sample: Sample, score_map: ScoreMap) -> Iterator[Measure]:
        """Facts about the whole sample."""
        from anomalyst.modalities.image.facts import sample_facts
        from anomalyst.modalities.image.sample import ImageSample

        return sample_facts(expect(ImageSample, sample))

    def finding_facts(
        self, sample: Sample, score_map: ScoreMap, found: FoundRegions, finding: Finding
    ) -> Iterator[Measure]:
        """Facts about one of the findings."""
        from anomalyst.modalities.image.facts import finding_facts
        from anomalyst.modalities.image.sample import ImageSample

        return finding_facts(expect(ImageSample, sample), score_map, found, finding)

    def healed(
        self, detector: Detector, sample: Sample, score_map: ScoreMap, found: FoundRegions, seed: int
    ) -> Healings:
        """What the healing test scores."""
        from anomalyst.modalities.image.healing import healed_image
        from anomalyst.modalities.image.sample import ImageSample

        return healed_image(detector, expect(ImageSample, sample), found, seed)

    def faulty(self, sample: Sample, number: int, seed: int) -> Sample | None:
        """The image with a fault."""
        from anomalyst.modalities.image.planted import faulty_image
        from anomalyst.modalities.image.sample import ImageSample

        return faulty_image(expect(ImageSample, sample), number, seed)

    # told

    words = frozenset({
        "image", "picture", "photo", "photograph", "pixel",
        "pixels", "brightness", "colour", "color", "band",
    })  # fmt: skip
    places = "plane"
    qualities = ("brightness", "red", "green", "blue")

    def finding_sentences(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        """Sentences about a finding."""
        from anomalyst.modalities.image.words import finding_sentences

        return finding_sentences(evidence, finding)

    @property
    def advice(self) -> Advice:
        """What may be the cause of a finding, and what to do next."""
        from anomalyst.modalities.image.words import ADVICE

        return ADVICE


IMAGE = Image()
