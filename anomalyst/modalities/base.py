"""Modality: the questions that a kind of data must answer.

Everything above asks the kind, nobody asks which kind. A kind is one class; its answers are imported where they are
first asked for. `anomalyst.testing.check_modality` sees that each answer is true.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from anomalyst.detectors.offer import Offer
from anomalyst.evidence.facts import Evidence, Finding, Region
from anomalyst.modalities.shown import Card, Healed, HealingShown, Marking, Pictures, ToMark
from anomalyst.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from anomalyst.detectors.contract import ScoreMap
    from anomalyst.evidence.record import RunRecord


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
    """A kind of data. `name`: also the prefix of its detectors' names; `offer`: what it offers to methods; `marking`:
    how a person shows a place in a sample."""

    name: ClassVar[str]
    nouns: ClassVar[Nouns]
    offer: ClassVar[Offer]
    marking: ClassVar[Marking]

    @property
    @abstractmethod
    def sample(self) -> type[Sample]:
        """The class of its samples."""

    @property
    @abstractmethod
    def region(self) -> type[Region]:
        """The class of the places of its findings."""

    # shown

    @abstractmethod
    def size_in_words(self, sample: Sample) -> str:
        """How large a sample is: "500 rows × 2 channels"."""

    @abstractmethod
    def finding_name(self, evidence: Evidence, finding: Finding) -> str:
        """What a finding is, in a few words: "extra part, upper left", "spike in disk_write, late"."""

    @abstractmethod
    def report(self, record: RunRecord, detailed: int) -> Pictures:
        """What the report shows of a run, close-ups of its first `detailed` findings among it."""

    @abstractmethod
    def card(self, record: RunRecord, ident: str, *, brief: bool = False) -> Card:
        """What a card of the page shows of a run; `ident` begins the ids in its markup. `brief`: only, and small, where
        the findings lie."""

    @abstractmethod
    def figure(self, record: RunRecord, run_id: str = "") -> Any:
        """A plotly figure of a run to zoom into; None where a card shows all. `run_id`: whose card it belongs to."""

    @abstractmethod
    def thumbnail(self, sample: Sample, score_map: ScoreMap | None, finding: Finding | None) -> Image:
        """The sample, its score map if given, or a finding if given, at most 96 pixels long."""

    @abstractmethod
    def to_mark(self, record: RunRecord) -> ToMark:
        """What a person marks a place on, as `marking` says."""

    @abstractmethod
    def healing_shown(self, record: RunRecord, states: Sequence[Healed]) -> HealingShown:
        """The states of the healing test to look at: the sample as it was, the findings healed, as much elsewhere."""
