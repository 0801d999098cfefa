"""Normals that are unlike the others, as a hidden anomaly among them would be: named, so that a person may look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from anomalyst.detectors.calibration.conformal import Conformal
from anomalyst.modalities.notes import unlike_note
from anomalyst.samples import Sample

LEVEL = 0.05  # share of clean sets of normals in which one is named
MOST_SHARE = 4  # at most a quarter of the normals is named
LEAST = 4  # held-out scores without which nothing is unlike the rest


def suspects(held_out: Mapping[int, float]) -> list[int]:
    """Numbers of the normals whose held-out scores lie beyond the tail of all that are lower, the highest first."""
    order = sorted(held_out, key=lambda number: -held_out[number])
    scores = np.array([held_out[number] for number in order])
    found = 0
    for rank in range(len(order) // MOST_SHARE if len(order) >= LEAST else 0):
        if Conformal.fit(scores[rank + 1 :]).sample_p(float(scores[rank])) <= LEVEL / len(order):
            found = rank + 1
    return order[:found]


def suspect_notes(held_out: Mapping[int, float], normals: Sequence[Sample]) -> tuple[str, ...]:
    """That some of the normals that were learned from are unlike the others, and what to do."""
    found = suspects(held_out)
    return (unlike_note([normals[number].name for number in found]),) if found else ()
