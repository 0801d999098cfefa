"""Modality: the questions that a kind of data must answer.

Everything above asks the kind, nobody asks which kind. A kind is one class; its answers are imported where they are
first asked for. `anomalyst.testing.check_modality` sees that each answer is true.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from anomalyst.detectors.offer import Offer
from anomalyst.evidence.dotest import HealingWords
from anomalyst.evidence.facts import Evidence, Finding, Region
from anomalyst.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anomalyst.detectors.contract import Detector, ScoreMap
    from anomalyst.evidence.dotest import Healings
    from anomalyst.evidence.findings import FoundRegions
    from anomalyst.evidence.sentences import Advice, Said
    from anomalyst.evidence.units import Measure


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

    # found and measured

    @abstractmethod
    def locate(self, sample: Sample, score_map: ScoreMap, alpha: float, fdr: float, most: int = 8) -> FoundRegions:
        """The `most` most abnormal places of a sample whose own p-value is at most `alpha`, at the false-discovery rate
        `fdr`; none otherwise. A mask for each, on the axes of the score map."""

    @abstractmethod
    def sample_facts(self, sample: Sample, score_map: ScoreMap) -> Iterator[Measure]:
        """Facts about the whole sample, besides verdict and calibration: its size, what is missing."""

    @abstractmethod
    def finding_facts(
        self, sample: Sample, score_map: ScoreMap, found: FoundRegions, finding: Finding
    ) -> Iterator[Measure]:
        """Facts about one of the findings: how strong, where, how large, what kind of anomaly, observed against
        expected."""

    @abstractmethod
    def healed(
        self, detector: Detector, sample: Sample, score_map: ScoreMap, found: FoundRegions, seed: int
    ) -> Healings:
        """What the healing test scores: the sample with its findings healed, all together, and with as much healed
        elsewhere. InputError if the detector cannot heal."""

    def faulty(self, sample: Sample, number: int, seed: int) -> Sample | None:
        """The sample with fault `number` (from 0) of the usual size planted; None where there is no such fault."""
        return None

    # told

    words: ClassVar[frozenset[str]]
    """Words for things of this kind, which any checked sentence about it may use."""
    places: ClassVar[Literal["plane", "time"]]
    """Which words say where something lies: those of a plane ("upper left") or of time ("late")."""
    qualities: ClassVar[tuple[str, ...]] = ()
    """Names that its facts give to what they measure ("brightness"), beside names from the data."""
    healing: ClassVar[HealingWords] = HealingWords()
    """How its healing test is told."""

    def sample_sentences(self, evidence: Evidence) -> Iterator[Said]:
        """Sentences of its own about the whole sample, after the verdict."""
        return iter(())

    @abstractmethod
    def finding_sentences(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        """Sentences about a finding by its id: where or when, what kind of anomaly, observed against expected."""

    @property
    @abstractmethod
    def advice(self) -> Advice:
        """What may be the cause of a finding, and what to do next."""
