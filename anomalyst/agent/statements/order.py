"""Findings and facts against each other: which came first, which is larger, which is the largest."""

from __future__ import annotations

from datetime import datetime

from anomalyst.agent.statements.judgement import (
    Computed,
    Judgement,
    alike,
    facts_of,
    holds,
    number_of,
    refuted,
    size_of,
    unproved,
)
from anomalyst.agent.statements.spoken import can_be_named, spoken
from anomalyst.evidence.facts import Evidence, Fact, FactKind
from anomalyst.evidence.numbers import parse_stamp
from anomalyst.evidence.sentences import Said, Slot
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH
from anomalyst.evidence.statements import Statement
from anomalyst.evidence.times import at, moment
from anomalyst.evidence.wording import one

IN_TIME = ("before", "after", "during", "same-time")
AGAINST = ("greater", "less", "equal")
ENDS = ("first", "last")
RANKS = ("largest", "smallest")
RANKED: frozenset[FactKind] = frozenset({"area", "duration", "peak_ratio", "peak_p", "difference"})
Time = datetime | float


def in_time(statement: Statement, evidence: Evidence) -> Judgement:
    """Whether one finding began before or after another, lies within it, or began at the same time."""
    if len(statement.findings) != 2 or statement.operator not in IN_TIME:
        return unproved(f"it takes two findings and one of the operators {', '.join(IN_TIME)}")
    first, second = statement.findings
    ends = {name: _ends(evidence, name) for name in statement.findings}
    a, b = ends[first], ends[second]
    if a is None or b is None:
        return unproved("when both findings were is not known")
    (a0, a1), (b0, b1) = ((_time(pair[0]), _time(pair[1])) for pair in (a, b))
    if None in (a0, a1, b0, b1) or type(a0) is not type(b0):
        return unproved("the times of the two findings cannot be compared")
    true = {
        "before": a0 < b0,  # type: ignore[operator]
        "after": a0 > b0,  # type: ignore[operator]
        "during": b0 <= a0 and a1 <= b1,  # type: ignore[operator]
        "same-time": a0 == b0,
    }
    if not true[statement.operator]:
        return refuted(f"{first} began {a[0].value}, {second} began {b[0].value}")
    slots: dict[str, Slot] = {"first": first, "second": second}
    slots |= {"when": lambda s: moment(a[0], evidence, s), "then": lambda s: moment(b[0], evidence, s)}
    return holds(_said(statement, (a[0], b[0]), slots))


def _ends(evidence: Evidence, finding: str) -> tuple[Fact, Fact] | None:
    start, end = one(evidence, finding, "start"), one(evidence, finding, "end")
    return (start, end or start) if start is not None else None


def _time(fact: Fact) -> Time | None:
    return parse_stamp(fact.value) if isinstance(fact.value, str) else number_of(fact)


def first_of_all(statement: Statement, evidence: Evidence) -> Judgement:
    """Whether a finding began before all others, or after them."""
    if len(statement.findings) != 1 or statement.operator not in ENDS:
        return unproved(f"it takes one finding and one of the operators {', '.join(ENDS)}")
    name, others = statement.findings[0], [f.id for f in evidence.findings if f.id != statement.findings[0]]
    mine, theirs = _ends(evidence, name), [_ends(evidence, other) for other in others]
    starts = [_time(pair[0]) for pair in (mine, *theirs) if pair is not None]
    if mine is None or not theirs or len(starts) != 1 + len(theirs) or len({type(s) for s in starts}) != 1:
        return unproved("when all findings began is not known, or there is only one")
    first, *rest = starts
    earlier = all(first < other for other in rest)  # type: ignore[operator]
    if not (earlier if statement.operator == "first" else all(first > other for other in rest)):  # type: ignore[operator]
        return refuted(f"{name} began {mine[0].value}; the others did not all begin on that side of it")
    slots: dict[str, Slot] = {"finding": name, "count": lambda s: s.count(len(starts))}
    slots["when"] = lambda s: at(mine[0], evidence, s)
    return holds(_said(statement, (mine[0],), slots))


def against(statement: Statement, evidence: Evidence) -> Judgement:
    """Whether one fact is greater or less than, or equal to, another of the same kind and unit."""
    facts = facts_of(statement, evidence)
    if len(facts) != 2 or statement.operator not in AGAINST or any(number_of(f) is None for f in facts):
        return unproved(f"it takes two facts that are numbers and one of the operators {', '.join(AGAINST)}")
    a, b = facts
    if not alike(a, b) or not all(can_be_named(fact, ENGLISH_SPEECH) for fact in facts):
        return unproved(f"{a.id} ({a.kind}) and {b.id} ({b.kind}) cannot be compared")
    x, y = (number_of(fact) or 0.0 for fact in facts)
    if not {"greater": x > y, "less": x < y, "equal": x == y}[statement.operator]:
        return refuted(f"{a.id} is {a.value} and {b.id} is {b.value}")
    slots: dict[str, Slot] = {"First": spoken(a, opening=True), "second": spoken(b)}
    slots |= {"a": size_of(a), "b": size_of(b)}
    return holds(_said(statement, (a, b), slots))


def rank(statement: Statement, evidence: Evidence) -> Judgement:
    """Whether a fact is the largest or smallest of its kind over all findings that it was measured of."""
    facts = facts_of(statement, evidence)
    if len(facts) != 1 or statement.operator not in RANKS or facts[0].kind not in RANKED:
        return unproved(f"it takes one fact of {', '.join(sorted(RANKED))} and an operator of {', '.join(RANKS)}")
    fact = facts[0]
    rivals = [f for f in evidence.facts if f.kind == fact.kind and f.subject.startswith("R") and f.id != fact.id]
    rivals = [f for f in rivals if f.qualifier == fact.qualifier]
    mine, theirs = number_of(fact), [number_of(rival) for rival in rivals]
    units = {f.unit for f in rivals} | {fact.unit}
    if mine is None or not theirs or None in theirs or len(units) > 1 or not can_be_named(fact, ENGLISH_SPEECH):
        return unproved("there is nothing that it could be ranked among")
    largest = statement.operator == "largest"
    if not all(mine > other if largest else mine < other for other in theirs):  # type: ignore[operator]
        others = ", ".join(str(rival.value) for rival in rivals[:5])
        return refuted(f"{fact.id} of {fact.subject} is {fact.value}; others are {others}")
    count = 1 + len({f.subject for f in rivals})
    slots: dict[str, Slot] = {"First": spoken(fact, opening=True), "count": lambda s: s.count(count)}
    slots["a"] = size_of(fact)
    return holds(_said(statement, (fact,), slots))


def _said(statement: Statement, facts: tuple[Fact, ...], slots: dict[str, Slot]) -> Said:
    ids = tuple(fact.id for fact in facts)
    findings = statement.findings or tuple(dict.fromkeys(f.subject for f in facts if f.subject.startswith("R")))
    return Said("value", statement.model_copy(update={"facts": ids, "findings": findings}), slots, "comparison")


PREDICATES = {
    "in_time": Computed(
        "whether the first of two findings began before or after the second, or lies within it", in_time, IN_TIME
    ),
    "first_of_all": Computed("that a finding began before all others, or after them", first_of_all, ENDS),
    "against": Computed(
        "whether the first of two facts of one kind is greater or less than the second, or equal", against, AGAINST
    ),
    "rank": Computed("that one fact is the largest or smallest of its kind over all findings", rank, RANKS),
}
