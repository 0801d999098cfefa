"""Planted faults: would an anomaly of the usual size have raised the alarm in this very sample?

A normal verdict says that no alarm was raised, not that none was to be raised: the detector may be blind to what people
look for. So faults such as those that the detectors' options are chosen on are put into the sample one at a time, each
faulty copy is scored, and it is counted how many of them raise the alarm. A pair of an image and a text has no such
faults: none is planted there, and so none is seen.
"""

from __future__ import annotations

import re
import time
import warnings
from dataclasses import replace

import numpy as np

from anomalyst.detectors.base import Detector
from anomalyst.samples import ImageSample, Sample, SeriesSample
from anomalyst.tools.evidence import Evidence

IMAGE_FAULTS = ("scar", "blob", "cut-paste", "brightness")
SERIES_FAULTS = ("spike", "level shift", "flat line", "change of variance")
ENOUGH = 0.75  # of the planted faults, from which on an anomaly of the usual size would have been seen
LEAST_PLANTED = 3
PLANTED = 4  # faults, each of which costs one scoring
LENGTH = 48  # rows of a series' fault, a quarter of the series at most
SIDE = 512  # longest side of the picture that an image's fault is drawn on; it is enlarged with it


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
        faulty = with_fault(sample, number, seed)
        start = time.monotonic()
        if faulty is None or (seconds is not None and start - began + took > seconds):
            break
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", category=RuntimeWarning)  # all-NaN stretches of a series
            seen += detector.score(faulty).sample_p <= alpha
        planted, took = planted + 1, time.monotonic() - start
    return f"{seen} of {planted}"


def with_fault(sample: Sample, number: int, seed: int) -> Sample | None:
    """The sample with fault `number` (below PLANTED) of its modality; None where none can be planted."""
    if isinstance(sample, ImageSample):
        return _faulty_image(sample, IMAGE_FAULTS[number], seed * 1_000 + number)
    if isinstance(sample, SeriesSample):
        return _faulty_series(sample, SERIES_FAULTS[number], seed * 1_000 + number)
    return None


def _faulty_image(sample: ImageSample, kind: str, seed: int) -> ImageSample:
    """A large image's fault is drawn on a smaller copy: what it changes is enlarged and added."""
    from skimage.transform import resize  # brings scipy along

    from anomalyst.detectors.synthetic_images import make_anomaly

    height, width = sample.shape
    share = min(1.0, SIDE / max(height, width))
    size = max(1, round(share * height)), max(1, round(share * width))
    small = sample.pixels if share == 1 else resize(sample.pixels, size, anti_aliasing=True).astype(np.float32)
    faulty, _ = make_anomaly(kind, small, seed)
    change = faulty - small
    whole = change if share == 1 else resize(change, sample.shape).astype(np.float32)
    return replace(sample, pixels=np.clip(sample.pixels + whole, 0, 1))


def _faulty_series(sample: SeriesSample, kind: str, seed: int) -> SeriesSample | None:
    """A fault at a random time in a random one of the channels that move."""
    from anomalyst.detectors.synthetic_series import make_anomaly

    rows = len(sample.values)
    length = min(LENGTH, rows // 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)  # channels without any value
        moving = np.flatnonzero(np.nan_to_num(np.nanstd(sample.values, axis=0)) > 0)
    if length < 2 or not len(moving):
        return None
    generator = np.random.default_rng(seed)
    start, channel = int(generator.integers(0, rows - length + 1)), int(generator.choice(moving))
    return make_anomaly(kind, sample, (start, start + length), [channel], seed)[0]
