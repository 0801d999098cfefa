"""Pairs of an image and a text in which one word is wrong: a colour that the data set's makers put in.

Pairs that match are learned from; halves are by a hash of the image's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from anomalyst.errors import InputError
from anomalyst.modalities.pair.space.embedding import PairEmbedding
from benchmarks.pairs import Pairs, read
from benchmarks.series_events import half_of
from benchmarks.words.judging import Tried, Truth, headline_of

LEARNED = 1_500
KIND, SET = "edit_colour", "fashion"


def tried(data: Path, half: str, n: int, seed: int, weights: str | None) -> Iterator[Tried]:
    """`n` pairs of a half whose text has a wrong word, drawn by the seed."""
    pairs = read(data / "text_image" / SET, None)
    detector = PairEmbedding(weights).fit(pairs.learned[:LEARNED])
    order = np.random.default_rng(seed).permutation(len(pairs.judged)).tolist()
    wrong = (i for i in order if pairs.kinds[i] == KIND and half_of(pairs.judged[i].name) == half)
    found = (one for place in wrong if (one := _tried(detector, pairs, place)) is not None)
    yield from islice(found, n)


def _tried(detector: PairEmbedding, pairs: Pairs, place: int) -> Tried | None:
    """What was said of a pair; None where the detector has learned too few of its words to judge it."""
    pair = pairs.judged[place]
    truth = Truth(word=pairs.edited[place].lower(), fitting=pairs.replaced[place].lower())
    try:
        return Tried("wrong word", pair.name, headline_of(pair, detector.score(pair)), truth)
    except InputError:
        return None
