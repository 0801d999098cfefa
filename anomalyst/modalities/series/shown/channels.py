"""Which channels an anomaly is told of, and from where to where it lasts in them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.modalities.series.kinds.extent import Rows, apart, whole
from anomalyst.modalities.series.kinds.kind import kind_in
from anomalyst.modalities.series.kinds.stretch import Stretch, stretch_of
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.shown.blame import blamed, channel_shares

NEARLY = 0.5  # of the largest share of the score: a channel with as much has part in where the anomaly lies
RIDGE = 1e-3  # of a channel's variance: what the others say of it is no closer


def to_blame(sample: SeriesSample, score_map: ScoreMap, rows: slice, normal: NDArray[np.bool_]) -> list[int]:
    """The channels to blame for some rows, largest share first. Where one of them leaves its own range, those that
    stay in theirs and only no longer go with it are left out: they did nothing."""
    shares = channel_shares(score_map, rows.start, rows.stop)
    channels = blamed(shares)
    if len(channels) < 2:
        return channels
    kinds = {c: kind_in(stretch_of(sample, score_map, rows, normal, c), score_map, c) for c in channels}
    own = [c for c in channels if kinds[c] != "lost coupling"]
    return own if own and shares[own[0]] >= NEARLY * shares[channels[0]] else channels


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
    values = np.nan_to_num(sample.values)
    usual = values[stretch.normal]
    with np.errstate(all="ignore"):
        scaled = np.nan_to_num((values - usual.mean(axis=0)) / usual.std(axis=0)).clip(-1e6, 1e6)
    others, own = np.delete(scaled, channel, axis=1), scaled[:, channel]
    known = others[stretch.normal]
    square = known.T @ known + RIDGE * len(known) * np.eye(others.shape[1])
    weights = np.linalg.solve(square, known.T @ own[stretch.normal])
    return Stretch(own, others @ weights, stretch.start, stretch.stop, stretch.normal)
