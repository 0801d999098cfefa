"""The answers for a series, each made where it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anomalyst.evidence.facts import Evidence, Finding, Region
from anomalyst.modalities.base import Modality, Nouns
from anomalyst.modalities.series.offer import OFFER
from anomalyst.modalities.shown import Axis, Card, Healed, HealingShown, Marking, Pictures, ToMark
from anomalyst.samples import Sample, expect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from anomalyst.detectors.contract import ScoreMap
    from anomalyst.evidence.record import RunRecord


class Series(Modality):
    """A series."""

    name = "series"
    nouns = Nouns(
        title="Series", one="series", many="series", input="series", thing="recording", things="recordings",
        normal="stretch", normals="stretches", alike="normal series as long as this one",
    )  # fmt: skip
    offer = OFFER
    marking = Marking(
        (Axis("start", "stop", "from row", "to row"),),
        "Drag over the stretch that was missed, or type its rows.",
        "start < stop in rows",
    )

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

    # shown

    def size_in_words(self, sample: Sample) -> str:
        """How large a sample is."""
        rows, channels = sample.shape
        return f"{rows} row{'' if rows == 1 else 's'} × {channels} channel{'' if channels == 1 else 's'}"

    def finding_name(self, evidence: Evidence, finding: Finding) -> str:
        """What a finding is, in a few words."""
        from anomalyst.modalities.series.card import finding_name

        return finding_name(evidence, finding)

    def report(self, record: RunRecord, detailed: int) -> Pictures:
        """What the report shows of a run."""
        from anomalyst.modalities.series.pictures import report

        return report(record, detailed)

    def card(self, record: RunRecord, ident: str, *, brief: bool = False) -> Card:
        """What a card of the page shows of a run."""
        from anomalyst.modalities.series.card import card

        return card(record, ident, brief=brief)

    def figure(self, record: RunRecord, run_id: str = "") -> Any:
        """The plot of a run."""
        from anomalyst.modalities.series.figure import series_figure

        return series_figure(record, run_id)

    def thumbnail(self, sample: Sample, score_map: ScoreMap | None, finding: Finding | None) -> Image:
        """The sample small."""
        from anomalyst.modalities.series.sample import SeriesSample
        from anomalyst.modalities.series.thumbnail import thumbnail

        return thumbnail(expect(SeriesSample, sample), score_map, finding)

    def to_mark(self, record: RunRecord) -> ToMark:
        """What a place is marked on."""
        from anomalyst.modalities.series.card import to_mark

        return to_mark(record)

    def healing_shown(self, record: RunRecord, states: Sequence[Healed]) -> HealingShown:
        """The states of the healing test to look at."""
        from anomalyst.modalities.series.healing_figure import healing_figure

        return HealingShown(figure=healing_figure(record, states))


SERIES = Series()
