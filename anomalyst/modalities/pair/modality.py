"""The answers for an image with its text, each made where it is first asked for."""

from __future__ import annotations

from anomalyst.evidence.facts import Region
from anomalyst.modalities.base import Modality, Nouns
from anomalyst.modalities.pair.offer import OFFER
from anomalyst.modalities.trial import Trial
from anomalyst.samples import Sample


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

    def trial(self, seed: int) -> Trial:
        """Samples made up to try detectors on, the same for the same seed."""
        from anomalyst.modalities.pair.trial import trial

        return trial(seed)


PAIR = Pair()
