"""The answers for a table, each made where it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from anomalyst.evidence.facts import Evidence, Finding
from anomalyst.modalities.base import Modality
from anomalyst.modalities.files import TABLE_SUFFIXES, content_of, is_no_table
from anomalyst.modalities.shown import Axis, Card, Healed, HealedPicture, Marking, Pictures, ToMark
from anomalyst.modalities.sources import Arrays, Inside, Matched, Ways
from anomalyst.modalities.table.offer import OFFER
from anomalyst.modalities.table.region import TableRegion
from anomalyst.modalities.table.sample import TableSample
from anomalyst.modalities.table.shown.headline import headline
from anomalyst.modalities.table.shown.words import TOLD, finding_sentences, sample_sentences
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


SUFFIXES = frozenset({".xlsx", ".xlsm", ".feather", ".arrow"})  # of files that hold nothing but tables


class Table(Modality):
    """A table whose rows have no order."""

    name = "table"
    nouns = Nouns(
        title="Tables", one="table", many="tables", input="table", data="tables", thing="table", things="tables",
        normal="example", normals="examples", alike="normal rows", examples="normal rows", part="finding",
    )  # fmt: skip
    sample = TableSample
    region = TableRegion
    offer = OFFER
    ways = Ways(
        files="CSV, TSV, JSON, Parquet, Feather or Excel",
        suffixes=frozenset({".xlsx", ".xlsm", ".feather", ".arrow"}),
        inside="tables of rows",
        array="a table",
        limit=("Largest table", "50 million cells"),
    )
    told = TOLD
    marking = Marking(
        (Axis("start", "stop", "from row", "to row"),),
        "Type the rows that were missed, counted from 0.",
        "start < stop in rows",
    )

    # in

    def knows(self, source: Any) -> float:
        """Rows of numbers and words in which nothing tells an order; workbooks."""
        if is_no_table(source):
            return 0.0
        from anomalyst.modalities.table.reading.source import knows  # brings pandas along

        return knows(source)

    def read(self, source: Any, text: str | None = None) -> Sample:
        """A table from a file, an array or a data frame."""
        from anomalyst.modalities.table.reading.source import read

        return read(source)

    def inside(self, found: Listing) -> Inside:
        """Workbooks and Feather files; CSV and Parquet files, which may be series, only where tables are asked for."""
        own = [f for f in found.files if f.suffix.lower() in SUFFIXES]
        tables = [f for f in found.files if f.suffix.lower() in TABLE_SUFFIXES]
        return Inside(own, perhaps=[f for f in tables if content_of(f) != "picture"])

    def matched(self, normals: Sequence[Sample], like: Sample | None) -> Matched:
        """Normals with the columns that all share, each of one kind."""
        from anomalyst.modalities.table.reading.source import matched

        return matched(normals, like)

    def settled(self, sample: Sample, normals: Sequence[Sample]) -> Sample:
        """The input with the columns that its normals have."""
        from anomalyst.modalities.table.reading.source import settled

        return settled(sample, normals)

    def brought(self, sample: Sample, usual: Mapping[str, Any]) -> Sample:
        """The input in the columns that a detector knows."""
        from anomalyst.modalities.table.reading.source import brought

        return brought(expect(TableSample, sample), usual)

    def usual(self, normals: Sequence[Sample]) -> dict[str, Any]:
        from anomalyst.modalities.table.reading.source import usual

        return usual([expect(TableSample, normal) for normal in normals])

    def profile(self, sample: Sample | None, normals: Sequence[Sample], backbone: bool) -> dict[str, Any]:
        """Rows, columns, missing values, and the rows of the normals."""
        from anomalyst.modalities.table.reading.source import profile

        return profile(sample, normals)

    def size(self, sample: Sample) -> str:
        """Rows and columns."""
        from anomalyst.modalities.table.facts import size

        return size(expect(TableSample, sample))

    # kept and tried

    def arrays(self, sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
        from anomalyst.modalities.table.storage import kept

        return kept(sample, score_map)

    def restored(self, about: Mapping[str, Any], arrays: Arrays) -> tuple[Sample, object | None]:
        from anomalyst.modalities.table.storage import restored

        return restored(about, arrays)

    def shapes(self, sample: Sample) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """(rows,), and all columns each."""
        return sample.shape[:1], sample.shape

    def rows(self, sample: Sample, score_map: ScoreMap) -> pd.DataFrame | None:
        """A row a row."""
        from anomalyst.modalities.table.table import rows

        return rows(expect(TableSample, sample), score_map)

    def trial(self, seed: int) -> Trial:
        from anomalyst.modalities.table.tried.trial import trial

        return trial(seed)

    # found and measured

    def locate(self, sample: Sample, score_map: ScoreMap, alpha: float, fdr: float, most: int = 8) -> FoundRegions:
        from anomalyst.modalities.table.findings import table_regions

        return table_regions(expect(TableSample, sample), score_map, alpha, fdr, most)

    def sample_facts(self, sample: Sample, score_map: ScoreMap) -> Iterator[Measure]:
        from anomalyst.modalities.table.facts import sample_facts

        return sample_facts(expect(TableSample, sample))

    def finding_facts(
        self, sample: Sample, score_map: ScoreMap, found: FoundRegions, finding: Finding
    ) -> Iterator[Measure]:
        from anomalyst.modalities.table.facts import finding_facts

        return finding_facts(expect(TableSample, sample), score_map, finding)

    def healed(
        self, detector: Detector, sample: Sample, score_map: ScoreMap, found: FoundRegions, seed: int
    ) -> Healings:
        from anomalyst.modalities.table.healing import healed_table

        return healed_table(expect(TableSample, sample), score_map, found, seed)

    def faulty(self, sample: Sample, number: int, seed: int, times: float | None = 1.0) -> Sample | None:
        from anomalyst.modalities.table.tried.planted import faulty_table

        return faulty_table(expect(TableSample, sample), number, seed, times)

    def fault_facts(
        self, sample: Sample, number: int, seed: int, seen: float | None, unseen: float | None
    ) -> Iterator[Measure]:
        from anomalyst.modalities.table.tried.planted import fault_facts

        return fault_facts(expect(TableSample, sample), number, seed, seen, unseen)

    # told

    def sample_sentences(self, evidence: Evidence) -> Iterator[Said]:
        """How small a change would have been seen."""
        return sample_sentences(evidence)

    def headline(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        return headline(evidence, finding)

    def finding_sentences(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        return finding_sentences(evidence, finding)

    # shown

    def finding_name(self, evidence: Evidence, finding: Finding, speech: Speech) -> str:
        from anomalyst.modalities.table.shown.card import finding_name

        return finding_name(evidence, finding, speech)

    def report(self, record: RunRecord, detailed: int) -> Pictures:
        from anomalyst.modalities.table.shown.card import report

        return report(record, detailed)

    def files(self, record: RunRecord) -> Mapping[str, str]:
        """The rows from the worst on, with their reasons."""
        from anomalyst.modalities.table.table import ranked

        table = ranked(expect(TableSample, record.sample), record.score_map)
        return {"rows.csv": table.to_csv(index=False, lineterminator="\n")}

    def card(self, record: RunRecord, ident: str, *, brief: bool = False) -> Card:
        from anomalyst.modalities.table.shown.card import card

        return card(record, ident, brief=brief)

    def thumbnail(self, sample: Sample, score_map: ScoreMap | None, finding: Finding | None) -> Markup:
        from anomalyst.modalities.table.shown.card import thumbnail

        return thumbnail(expect(TableSample, sample), score_map, finding)

    def to_mark(self, record: RunRecord) -> ToMark:
        from anomalyst.modalities.table.shown.card import to_mark

        return to_mark(record)

    def healing_shown(self, record: RunRecord, states: Sequence[Healed]) -> Sequence[HealedPicture]:
        from anomalyst.modalities.table.shown.card import healing_shown

        return healing_shown(record, states)


TABLE = Table()
