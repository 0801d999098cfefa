"""The most telling statement on a finding of a clip, and on a normal clip: when, what, which way, how fast, where."""

from __future__ import annotations

from collections.abc import Iterator

from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.sentences import Said, Slot, amount, say
from anomalyst.evidence.text import slug
from anomalyst.evidence.times import span
from anomalyst.evidence.wording import capital, one


def headline(evidence: Evidence, region: str) -> Iterator[Said]:
    """Wordings of the headline of a finding, or of a normal clip (""), the fullest first."""
    if not region:
        verdict, size = one(evidence, "sample", "verdict"), one(evidence, "sample", "sample_size")
        if size is not None:
            yield say("headline", ("headline", "normal-clip"), {"extent": str(size.value)}, verdict, size)
        return
    start, end, kind, place = (one(evidence, region, k) for k in ("start", "end", "anomaly_kind", "place"))
    if start is None or end is None or kind is None or place is None:
        return
    way, ratio = one(evidence, region, "heading"), one(evidence, region, "speed_ratio")
    slots: dict[str, Slot] = {
        "Span": lambda s: capital(span((start, end), evidence, s)),
        "there": lambda s: s.text(f"plane-{slug(str(place.value))}"),
        "way": "",
    }
    if way is not None:
        slots["way"] = lambda s: s.text("clip-headed", {"way": s.term("heading", str(way.value))})
    if ratio is not None:
        times = slots | {"times": amount(ratio)}
        yield say("headline", ("headline", "clip-fast"), times, start, end, kind, ratio, way, place, kind="comparison")
    yield say("headline", ("headline", f"clip-{slug(str(kind.value))}"), slots, start, end, kind, way, place)
