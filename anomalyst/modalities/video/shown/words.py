"""What is said of a finding of a clip: when, where, what is unusual, which way and how fast it moves."""

from __future__ import annotations

from collections.abc import Iterator

from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.sentences import Advice, Said, Slot, amount, say, values, what
from anomalyst.evidence.text import slug
from anomalyst.evidence.times import span
from anomalyst.evidence.wording import one
from anomalyst.modalities.told import Telling


def finding_sentences(evidence: Evidence, region: str) -> Iterator[Said]:
    """All statements about one finding, in reading order."""
    yield from _when(evidence, region)
    yield from _where(evidence, region)
    yield from what(evidence, region)
    yield from _way(evidence, region)
    yield from values(evidence, region)


def _when(evidence: Evidence, region: str) -> Iterator[Said]:
    start, end, lasts = (one(evidence, region, kind) for kind in ("start", "end", "duration"))
    if start is None or end is None or lasts is None:
        return
    slots: dict[str, Slot] = {
        "finding": region,
        "span": lambda s: span((start, end), evidence, s),
        "duration": amount(lasts),
    }
    yield say("when", "clip_when", slots, start, end, lasts)


def _where(evidence: Evidence, region: str) -> Iterator[Said]:
    place, box = (one(evidence, region, kind) for kind in ("place", "box"))
    if place is None or box is None:
        return
    there: Slot = lambda s: s.text(f"plane-{slug(str(place.value))}")  # noqa: E731
    yield say("where", "clip_where", {"finding": region, "there": there}, place)
    yield say("where", "box", {"finding": region, "box": str(box.value)}, box)


def _way(evidence: Evidence, region: str) -> Iterator[Said]:
    way, ratio = one(evidence, region, "heading"), one(evidence, region, "speed_ratio")
    if way is not None:
        slots: dict[str, Slot] = {"finding": region, "way": lambda s: s.term("heading", str(way.value))}
        yield say("what", "clip_way", slots, way)
    if ratio is not None:
        yield say("value", "clip_times", {"finding": region, "times": amount(ratio)}, ratio, kind="comparison")


WORDS = frozenset({
    "clip", "clips", "video", "videos", "frame", "frames", "moves", "move", "moving", "motion", "speed", "fast",
    "faster", "direction", "left", "right", "top", "bottom", "appearance", "normal", "something",
})  # fmt: skip
TOLD = Telling(
    words=WORDS,
    places="plane",
    advice=Advice(first="", rests_on="start"),
    qualities=("speed",),
    kinds=(
        "fast motion", "unusual direction", "motion out of place", "unusual size", "unusual motion",
        "unusual appearance",
    ),
)  # fmt: skip
