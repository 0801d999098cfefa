"""Pictures and text of a pair for the report: the image with what speaks against the words, the words by information.

A word's colour is on one scale for the whole text, from what the image speaks against to what it supports; the same is
told by the number in its title, and flagged words are underlined, so that no one needs the colour.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from anomalyst.evidence.facts import Finding
from anomalyst.evidence.record import RunRecord
from anomalyst.evidence.speech.speech import Speech
from anomalyst.modalities.image.shown.pictures import outlined_map
from anomalyst.modalities.pair.region import PairRegion
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import WordScore, pair_scores
from anomalyst.modalities.shown import Drawn, Pictures, Spoken, SpokenText
from anomalyst.samples import expect

AGAINST, SUPPORTS = "179, 88, 6", "84, 39, 136"  # ends of the PuOr scale, safe for the colour-blind
STRONGEST = 0.55  # opacity of the strongest word


def report(record: RunRecord) -> Pictures:
    """What the report shows of a run on a pair."""
    whole = Drawn(tuple(outlined_map(expect(PairSample, record.sample).image, record)))
    return Pictures(record.speech.text("picture-heading"), whole, spoken=spoken_text(record))


def spoken_text(record: RunRecord) -> SpokenText | None:
    """The text of a pair in pieces, its words coloured by information."""
    sample, pair = expect(PairSample, record.sample), pair_scores(record.score_map)
    if pair is None:
        return None
    strongest = max((abs(word.information) for word in pair.words), default=0.0) or 1.0
    findings, speech = record.explanation.evidence.findings, record.speech
    parts, at = [], 0
    for word in pair.words:
        parts += [Spoken(sample.text[at : word.start]), _word(word, strongest, findings, speech)]
        at = word.stop
    pieces = tuple(part for part in (*parts, Spoken(sample.text[at:])) if part.text)
    low, high, note, hint = (speech.text(f"pair-{name}") for name in ("against", "supports", "note", "hint"))
    return SpokenText(pieces, low, high, Markup(note), hint) if pieces else None  # a message holds no text of data


def _word(word: WordScore, strongest: float, findings: Sequence[Finding], speech: Speech) -> Spoken:
    ids = [f.id for f in findings if isinstance(f.region, PairRegion) and f.region.start <= word.start < f.region.stop]
    colour = AGAINST if word.information < 0 else SUPPORTS
    opacity = STRONGEST * min(1.0, abs(word.information) / strongest)
    numbers = {"value": speech.local(f"{word.information:+.2g}"), "error": speech.local(f"{word.error:.1g}")}
    title = speech.text("pair-word", numbers) if word.known else speech.text("pair-word-unknown")
    title = speech.text("pair-word-in", {"word": title, "findings": ", ".join(ids)}) if ids else title
    return Spoken(word.text, True, f"rgba({colour},{opacity:.2f})", title, tuple(ids))
