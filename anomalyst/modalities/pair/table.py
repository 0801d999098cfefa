"""A pair as a row of a table of scores."""

from __future__ import annotations

from anomalyst.detectors.contract import ScoreMap
from anomalyst.modalities.pair.scores import pair_scores


def least_fitting(score_map: ScoreMap) -> dict[str, str]:
    """The word of a pair's text that fits its image least; nothing where the detector says nothing of words."""
    said = pair_scores(score_map)
    return {} if said is None else {"least_fitting_word": min(said.words, key=lambda word: word.information).text}
