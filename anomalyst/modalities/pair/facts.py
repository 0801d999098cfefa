"""Facts about a pair: what image and text tell of each other, which words do not fit, where the image says so."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.evidence.findings import FoundRegions
from anomalyst.evidence.units import Measure, clean_name, decimals, rounded
from anomalyst.modalities.image.places import image_place
from anomalyst.modalities.pair.findings import instead_of, is_whole, words_in
from anomalyst.modalities.pair.region import PairRegion
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import PairScores, pair_scores

NATS = "nats"


def sample_facts(sample: PairSample, score_map: ScoreMap) -> Iterator[Measure]:
    """Facts about the whole pair."""
    pair = pair_scores(score_map)
    if pair is None:
        return
    height, width = sample.shape
    count = len(pair.words)
    yield Measure("sample", "sample_size", f"{width:,} × {height:,} pixels, {count:,} word{'s' if count != 1 else ''}")
    yield from _nats("sample", pair.information, pair.error)
    for rank, caption in enumerate(pair.captions, start=1):
        yield Measure("sample", "nearest_caption", clean_name(caption), qualifier=str(rank))
    unknown = list(dict.fromkeys(word.text for word in pair.words if not word.known))
    if unknown:
        yield Measure("sample", "unknown_words", clean_name(", ".join(unknown)))


def finding_facts(sample: PairSample, score_map: ScoreMap, found: FoundRegions, finding: Finding) -> Iterator[Measure]:
    """Facts about one finding."""
    pair = pair_scores(score_map)
    if pair is not None and isinstance(finding.region, PairRegion):
        yield from _pair_facts(sample, pair, finding, finding.region, found.masks[finding.id])


def _pair_facts(
    sample: PairSample, pair: PairScores, finding: Finding, region: PairRegion, mask: NDArray[np.bool_]
) -> Iterator[Measure]:
    whole = is_whole(sample, pair, region)
    yield Measure(finding.id, "words", clean_name(sample.text[region.start : region.stop]))
    if instead := instead_of(sample, pair, region):
        yield Measure(finding.id, "fitting_words", clean_name(instead))
    yield Measure(finding.id, "anomaly_kind", "unrelated text" if whole else "unsupported words")
    if whole:
        yield from _nats(finding.id, pair.information, pair.error)
    else:
        words = [pair.words[k] for k in words_in(pair, [region])]
        yield from _nats(finding.id, sum(w.information for w in words), math.hypot(*(w.error for w in words)))
    yield Measure(finding.id, "place", image_place(mask))
    yield Measure(finding.id, "box", f"x {region.x0}–{region.x1}, y {region.y0}–{region.y1}")
    yield Measure(finding.id, "area", rounded(100 * float(mask.mean())), "%")


def _nats(subject: str, value: float, error: float) -> Iterator[Measure]:
    """A number of nats and its error, both to the error's first two digits, or to two of its own if it has fewer."""
    places = min(max(decimals(error, 2), decimals(value, 2)), 4) if error > 0 else decimals(value, 2)
    yield Measure(subject, "information", round(value, places), NATS)
    yield Measure(subject, "information_error", round(error, places), NATS)
