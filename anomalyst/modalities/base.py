"""Modality: the questions that a kind of data must answer.

Everything above asks the kind, nobody asks which kind. A kind is one class; its answers are imported where they are
first asked for. `anomalyst.testing.check_modality` sees that each answer is true.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from anomalyst.detectors.offer import Offer
from anomalyst.evidence.facts import Region
from anomalyst.modalities.trial import Trial
from anomalyst.samples import Sample

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from anomalyst.detectors.contract import ScoreMap

    Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Nouns:
    """What things of this kind are called. `title`: a heading ("Images"); `one`, `many`: samples; `input`: one as the
    page calls it; `thing`, `things`: what a person keeps or collects ("recording"); `normal`, `normals`: what p-values
    are counted in ("stretch"); `alike`: normals as a whole sample is compared with ("normal series as long as this
    one"); `examples`: what there is to learn from ("normal examples"); `part`: what a finding is called."""

    title: str
    one: str
    many: str
    input: str
    thing: str
    things: str
    normal: str
    normals: str
    alike: str
    examples: str = "normal examples"
    part: str = "region"


class Modality(ABC):
    """A kind of data. `name`: also the prefix of its detectors' names; `offer`: what it offers to methods."""

    name: ClassVar[str]
    nouns: ClassVar[Nouns]
    offer: ClassVar[Offer]

    @property
    @abstractmethod
    def sample(self) -> type[Sample]:
        """The class of its samples."""

    @property
    @abstractmethod
    def region(self) -> type[Region]:
        """The class of the places of its findings."""

    # kept and tried

    @abstractmethod
    def arrays(self, sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
        """What is kept of a sample, and of what its score map holds for this kind alone: JSON values, and arrays by
        name. The map's own arrays are kept anyway, unless one of the same name takes its place."""

    @abstractmethod
    def restored(self, about: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> tuple[Sample, object | None]:
        """The sample, and the score map's `detail`, from what `arrays` gave. `about` has the sample's name and notes
        too. KeyError, TypeError or ValueError where something is missing."""

    @abstractmethod
    def shapes(self, sample: Sample) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The shapes of its scores, which are its axes of detection, and of what is expected of it."""

    @abstractmethod
    def rows(self, sample: Sample, score_map: ScoreMap) -> pd.DataFrame | None:
        """A table of scores with a row for each element of the sample; None where a sample is one row."""

    def row(self, sample: Sample, score_map: ScoreMap) -> dict[str, str]:
        """What the one row of a sample says besides its score and verdict."""
        return {}

    @abstractmethod
    def trial(self, seed: int) -> Trial:
        """Samples made up to try detectors on, the same for the same seed."""
