"""The answers for an image, each made where it is first asked for."""

from __future__ import annotations

from anomalyst.evidence.facts import Region
from anomalyst.modalities.base import Modality, Nouns
from anomalyst.modalities.image.offer import OFFER
from anomalyst.modalities.trial import Trial
from anomalyst.samples import Sample


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

    def trial(self, seed: int) -> Trial:
        """Samples made up to try detectors on, the same for the same seed."""
        from anomalyst.modalities.image.trial import trial

        return trial(seed)


IMAGE = Image()
