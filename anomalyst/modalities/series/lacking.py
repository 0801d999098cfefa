"""Findings of what a series lacks: stretches whose values are missing where those of normals are not, each with its
channels. They rest on what is missing alone, and so do their facts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.units import Measure, rounded
from anomalyst.modalities.series.region import SeriesKind, SeriesRegion
from anomalyst.modalities.series.runs import joined, runs
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import lacking
from anomalyst.modalities.series.units import channel_names

NEXT = 3  # missing values with fewer rows between them are one stretch
MAX_CHANNELS = 5
LACKING: tuple[SeriesKind, ...] = ("missing data", "gap")

Rows = tuple[int, int]


def lacking_stretches(sample: SeriesSample, score_map: ScoreMap) -> dict[Rows, tuple[str, ...]]:
    """Rows [start, stop) that lack values, and the channels that lack them there."""
    found: dict[Rows, tuple[str, ...]] = {}
    missing, names = lacking(score_map), channel_names(sample)
    if missing is None:
        return found
    for channel in np.flatnonzero(missing.any(axis=0)).tolist():
        for rows in joined(runs(missing[:, channel]), NEXT):
            found[rows] = (*found.get(rows, ()), names[channel])
    return found


def lacking_channels(sample: SeriesSample, score_map: ScoreMap, region: SeriesRegion) -> list[str]:
    """The channels of a finding if it is one of what they lack; none else."""
    missing, names = lacking(score_map), channel_names(sample)
    if missing is None or not region.channels:
        return []
    places = [names.index(channel) for channel in region.channels if channel in names]
    share = missing[region.start : region.stop, places].mean(axis=0)
    return list(region.channels) if len(share) and (share >= 0.5).all() else []


def lacking_facts(sample: SeriesSample, subject: str, region: SeriesRegion, channels: list[str]) -> Iterator[Measure]:
    """That rows are absent, or that values of some channels are missing."""
    gap = any(start <= region.start and region.stop <= stop for start, stop in sample.gaps)
    if len(channels) == 1 and sample.shape[1] > 1:
        yield Measure(subject, "top_channel", channels[0])
        yield Measure(subject, "channel_share", rounded(100.0), "%", channels[0])
    for channel in channels[:MAX_CHANNELS]:
        yield Measure(subject, "anomaly_kind", "gap" if gap else "missing data", qualifier=channel)
