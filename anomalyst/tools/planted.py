"""Planted faults: would an anomaly of the usual size have raised the alarm in this very sample?

A normal verdict says that no alarm was raised, not that none was to be raised: the detector may be blind to what people
look for. So faults such as those that the detectors' options are chosen on are put into the sample one at a time, each
faulty copy is scored, and it is counted how many of them raise the alarm. Where a kind of data has no such faults none
is planted, and so none is seen.
"""

from __future__ import annotations

import re
import time
import warnings

from anomalyst.detectors.contract import Detector
from anomalyst.evidence.facts import Evidence
from anomalyst.modalities.registry import modality
from anomalyst.samples import Sample

ENOUGH = 0.75  # of the planted faults, from which on an anomaly of the usual size would have been seen
LEAST_PLANTED = 3
PLANTED = 4  # faults, each of which costs one scoring


def seen_enough(evidence: Evidence) -> bool | None:
    """Whether an anomaly of the usual size would have raised the alarm; None where no fault was planted."""
    facts = evidence.about("sample", "seen_faults")
    found = re.fullmatch(r"(\d+) of (\d+)", str(facts[0].value)) if facts else None
    seen, planted = (int(found[1]), int(found[2])) if found else (0, 0)
    return seen >= max(ENOUGH * planted, LEAST_PLANTED) if planted > 0 else None


def seen_faults(
    detector: Detector, sample: Sample, *, alpha: float, seed: int, most: int = PLANTED, seconds: float | None = None
) -> str:
    """ "3 of 4": of `most` planted faults at most, those that raise the alarm at level `alpha`.

    `seconds`: no fault is planted that would not be scored within them, by what the one before took.
    """
    began, took, seen, planted = time.monotonic(), 0.0, 0, 0
    for number in range(min(most, PLANTED)):
        faulty = modality(sample.modality).faulty(sample, number, seed * 1_000 + number)
        start = time.monotonic()
        if faulty is None or (seconds is not None and start - began + took > seconds):
            break
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", category=RuntimeWarning)  # all-NaN stretches of a series
            seen += detector.score(faulty).sample_p <= alpha
        planted, took = planted + 1, time.monotonic() - start
    return f"{seen} of {planted}"
