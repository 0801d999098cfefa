"""The answers for a series, each made where it is first asked for."""

from __future__ import annotations

from anomalyst.evidence.facts import Region
from anomalyst.modalities.base import Modality, Nouns
from anomalyst.modalities.series.offer import OFFER
from anomalyst.modalities.trial import Trial
from anomalyst.samples import Sample


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

    def trial(self, seed: int) -> Trial:
        """Samples made up to try detectors on, the same for the same seed."""
        from anomalyst.modalities.series.trial import trial

        return trial(seed)


SERIES = Series()
