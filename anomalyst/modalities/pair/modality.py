"""The answers for an image with its text, each made where it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.modalities.base import Modality
from anomalyst.modalities.image.modality import Image
from anomalyst.modalities.pair.offer import OFFER
from anomalyst.modalities.pair.region import PairRegion
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.words import TOLD, finding_sentences, headline, sample_sentences
from anomalyst.modalities.shown import Card, Healed, HealedPicture, Pictures, ToMark
from anomalyst.modalities.sources import Arrays, Parts, Ways
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


class Pair(Modality):
    """An image with its text."""

    name = "pair"
    nouns = Nouns(
        title="Images with text", one="pair", many="pairs", input="image with text", data="images with text",
        thing="pair", things="pairs", normal="pair", normals="pairs", alike="normal pairs", examples="matching pairs",
        part="finding",
    )  # fmt: skip
    usual_faults = 2
    sample = PairSample
    region = PairRegion
    offer = OFFER
    ways = Ways(
        inside="pairs",
        texted="an image with its text",
        beside=True,
        limit=("Longest text of an image", "5,000 characters"),
    )
    told = TOLD
    marking = Image.marking

    # in

    def knows(self, source: Any) -> float:
        """Tables of images and texts, and images with a .txt beside each."""
        from anomalyst.modalities.pair.source import knows

        return knows(source)

    def read(self, source: Any, text: str | None = None) -> Sample:
        """An image and its text, or the only pair of a table or a folder."""
        from anomalyst.modalities.pair.source import read

        return read(source, text)

    def parts(self, path: Path) -> Parts:
        """Each row of a table, each image of a folder that has a text."""
        from anomalyst.modalities.pair.source import parts

        return parts(path)

    def uploaded(self, folder: Path) -> list[Path]:
        """The tables that name images of the folder; without any, the folder itself."""
        from anomalyst.modalities.pair.source import uploaded

        return uploaded(folder)

    def profile(self, sample: Sample | None, normals: Sequence[Sample], backbone: bool) -> dict[str, Any]:
        """The image's size, and the text; of pairs to fit on, only their number counts."""
        from anomalyst.modalities.pair.source import profile

        return profile(sample, backbone)

    def size(self, sample: Sample) -> str:
        """The image's width and height, and how many words the text has."""
        from anomalyst.modalities.pair.source import size

        return size(sample)

    # kept and tried

    def arrays(self, sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
        from anomalyst.modalities.pair.storage import kept

        return kept(sample, score_map)

    def restored(self, about: Mapping[str, Any], arrays: Arrays) -> tuple[Sample, object | None]:
        from anomalyst.modalities.pair.storage import restored

        return restored(about, arrays)

    def shapes(self, sample: Sample) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """(height, width), and three colours each."""
        return sample.shape, (*sample.shape, 3)

    def row(self, sample: Sample, score_map: ScoreMap) -> dict[str, str]:
        """The word of the text that fits the image least."""
        from anomalyst.modalities.pair.scores import least_fitting

        return least_fitting(score_map)

    def usual(self, normals: Sequence[Sample]) -> dict[str, Any]:
        from anomalyst.modalities.pair.unlike import usual

        return usual([expect(PairSample, normal) for normal in normals])

    def unlike(self, sample: Sample, usual: Mapping[str, Any]) -> Iterator[Measure]:
        """Facts on the image, and on how long the text is."""
        from anomalyst.modalities.pair.unlike import unlike

        return unlike(expect(PairSample, sample), usual)

    def faulty_for(
        self, detector: Detector, sample: Sample, number: int, seed: int, times: float | None = 1.0
    ) -> Sample | None:
        """The text of another pair in place of its own."""
        from anomalyst.modalities.pair.unlike import foreign

        return foreign(expect(PairSample, sample), number, seed, detector.usual_) if times == 1 else None

    def trial(self, seed: int) -> Trial:
        from anomalyst.modalities.pair.trial import trial

        return trial(seed)

    # found and measured

    def locate(self, sample: Sample, score_map: ScoreMap, alpha: float, fdr: float, most: int = 8) -> FoundRegions:
        from anomalyst.modalities.pair.findings import pair_regions

        return pair_regions(expect(PairSample, sample), score_map, alpha, fdr, most)

    def sample_facts(self, sample: Sample, score_map: ScoreMap) -> Iterator[Measure]:
        from anomalyst.modalities.pair.facts import sample_facts

        return sample_facts(expect(PairSample, sample), score_map)

    def finding_facts(
        self, sample: Sample, score_map: ScoreMap, found: FoundRegions, finding: Finding
    ) -> Iterator[Measure]:
        from anomalyst.modalities.pair.facts import finding_facts

        return finding_facts(expect(PairSample, sample), score_map, found, finding)

    def healed(
        self, detector: Detector, sample: Sample, score_map: ScoreMap, found: FoundRegions, seed: int
    ) -> Healings:
        from anomalyst.modalities.pair.healing import healed_pair

        return healed_pair(expect(PairSample, sample), score_map, found, seed)

    # told

    def sample_sentences(self, evidence: Evidence) -> Iterator[Said]:
        return sample_sentences(evidence)

    def headline(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        return headline(evidence, finding)

    def finding_sentences(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        return finding_sentences(evidence, finding)

    # shown

    def finding_name(self, evidence: Evidence, finding: Finding, speech: Speech) -> str:
        from anomalyst.modalities.pair.card import finding_name

        return finding_name(evidence, finding, speech)

    def report(self, record: RunRecord, detailed: int) -> Pictures:
        from anomalyst.modalities.pair.pictures import report

        return report(record)

    def card(self, record: RunRecord, ident: str, *, brief: bool = False) -> Card:
        from anomalyst.modalities.pair.card import card

        return card(record, brief=brief)

    def thumbnail(self, sample: Sample, score_map: ScoreMap | None, finding: Finding | None) -> PIL.Image.Image:
        from anomalyst.modalities.image.shown.thumbnail import thumbnail

        return thumbnail(expect(PairSample, sample).image, score_map, finding)

    def to_mark(self, record: RunRecord) -> ToMark:
        from anomalyst.modalities.pair.card import to_mark

        return to_mark(record)

    def healing_shown(self, record: RunRecord, states: Sequence[Healed]) -> Sequence[HealedPicture]:
        from anomalyst.modalities.pair.card import healing_shown

        return healing_shown(states)


PAIR = Pair()
