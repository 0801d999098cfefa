"""Findings of a pair: the fewest words whose putting right ends the alarm, and where the image speaks against them.

Where more than half of the judged words would have to change, the text as a whole is the finding. A group of
neighbouring words is significant if one of its words passes at the stated false-discovery rate among all judged words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from skimage.transform import resize

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.evidence.findings import FoundRegions, step_up
from anomalyst.modalities.image.region import bounds
from anomalyst.modalities.pair.region import PairRegion
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import PairScores, pair_scores

HALF_HEIGHT = 0.5
WHOLE_SHARE = 0.5


def pair_regions(sample: PairSample, score_map: ScoreMap, alpha: float, fdr: float, most: int) -> FoundRegions:
    """The findings of a pair whose own p-value is at most `alpha`; none otherwise."""
    pair = pair_scores(score_map)
    if pair is None or not pair.words or not score_map.sample_p <= alpha:
        return FoundRegions()
    groups = _groups(sample.text, pair, alpha)
    least = step_up(np.array([w.p_value for w in pair.words if w.known] or [1.0]), fdr)
    ranked = sorted(groups, key=lambda group: (min(pair.words[k].p_value for k in group), group[0]))[:most]
    findings, masks = [], {}
    for number, group in enumerate(ranked, start=1):
        words = [pair.words[k] for k in group]
        mask = _mask(pair.word_maps[list(group)].sum(0), sample.shape)
        x0, y0, x1, y1 = bounds(mask)
        p = min(word.p_value for word in words)
        region = PairRegion(start=words[0].start, stop=words[-1].stop, x0=x0, y0=y0, x1=x1, y1=y1)
        score = -sum(word.information for word in words)
        findings.append(Finding(id=f"R{number}", region=region, peak_p=p, peak_score=score, significant=p <= least))
        masks[f"R{number}"] = mask
    return FoundRegions(tuple(findings), masks)


def is_whole(sample: PairSample, pair: PairScores, region: PairRegion) -> bool:
    """Whether a finding is about the text as a whole."""
    return region.start <= pair.words[0].start and region.stop >= pair.words[-1].stop


def _groups(text: str, pair: PairScores, alpha: float) -> list[list[int]]:
    """Numbers of the words to put right, neighbours together; all words where the text as a whole does not fit."""
    everything = [list(range(len(pair.words)))]
    needed = next((n for n, r in enumerate(pair.repairs, start=1) if r.sample_p > alpha), None)
    judged = sum(word.known for word in pair.words)
    if needed is None or needed > max(1, WHOLE_SHARE * judged):
        return everything
    groups: list[list[int]] = []
    for k in sorted(repair.word for repair in pair.repairs[:needed]):
        if groups and k == groups[-1][-1] + 1 and text[pair.words[k - 1].stop : pair.words[k].start].isspace():
            groups[-1].append(k)
        else:
            groups.append([k])
    return groups


def instead_of(sample: PairSample, pair: PairScores, region: PairRegion) -> str:
    """What would fit in the place of a finding's words; "" where nothing is known to."""
    if is_whole(sample, pair, region):
        return pair.captions[0] if pair.captions else ""
    fitting = {repair.word: repair.instead for repair in pair.repairs}
    return " ".join(text for k in words_in(pair, [region]) if (text := fitting.get(k, "")))


def healed_text(sample: PairSample, pair: PairScores, regions: Sequence[PairRegion]) -> str:
    """The text with what would fit in the place of the findings' words."""
    text = sample.text
    for region in sorted(regions, key=lambda r: -r.start):
        text = text[: region.start] + instead_of(sample, pair, region) + text[region.stop :]
    return " ".join(text.split())


def words_in(pair: PairScores, regions: Sequence[PairRegion]) -> list[int]:
    """Numbers of the words that the regions cover."""
    return [k for k, w in enumerate(pair.words) if any(r.start <= w.start and w.stop <= r.stop for r in regions)]


def _mask(cells: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """The place that speaks against the words: above half of the map's height; all of it where nothing does."""
    fine = resize(cells.astype(np.float64), shape, order=1, mode="edge", anti_aliasing=False)
    mask: NDArray[np.bool_] = fine >= HALF_HEIGHT * fine.max() if fine.max() > 0 else np.ones(shape, dtype=bool)
    return mask
