"""Modality: the questions that a kind of data must answer.

Everything above asks the kind, nobody asks which kind. A kind is one class; its answers are imported where they are
first asked for. `anomalyst.testing.check_modality` sees that each answer is true.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from anomalyst.detectors.offer import Offer
from anomalyst.evidence.facts import Region
from anomalyst.modalities.trial import Trial
from anomalyst.samples import Sample


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
    def trial(self, seed: int) -> Trial:
        """Samples made up to try detectors on, the same for the same seed."""
