"""What another alarm level would say, why the detector was taken, and that something cannot be answered."""

from __future__ import annotations

from anomalyst.agent.statements.judgement import Computed, Judgement, holds, refuted, unproved
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.sentences import Said, Slot, told_p
from anomalyst.evidence.statements import Statement
from anomalyst.evidence.wording import is_sayable, name, one


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


def found_at(statement: Statement, evidence: Evidence) -> Judgement:
    """Which findings are left at a stricter alarm level: those that are as abnormal by themselves as it asks."""
    level, names = statement.level, [finding.id for finding in evidence.findings]
    facts = [fact for name in names for fact in evidence.about(name, "peak_p")]
    if level is None or not 0 < level <= evidence.alpha or not evidence.sample_p <= level:
        return unproved("it takes a level that is stricter than that of the run, at which there is an alarm still")
    if not 1 < len(names) <= MOST or len(facts) != len(names):
        return unproved("there are no several findings whose p-values are known")
    left = [finding.id for finding in evidence.findings if finding.peak_p <= level] or names[:1]
    how = "all" if len(left) == len(names) else "some"
    if statement.operator not in ("", how):
        return refuted(f"at {level:g} there are {', '.join(left)}")
    slots: dict[str, Slot] = {"level": lambda s: s.number(level), "names": lambda s: s.joined(left)}
    slots |= {"total": lambda s: s.count(len(names)), "number": "one" if len(left) == 1 else "many"}
    ids = tuple(fact.id for fact in facts)
    made = statement.model_copy(update={"operator": how, "facts": ids, "findings": tuple(names)})
    return holds(Said("verdict", made, slots, "comparison"))


MOST = 8  # findings that a statement names


def chosen(statement: Statement, evidence: Evidence) -> Judgement:
    """Why the detector was taken, in the words that the choice was noted in."""
    detector, reason = one(evidence, "choice", "detector"), one(evidence, "choice", "choice_reason")
    sayable = reason is not None and '"' not in str(reason.value) and len(str(reason.value)) <= LONGEST
    if detector is None or reason is None or not sayable or not is_sayable(str(detector.value)):
        return unproved("why the detector was taken is not known")
    said = str(reason.value)  # worded by code, so that a language may have words of its own for it
    slots: dict[str, Slot] = {
        "detector": name(str(detector.value)),
        "reason": lambda s: s.term("reason", said, f'"{said}"'),
    }
    made = Statement(predicate=statement.predicate, facts=(detector.id, reason.id))
    return holds(Said("choice", made, slots))


LONGEST = 300  # characters of a reason that is quoted


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
    "found_at": Computed(
        "which findings are left at a stricter level, given as `level`", found_at, ("", "all", "some")
    ),
    "chosen": Computed("why the detector was taken", chosen),
    "not_measured": Computed("that the question cannot be answered from what was measured; no arguments", not_measured),
}
