"""What is said of an image with its text: what they share, which words do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.healing import HealingWords
from anomalyst.evidence.sentences import Advice, Said, quoted, say, what
from anomalyst.evidence.wording import number, one
from anomalyst.modalities.image.words import where
from anomalyst.modalities.told import Telling

ARTICLES = {"unsupported words": "", "unrelated text": ""}


def sample_sentences(evidence: Evidence) -> Iterator[Said]:
    """What image and text tell of each other, what matching pairs say instead, which words were not judged."""
    told, error = one(evidence, "sample", "information"), one(evidence, "sample", "information_error")
    if told is not None and error is not None:
        yield say("what", f"Image and text share {_nats(told, error)} of information.", told, error)
    if evidence.verdict == "anomalous":
        for fact in evidence.about("sample", "nearest_caption"):
            if (caption := quoted(fact)) is not None:
                yield say("value", f"A matching pair whose image is like this says: {caption}.", fact)
    unknown = one(evidence, "sample", "unknown_words")
    if (words := quoted(unknown)) is not None:
        yield say("data", f"The detector has learned nothing of these words: {words}.", unknown)


def headline(evidence: Evidence, region: str) -> Iterator[Said]:
    """Wordings of the headline of a finding, or of a normal pair (""), the fullest first."""
    if not region:
        yield say("headline", "Nothing unusual was found in this pair.", one(evidence, "sample", "verdict"))
        return
    words, told, fitting, kind = (
        one(evidence, region, k) for k in ("words", "information", "fitting_words", "anomaly_kind")
    )
    if told is None or float(told.value) >= 0:
        return
    if kind is not None and kind.value == "unrelated text":
        yield say("headline", "The text does not fit the picture.", told, kind)
        return
    said, instead = quoted(words), quoted(fitting)
    if words is not None and said is not None:
        which = "words" if " " in str(words.value).strip() else "word"
        opening = f"The {which} {said} {'do' if which == 'words' else 'does'} not fit the picture"
        if instead is not None:
            yield say("headline", f"{opening}; {instead} would fit.", words, told, fitting)
        yield say("headline", f"{opening}.", words, told)


def finding_sentences(evidence: Evidence, region: str) -> Iterator[Said]:
    """All sentences about one finding, in reading order."""
    yield from where(evidence, region)
    yield from what(evidence, region, ARTICLES)
    yield from _words(evidence, region)


def _words(evidence: Evidence, region: str) -> Iterator[Said]:
    """The words of a finding, and what the image says of them."""
    words, told, error = (one(evidence, region, k) for k in ("words", "information", "information_error"))
    if (said := quoted(words)) is None:
        return
    if told is None or error is None:
        yield say("what", f"{region} is about the text {said}.", words)
        return
    speaks = "speaks against" if float(told.value) < 0 else "supports"
    yield say("value", f"In {region} the image {speaks} {said} ({_nats(told, error)}).", words, told, error)
    fitting = one(evidence, region, "fitting_words")
    if (instead := quoted(fitting)) is not None:
        yield say("value", f"In the place of {said} in {region}, {instead} would fit.", words, fitting)


def _nats(told: Fact, error: Fact) -> str:
    """ "−4.2 ± 0.8 nats"."""
    return f"{number(float(told.value))} ± {number(float(error.value))} {told.unit}"


WORDS = frozenset({
    "pair", "image", "picture", "photo", "photograph", "pixel", "pixels",
    "text", "caption", "title", "note", "word", "words",
})  # fmt: skip
TOLD = Telling(
    words=WORDS,
    places="plane",
    advice=Advice(first="", rests_on="place"),
    healing=HealingWords(
        findings="With the fitting words in place of the flagged ones",
        elsewhere="When as many random words are left out instead",
        findings_title="Flagged words put right",
        elsewhere_title="Other words left out",
    ),
)
