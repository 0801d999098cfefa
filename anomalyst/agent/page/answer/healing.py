"""The states of the healing test: what was observed, the findings healed, as much elsewhere healed instead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from anomalyst.agent.records.artifacts import DETECTOR_DIR, check_manifest
from anomalyst.agent.report.facts import show_equals, show_whole_p
from anomalyst.detectors.contract import Detector
from anomalyst.errors import InputError
from anomalyst.evidence.facts import FactKind
from anomalyst.evidence.findings import FoundRegions
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.registry import modality
from anomalyst.modalities.shown import Healed
from anomalyst.samples import Mask

OBSERVED = "As it was observed"


def healed_states(record: RunRecord, folder: Path) -> list[Healed]:
    """What the healing test scored, made again by the recorded detector; the p-values are those of the record.

    Raises InputError if nothing was found, or the folder is not as it was recorded.
    """
    from anomalyst.detectors.registry import load_detector

    if not record.explanation.evidence.findings:
        raise InputError("nothing was found in this run, so there was nothing to heal.")
    if check_manifest(folder):  # its weights should not be loaded then
        raise InputError("the folder of this run was changed since it was recorded; replay it to see where.")
    detector = load_detector(folder / DETECTOR_DIR)
    before = Healed(OBSERVED, f"{_p(record, record.explanation.p_value)}.", record.sample, _flagged(record))
    return [before, *_healed(record, detector)]


def _healed(record: RunRecord, detector: Detector) -> Iterator[Healed]:
    """The findings healed, and as much elsewhere."""
    kind, seed = modality(record.sample.modality), int(record.replay["seed"])
    found = FoundRegions(record.explanation.evidence.findings, dict(record.masks))
    healed, elsewhere = kind.healed(detector, record.sample, record.score_map, found, seed)
    if healed.sample is not None:
        said = _told(record, "healed_p", goes=True)
        yield Healed(kind.told.healing.findings_title, said, healed.sample, healed.mask)
    if elsewhere is not None and elsewhere.sample is not None:
        said = _told(record, "random_healed_p", goes=False)
        yield Healed(kind.told.healing.elsewhere_title, said, elsewhere.sample, elsewhere.mask, False)


def _flagged(record: RunRecord) -> Mask:
    masks = list(record.masks.values())
    return np.logical_or.reduce(masks) if masks else np.zeros(record.score_map.scores.shape, dtype=bool)


def _told(record: RunRecord, kind: FactKind, *, goes: bool) -> str:
    """The recorded p-value after healing, and whether the alarm did what it should."""
    fact = next(iter(record.explanation.evidence.about("sample", kind)), None)
    if fact is None:
        return "its p-value was not recorded."
    gone = float(fact.value) > record.explanation.evidence.alpha
    words = "the alarm is gone" if gone else "the alarm is still on"
    return (
        f"{_p(record, float(fact.value))}: {words}, as it should be."
        if gone == goes
        else f"{_p(record, float(fact.value))}: {words}."
    )


def _p(record: RunRecord, value: float) -> str:
    return f"p {show_equals(show_whole_p(value, record.explanation.evidence))}"
