"""What a score map of a series holds besides its rows: which channel is to blame, and how many rows it counts for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap


@dataclass(frozen=True)
class SeriesScores:
    """`channels` (T, C): how far each channel is to blame for each row, not negative; `independent`: how many rows it
    counts for as if they were independent, None where rows were not judged as events (in runs of the first version);
    `lacking` (T, C): which values are missing where those of normals are not, None where holes are not told;
    `judged` (T,): p-values of rows by the values that are there; `off` (T, C): where a channel's level is, for long,
    outside of what the normals show, None where it nowhere is; `apart` (T, C): where a channel comes apart from the
    others, None where none does; `mistimed` (T, C): where nothing but its time is odd of a channel, None where nothing
    is; `rare` (T, C): the cells of rare events that are more surprising than all else of their rows, and `besides`
    (T,): p-values of rows by all else, both None where there are none."""

    channels: NDArray[np.float32]
    independent: float | None = None
    lacking: NDArray[np.bool_] | None = None
    judged: NDArray[np.float32] | None = None
    off: NDArray[np.bool_] | None = None
    apart: NDArray[np.bool_] | None = None
    mistimed: NDArray[np.bool_] | None = None
    rare: NDArray[np.bool_] | None = None
    besides: NDArray[np.float32] | None = None


def channel_scores(score_map: ScoreMap) -> NDArray[np.float32] | None:
    """Which channel is to blame for which row (T, C), where a rare event is it alone; None where the detector does not
    tell."""
    detail = score_map.detail
    if not isinstance(detail, SeriesScores) or detail.rare is None:
        return detail.channels if isinstance(detail, SeriesScores) else None
    others = detail.rare.any(axis=1, keepdims=True) & ~detail.rare
    return np.where(others, np.float32(0), detail.channels)


def without_rare(score_map: ScoreMap) -> ScoreMap | None:
    """The answer by all but those rare events that are more surprising than all else; None where there are none."""
    detail = score_map.detail
    if not isinstance(detail, SeriesScores) or detail.rare is None or detail.besides is None:
        return None
    channels = np.where(detail.rare, np.float32(0), detail.channels)
    judged = None if detail.judged is None else detail.besides
    left = replace(detail, channels=channels, judged=judged, rare=None, besides=None)
    return replace(score_map, scores=-np.log(detail.besides), p_values=detail.besides, detail=left)


def told_of(score_map: ScoreMap, rows: slice, channels: Collection[int]) -> ScoreMap:
    """The answer that tells of some channels in some rows: without rare events of others, which hide what else is
    there."""
    others = without_rare(score_map)
    if others is None or not channels or not isinstance(score_map.detail, SeriesScores):
        return score_map
    rare = score_map.detail.rare
    hidden = rare is not None and rare[rows].any() and not rare[rows][:, list(channels)].any()
    return others if hidden else score_map


def lacking(score_map: ScoreMap) -> NDArray[np.bool_] | None:
    """Which values (T, C) are missing where those of normals are not; None where the detector does not tell."""
    return score_map.detail.lacking if isinstance(score_map.detail, SeriesScores) else None


def expected_events(score_map: ScoreMap) -> NDArray[np.float64] | None:
    """How many events as high as each row (T,) a normal series of this length shows on average; None where rows were
    not judged as events."""
    if not isinstance(score_map.detail, SeriesScores) or score_map.detail.independent is None:
        return None
    return score_map.detail.independent * score_map.p_values.astype(np.float64)


def judged_events(score_map: ScoreMap) -> NDArray[np.float64] | None:
    """The same by the values that are there: what lacks is no evidence against what does not."""
    if not isinstance(score_map.detail, SeriesScores) or score_map.detail.independent is None:
        return None
    return score_map.detail.independent * judged_p(score_map).astype(np.float64)


def judged_p(score_map: ScoreMap) -> NDArray[np.float32]:
    """P-values of rows (T,) by the values that are there."""
    detail = score_map.detail
    if not isinstance(detail, SeriesScores) or detail.lacking is None or detail.judged is None:
        return score_map.p_values
    return np.where(detail.lacking.any(axis=1), detail.judged, score_map.p_values)


def off_level(score_map: ScoreMap) -> NDArray[np.bool_]:
    """Where a channel's level is, for long, outside of what the normals show (T, C)."""
    if isinstance(score_map.detail, SeriesScores) and score_map.detail.off is not None:
        return score_map.detail.off
    return np.zeros(score_map.expected.shape, dtype=bool)


def come_apart(score_map: ScoreMap) -> NDArray[np.bool_]:
    """Where a channel comes apart from the others (T, C)."""
    if isinstance(score_map.detail, SeriesScores) and score_map.detail.apart is not None:
        return score_map.detail.apart
    return np.zeros(score_map.expected.shape, dtype=bool)


def mistimed(score_map: ScoreMap) -> NDArray[np.bool_]:
    """Where nothing but its time is odd of a channel (T, C)."""
    if isinstance(score_map.detail, SeriesScores) and score_map.detail.mistimed is not None:
        return score_map.detail.mistimed
    return np.zeros(score_map.expected.shape, dtype=bool)
