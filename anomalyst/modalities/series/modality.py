"""The answers for a series, each made where it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.evidence.units import counted
from anomalyst.modalities.base import Modality
from anomalyst.modalities.files import TABLE_SUFFIXES, TABLE_TYPES, content_of, is_no_table
from anomalyst.modalities.series.offer import OFFER
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.shown.headline import headline
from anomalyst.modalities.series.shown.words import TOLD, finding_sentences, sample_sentences
from anomalyst.modalities.shown import Axis, Card, Healed, HealedPicture, Marking, Pictures, ToMark
from anomalyst.modalities.sources import AlarmLevel, Arrays, Inside, Matched, Part, Ways
from anomalyst.modalities.told import Nouns
from anomalyst.modalities.trial import Trial
from anomalyst.samples import Sample, expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from markupsafe import Markup

    from anomalyst.detectors.contract import Detector, ScoreMap
    from anomalyst.evidence.findings import FoundRegions
    from anomalyst.evidence.healing import Healings
    from anomalyst.evidence.record import RunRecord
    from anomalyst.evidence.sentences import Said
    from anomalyst.evidence.speech.speech import Speech
    from anomalyst.evidence.units import Measure
    from anomalyst.modalities.files import Listing


class Series(Modality):
    """A series."""

    name = "series"
    nouns = Nouns(
        title="Series", one="series", many="series", input="series", data="time series", thing="recording",
        things="recordings", normal="stretch", normals="stretches", alike="normal series as long as this one",
    )  # fmt: skip
    usual_faults = 2
    sample = SeriesSample
    region = SeriesRegion
    offer = OFFER
    ways = Ways(files=TABLE_TYPES, inside="tables", array="a series", limit=("Largest series", "50 million values"))
    told = TOLD
    marking = Marking(
        (Axis("start", "stop", "from row", "to row"),),
        "Drag over the stretch that was missed, or type its rows.",
        "start < stop in rows",
    )

    # in

    def knows(self, source: Any) -> float:
        """Tables, by their content; pandas' objects, arrays of one or two axes."""
        if is_no_table(source):
            return 0.0
        from anomalyst.modalities.series.reading.source import knows  # brings pandas along

        return knows(source)

    def read(self, source: Any, text: str | None = None) -> Sample:
        """A series from a file, an array or pandas."""
        from anomalyst.modalities.series.reading.source import read

        return read(source)

    def inside(self, found: Listing) -> Inside:
        """Tables by their names, unless their content is a picture."""
        tables = [f for f in found.files if f.suffix.lower() in TABLE_SUFFIXES]
        return Inside([f for f in tables if content_of(f) != "picture"])

    def matched(self, normals: Sequence[Sample], like: Sample | None) -> Matched:
        """Normals with their columns in the input's order, or in that of most of them."""
        from anomalyst.modalities.series.reading.source import matched

        return matched(normals, like)

    def settled(self, sample: Sample, normals: Sequence[Sample]) -> Sample:
        """Dates in doubt read as those of the normals are."""
        from anomalyst.modalities.series.reading.source import settled

        return settled(sample, normals)

    def part(self, sample: Sample, start: float, stop: float, rows: bool) -> Part | None:
        from anomalyst.modalities.series.part import part

        return part(expect(SeriesSample, sample), start, stop, rows)

    def profile(self, sample: Sample | None, normals: Sequence[Sample], backbone: bool) -> dict[str, Any]:
        """Rows, channels, missing values, and the rows of the normals."""
        from anomalyst.modalities.series.reading.source import profile

        return profile(sample, normals)

    def size(self, sample: Sample) -> str:
        """Rows and channels."""
        rows, channels = sample.shape[:2]
        return f"{counted(rows, 'row')} × {counted(channels, 'channel')}"

    # kept and tried

    def arrays(self, sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
        from anomalyst.modalities.series.storage import kept

        return kept(sample, score_map)

    def restored(self, about: Mapping[str, Any], arrays: Arrays) -> tuple[Sample, object | None]:
        from anomalyst.modalities.series.storage import restored

        return restored(about, arrays)

    def shapes(self, sample: Sample) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """(time,), and all channels each."""
        return sample.shape[:1], sample.shape

    def rows(self, sample: Sample, score_map: ScoreMap) -> pd.DataFrame | None:
        """A row a time stamp."""
        from anomalyst.modalities.series.table import rows

        return rows(sample, score_map)

    def usual(self, normals: Sequence[Sample]) -> dict[str, Any]:
        from anomalyst.modalities.series.reading.unlike import usual

        return usual([expect(SeriesSample, normal) for normal in normals])

    def unlike(self, sample: Sample, usual: Mapping[str, Any]) -> Iterator[Measure]:
        """Facts on its step, and on where its channels lie and how much they move."""
        from anomalyst.modalities.series.reading.unlike import unlike

        return unlike(expect(SeriesSample, sample), usual)

    def trial(self, seed: int) -> Trial:
        from anomalyst.modalities.series.tried.trial import trial

        return trial(seed)

    # found and measured

    def locate(self, sample: Sample, score_map: ScoreMap, alpha: float, fdr: float, most: int = 8) -> FoundRegions:
        from anomalyst.modalities.series.findings import series_regions

        return series_regions(expect(SeriesSample, sample), score_map, alpha, fdr, most)

    def sample_facts(self, sample: Sample, score_map: ScoreMap) -> Iterator[Measure]:
        from anomalyst.modalities.series.facts import sample_facts

        return sample_facts(expect(SeriesSample, sample))

    def alarm_level(self, sample: Sample, alarms: float) -> AlarmLevel:
        """Per day by the clock, else per 1,000 rows."""
        from anomalyst.modalities.series.rate import alarm_level

        return alarm_level(expect(SeriesSample, sample), alarms)

    def alarm_facts(self, sample: Sample, score_map: ScoreMap, alpha: float) -> Iterator[Measure]:
        """How many false alarms a level allows."""
        from anomalyst.modalities.series.rate import alarm_facts

        return alarm_facts(expect(SeriesSample, sample), score_map, alpha)

    def finding_facts(
        self, sample: Sample, score_map: ScoreMap, found: FoundRegions, finding: Finding
    ) -> Iterator[Measure]:
        from anomalyst.modalities.series.facts import finding_facts

        return finding_facts(expect(SeriesSample, sample), score_map, found, finding)

    def healed(
        self, detector: Detector, sample: Sample, score_map: ScoreMap, found: FoundRegions, seed: int
    ) -> Healings:
        from anomalyst.modalities.series.healing import healed_series

        return healed_series(detector, expect(SeriesSample, sample), found, seed)

    def healed_alone(
        self, detector: Detector, sample: Sample, score_map: ScoreMap, found: FoundRegions
    ) -> Mapping[str, tuple[str, Sample]]:
        """The channel that moved first."""
        from anomalyst.modalities.series.healing import healed_first

        return healed_first(detector, expect(SeriesSample, sample), score_map, found)

    def faulty(self, sample: Sample, number: int, seed: int, times: float | None = 1.0) -> Sample | None:
        from anomalyst.modalities.series.tried.planted import faulty_series

        return faulty_series(expect(SeriesSample, sample), number, seed, times)

    def fault_facts(
        self, sample: Sample, number: int, seed: int, seen: float | None, unseen: float | None
    ) -> Iterator[Measure]:
        """Sizes in the unit of the channel they were planted in."""
        from anomalyst.modalities.series.tried.planted import fault_facts

        return fault_facts(expect(SeriesSample, sample), number, seed, seen, unseen)

    # told

    def sample_sentences(self, evidence: Evidence) -> Iterator[Said]:
        """How small an anomaly would have been seen."""
        return sample_sentences(evidence)

    def headline(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        return headline(evidence, finding)

    def finding_sentences(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        return finding_sentences(evidence, finding)

    # shown

    def finding_name(self, evidence: Evidence, finding: Finding, speech: Speech) -> str:
        from anomalyst.modalities.series.shown.card import finding_name

        return finding_name(evidence, finding, speech)

    def report(self, record: RunRecord, detailed: int) -> Pictures:
        from anomalyst.modalities.series.shown.card import report

        return report(record, detailed)

    def card(self, record: RunRecord, ident: str, *, brief: bool = False) -> Card:
        from anomalyst.modalities.series.shown.card import card

        return card(record, ident, brief=brief)

    def figure(self, record: RunRecord, run_id: str = "") -> Any:
        from anomalyst.modalities.series.shown.plot import series_figure

        return series_figure(record, run_id)

    def thumbnail(self, sample: Sample, score_map: ScoreMap | None, finding: Finding | None) -> Markup:
        from anomalyst.modalities.series.shown.card import thumbnail

        return thumbnail(expect(SeriesSample, sample), score_map, finding)

    def to_mark(self, record: RunRecord) -> ToMark:
        from anomalyst.modalities.series.shown.card import to_mark

        return to_mark(record)

    def healing_shown(self, record: RunRecord, states: Sequence[Healed]) -> Sequence[HealedPicture]:
        from anomalyst.modalities.series.shown.card import healing_shown

        return healing_shown(record, states)


SERIES = Series()
