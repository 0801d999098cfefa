"""The order of findings: when they are, how long they last, and which one comes first by what words ask for."""

from __future__ import annotations

from collections.abc import Callable

from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.numbers import parse_stamp


def value_of(fact: Fact) -> float | None:
    """A fact's number; None for any other."""
    return float(fact.value) if isinstance(fact.value, int | float) and not isinstance(fact.value, bool) else None


def moment(fact: Fact) -> float | None:
    """A time stamp in seconds, a row as its number: for the order of findings and what lies between them."""
    if isinstance(fact.value, str):
        stamp = parse_stamp(fact.value)
        return stamp.timestamp() if stamp is not None else None
    return value_of(fact)


def the(evidence: Evidence, region: str | None, kind: FactKind) -> Fact | None:
    """The one fact of a kind about a finding."""
    return next(iter(evidence.about(region, kind)), None) if region else None


def length(fact: Fact | None) -> float | None:
    """A duration in seconds, of rows in rows."""
    value = value_of(fact) if fact is not None else None
    if fact is None or value is None:
        return None
    unit = seconds(fact.unit)
    return value * unit if unit is not None else value


Measure = Callable[[Fact], float | None]
Scale = tuple[FactKind, Measure, int]  # kind, its measure, +1 if the word asks for the most, −1 for the least


def _negative(fact: Fact) -> float | None:
    value = value_of(fact)
    return None if value is None else -value


_STARTS: Scale = ("start", moment, 1)
# A word may be meant in several senses; it is true only where all that can be told agree.
_SCALES: dict[str, tuple[Scale, ...]] = {
    "long": (("duration", length, 1),),
    "short": (("duration", length, -1),),
    "early": (("start", moment, -1),),
    "late": (_STARTS,),
    "larg": (("duration", length, 1), ("area", value_of, 1), ("peak_ratio", value_of, 1)),
    "big": (("duration", length, 1), ("area", value_of, 1), ("peak_ratio", value_of, 1)),
    "small": (("duration", length, -1), ("area", value_of, -1), ("peak_ratio", value_of, -1)),
    "abnormal": (("peak_ratio", value_of, 1), ("peak_p", _negative, 1)),
    "weak": (("peak_ratio", value_of, -1), ("peak_p", _negative, -1)),
    "score": (("peak_ratio", value_of, 1),),
    "p-value": (("peak_p", value_of, -1),),
}  # fmt: skip
_WORDS = (
    ("p-value", "p-value"), ("score", "score"), ("least", "weak"), ("less", "weak"), ("weak", "weak"),
    ("abnormal", "abnormal"), ("extreme", "abnormal"), ("severe", "abnormal"), ("significant", "abnormal"),
    ("strong", "abnormal"), ("short", "short"), ("long", "long"), ("earli", "early"), ("first", "early"),
    ("late", "late"), ("last", "late"), ("larg", "larg"), ("great", "larg"), ("big", "big"), ("small", "small"),
)  # fmt: skip


def scales(words: str) -> tuple[Scale, ...]:
    """The senses in which words rank findings."""
    return next((_SCALES[name] for word, name in _WORDS if word in words), ())


def ranked(evidence: Evidence, scale: Scale) -> list[tuple[float, str, Fact]] | None:
    """The findings from the most to the least; None where one of them lacks the fact."""
    kind, measure, sign = scale
    found: list[tuple[float, str, Fact]] = []
    sorts: set[tuple[bool, str]] = set()  # rows and times, an area and a length, have no order between them
    for finding in evidence.findings:
        fact = the(evidence, finding.id, kind)
        value = measure(fact) if fact is not None else None
        if fact is None or value is None:
            return None
        found.append((sign * value, finding.id, fact))
        sorts.add((isinstance(fact.value, str), "" if seconds(fact.unit) else fact.unit))
    return sorted(found, key=lambda one: -one[0]) if len(sorts) < 2 else None


def nth(evidence: Evidence, words: str, place: int = 0) -> tuple[str, tuple[Fact, ...]] | None:
    """The finding that comes at this place by all senses of the words that can be told, without a tie."""
    chosen: set[str] = set()
    facts: list[Fact] = []
    for scale in scales(words):
        order = ranked(evidence, scale)
        if order is None:
            continue
        if len(order) < 2 or place >= len(order):
            return None
        values = [value for value, _, _ in order]
        if values.count(values[place]) > 1:
            return None
        chosen.add(order[place][1])
        facts.append(order[place][2])
    return (chosen.pop(), tuple(facts)) if len(chosen) == 1 else None
