"""The questions that a kind of data must answer. Those that it may leave: `Defaults`; more on each: docs/kinds.md."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from anomalyst.detectors.offer import Offer
from anomalyst.evidence.facts import Evidence, Finding, Region
from anomalyst.modalities.defaults import Defaults
from anomalyst.modalities.shown import Card, Marking, Pictures, ToMark
from anomalyst.modalities.sources import Arrays, Ways
from anomalyst.modalities.told import Nouns, Telling
from anomalyst.modalities.trial import Trial
from anomalyst.samples import Sample

if TYPE_CHECKING:
    from markupsafe import Markup
    from PIL.Image import Image

    from anomalyst.detectors.contract import Detector, ScoreMap
    from anomalyst.evidence.findings import FoundRegions
    from anomalyst.evidence.healing import Healings
    from anomalyst.evidence.record import RunRecord
    from anomalyst.evidence.speech.speech import Speech
    from anomalyst.evidence.units import Measure


class Modality(Defaults, ABC):
    """A kind of data."""

    name: ClassVar[str]  # also the prefix of its detectors' names
    nouns: ClassVar[Nouns]  # what its things are called
    sample: ClassVar[type[Sample]]
    region: ClassVar[type[Region]]  # the place of a finding
    offer: ClassVar[Offer]  # what it offers to methods
    ways: ClassVar[Ways]  # how samples come in
    told: ClassVar[Telling]  # what may be said of any sample
    marking: ClassVar[Marking]  # how a person shows a place

    # in
    @abstractmethod
    def knows(self, source: Any) -> float:
        """How sure it is, from 0 to 1, that a file, a folder, files given together or an object are one sample."""

    @abstractmethod
    def read(self, source: Any, text: str | None = None) -> Sample:
        """The sample of a source that it knows, `text` with it if `ways` takes one. InputError where that fails."""

    @abstractmethod
    def profile(self, sample: Sample | None, normals: Sequence[Sample], backbone: bool) -> dict[str, Any]:
        """JSON known before any detector ran, `offer.amount` in it. `backbone`: whether a vision model was given."""

    @abstractmethod
    def size(self, sample: Sample) -> str:
        """How large a sample is, in words: "640 × 480 pixels"."""

    # kept and tried
    @abstractmethod
    def arrays(self, sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
        """What is kept of a sample, and of what its map holds for this kind alone: JSON values, and arrays by name."""

    @abstractmethod
    def restored(self, about: Mapping[str, Any], arrays: Arrays) -> tuple[Sample, object | None]:
        """The sample and its map's `detail` from what `arrays` gave, or KeyError, TypeError, ValueError."""

    @abstractmethod
    def shapes(self, sample: Sample) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The shapes of its scores, which are its axes of detection, and of what is expected of it."""

    @abstractmethod
    def trial(self, seed: int) -> Trial:
        """Samples made up to try detectors on, the same for the same seed."""

    # found and measured
    @abstractmethod
    def locate(self, sample: Sample, score_map: ScoreMap, alpha: float, fdr: float, most: int = 8) -> FoundRegions:
        """The `most` most abnormal places, at false-discovery rate `fdr`; none if the sample's p is above `alpha`."""

    @abstractmethod
    def finding_facts(
        self, sample: Sample, score_map: ScoreMap, found: FoundRegions, finding: Finding
    ) -> Iterator[Measure]:
        """How strong one of the findings is, where, how large, of what kind, and what is expected instead."""

    @abstractmethod
    def healed(
        self, detector: Detector, sample: Sample, score_map: ScoreMap, found: FoundRegions, seed: int
    ) -> Healings:
        """What the healing test scores. InputError if the detector cannot heal."""

    # shown
    @abstractmethod
    def finding_name(self, evidence: Evidence, finding: Finding, speech: Speech) -> str:
        """What a finding is, in a few words of a language: "extra part, upper left", "spike in disk_write, late"."""

    @abstractmethod
    def report(self, record: RunRecord, detailed: int) -> Pictures:
        """What the report shows of a run, in its language, with close-ups of its first `detailed` findings."""

    @abstractmethod
    def card(self, record: RunRecord, ident: str, *, brief: bool = False) -> Card:
        """The page's card of a run, in its language; `ident` begins the ids in it. `brief`: only, and small, where the
        findings lie."""

    @abstractmethod
    def thumbnail(self, sample: Sample, score_map: ScoreMap | None, finding: Finding | None) -> Image | Markup:
        """The sample, or its map, or a finding, where given; at most 96 pixels long, or lines as an SVG file."""

    @abstractmethod
    def to_mark(self, record: RunRecord) -> ToMark:
        """What a person marks a place on, as `marking` says."""
