"""A recorded run laid on a workbench again, so that more can be measured of its sample."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from anomalyst.agent.records.artifacts import DETECTOR_DIR, check_manifest, read_run
from anomalyst.detectors.registry import load_detector
from anomalyst.evidence.findings import FoundRegions
from anomalyst.modalities.reading import read_normals
from anomalyst.tools.workbench import Workbench


def reopen(folder: Path, normals: Sequence[Path], bench: Workbench) -> Workbench | None:
    """Lay the run of a folder on an empty workbench, with its normals read anew from where they were; None where any of
    it is not there any more, or was changed."""
    if not folder.is_dir() or not all(path.exists() for path in normals) or check_manifest(folder):
        return None
    record = read_run(folder)
    evidence, sample = record.explanation.evidence, record.sample
    bench.sample, bench.score_map, bench.evidence = sample, record.score_map, evidence
    bench.found, bench.alpha = FoundRegions(evidence.findings, record.masks), evidence.alpha
    bench.detector = load_detector(folder / DETECTOR_DIR)
    bench.normals = read_normals(list(normals), sample.modality, like=sample).samples if normals else []
    return bench
