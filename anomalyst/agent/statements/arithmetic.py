"""Numbers got from facts: ratio, difference, sum. Each is a derived fact with its recipe."""

from __future__ import annotations

from collections.abc import Sequence

from anomalyst.agent.statements.judgement import Computed, Judgement, alike, facts_of, holds, number_of, unproved
from anomalyst.agent.statements.spoken import can_be_named, spoken
from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.sentences import Said, Slot
from anomalyst.evidence.speech.speech import ENGLISH_SPEECH
from anomalyst.evidence.statements import Derived, Statement
from anomalyst.evidence.units import difference_unit, rounded

SUMMED = frozenset({"channel_share", "area"})  # kinds of facts that are parts of one whole


def ratio(statement: Statement, evidence: Evidence) -> Judgement:
    """How many times as large one fact is as another of the same unit."""
    pair = _two_alike(statement, evidence)
    if isinstance(pair, Judgement):
        return pair
    one, other = (number_of(fact) or 0.0 for fact in pair)
    if one <= 0 or other <= 0:
        return unproved("a ratio is only told of two numbers above 0")
    value = rounded(one / other)
    slots: dict[str, Slot] = {
        "First": spoken(pair[0], opening=True),
        "second": spoken(pair[1]),
        "ratio": lambda s: s.number(value),
    }
    return _derived(statement, "ratio", pair, (value, "times"), slots)


def difference(statement: Statement, evidence: Evidence) -> Judgement:
    """How much larger or smaller one fact is than another of the same unit."""
    pair = _two_alike(statement, evidence)
    if isinstance(pair, Judgement):
        return pair
    one, other = (number_of(fact) or 0.0 for fact in pair)
    value = rounded(one - other)
    way = "more" if value > 0 else "less" if value < 0 else "none"
    if statement.operator not in ("", way):
        return Judgement("contradicted", reason=f"the difference is {value:g}, so the operator is {way!r}")
    unit = difference_unit(pair[0].unit)
    slots: dict[str, Slot] = {
        "First": spoken(pair[0], opening=True),
        "second": spoken(pair[1]),
        "by": lambda s: s.measure(abs(value), unit),
    }
    return _derived(statement.model_copy(update={"operator": way}), "difference", pair, (value, unit), slots)


def total(statement: Statement, evidence: Evidence) -> Judgement:
    """What shares of the score of one finding, or areas of findings, come to together."""
    facts = facts_of(statement, evidence)
    kinds = {fact.kind for fact in facts}
    one_whole = len(kinds) == 1 and kinds <= SUMMED and len({f.subject for f in facts}) in (1, len(facts))
    if len(facts) < 2 or not one_whole or (kinds == {"channel_share"} and len({f.subject for f in facts}) > 1):
        return unproved("a sum takes two or more shares of the score of one finding, or areas of findings")
    value = rounded(sum(float(fact.value) for fact in facts))
    slots: dict[str, Slot] = {
        "names": lambda s: s.joined([fact.subject for fact in facts]) if kinds == {"area"} else s.names(facts),
        "sum": lambda s: s.measure(value, facts[0].unit),
        "finding": facts[0].subject,
    }
    how = "shares" if kinds == {"channel_share"} else "areas"
    return _derived(statement.model_copy(update={"operator": how}), "sum", facts, (value, facts[0].unit), slots)


def _two_alike(statement: Statement, evidence: Evidence) -> tuple[Fact, Fact] | Judgement:
    """Two facts whose numbers can be held against each other, or why they cannot."""
    facts = facts_of(statement, evidence)
    if len(facts) != 2 or any(number_of(fact) is None for fact in facts):
        return unproved("it takes the ids of two facts that are numbers")
    one, other = facts
    if not alike(one, other) or not all(can_be_named(fact, ENGLISH_SPEECH) for fact in facts):
        return unproved(f"{one.id} ({one.kind}) and {other.id} ({other.kind}) cannot be compared")
    return one, other


def _derived(
    statement: Statement,
    recipe: str,
    facts: Sequence[Fact],
    value: tuple[float, str],
    slots: dict[str, Slot],
) -> Judgement:
    name = f"{recipe}({', '.join(fact.id for fact in facts)})"
    findings = tuple(dict.fromkeys(f.subject for f in facts if f.subject.startswith("R")))
    said = Said(
        "value",
        statement.model_copy(update={"findings": findings, "level": None}),
        slots,
        "comparison",
        derived=(Derived(id=name, value=value[0], unit=value[1]),),
    )
    return holds(said)


PREDICATES = {
    "ratio": Computed("how many times as large the first of two facts is as the second: two facts of one unit", ratio),
    "difference": Computed(
        "how much the first of two facts is above or below the second", difference, ("", "more", "less")
    ),
    "sum": Computed("what shares of the score of one finding, or areas of findings, come to together", total),
}
