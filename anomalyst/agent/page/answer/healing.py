"""The states of the healing test: what was observed, the findings healed, as much elsewhere healed instead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from anomalyst.agent.records.artifacts import DETECTOR_DIR, check_manifest
from anomalyst.detectors.contract import Detector
from anomalyst.errors import InputError
from anomalyst.evidence.facts import FactKind
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import pair_scores
from anomalyst.modalities.shown import Healed
from anomalyst.tools.healing import Mask, heal_region, healed_texts, moved_elsewhere

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
    before = Healed(OBSERVED, f"{_p(record.explanation.p_value)}.", record.sample, _flagged(record))
    return [before, *(_pair(record) if isinstance(record.sample, PairSample) else _places(record, detector))]


def _places(record: RunRecord, detector: Detector) -> list[Healed]:
    """The findings healed, and as much elsewhere, of an image or a series."""
    flagged = _flagged(record)
    healed = Healed(
        "Findings healed", _told(record, "healed_p", goes=True), heal_region(detector, record.sample, flagged), flagged
    )
    elsewhere = moved_elsewhere(flagged, int(record.replay["seed"]))
    if elsewhere is None:
        return [healed]
    moved = heal_region(detector, record.sample, elsewhere)
    return [
        healed,
        Healed("A random place healed", _told(record, "random_healed_p", goes=False), moved, elsewhere, False),
    ]


def _pair(record: RunRecord) -> list[Healed]:
    """The findings' words put right, and as many others left out."""
    sample, evidence = record.sample, record.explanation.evidence
    assert isinstance(sample, PairSample) and pair_scores(record.score_map) is not None
    healed, others = healed_texts(sample, pair_scores(record.score_map), evidence.findings, int(record.replay["seed"]))
    states = [("Flagged words put right", _told(record, "healed_p", goes=True), healed)]
    if others is not None:
        states.append(("Other words left out", _told(record, "random_healed_p", goes=False), others))
    return [Healed(title, said, replace(sample, text=text or "…"), None) for title, said, text in states]


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
        f"{_p(float(fact.value))}: {words}, as it should be." if gone == goes else f"{_p(float(fact.value))}: {words}."
    )


def _p(value: float) -> str:
    return f"p = {value:.2g}"
