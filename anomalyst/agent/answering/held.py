"""Findings held against each other: two of them, or one against all."""

from __future__ import annotations

from collections.abc import Mapping

from anomalyst.agent.answering.asked import Asked, By, Rank
from anomalyst.agent.answering.sayings import Sayings
from anomalyst.evidence.facts import FactKind
from anomalyst.evidence.sentences import Said

RANKS: Mapping[Rank, tuple[tuple[FactKind, ...], str]] = {
    "longest": (("duration",), "largest"),
    "shortest": (("duration",), "smallest"),
    "largest": (("area", "duration"), "largest"),
    "smallest": (("area", "duration"), "smallest"),
    "worst": (("peak_ratio",), "largest"),
    "mildest": (("peak_ratio",), "smallest"),
}
SIZES: Mapping[By, tuple[FactKind, ...]] = {
    "duration": ("duration",),
    "size": ("area", "duration"),
    "time": (),
    "strength": ("peak_ratio", "peak_p"),
}
EVERY: tuple[FactKind, ...] = ("duration", "area", "peak_ratio")
"""What two findings are held against each other by, where the question does not say."""


def ranked(asked: Asked, sayings: Sayings) -> list[Said]:
    """That the finding is the first, the longest, the strongest of all."""
    if asked.rank is None or not asked.findings:
        return []
    if asked.rank in ("first", "last"):
        return sayings.made("first_of_all", findings=asked.findings[:1], operator=asked.rank)
    kinds, how = RANKS[asked.rank]
    facts = next((ids for kind in kinds if (ids := sayings.facts(kind, asked.findings[:1]))), [])
    return sayings.made("rank", facts=facts, operator=how) if facts else []


def compared(asked: Asked, sayings: Sayings) -> list[Said]:
    """Two findings by time, length, size and strength, or by what the question names."""
    pair = asked.findings[:2] if len(asked.findings) > 1 else _with_the_first(asked, sayings)
    if len(pair) < 2:
        return sayings.made("findings_are")
    said = _in_time(pair, sayings) if asked.by in (None, "time") else []
    for kind in EVERY if asked.by is None else SIZES[asked.by]:
        facts = sayings.facts(kind, pair)
        for way in ("greater", "less", "equal"):
            said += sayings.made("against", facts=facts, operator=way) if len(facts) == 2 else []
    return said


def _with_the_first(asked: Asked, sayings: Sayings) -> tuple[str, ...]:
    """The finding beside the most abnormal of the others; the first two where none is named."""
    return tuple(dict.fromkeys([*asked.findings, *sayings.ids]))[:2]


def _in_time(pair: tuple[str, ...], sayings: Sayings) -> list[Said]:
    for way in ("during", "same-time", "before", "after"):
        if said := sayings.made("in_time", findings=pair, operator=way):
            return said
    return []
