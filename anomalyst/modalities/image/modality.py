"""The answers for an image, each made where it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from anomalyst.evidence.facts import Region
from anomalyst.modalities.base import Modality, Nouns
from anomalyst.modalities.image.offer import OFFER
from anomalyst.modalities.trial import Trial
from anomalyst.samples import Sample

if TYPE_CHECKING:
    import pandas as pd

    from anomalyst.detectors.contract import ScoreMap
    from anomalyst.modalities.base import Arrays


class Image(Modality):
    """An image."""

    name = "image"
    nouns = Nouns(
        title="Images", one="image", many="images", input="image", thing="image", things="images", normal="image",
        normals="images", alike="normal images",
    )  # fmt: skip
    offer = OFFER

    @property
    def sample(self) -> type[Sample]:
        """The class of its samples."""
        from anomalyst.modalities.image.sample import ImageSample

        return ImageSample

    @property
    def region(self) -> type[Region]:
        """The class of the places of its findings."""
        from anomalyst.modalities.image.region import ImageRegion

        return ImageRegion

    # kept and tried

    def arrays(self, sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
        """What is kept of a sample and of its score map."""
        from anomalyst.modalities.image.storage import kept

        return kept(sample, score_map)

    def restored(self, about: Mapping[str, Any], arrays: Mapping[str, Any]) -> tuple[Sample, object | None]:
        """The sample, and the score map's detail."""
        from anomalyst.modalities.image.storage import restored

        return restored(about, arrays)

    def shapes(self, sample: Sample) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """(height, width), and three colours each."""
        return sample.shape, (*sample.shape, 3)

    def rows(self, sample: Sample, score_map: ScoreMap) -> pd.DataFrame | None:
        """An image is one row."""
        return None

    def trial(self, seed: int) -> Trial:
        """Samples made up to try detectors on, the same for the same seed."""
        from anomalyst.modalities.image.trial import trial

        return trial(seed)


IMAGE = Image()
