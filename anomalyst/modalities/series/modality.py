"""The answers for a series, each made where it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from anomalyst.evidence.facts import Region
from anomalyst.modalities.base import Modality, Nouns
from anomalyst.modalities.series.offer import OFFER
from anomalyst.modalities.trial import Trial
from anomalyst.samples import Sample

if TYPE_CHECKING:
    import pandas as pd

    from anomalyst.detectors.contract import ScoreMap
    from anomalyst.modalities.base import Arrays


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

    # kept and tried

    def arrays(self, sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
        """What is kept of a sample and of its score map."""
        from anomalyst.modalities.series.storage import kept

        return kept(sample, score_map)

    def restored(self, about: Mapping[str, Any], arrays: Mapping[str, Any]) -> tuple[Sample, object | None]:
        """The sample, and the score map's detail."""
        from anomalyst.modalities.series.storage import restored

        return restored(about, arrays)

    def shapes(self, sample: Sample) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """(time,), and all channels each."""
        return sample.shape[:1], sample.shape

    def rows(self, sample: Sample, score_map: ScoreMap) -> pd.DataFrame | None:
        """A row a time stamp."""
        from anomalyst.modalities.series.table import rows

        return rows(sample, score_map)

    def trial(self, seed: int) -> Trial:
        """Samples made up to try detectors on, the same for the same seed."""
        from anomalyst.modalities.series.trial import trial

        return trial(seed)


SERIES = Series()
