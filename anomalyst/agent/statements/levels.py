"""What another alarm level would say, and that something cannot be answered."""

from __future__ import annotations

from anomalyst.agent.statements.judgement import Computed, Judgement, holds, unproved
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.sentences import Said, Slot, told_p
from anomalyst.evidence.statements import Statement
from anomalyst.evidence.wording import one


def at_level(statement: Statement, evidence: Evidence) -> Judgement:
    """Whether the sample would be called anomalous at another alarm level."""
    p, level = one(evidence, "sample", "sample_p"), statement.level
    if p is None or level is None or not 0 < level < 1:
        return unproved("it takes a level between 0 and 1")
    # As a run at that level decides: by the p-value itself, of which the fact is a rounding.
    fate = "anomalous" if evidence.sample_p <= level else "normal"
    if statement.operator not in ("", fate):
        return Judgement("contradicted", reason=f"p is {p.value:.2g}: at {level:g} it would be {fate}")
    slots: dict[str, Slot] = {"level": lambda s: s.number(level), **told_p(evidence, p)[0]}
    made = Statement(predicate=statement.predicate, operator=fate, facts=(p.id,), level=level)
    return holds(Said("verdict", made, slots, "comparison"))


def not_measured(statement: Statement, evidence: Evidence) -> Judgement:
    """That what was asked cannot be answered from what was measured."""
    verdict = one(evidence, "sample", "verdict")
    if verdict is None:
        return unproved("there is no verdict")
    made = Statement(predicate=statement.predicate, facts=(verdict.id,))
    return holds(Said("verdict", made))


PREDICATES = {
    "at_level": Computed(
        "what the verdict would be at another alarm level, given as `level`", at_level, ("", "anomalous", "normal")
    ),
    "not_measured": Computed("that the question cannot be answered from what was measured; no arguments", not_measured),
}
