"""A series as rows of a table of scores."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd

from anomalyst.detectors.contract import ScoreMap
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import channel_scores
from anomalyst.samples import Sample


def rows(sample: Sample, score_map: ScoreMap) -> pd.DataFrame:
    """A row a time stamp: its score, its p-value, and the channel most to blame."""
    series = cast(SeriesSample, sample)
    columns = {"time": series.index, "score": score_map.scores, "p_value": score_map.p_values}
    return pd.DataFrame(columns).assign(top_channel=_top_channels(series, score_map))


def _top_channels(series: SeriesSample, score_map: ScoreMap) -> Any:
    """The name of the channel most to blame at each time stamp."""
    blame = channel_scores(score_map)
    if blame is None:
        return ""
    return np.array(series.columns, dtype=object)[np.nan_to_num(blame).argmax(axis=1)]
