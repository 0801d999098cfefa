"""Scores as a table: a row per image or pair, or a row per time stamp of a series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import pair_scores
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.scores import channel_scores
from anomalyst.samples import Sample

if TYPE_CHECKING:
    import pandas as pd

    from anomalyst.detectors.contract import ScoreMap


def score_rows(name: str, sample: Sample, score_map: ScoreMap, alpha: float) -> pd.DataFrame:
    """The rows of one sample, called `name`; the verdict is the one at alarm level `alpha`."""
    import pandas as pd

    if not isinstance(sample, SeriesSample):
        return pd.DataFrame([{"input": name, **whole_score(score_map, alpha), **_least_fitting(sample, score_map)}])
    columns = {"input": name, "time": sample.index, "score": score_map.scores, "p_value": score_map.p_values}
    return pd.DataFrame(columns).assign(top_channel=_top_channels(sample, score_map))


def whole_score(score_map: ScoreMap, alpha: float) -> dict[str, Any]:
    """What the detector says of the sample as a whole."""
    verdict = "anomalous" if score_map.sample_p <= alpha else "normal"
    return {"sample_p": score_map.sample_p, "sample_score": score_map.sample_score, "verdict": verdict}


def _least_fitting(sample: Sample, score_map: ScoreMap) -> dict[str, str]:
    """The word of a pair's text that fits its image least."""
    if not isinstance(sample, PairSample) or pair_scores(score_map) is None:
        return {}
    return {"least_fitting_word": min(pair_scores(score_map).words, key=lambda word: word.information).text}


def _top_channels(sample: SeriesSample, score_map: ScoreMap) -> Any:
    """The name of the channel most to blame at each time stamp."""
    import numpy as np

    if channel_scores(score_map) is None:
        return ""
    return np.array(sample.columns, dtype=object)[np.nan_to_num(channel_scores(score_map)).argmax(axis=1)]
