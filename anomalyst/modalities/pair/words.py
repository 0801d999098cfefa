"""What is said of an image with its text: what they share, which words do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.healing import HealingWords
from anomalyst.evidence.sentences import Advice, Said, Slot, quoted, say, what
from anomalyst.evidence.wording import one
from anomalyst.modalities.image.words import where
from anomalyst.modalities.told import Telling


def sample_sentences(evidence: Evidence) -> Iterator[Said]:
    """What image and text tell of each other, what matching pairs say instead, which words were not judged."""
    told, error = one(evidence, "sample", "information"), one(evidence, "sample", "information_error")
    if told is not None and error is not None:
        yield say("what", "information", {"nats": _nats(told, error)}, told, error)
    if evidence.verdict == "anomalous":
        for fact in evidence.about("sample", "nearest_caption"):
            if (caption := quoted(fact)) is not None:
                yield say("value", "similar_pair", {"caption": caption}, fact)
    unknown = one(evidence, "sample", "unknown_words")
    if (words := quoted(unknown)) is not None:
        yield say("data", "unknown_words", {"words": words}, unknown)


def headline(evidence: Evidence, region: str) -> Iterator[Said]:
    """Wordings of the headline of a finding, or of a normal pair (""), the fullest first."""
    if not region:
        yield say("headline", ("headline", "normal-pair"), {}, one(evidence, "sample", "verdict"))
        return
    words, told, fitting, kind = (
        one(evidence, region, k) for k in ("words", "information", "fitting_words", "anomaly_kind")
    )
    if told is None or float(told.value) >= 0:
        return
    if kind is not None and kind.value == "unrelated text":
        yield say("headline", ("headline", "unrelated-text"), {}, told, kind)
        return
    said, instead = quoted(words), quoted(fitting)
    if words is not None and said is not None:
        which = "words" if " " in str(words.value).strip() else "word"
        if instead is not None:
            slots: dict[str, Slot] = {"words": said, "instead": instead}
            yield say("headline", ("headline", f"{which}-instead"), slots, words, told, fitting)
        yield say("headline", ("headline", which), {"words": said}, words, told)


def finding_sentences(evidence: Evidence, region: str) -> Iterator[Said]:
    """All statements about one finding, in reading order."""
    yield from where(evidence, region)
    yield from what(evidence, region)
    yield from _words(evidence, region)


def _words(evidence: Evidence, region: str) -> Iterator[Said]:
    """The words of a finding, and what the image says of them."""
    words, told, error = (one(evidence, region, k) for k in ("words", "information", "information_error"))
    if (said := quoted(words)) is None:
        return
    slots: dict[str, Slot] = {"finding": region, "words": said}
    if told is None or error is None:
        yield say("what", "about_words", slots, words)
        return
    speaks = "against" if float(told.value) < 0 else "for"
    yield say("value", ("image_speaks", speaks), slots | {"nats": _nats(told, error)}, words, told, error)
    fitting = one(evidence, region, "fitting_words")
    if (instead := quoted(fitting)) is not None:
        yield say("value", "fitting_words", slots | {"instead": instead}, words, fitting)


def _nats(told: Fact, error: Fact) -> Slot:
    """ "−4.2 ± 0.8 nats"."""
    return lambda s: f"{s.number(float(told.value))} ± {s.measure(float(error.value), told.unit)}"


WORDS = frozenset({
    "pair", "image", "picture", "photo", "photograph", "pixel", "pixels",
    "text", "caption", "title", "note", "word", "words",
})  # fmt: skip
TOLD = Telling(
    words=WORDS,
    places="plane",
    advice=Advice(first="", rests_on="place"),
    healing=HealingWords(
        how="words",
        findings_title="Flagged words put right",
        elsewhere_title="Other words left out",
    ),
)
