"""Pictures and text of a pair for the report: the image with what speaks against the words, the words by information.

A word's colour is on one scale for the whole text, from what the image speaks against to what it supports; the same is
told by the number in its title, and flagged words are underlined, so that no one needs the colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from anomalyst.detectors.contract import ScoreMap
from anomalyst.evidence.facts import Finding
from anomalyst.modalities.image.pictures import Picture, outlined_map
from anomalyst.modalities.pair.region import PairRegion
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import WordScore, pair_scores
from anomalyst.samples import Sample

AGAINST, SUPPORTS = "179, 88, 6", "84, 39, 136"  # ends of the PuOr scale, safe for the colour-blind
STRONGEST = 0.55  # opacity of the strongest word


def pair_pictures(
    sample: PairSample, score_map: ScoreMap, findings: Sequence[Finding], masks: Mapping[str, NDArray[np.bool_]]
) -> list[Picture]:
    """The image with the findings' places outlined, and the map of what speaks against the text."""
    return outlined_map(sample.image, score_map, findings, masks)


@dataclass(frozen=True)
class Spoken:
    """A piece of a pair's text. `scored`: it is a word with a share of information, in `colour`, told by `title`;
    `regions`: ids of the findings that it belongs to."""

    text: str
    scored: bool = False
    colour: str = ""
    title: str = ""
    regions: tuple[str, ...] = ()


def spoken_words(sample: Sample, score_map: ScoreMap, findings: Sequence[Finding]) -> list[Spoken]:
    """The text of a pair in pieces, its words coloured by information; nothing for other samples."""
    pair = pair_scores(score_map)
    if not isinstance(sample, PairSample) or pair is None:
        return []
    strongest = max((abs(word.information) for word in pair.words), default=0.0) or 1.0
    parts, at = [], 0
    for word in pair.words:
        parts += [Spoken(sample.text[at : word.start]), _word(word, strongest, findings)]
        at = word.stop
    return [part for part in (*parts, Spoken(sample.text[at:])) if part.text]


def spoken_text(sample: Sample, score_map: ScoreMap, findings: Sequence[Finding]) -> Markup | None:
    """The same as HTML; None for other samples than pairs."""
    words = spoken_words(sample, score_map, findings)
    return Markup("").join(_as_html(word) for word in words) if words else None


def _word(word: WordScore, strongest: float, findings: Sequence[Finding]) -> Spoken:
    ids = [f.id for f in findings if isinstance(f.region, PairRegion) and f.region.start <= word.start < f.region.stop]
    colour = AGAINST if word.information < 0 else SUPPORTS
    opacity = STRONGEST * min(1.0, abs(word.information) / strongest)
    title = f"{word.information:+.2g} ± {word.error:.1g} nats" if word.known else "not learned, not judged"
    title += f", in {', '.join(ids)}" if ids else ""
    return Spoken(word.text, True, f"rgba({colour},{opacity:.2f})", title, tuple(ids))


def _as_html(word: Spoken) -> Markup:
    if not word.scored:
        return escape(word.text)
    mark = Markup(' class="flagged"') if word.regions else ""
    return Markup('<span{} style="background:{}" title="{}">{}</span>').format(mark, word.colour, word.title, word.text)
