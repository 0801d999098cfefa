"""The answers for an image with its text, each made where it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from anomalyst.evidence.facts import Region
from anomalyst.modalities.base import Modality, Nouns
from anomalyst.modalities.pair.offer import OFFER
from anomalyst.modalities.trial import Trial
from anomalyst.samples import Sample

if TYPE_CHECKING:
    import pandas as pd

    from anomalyst.detectors.contract import ScoreMap
    from anomalyst.modalities.base import Arrays


class Pair(Modality):
    """An image with its text."""

    name = "pair"
    nouns = Nouns(
        title="Images with text", one="pair", many="pairs", input="image with text", thing="pair", things="pairs",
        normal="pair", normals="pairs", alike="normal pairs", examples="matching pairs", part="finding",
    )  # fmt: skip
    offer = OFFER

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


PAIR = Pair()
