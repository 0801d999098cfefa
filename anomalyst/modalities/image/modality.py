"""The answers for an image, each made where it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from anomalyst.evidence.facts import Region
from anomalyst.modalities.base import Modality, Nouns
from anomalyst.modalities.files import IMAGE_SUFFIXES, IMAGE_TYPES
from anomalyst.modalities.image.offer import OFFER
from anomalyst.modalities.sources import Inside, Parts, Ways
from anomalyst.samples import Sample

if TYPE_CHECKING:
    import pandas as pd

    from anomalyst.detectors.contract import ScoreMap
    from anomalyst.modalities.base import Arrays
    from anomalyst.modalities.files import Listing


class Image(Modality):
    """An image."""

    name = "image"
    nouns = Nouns(
        title="Images", one="image", many="images", input="image", thing="image", things="images", normal="image",
        normals="images", alike="normal images",
    )  # fmt: skip
    offer = OFFER
    ways = Ways(files=IMAGE_TYPES, suffixes=IMAGE_SUFFIXES, inside="images", array="a grey image")

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

    # in

    def knows(self, source: Any) -> float:
        """Files that are pictures by their content, Pillow's images, arrays with colours."""
        from anomalyst.modalities.image.source import knows

        return knows(source)

    def read(self, source: Any, text: str | None = None) -> Sample:
        """An image from a file, an array or Pillow."""
        from anomalyst.modalities.image.source import read

        return read(source)

    def inside(self, found: Listing) -> Inside:
        """Pictures, without masks that lie beside them; arrays, if there is nothing else."""
        from anomalyst.modalities.image.source import inside

        return inside(found)

    def normals(self, sources: Sequence[Any]) -> Parts:
        """Normal images, also in train/good of a folder, without masks."""
        from anomalyst.modalities.image.source import normals

        return normals(self, sources)

    def profile(self, sample: Sample | None, normals: Sequence[Sample], backbone: bool) -> dict[str, Any]:
        """Its size, and whether it is grey; of images to fit on, only their number counts."""
        from anomalyst.modalities.image.source import profile

        return profile(sample, backbone)

    def size(self, sample: Sample) -> str:
        """Width and height."""
        return f"{sample.shape[1]} × {sample.shape[0]} pixels"

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


IMAGE = Image()
