"""Scores as a table: a row per sample, or, where its kind has them, a row per element of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.findings import FoundRegions
from anomalyst.modalities.registry import modality
from anomalyst.samples import Sample
from anomalyst.tools.alarms import ALPHA
from anomalyst.tools.doubts import decided, told
from anomalyst.tools.looking import plant_faults
from anomalyst.tools.measure import build_evidence
from anomalyst.tools.workbench import Workbench

if TYPE_CHECKING:
    import pandas as pd

    from anomalyst.detectors.contract import Detector, ScoreMap


@dataclass
class Judging:
    """The verdicts of a detector on samples, one after the other. Whether faults would have been seen costs several
    scorings: it is found out with the first sample of each alarm level that raises no alarm, and stands for the others.
    """

    detector: Detector
    seen: dict[float, Evidence] = field(default_factory=dict)

    def score(self, sample: Sample) -> ScoreMap:
        """What the detector's own rule says: a table tells neither what was expected nor whether other rules agree."""
        return self._alone.score(sample)

    @cached_property
    def _alone(self) -> Detector:
        return self.detector.without_witnesses()

    def verdict(self, sample: Sample, score_map: ScoreMap, alpha: float) -> Evidence:
        """What is known of a sample as a whole, with its verdict."""
        evidence = build_evidence(sample, score_map, FoundRegions(), alpha=alpha, fdr=ALPHA, usual=self.detector.usual_)
        evidence = decided(evidence)
        if evidence.verdict == "anomalous" or evidence.about("sample", "smallest_p"):
            return evidence
        bench = Workbench(alpha=alpha, sample=sample, detector=self.detector, evidence=evidence)
        if alpha not in self.seen:
            plant_faults(bench, sizes=False)
            self.seen[alpha] = bench.need_evidence()
            return self.seen[alpha]
        seen = self.seen[alpha].about("sample", "seen_faults")
        bench.add_facts("sample", [(fact.kind, fact.value, fact.unit, fact.qualifier) for fact in seen])
        return decided(bench.need_evidence())


def score_rows(name: str, sample: Sample, score_map: ScoreMap, alpha: float, judging: Judging) -> pd.DataFrame:
    """The rows of one sample, called `name`; the verdict is the one at alarm level `alpha` on the whole of it."""
    import pandas as pd

    rows = modality(sample.modality).rows(sample, score_map)
    whole = whole_score(sample, score_map, alpha, judging)
    if rows is None:
        return pd.DataFrame([{"input": name, **whole}])
    rows.insert(0, "input", name)
    return rows.assign(verdict=whole["verdict"], doubt=whole["doubt"])


def whole_score(sample: Sample, score_map: ScoreMap, alpha: float, judging: Judging) -> dict[str, Any]:
    """What the detector says of the sample as a whole; `doubt`: why its verdict is "cannot tell", "" if it is not."""
    evidence = judging.verdict(sample, score_map, alpha)
    doubt = ", ".join(told(evidence)) if evidence.cannot_tell else ""
    whole = {"sample_p": score_map.sample_p, "sample_score": score_map.sample_score}
    return whole | {"verdict": evidence.verdict, "doubt": doubt} | modality(sample.modality).row(sample, score_map)
