"""Normals that are unlike the others, as a hidden anomaly among them would be: named, so that a person may look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anomalyst.detectors.calibration.unlike import unlike
from anomalyst.modalities.notes import unlike_note
from anomalyst.samples import Sample


def suspect_notes(held_out: Mapping[int, float], normals: Sequence[Sample]) -> tuple[str, ...]:
    """That some of the normals that were learned from are unlike the others, and what to do."""
    found = unlike(held_out)
    return (unlike_note([normals[number].name for number in found]),) if found else ()
