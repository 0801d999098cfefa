"""The questions that a kind of data may leave: what is answered for it is right where nothing is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from anomalyst.errors import InputError
from anomalyst.evidence.facts import Evidence, FactKind
from anomalyst.modalities.shown import Healed, HealedPicture
from anomalyst.modalities.sources import AlarmLevel, Inside, Matched, Part, Parts
from anomalyst.samples import Sample

if TYPE_CHECKING:
    import pandas as pd

    from anomalyst.detectors.contract import Detector, ScoreMap
    from anomalyst.evidence.findings import FoundRegions
    from anomalyst.evidence.record import RunRecord
    from anomalyst.evidence.sentences import Said
    from anomalyst.evidence.units import Measure
    from anomalyst.modalities.files import Listing


class Defaults:
    """Answers of a kind whose samples are single files, alike, a row of a table each, and shown whole by their card."""

    usual_faults: ClassVar[int] = 4  # how many `faulty` plants of the usual size
    remeasured: ClassVar[frozenset[FactKind]] = (
        frozenset()
    )  # facts of a finding measured otherwise in runs of two verdicts

    # in

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

    def brought(self, sample: Sample, usual: Mapping[str, Any]) -> Sample:
        """The input on the scale of the normals that a detector learned from, as `usual` tells."""
        return sample

    def part(self, sample: Sample, start: float, stop: float, rows: bool) -> Part | None:
        """The part of a sample between two rows, or two times as `evidence/moments.py` counts them, both in it; None
        where samples have neither, or nothing lies there."""
        return None

    # kept and tried

    def rows(self, sample: Sample, score_map: ScoreMap) -> pd.DataFrame | None:
        """A table of scores with a row for each element of the sample; None where a sample is one row."""
        return None

    def row(self, sample: Sample, score_map: ScoreMap) -> dict[str, str]:
        """What the one row of a sample says besides its score and verdict."""
        return {}

    def faulty(self, sample: Sample, number: int, seed: int, times: float | None = 1.0) -> Sample | None:
        """The sample with fault `number` (from 0) planted, `times` as large as usual (None: as runs of the first
        version were tried); None where there is no such fault, or none of such a size."""
        return None

    def faulty_for(
        self, detector: Detector, sample: Sample, number: int, seed: int, times: float | None = 1.0
    ) -> Sample | None:
        """`faulty`, where it takes something that the detector knows of its normals."""
        return self.faulty(sample, number, seed, times)

    def usual(self, normals: Sequence[Sample]) -> dict[str, Any]:
        """What is usual among normals, as JSON values that are saved with the detector that learns from them."""
        return {}

    def unlike(self, sample: Sample, usual: Mapping[str, Any]) -> Iterator[Measure]:
        """Facts `unlike_normals`: in what the sample, as it was recorded, is so unlike the normals that what was
        learned from them does not hold for it; `usual` is what `usual` gave."""
        return iter(())

    def fault_facts(
        self, sample: Sample, number: int, seed: int, seen: float | None, unseen: float | None
    ) -> Iterator[Measure]:
        """Facts on the smallest `times` of fault `number` that raised the alarm and the largest that did not (None: all
        sizes did, or none)."""
        return iter(())

    # measured, told and shown

    def healed_alone(
        self, detector: Detector, sample: Sample, score_map: ScoreMap, found: FoundRegions
    ) -> Mapping[str, tuple[str, Sample]]:
        """By id of the first few findings: the part of it that moved first, by name, and the sample with this alone
        healed in it and all other findings whole; without those of which that is not known."""
        return {}

    def alarm_level(self, sample: Sample, alarms: float) -> AlarmLevel:
        """The level that allows so many false alarms per day; InputError where samples do not last."""
        raise InputError(
            f"got {alarms:g} false alarms per day for {sample.name!r}, which is {sample.modality} data without time; "
            "give the share of normal samples that may raise an alarm (alpha), e.g. 0.05."
        )

    def alarm_facts(self, sample: Sample, score_map: ScoreMap, alpha: float) -> Iterator[Measure]:
        """Facts about what an alarm level means for the sample."""
        return iter(())

    def sample_facts(self, sample: Sample, score_map: ScoreMap) -> Iterator[Measure]:
        """Facts about the whole sample, besides verdict and calibration: its size, what is missing."""
        return iter(())

    def sample_sentences(self, evidence: Evidence) -> Iterator[Said]:
        """Sentences of its own about the whole sample, after the verdict."""
        return iter(())

    def headline(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        """Wordings of the most telling sentence on a finding by its id, or on a normal sample (""), the fullest first;
        without one the answer begins with its verdict."""
        return iter(())

    def appearance(self, evidence: Evidence, finding: str, kind: FactKind) -> str:
        """What was "observed" or "expected" of a finding looks like, in a word of `told.appearances`; "" if unknown."""
        return ""

    def finding_sentences(self, evidence: Evidence, finding: str) -> Iterator[Said]:
        """Sentences about a finding by its id: where or when, what kind of anomaly, observed against expected."""
        return iter(())

    def figure(self, record: RunRecord, run_id: str = "") -> Any:
        """A plotly figure of a run to zoom into; None where a card shows all. `run_id`: whose card it belongs to."""
        return None

    def files(self, record: RunRecord) -> Mapping[str, str]:
        """Text files that lie beside the report of a run, by name."""
        return {}

    def healing_shown(self, record: RunRecord, states: Sequence[Healed]) -> Sequence[HealedPicture]:
        """The states of the healing test to look at: the sample as it was, findings healed, as much elsewhere."""
        return ()
