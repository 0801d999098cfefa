"""The answers for an image, each made where it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from anomalyst.evidence.facts import Evidence, FactKind, Finding
from anomalyst.modalities.base import Modality
from anomalyst.modalities.files import IMAGE_SUFFIXES, IMAGE_TYPES
from anomalyst.modalities.image.colours import appearance
from anomalyst.modalities.image.offer import OFFER
from anomalyst.modalities.image.region import ImageRegion
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.words import TOLD, finding_sentences, headline, sample_sentences
from anomalyst.modalities.shown import Axis, Card, Healed, HealedPicture, Marking, Pictures, ToMark
from anomalyst.modalities.sources import Arrays, Inside, Matched, Parts, Ways
from anomalyst.modalities.told import Nouns
from anomalyst.modalities.trial import Trial
from anomalyst.samples import Sample, expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    import PIL.Image

    from anomalyst.detectors.contract import Detector, ScoreMap
    from anomalyst.evidence.findings import FoundRegions
    from anomalyst.evidence.healing import Healings
    from anomalyst.evidence.record import RunRecord
    from anomalyst.evidence.sentences import Said
    from anomalyst.evidence.speech.speech import Speech
    from anomalyst.evidence.units import Measure
    from anomalyst.modalities.files import Listing


class Image(Modality):
    """An image."""

    name = "image"
    nouns = Nouns(
        title="Images", one="image", many="images", input="image", data="images", thing="image", things="images",
        normal="image", normals="images", alike="normal images",
    )  # fmt: skip
    sample = ImageSample
    region = ImageRegion
    offer = OFFER
    ways = Ways(
        files=IMAGE_TYPES,
        suffixes=IMAGE_SUFFIXES,
        inside="images",
        array="a grey image",
        limit=("Largest image", "40 million pixels"),
    )
    told = TOLD
    remeasured = frozenset({"area", "anomaly_kind", "direction", "observed", "expected", "difference"})
    marking = Marking(
        (Axis("x0", "x1", "left", "right"), Axis("y0", "y1", "top", "bottom")),
        "Drag a box around what was missed, or type its edges in pixels.",
        "x0 < x1 and y0 < y1 in pixels",
    )

    # in

    def knows(self, source: Any) -> float:
        """Files that are pictures by their content, Pillow's images, arrays with colours."""
        from anomalyst.modalities.image.reading.source import knows

        return knows(source)

    def read(self, source: Any, text: str | None = None) -> Sample:
        """An image from a file, an array or Pillow."""
        from anomalyst.modalities.image.reading.source import read

        return read(source)

    def inside(self, found: Listing) -> Inside:
        """Pictures, without masks that lie beside them; arrays, if there is nothing else."""
        from anomalyst.modalities.image.reading.source import inside

        return inside(found)

    def normals(self, sources: Sequence[Any]) -> Parts:
        """Normal images, also in train/good of a folder, without masks."""
        from anomalyst.modalities.image.reading.source import normals

        return normals(self, sources)

    def matched(self, normals: Sequence[Sample], like: Sample | None) -> Matched:
        """Normal images on the one scale that they give."""
        from anomalyst.modalities.image.reading.camera import matched

        return matched(normals)

    def settled(self, sample: Sample, normals: Sequence[Sample]) -> Sample:
        """On the scale of its normals."""
        from anomalyst.modalities.image.reading.camera import brought, scale_of

        return brought(expect(ImageSample, sample), scale_of([expect(ImageSample, one) for one in normals]))

    def brought(self, sample: Sample, usual: Mapping[str, Any]) -> Sample:
        """On the scale of the detector's normals."""
        from anomalyst.modalities.image.reading.camera import brought, scale_in

        return brought(expect(ImageSample, sample), scale_in(usual))

    def profile(self, sample: Sample | None, normals: Sequence[Sample], backbone: bool) -> dict[str, Any]:
        """Its size, and whether it is grey; of images to fit on, only their number counts."""
        from anomalyst.modalities.image.reading.source import profile

        return profile(sample, backbone)

    def size(self, sample: Sample) -> str:
        """Width and height."""
        return f"{sample.shape[1]} × {sample.shape[0]} pixels"

    # kept and tried

    def arrays(self, sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
        from anomalyst.modalities.image.storage import kept

        return kept(sample, score_map)

    def restored(self, about: Mapping[str, Any], arrays: Arrays) -> tuple[Sample, object | None]:
        from anomalyst.modalities.image.storage import restored

        return restored(about, arrays)

    def shapes(self, sample: Sample) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """(height, width), and three colours each."""
        return sample.shape, (*sample.shape, 3)

    def usual(self, normals: Sequence[Sample]) -> dict[str, Any]:
        from anomalyst.modalities.image.unlike import usual

        return usual([expect(ImageSample, normal) for normal in normals]) if normals else {}

    def unlike(self, sample: Sample, usual: Mapping[str, Any]) -> Iterator[Measure]:
        """Facts on its size, shape, depth, sharpness and compression."""
        from anomalyst.modalities.image.unlike import unlike

        return unlike(expect(ImageSample, sample), usual)

    def trial(self, seed: int) -> Trial:
        from anomalyst.modalities.image.tried.trial import trial

        return trial(seed)

    # found and measured

    def locate(self, sample: Sample, score_map: ScoreMap, alpha: float, fdr: float, most: int = 8) -> FoundRegions:
        from anomalyst.modalities.image.found.findings import image_regions

        return image_regions(expect(ImageSample, sample), score_map, alpha, fdr, most)

    def sample_facts(self, sample: Sample, score_map: ScoreMap) -> Iterator[Measure]:
        from anomalyst.modalities.image.facts import sample_facts

        return sample_facts(expect(ImageSample, sample), score_map)

    def alarm_facts(self, sample: Sample, score_map: ScoreMap, alpha: float) -> Iterator[Measure]:
        """That an alarm is about the whole picture, where it is."""
        from anomalyst.modalities.image.facts import alarm_facts

        return alarm_facts(score_map, alpha)

    def finding_facts(
        self, sample: Sample, score_map: ScoreMap, found: FoundRegions, finding: Finding
    ) -> Iterator[Measure]:
        from anomalyst.modalities.image.facts import finding_facts

        return finding_facts(expect(ImageSample, sample), score_map, found, finding)

    def healed(
        self, detector: Detector, sample: Sample, score_map: ScoreMap, found: FoundRegions, seed: int
    ) -> Healings:
        from anomalyst.modalities.image.healing import healed_image

        return healed_image(detector, expect(ImageSample, sample), found, seed)

    def faulty(self, sample: Sample, number: int, seed: int, times: float | None = 1.0) -> Sample | None:
        from anomalyst.modalities.image.tried.planted import faulty_image

        return faulty_image(expect(ImageSample, sample), number, seed, times)

    def fault_facts(
        self, sample: Sample, number: int, seed: int, seen: float | None, unseen: float | None
    ) -> Iterator[Measure]:
        """Contrast of the stain, and the share of the image that it covers."""
        from anomalyst.modalities.image.tried.planted import fault_facts

        return fault_facts(expect(ImageSample, sample), number, seed, seen, unseen)

    # told

    def appearance(self, evidence: Evidence, finding: str, kind: FactKind) -> str:
        return appearance(evidence, finding, kind)

    def sample_sentences(self, evidence: Evidence) -> Iterator[Said]:
        """Whether the whole picture differs; how faint a stain would have been seen."""
        return sample_sentences(evidence)

    def headline(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        return headline(evidence, finding)

    def finding_sentences(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        return finding_sentences(evidence, finding)

    # shown

    def finding_name(self, evidence: Evidence, finding: Finding, speech: Speech) -> str:
        from anomalyst.modalities.image.shown.card import finding_name

        return finding_name(evidence, finding, speech)

    def report(self, record: RunRecord, detailed: int) -> Pictures:
        from anomalyst.modalities.image.shown.pictures import report

        return report(record, detailed)

    def card(self, record: RunRecord, ident: str, *, brief: bool = False) -> Card:
        from anomalyst.modalities.image.shown.card import card

        return card(record, brief=brief)

    def thumbnail(self, sample: Sample, score_map: ScoreMap | None, finding: Finding | None) -> PIL.Image.Image:
        from anomalyst.modalities.image.shown.thumbnail import thumbnail

        return thumbnail(expect(ImageSample, sample), score_map, finding)

    def to_mark(self, record: RunRecord) -> ToMark:
        from anomalyst.modalities.image.shown.card import to_mark

        return to_mark(record)

    def healing_shown(self, record: RunRecord, states: Sequence[Healed]) -> Sequence[HealedPicture]:
        from anomalyst.modalities.image.shown.card import healing_shown

        return healing_shown(states)


IMAGE = Image()
