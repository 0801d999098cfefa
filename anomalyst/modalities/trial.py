"""What a kind of data makes up of itself, so that detectors, and the kind's own answers, can be tried on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomalyst.samples import Sample

Values = NDArray[np.floating]


@dataclass(frozen=True)
class Trial:
    """Made-up samples. `normals`: to learn from; `normal`: others like them, to score; `faulty`: those with a fault
    each; `faults`: where it lies, True on the axes of detection; `truths`: what each faulty one holds, and what it
    would hold without its fault, in the shape of `ScoreMap.expected`; empty where nothing stands in for a fault."""

    normals: Sequence[Sample]
    normal: Sequence[Sample]
    faulty: Sequence[Sample]
    faults: Sequence[NDArray[np.bool_]]
    truths: Sequence[tuple[NDArray[Any], NDArray[Any]]] = ()
