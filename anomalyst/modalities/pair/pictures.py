"""Pictures and text of a pair for the report: the image with what speaks against the words, the words by information.

A word's colour is on one scale for the whole text, from what the image speaks against to what it supports; the same is
told by the number in its title, and flagged words are underlined, so that no one needs the colour.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from anomalyst.evidence.facts import Finding
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.image.pictures import outlined_map
from anomalyst.modalities.pair.region import PairRegion
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import WordScore, pair_scores
from anomalyst.modalities.shown import Drawn, Pictures, Spoken, SpokenText
from anomalyst.samples import expect

AGAINST, SUPPORTS = "179, 88, 6", "84, 39, 136"  # ends of the PuOr scale, safe for the colour-blind
STRONGEST = 0.55  # opacity of the strongest word
NOTE = Markup(  # no text of data in it
    "Orange: the image speaks against the word; violet: it supports it; the number stands in each word's title. "
    "Flagged words are underlined."
)
HINT = "Flagged words are underlined. Point at a word, or move to it with the Tab key, for its number of nats."


def report(record: RunRecord) -> Pictures:
    """What the report shows of a run on a pair."""
    sample, findings = expect(PairSample, record.sample), record.explanation.evidence.findings
    whole = Drawn(tuple(outlined_map(sample.image, record.score_map, findings, record.masks)))
    return Pictures("What it looks like", whole, spoken=spoken_text(record))


def spoken_text(record: RunRecord) -> SpokenText | None:
    """The text of a pair in pieces, its words coloured by information."""
    sample, pair = expect(PairSample, record.sample), pair_scores(record.score_map)
    if pair is None:
        return None
    strongest = max((abs(word.information) for word in pair.words), default=0.0) or 1.0
    parts, at = [], 0
    for word in pair.words:
        parts += [Spoken(sample.text[at : word.start]), _word(word, strongest, record.explanation.evidence.findings)]
        at = word.stop
    pieces = tuple(part for part in (*parts, Spoken(sample.text[at:])) if part.text)
    return SpokenText(pieces, "the image speaks against it", "it supports it", NOTE, HINT) if pieces else None


def _word(word: WordScore, strongest: float, findings: Sequence[Finding]) -> Spoken:
    ids = [f.id for f in findings if isinstance(f.region, PairRegion) and f.region.start <= word.start < f.region.stop]
    colour = AGAINST if word.information < 0 else SUPPORTS
    opacity = STRONGEST * min(1.0, abs(word.information) / strongest)
    title = f"{word.information:+.2g} ± {word.error:.1g} nats" if word.known else "not learned, not judged"
    title += f", in {', '.join(ids)}" if ids else ""
    return Spoken(word.text, True, f"rgba({colour},{opacity:.2f})", title, tuple(ids))
