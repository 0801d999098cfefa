"""What is said of a finding of a table: which rows, what they hold, what normal rows hold instead, which columns."""

from __future__ import annotations

from collections.abc import Iterator

from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.sentences import (
    MAX_CHANNELS,
    Advice,
    Said,
    Slot,
    amount,
    direction,
    names,
    of_kind,
    quoted,
    same_name,
    say,
    values,
)
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.times import moment
from anomalyst.evidence.wording import is_sayable, name, one
from anomalyst.modalities.told import Telling


def sample_sentences(evidence: Evidence) -> Iterator[Said]:
    """Of planted changes, the smallest that was seen and the largest that was not."""
    seen, unseen = (one(evidence, "sample", kind) for kind in ("spike_seen", "spike_unseen"))
    first = seen or unseen
    if first is None or not is_sayable(first.qualifier):
        return
    slots: dict[str, Slot] = {"size": amount(first), "column": name(first.qualifier)}
    if seen is not None and unseen is not None:
        slots["smaller"] = amount(unseen)
    fate = "unseen" if seen is None else "seen" if unseen is None else "limit"
    yield say("confidence", ("planted_cell", fate), slots, seen, unseen)


def finding_sentences(evidence: Evidence, region: str) -> Iterator[Said]:
    """All statements about one finding, in reading order."""
    yield from _where(evidence, region)
    yield from _what(evidence, region)
    yield from direction(evidence, region)
    yield from values(evidence, region)
    yield from _words(evidence, region)
    yield from _columns(evidence, region)


def _where(evidence: Evidence, region: str) -> Iterator[Said]:
    """Which row is meant, and of how many."""
    worst, count = one(evidence, region, "peak_at"), one(evidence, region, "duration")
    if worst is None or count is None:
        return
    slots: dict[str, Slot] = {"finding": region, "row": lambda s: moment(worst, evidence, s), "count": amount(count)}
    yield say("where", ("rows", "one" if float(count.value) == 1 else "many"), slots, worst, count)


def _what(evidence: Evidence, region: str) -> Iterator[Said]:
    """What kind of anomaly it is, and in which columns."""
    kinds = [f for f in evidence.about(region, "anomaly_kind") if is_sayable(f.qualifier)]
    for kind in dict.fromkeys(str(f.value) for f in kinds):
        alike = [f for f in kinds if f.value == kind][:MAX_CHANNELS]
        slots: dict[str, Slot] = {"finding": region, "kind": of_kind(kind), "names": names(alike)}
        yield say("what", ("kind", "in"), slots, *alike)


def _words(evidence: Evidence, region: str) -> Iterator[Said]:
    """What a category holds, and what would be usual."""
    for held in evidence.about(region, "words"):
        usual = same_name(evidence, region, "fitting_words", held)
        said, instead = quoted(held), quoted(usual)
        if said is None or not is_sayable(held.qualifier):
            continue
        slots: dict[str, Slot] = {"finding": region, "word": said}
        if instead is None:
            yield say("value", "cell_word", slots, held)
        else:
            yield say("value", ("cell_word", "instead"), slots | {"usual": instead}, held, usual, kind="comparison")


def _columns(evidence: Evidence, region: str) -> Iterator[Said]:
    """Which columns are to blame, by their share."""
    top = one(evidence, region, "top_channel")
    shares = [f for f in evidence.about(region, "channel_share") if is_sayable(f.qualifier)][:MAX_CHANNELS]
    if top is not None and is_sayable(str(top.value)) and len(shares) > 1:
        yield say("channel", "top_column", {"finding": region, "column": name(str(top.value))}, top)
        yield say("channel", "column_shares", {"finding": region, "shares": _shares(shares)}, *shares)


def _shares(shares: list[Fact]) -> Slot:
    def parts(speech: Speech) -> Iterator[str]:
        for number, share in enumerate(shares):
            slots = {"column": name(share.qualifier), "share": speech.amount(share)}
            yield speech.text("column-share-further" if number else "column-share-first", slots)

    return lambda speech: speech.joined(list(parts(speech)))


WORDS = frozenset({
    "table", "tables", "row", "rows", "column", "columns", "cell", "cells", "holds", "hold", "normal", "values",
    "category",
})  # fmt: skip
TOLD = Telling(
    words=WORDS,
    places="time",
    advice=Advice(first="", rests_on="peak_at"),
    kinds=("outlying value", "unusual value", "unseen category", "unusual category"),
)
