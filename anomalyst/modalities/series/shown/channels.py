"""Which channels an anomaly is told of, and from where to where it lasts in them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.modalities.series.kinds.extent import Rows, apart, whole
from anomalyst.modalities.series.kinds.kind import kind_in
from anomalyst.modalities.series.kinds.stretch import Stretch, stretch_of
from anomalyst.modalities.series.kinds.together import together, who_left
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.shown.blame import blamed, channel_shares

NEARLY = 0.5  # of the largest share of the score: a channel with as much has part in where the anomaly lies


def to_blame(sample: SeriesSample, score_map: ScoreMap, rows: slice, normal: NDArray[np.bool_]) -> list[int]:
    """The channels to blame for some rows, largest share first. Where one of them leaves its own range, those that
    stay in theirs and only no longer go with it are left out: they did nothing. So are, where all only come apart,
    those that go together again without one of them."""
    shares = channel_shares(score_map, rows.start, rows.stop)
    channels = blamed(shares)
    if len(channels) < 2:
        return channels
    kinds = {c: kind_in(stretch_of(sample, score_map, rows, normal, c), score_map, c) for c in channels}
    own = [c for c in channels if kinds[c] != "lost coupling"]
    if own:
        return own if shares[own[0]] >= NEARLY * shares[channels[0]] else channels
    left = who_left(sample.values, rows, normal)
    return channels if left is None or left not in channels else [left]


def whole_rows(sample: SeriesSample, score_map: ScoreMap, part: slice, event: Rows, normal: NDArray[np.bool_]) -> slice:
    """The rows of the whole anomaly that a part of an event shows: from where to where it lasts in any of the channels
    that carry most."""
    shares = channel_shares(score_map, part.start, part.stop)
    channels = to_blame(sample, score_map, part, normal)
    found: list[Rows] = []
    for channel in (c for c in channels if shares[c] >= NEARLY * shares[channels[0]]):
        stretch = stretch_of(sample, score_map, part, normal, channel)
        kind = kind_in(stretch, score_map, channel)
        lost = kind == "lost coupling"
        found.append(apart(_beside_others(sample, stretch, channel)) if lost else whole(stretch, kind, event))
    return slice(min(a for a, _ in found), max(b for _, b in found)) if found else part


def _beside_others(sample: SeriesSample, stretch: Stretch, channel: int) -> Stretch:
    """The stretch of a channel whose expected values are what the others say of it, as they do in normal rows."""
    scaled, precision = together(sample.values, stretch.normal)
    apart_by = scaled @ precision[channel] / precision[channel, channel]
    own = scaled[:, channel]
    return Stretch(own, own - apart_by, stretch.start, stretch.stop, stretch.normal)
