"""The answers for an image with its text, each made where it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anomalyst.evidence.dotest import HealingWords
from anomalyst.evidence.facts import Evidence, Finding, Region
from anomalyst.modalities.base import Modality, Nouns
from anomalyst.modalities.pair.offer import OFFER
from anomalyst.modalities.shown import Axis, Card, Healed, HealedPicture, Marking, Pictures, ToMark
from anomalyst.modalities.sources import Parts, Ways
from anomalyst.modalities.trial import Trial
from anomalyst.samples import Sample, expect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from PIL.Image import Image

    from anomalyst.detectors.contract import Detector, ScoreMap
    from anomalyst.evidence.dotest import Healings
    from anomalyst.evidence.findings import FoundRegions
    from anomalyst.evidence.record import RunRecord
    from anomalyst.evidence.sentences import Advice, Said
    from anomalyst.evidence.units import Measure
    from anomalyst.modalities.base import Arrays


class Pair(Modality):
    """An image with its text."""

    name = "pair"
    nouns = Nouns(
        title="Images with text", one="pair", many="pairs", input="image with text", data="images with text",
        thing="pair", things="pairs", normal="pair", normals="pairs", alike="normal pairs", examples="matching pairs",
        part="finding",
    )  # fmt: skip
    offer = OFFER
    ways = Ways(
        inside="pairs",
        texted="an image with its text",
        beside=True,
        limit=("Longest text of an image", "5,000 characters"),
    )
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
        """What is kept of a sample and of its score map."""
        from anomalyst.modalities.pair.storage import kept

        return kept(sample, score_map)

    def restored(self, about: Mapping[str, Any], arrays: Mapping[str, Any]) -> tuple[Sample, object | None]:
        """The sample, and the score map's detail."""
        from anomalyst.modalities.pair.storage import restored

        return restored(about, arrays)

    def shapes(self, sample: Sample) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """(height, width), and three colours each."""
        return sample.shape, (*sample.shape, 3)

    def rows(self, sample: Sample, score_map: ScoreMap) -> pd.DataFrame | None:
        """A pair is one row."""
        return None

    def row(self, sample: Sample, score_map: ScoreMap) -> dict[str, str]:
        """The word of the text that fits the image least."""
        from anomalyst.modalities.pair.table import least_fitting

        return least_fitting(score_map)

    def trial(self, seed: int) -> Trial:
        """Samples made up to try detectors on, the same for the same seed."""
        from anomalyst.modalities.pair.trial import trial

        return trial(seed)

    # found and measured

    def locate(self, sample: Sample, score_map: ScoreMap, alpha: float, fdr: float, most: int = 8) -> FoundRegions:
        """The most abnormal places."""
        from anomalyst.modalities.pair.findings import pair_regions
        from anomalyst.modalities.pair.sample import PairSample

        return pair_regions(expect(PairSample, sample), score_map, alpha, fdr, most)

    def sample_facts(self, sample: Sample, score_map: ScoreMap) -> Iterator[Measure]:
        """Facts about the whole sample."""
        from anomalyst.modalities.pair.facts import sample_facts
        from anomalyst.modalities.pair.sample import PairSample

        return sample_facts(expect(PairSample, sample), score_map)

    def finding_facts(
        self, sample: Sample, score_map: ScoreMap, found: FoundRegions, finding: Finding
    ) -> Iterator[Measure]:
        """Facts about one of the findings."""
        from anomalyst.modalities.pair.facts import finding_facts
        from anomalyst.modalities.pair.sample import PairSample

        return finding_facts(expect(PairSample, sample), score_map, found, finding)

    def healed(
        self, detector: Detector, sample: Sample, score_map: ScoreMap, found: FoundRegions, seed: int
    ) -> Healings:
        """What the healing test scores."""
        from anomalyst.modalities.pair.healing import healed_pair
        from anomalyst.modalities.pair.sample import PairSample

        return healed_pair(expect(PairSample, sample), score_map, found, seed)

    # told

    words = frozenset({
        "pair", "image", "picture", "photo", "photograph", "pixel", "pixels",
        "text", "caption", "title", "note", "word", "words",
    })  # fmt: skip
    places = "plane"
    healing = HealingWords(
        findings="With the fitting words in place of the flagged ones",
        elsewhere="When as many random words are left out instead",
        findings_title="Flagged words put right",
        elsewhere_title="Other words left out",
    )

    def sample_sentences(self, evidence: Evidence) -> Iterator[Said]:
        """Sentences about the whole pair."""
        from anomalyst.modalities.pair.words import sample_sentences

        return sample_sentences(evidence)

    def finding_sentences(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        """Sentences about a finding."""
        from anomalyst.modalities.pair.words import finding_sentences

        return finding_sentences(evidence, finding)

    @property
    def advice(self) -> Advice:
        """What may be the cause of a finding, and what to do next."""
        from anomalyst.modalities.pair.words import ADVICE

        return ADVICE

    # shown

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
        from anomalyst.modalities.image.shown.thumbnail import thumbnail
        from anomalyst.modalities.pair.sample import PairSample

        return thumbnail(expect(PairSample, sample).image, score_map, finding)

    def to_mark(self, record: RunRecord) -> ToMark:
        """What a place is marked on."""
        from anomalyst.modalities.pair.card import to_mark

        return to_mark(record)

    def healing_shown(self, record: RunRecord, states: Sequence[Healed]) -> Sequence[HealedPicture]:
        """The states of the healing test to look at."""
        from anomalyst.modalities.pair.card import healing_shown

        return healing_shown(states)


PAIR = Pair()
