"""An image with its text healed: other words; and as many words left out elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from anomalyst.detectors.contract import ScoreMap
from anomalyst.errors import InputError
from anomalyst.evidence.findings import FoundRegions
from anomalyst.evidence.healing import HealedSample, Healings
from anomalyst.modalities.pair.findings import healed_text, words_in
from anomalyst.modalities.pair.region import PairRegion
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import pair_scores


def healed_pair(sample: PairSample, score_map: ScoreMap, found: FoundRegions, seed: int) -> Healings:
    """What the healing test scores: with what would fit in the place of the findings' words; with as many other words,
    chosen at random, left out, None where that would leave nothing but the finding."""
    from anomalyst.modalities.pair.space.text import Word, without

    pair = pair_scores(score_map)
    if pair is None:
        raise InputError(f"the detector says nothing of the words of {sample.name!r}, so none can be put right.")
    regions = [f.region for f in found.findings if isinstance(f.region, PairRegion)]
    words = [Word(w.text, w.start, w.stop) for w in pair.words]
    flagged = words_in(pair, regions)
    others = [k for k in range(len(words)) if k not in flagged]
    healed = _with_text(sample, healed_text(sample, pair, regions))
    if len(others) <= len(flagged):
        return healed, None
    chosen = np.random.default_rng(seed).choice(others, len(flagged), replace=False).tolist()
    return healed, _with_text(sample, without(sample.text, [words[k] for k in chosen]))


def _with_text(sample: PairSample, text: str) -> HealedSample:
    """The pair with another text; none where no word is left that could be wrong."""
    has_words = any(character.isalnum() for character in text)
    return HealedSample(replace(sample, text=text) if has_words else None)
