"""Text against image: what the words are, what would fit, what the image says of them."""

from __future__ import annotations

from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both, states
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.names import key


def information(said: Matched) -> Judged:
    """ "the two share −43 nats of information"."""
    return states(said, said.amounts[0], said.evidence.about("sample", "information"))


def speaks(said: Matched) -> Judged:
    """ "the picture speaks against the words": the information that they, or the whole text, have is negative."""
    named = {key(name) for name in said.names}
    regions = [f.subject for f in said.evidence.facts if f.kind == "words" and key(str(f.value)) in named]
    subject = regions[0] if regions else said.about.region if said.about.named and said.about.region else "sample"
    facts = said.evidence.about(subject, "information")
    if not facts or (named and not regions):
        return UNKNOWN
    return said.judged((float(facts[0].value) > 0) == (said.way > 0), facts[0])


def unfit(said: Matched) -> Judged:
    """ "text and image do not go together"."""
    facts = said.evidence.about("sample", "information")
    if not facts or said.evidence.verdict != "anomalous":
        return UNKNOWN
    return Judged(float(facts[0].value) < 0, (facts[0],))


def fits(said: Matched) -> Judged:
    """ "'missing' would fit better"."""
    facts = [f for f in said.evidence.facts if f.kind == "fitting_words"]
    hits = [f for f in facts if said.names and key(str(f.value)) == key(said.names[0])]
    return Judged(bool(hits), tuple(hits or facts)) if facts else UNKNOWN


def words(said: Matched) -> Judged:
    """ "the note says 'intact'": the words that a finding is about."""
    facts = [f for f in said.evidence.facts if f.kind == "words"]
    if not said.names:  # "the part that clashes with the note": the words of the finding do
        return Judged(True, tuple(facts)) if len(facts) == 1 and said.evidence.verdict == "anomalous" else UNKNOWN
    hits = [f for f in facts if said.names and key(str(f.value)) == key(said.names[0])]
    return Judged(bool(hits), tuple(hits or facts)) if facts else UNKNOWN


def words_count(said: Matched) -> Judged:
    """ "one of the four words is not supported by the image"."""
    facts = [f for f in said.evidence.facts if f.kind == "words"]
    size = next(iter(said.evidence.about("sample", "sample_size")), None)
    if not facts or size is None:
        return UNKNOWN
    told = sum(len(str(f.value).split()) for f in facts)
    some, total = said.amounts[:2]
    holds = some.value == told and f" {total.value:g} words" in f" {size.value}"
    return Judged(holds, (*facts, size))


def fits_than(said: Matched) -> Judged:
    """ "'missing' would fit better than 'intact'"."""
    told = [f for f in said.evidence.facts if f.kind == "words"]
    if len(said.names) != 2 or len(told) != 1:
        return UNKNOWN
    return both(fits(said), Judged(key(str(told[0].value)) == key(said.names[1]), tuple(told)))


def fits_instead(said: Matched) -> Judged:
    """ "Instead of 'intact', the note should say 'missing'"."""
    told = [f for f in said.evidence.facts if f.kind in ("words", "fitting_words")]
    own: dict[str, Fact] = {f.kind: f for f in told}
    if len(said.names) != 2 or len(told) != 2 or len(own) != 2:
        return UNKNOWN
    pairs = zip(("words", "fitting_words"), said.names, strict=True)
    return Judged(all(key(str(own[kind].value)) == key(name) for kind, name in pairs), tuple(told))


def words_size(said: Matched) -> Judged:
    """ "The caption has four words"."""
    size = next(iter(said.evidence.about("sample", "sample_size")), None)
    if size is None or said.amounts[0].near or said.amounts[0].unit:
        return UNKNOWN
    return Judged(f" {said.amounts[0].value:g} words" in f" {size.value}", (size,))


def information_of(said: Matched) -> Judged:
    """ "For the flagged word the information is −59 nats, give or take 3.8": of the word spoken of, else of all."""
    subject = said.about.region if said.group("word") and said.about.region else "sample"
    if len(said.findings) > 1 and subject != "sample" and not said.about.named:
        return UNKNOWN
    told = states(said, said.amounts[0], said.evidence.about(subject, "information"))
    error = said.amount("error")
    return told if error is None else both(told, states(said, error, said.evidence.about(subject, "information_error")))


CHECKS = {
    "information": information, "speaks": speaks, "unfit": unfit, "fits": fits, "words": words,
    "words-count": words_count, "words-size": words_size, "fits-than": fits_than,
    "fits-instead": fits_instead, "information-of": information_of,
}  # fmt: skip
