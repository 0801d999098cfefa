"""A kind of data and what it is asked about: samples it made up, a detector's answer, and a whole run on one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from anomalyst.agent.analyst import Anomalyst
from anomalyst.agent.records.artifacts import read_run
from anomalyst.detectors.contract import Detector, ScoreMap
from anomalyst.detectors.registry import detector_class, detector_names
from anomalyst.evidence.findings import FoundRegions
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.base import Modality
from anomalyst.modalities.trial import Trial
from anomalyst.samples import Sample

ALPHA = 0.05


@dataclass(frozen=True)
class Asked:
    """A kind of data with what it is asked about: the samples of its trial, and one of its detectors' answer."""

    kind: Modality

    @property
    def name(self) -> str:
        """What it is called."""
        return self.kind.name

    @cached_property
    def trial(self) -> Trial:
        """Samples that it made up."""
        return self.kind.trial(0)

    @property
    def sample(self) -> Sample:
        """The first faulty one."""
        return self.trial.faulty[0]

    @cached_property
    def detector(self) -> Detector:
        """The first that trains nothing, fitted."""
        made = [detector_class(name) for name in detector_names(self.name)]
        quick = next((one for one in made if "train_steps" not in one.defaults()), made[0])
        return quick().fit(self.trial.normals)

    @cached_property
    def score_map(self) -> ScoreMap:
        """What it says of the sample."""
        return self.detector.score(self.sample)

    @cached_property
    def found(self) -> FoundRegions:
        """What is found in it."""
        return self.kind.locate(self.sample, self.score_map, ALPHA, ALPHA)

    @cached_property
    def record(self) -> RunRecord:
        """A whole run on it, written and read again."""
        with TemporaryDirectory() as folder:
            out = Path(folder) / "run"
            name = self.detector.card.name
            Anomalyst(alpha=ALPHA).explain(self.sample, list(self.trial.normals), detector=name, out=out)
            return read_run(out)


Ask = Callable[[Asked], None]
