"""What a score map of a pair holds besides pixels: words, repairs, texts that would fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap


@dataclass(frozen=True)
class WordScore:
    """A word of a pair's text, at [start, stop) of it. `information`: nats that the word adds to what image and text
    tell of each other, negative where the image speaks against it, ± `error`; `p_value`: against words that fit;
    `known`: whether the detector learned from texts with this word."""

    text: str
    start: int
    stop: int
    information: float
    error: float
    p_value: float
    known: bool = True


@dataclass(frozen=True)
class Repair:
    """One more word (its number in `PairScores.words`) put right than in the repair before: what would fit `instead`
    ("": nothing, the word is left out), and the p-value of the pair then."""

    word: int
    instead: str
    sample_p: float


@dataclass(frozen=True)
class PairScores:
    """What a score map of a pair holds besides pixels. `information`, `error`: nats of the whole pair; `words`: every
    word's share; `word_maps` (words, rows, columns): where the image speaks against each, on a coarse grid over the
    image; `captions`: texts that would fit, the nearest first; `repairs`: words put right one after the other, the
    one that fits least first."""

    information: float
    error: float
    words: tuple[WordScore, ...]
    word_maps: NDArray[np.float32]
    captions: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()


def pair_scores(score_map: ScoreMap) -> PairScores | None:
    """What the map says of words; None where the detector says nothing of them."""
    return score_map.detail if isinstance(score_map.detail, PairScores) else None


def least_fitting(score_map: ScoreMap) -> dict[str, str]:
    """The word of a pair's text that fits its image least; nothing where the detector says nothing of words."""
    said = pair_scores(score_map)
    return {} if said is None else {"least_fitting_word": min(said.words, key=lambda word: word.information).text}
