"""The answers for a series, each made where it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anomalyst.evidence.facts import Evidence, Finding, Region
from anomalyst.modalities.base import Modality, Nouns
from anomalyst.modalities.series.offer import OFFER
from anomalyst.samples import Sample, expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anomalyst.detectors.contract import Detector, ScoreMap
    from anomalyst.evidence.dotest import Healings
    from anomalyst.evidence.findings import FoundRegions
    from anomalyst.evidence.sentences import Advice, Said
    from anomalyst.evidence.units import Measure


class Series(Modality):
    """A series."""

    name = "series"
    nouns = Nouns(
        title="Series", one="series", many="series", input="series", thing="recording", things="recordings",
        normal="stretch", normals="stretches", alike="normal series as long as this one",
    )  # fmt: skip
    offer = OFFER

    @property
    def sample(self) -> type[Sample]:
        """The class of its samples."""
        from anomalyst.modalities.series.sample import SeriesSample

        return SeriesSample

    @property
    def region(self) -> type[Region]:
        """The class of the places of its findings."""
        from anomalyst.modalities.series.region import SeriesRegion

        return SeriesRegion

    # found and measured

    def locate(self, sample: Sample, score_map: ScoreMap, alpha: float, fdr: float, most: int = 8) -> FoundRegions:
        """The most abnormal places."""
        from anomalyst.modalities.series.findings import series_regions
        from anomalyst.modalities.series.sample import SeriesSample

        return series_regions(expect(SeriesSample, sample), score_map, alpha, fdr, most)

    def sample_facts(self, sample: Sample, score_map: ScoreMap) -> Iterator[Measure]:
        """Facts about the whole sample."""
        from anomalyst.modalities.series.facts import sample_facts
        from anomalyst.modalities.series.sample import SeriesSample

        return sample_facts(expect(SeriesSample, sample))

    def finding_facts(
        self, sample: Sample, score_map: ScoreMap, found: FoundRegions, finding: Finding
    ) -> Iterator[Measure]:
        """Facts about one of the findings."""
        from anomalyst.modalities.series.facts import finding_facts
        from anomalyst.modalities.series.sample import SeriesSample

        return finding_facts(expect(SeriesSample, sample), score_map, found, finding)

    def healed(
        self, detector: Detector, sample: Sample, score_map: ScoreMap, found: FoundRegions, seed: int
    ) -> Healings:
        """What the healing test scores."""
        from anomalyst.modalities.series.healing import healed_series
        from anomalyst.modalities.series.sample import SeriesSample

        return healed_series(detector, expect(SeriesSample, sample), found, seed)

    def faulty(self, sample: Sample, number: int, seed: int) -> Sample | None:
        """The series with a fault."""
        from anomalyst.modalities.series.planted import faulty_series
        from anomalyst.modalities.series.sample import SeriesSample

        return faulty_series(expect(SeriesSample, sample), number, seed)

    # told

    words = frozenset({
        "series", "recording", "signal", "channel", "channels", "column",
        "columns", "row", "rows", "time", "window", "period",
    })  # fmt: skip
    places = "time"

    def finding_sentences(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        """Sentences about a finding."""
        from anomalyst.modalities.series.words import finding_sentences

        return finding_sentences(evidence, finding)

    @property
    def advice(self) -> Advice:
        """What may be the cause of a finding, and what to do next."""
        from anomalyst.modalities.series.words import ADVICE

        return ADVICE


SERIES = Series()
