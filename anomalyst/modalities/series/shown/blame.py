"""Which channels of a series are to blame for a finding."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.modalities.series.region import row_region
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import channel_scores
from anomalyst.modalities.series.units import channel_names

BLAME = 0.8  # the channels named carry at least this share of a finding's score,
MAX_CHANNELS = 5  # but are no more than this many
MAX_SHOWN = 6


def channel_shares(score_map: ScoreMap, start: int, stop: int) -> NDArray[np.float64]:
    """Each channel's share of the score of rows [start, stop), (C,), summing to 1; all 0 if none is to blame."""
    channels = channel_scores(score_map)
    if channels is None:
        return np.ones(1) if score_map.expected.shape[1] == 1 else np.zeros(score_map.expected.shape[1])
    sums = np.nan_to_num(channels[start:stop].astype(np.float64)).clip(min=0).sum(axis=0)
    total = sums.sum()
    shares: NDArray[np.float64] = sums / total if total > 0 else sums
    return shares


def blamed(shares: NDArray[np.float64]) -> list[int]:
    """The fewest channels that carry BLAME of the score, largest share first, at most MAX_CHANNELS."""
    order = np.argsort(-shares, kind="stable")
    enough = int(np.searchsorted(np.cumsum(shares[order]), BLAME * shares.sum() * (1 - 1e-9))) + 1
    return [int(c) for c in order[: min(enough, MAX_CHANNELS)] if shares[c] > 0]


def blamed_by(sample: SeriesSample, findings: Sequence[Finding], each: int | None = None) -> list[int]:
    """Positions of the channels that findings blame, of each at most `each`: every finding's first, then the others."""
    columns = channel_names(sample)
    named = zip_longest(*(row_region(finding).channels[:each] for finding in findings))
    return [columns.index(name) for name in dict.fromkeys(n for place in named for n in place) if name in columns]


def by_score(sample: SeriesSample, score_map: ScoreMap | None) -> list[int]:
    """Positions of all channels, the highest-scoring first; in their order where no detector tells."""
    scores = None if score_map is None else channel_scores(score_map)
    if scores is None:
        return list(range(sample.shape[1]))
    return [int(channel) for channel in np.argsort(-np.nan_to_num(scores).max(axis=0), kind="stable")]


def blamed_first(sample: SeriesSample, score_map: ScoreMap, findings: Sequence[Finding]) -> list[int]:
    """Positions of at most MAX_SHOWN channels: those that findings blame, in their order, then by their score."""
    both = (*blamed_by(sample, findings, each=1), *by_score(sample, score_map))
    return list(dict.fromkeys(both))[:MAX_SHOWN]
