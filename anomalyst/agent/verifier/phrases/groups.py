"""Findings spoken of as a group: "both flat lines", "the two early findings", "all three CPU findings"."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.phrases.marked import Located
from anomalyst.agent.verifier.readings import kinds_said
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.names import key

_PLACE = re.compile(r"\b(early|late|middle)\b")
_BOTH = 2.0


def group(match: re.Match[str], where: Located, evidence: Evidence) -> tuple[str, ...]:
    """The findings of the kind, place and channel that are named; none where they are not as many as is said."""
    words = match["what"]
    place = _PLACE.search(words)
    kinds, names = kinds_said(words), where.names(words)
    told = next(iter(where.amounts(*match.span("which"))), None)
    number = _BOTH if told is None else told.value
    if not (place or kinds or names) or (told is not None and (told.unit or told.near)):
        return ()
    at = {"middle": "in the middle"}.get(place[1], place[1]) if place else ""
    found = [r.id for r in evidence.findings if _is_of(evidence, r.id, kinds, names)]
    found = [r for r in found if not at or any(f.value == at for f in evidence.about(r, "place"))]
    return tuple(found) if len(found) == number else ()


def _is_of(evidence: Evidence, region: str, kinds: tuple[str, ...], names: list[str]) -> bool:
    facts = evidence.about(region, "anomaly_kind")
    tops = evidence.about(region, "top_channel")
    named = all(any(key(str(f.value)) == key(name) for f in tops) for name in names)
    return named and (not kinds or any(f.value in kinds for f in facts))
