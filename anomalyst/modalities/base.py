"""Modality: the questions that a kind of data must answer.

Everything above asks the kind, nobody asks which kind. A kind is one class; its answers are imported where they are
first asked for. `anomalyst.testing.check_modality` sees that each answer is true.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from anomalyst.detectors.offer import Offer
from anomalyst.evidence.dotest import HealingWords
from anomalyst.evidence.facts import Evidence, Finding, Region
from anomalyst.modalities.shown import Card, Healed, HealedPicture, Marking, Pictures, ToMark
from anomalyst.modalities.sources import Inside, Matched, Parts, Ways
from anomalyst.modalities.trial import Trial
from anomalyst.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pandas as pd
    from markupsafe import Markup
    from numpy.typing import NDArray
    from PIL.Image import Image

    from anomalyst.detectors.contract import Detector, ScoreMap
    from anomalyst.evidence.dotest import Healings
    from anomalyst.evidence.findings import FoundRegions
    from anomalyst.evidence.record import RunRecord
    from anomalyst.evidence.sentences import Advice, Said
    from anomalyst.evidence.units import Measure
    from anomalyst.modalities.files import Listing

    Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Nouns:
    """What things of this kind are called. `title`: a heading ("Images"); `one`, `many`: samples; `input`: one as the
    page calls it; `data`: what they are made of, as a card says it ("time series"); `thing`, `things`: what a person
    keeps or collects ("recording"); `normal`, `normals`: what p-values are counted in ("stretch"); `alike`: normals as
    a whole sample is compared with ("normal series as long as this one"); `examples`: what there is to learn from
    ("normal examples"); `part`: what a finding is called."""

    title: str
    one: str
    many: str
    input: str
    data: str
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
    ways: ClassVar[Ways]
    marking: ClassVar[Marking]

    @property
    @abstractmethod
    def sample(self) -> type[Sample]:
        """The class of its samples."""

    @property
    @abstractmethod
    def region(self) -> type[Region]:
        """The class of the places of its findings."""

    # in

    @abstractmethod
    def knows(self, source: Any) -> float:
        """How sure it is, from 0 to 1, that a source is its own: a file; a folder, if it is read as a whole; a tuple of
        files that were given together; or an object in memory. At 0 it is never asked to read it."""

    @abstractmethod
    def read(self, source: Any, text: str | None = None) -> Sample:
        """The sample of a source that it knows. `text`: what goes with it, only where `ways` says that it takes one.
        InputError where the source is damaged, too large or no such thing."""

    def inside(self, found: Listing) -> Inside:
        """The files of a folder that are its samples; none where a sample is no single file."""
        return Inside()

    def parts(self, path: Path) -> Parts | None:
        """The samples of a file or a folder, not yet read; None where each file is one, as `inside` tells."""
        return None

    def normals(self, sources: Sequence[Any]) -> Parts | None:
        """The normal samples of files, folders and objects in memory, not yet read; None where they are the `parts`."""
        return None

    def uploaded(self, folder: Path) -> list[Path]:
        """What to read of files that came one by one and were laid into one folder, as samples lie `ways.beside`."""
        return [folder]

    def matched(self, normals: Sequence[Sample], like: Sample | None) -> Matched:
        """The normals made to fit the input (`like`), or one another, where there is something to fit."""
        return Matched(normals)

    def settled(self, sample: Sample, normals: Sequence[Sample]) -> Sample:
        """The input, with what its own file left in doubt read as its normals show."""
        return sample

    @abstractmethod
    def profile(self, sample: Sample | None, normals: Sequence[Sample], backbone: bool) -> dict[str, Any]:
        """What is known before any detector ran, as JSON values, the amount of data (`offer.amount`) among it. Without
        a sample: of what a detector is fitted on. `backbone`: whether a vision model was given."""

    @abstractmethod
    def size(self, sample: Sample) -> str:
        """How large a sample is, in words: "640 × 480 pixels"."""

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

    # shown

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
    def thumbnail(self, sample: Sample, score_map: ScoreMap | None, finding: Finding | None) -> Image | Markup:
        """The sample, its score map if given, or a finding if given, at most 96 pixels long; lines as an SVG file."""

    @abstractmethod
    def to_mark(self, record: RunRecord) -> ToMark:
        """What a person marks a place on, as `marking` says."""

    @abstractmethod
    def healing_shown(self, record: RunRecord, states: Sequence[Healed]) -> Sequence[HealedPicture]:
        """The states of the healing test to look at: the sample as it was, the findings healed, as much elsewhere."""
